"""MaskDetector on the shipped model: the contract that page, API and command line rest on."""

import subprocess
import sys
import threading

import cv2
import numpy as np
import pytest

from maskcore import Label, MaskDetector
from maskcore.errors import ModelMismatchError, ModelMissingError, OptionError
from maskcore.imaging import load_image
from maskcore.models import SHIPPED
from maskcore.samples import SAMPLES


@pytest.fixture(scope="module")
def detector() -> MaskDetector:
    return MaskDetector()


@pytest.fixture(scope="module")
def portraits() -> dict[str, np.ndarray]:
    return {sample.name: load_image(sample.path, max_mb=10, max_megapixels=25) for sample in SAMPLES}


@pytest.mark.parametrize("name", [sample.name for sample in SAMPLES])
def test_each_portrait_is_told_rightly(detector, portraits, name):
    result = detector.detect(portraits[name])
    assert len(result.faces) == 1
    assert result.faces[0].label is (Label.MASK if "masked" in name else Label.NO_MASK)


def test_a_batch_tells_what_single_calls_tell(detector, portraits):
    images = list(portraits.values())
    alone = [detector.detect(image) for image in images]
    together = detector.detect_batch(images)
    for one, other in zip(alone, together, strict=True):
        assert one.size == other.size
        assert [face.label for face in one.faces] == [face.label for face in other.faces]
        for a, b in zip(one.faces, other.faces, strict=True):
            np.testing.assert_allclose(a.box, b.box)
            np.testing.assert_allclose(list(a.probabilities.values()), list(b.probabilities.values()), atol=1e-6)


def test_threads_share_one_detector(detector, portraits):
    image = portraits["astronaut"]
    wanted, found = detector.detect(image).to_dict()["faces"], []

    def work() -> None:
        found.extend(detector.detect(image, input_size=size).to_dict()["faces"] for size in (None, 320, None))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 12
    assert sum(faces == wanted for faces in found) >= 8


def test_the_answer_adds_up(detector, portraits):
    crowd = np.vstack([np.hstack([cv2.resize(image, (200, 240)) for image in portraits.values()])] * 2)
    result = detector.detect(crowd)
    summary = result.summary
    assert summary.faces == len(result.faces) >= 4
    assert summary.faces == summary.mask + summary.no_mask + summary.incorrect + summary.uncertain
    areas = [(x2 - x1) * (y2 - y1) for x1, y1, x2, y2 in (face.box for face in result.faces)]
    np.testing.assert_allclose(areas, sorted(areas, reverse=True), rtol=1e-6)  # like faces differ by rounding alone
    for face in result.faces:
        assert sum(face.probabilities.values()) == pytest.approx(1, abs=1e-5)
        assert face.label is max(face.probabilities, key=face.probabilities.get)
        x1, y1, x2, y2 = face.box
        assert 0 <= x1 < x2 <= result.size[0] and 0 <= y1 < y2 <= result.size[1]
    stages = dict(result.timings_ms)
    assert set(stages) == {"prepare", "detect", "classify", "total"}


def test_fewer_and_surer_faces_when_asked(detector, portraits):
    crowd = np.hstack([cv2.resize(image, (200, 240)) for image in portraits.values()])
    many = detector.detect(crowd, min_score=0.01).faces
    assert len(detector.detect(crowd, min_score=0.01, max_faces=2).faces) == 2
    assert all(face.score >= 0.9 for face in detector.detect(crowd, min_score=0.9).faces)
    assert len(many) >= len(detector.detect(crowd, min_score=0.9).faces)


def test_given_boxes_are_told_without_looking_for_others(detector, portraits):
    image = portraits["astronaut_masked"]
    box = detector.detect(image).faces[0].box
    result = detector.detect(image, boxes=[box])
    assert [face.score for face in result.faces] == [1.0]
    np.testing.assert_allclose(result.faces[0].box, box, atol=0.01)
    assert detector.detect(image, boxes=[]).faces == ()


def test_given_boxes_keep_the_order_of_the_caller(detector, portraits):
    crowd = np.hstack([cv2.resize(image, (200, 240)) for image in portraits.values()])
    boxes = sorted((face.box for face in detector.detect(crowd).faces), key=lambda box: box[0])
    assert len(boxes) == 4 and boxes != [face.box for face in detector.detect(crowd).faces]
    faces = detector.detect(crowd, boxes=boxes, max_faces=4).faces
    np.testing.assert_allclose([face.box for face in faces], boxes, atol=0.01)
    alone = [detector.detect(crowd, boxes=[box]).faces[0].label for box in boxes]
    assert [face.label for face in faces] == alone and len(set(alone)) == 2  # and each label is that of its own box


def test_a_given_box_of_any_size_is_clipped_to_the_picture(detector):
    result = detector.detect(np.zeros((50, 60, 3), np.uint8), boxes=[[-1e39, -9, 1e39, 1e300]])
    assert result.faces[0].box == (0, 0, 60, 50)


@pytest.mark.parametrize("shape", [(1, 1), (7, 900), (900, 7), (33, 31)], ids=str)
def test_any_picture_is_seen(detector, shape):
    assert detector.detect(np.zeros((*shape, 3), np.uint8)).size == (shape[1], shape[0])


def test_an_empty_batch_is_an_empty_list(detector):
    assert detector.detect_batch([]) == []


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"input_size": 100}, "input_size"),
        ({"input_size": 0}, "input_size"),
        ({"input_size": 100_000}, "input_size"),
        ({"min_score": 1.5}, "min_score"),
        ({"min_score": float("nan")}, "min_score"),
        ({"max_faces": 0}, "max_faces"),
        ({"boxes": [[1, 2, 3]]}, "boxes"),
        ({"boxes": [["a", "b", "c", "d"]]}, "boxes"),
        ({"boxes": [[1, 2], [3, 4]]}, "boxes"),
        ({"boxes": [1, 2, 3, 4]}, "boxes"),
        ({"boxes": [[10**400, 1, 9, 9]]}, "boxes"),
        ({"boxes": [[5, 5, 5, 9]]}, "Box 0"),
        ({"boxes": [[1, 1, 9, 9], [500, 500, 600, 600]]}, "Box 1"),
        ({"boxes": [[1, 1, float("nan"), 9]]}, "Box 0"),
        ({"boxes": [[1, 1, 9, 9]] * 3, "max_faces": 2}, "at most 2 boxes, got 3"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_bad_option_is_named(detector, options, word):
    with pytest.raises(OptionError, match=word):
        detector.detect(np.zeros((50, 50, 3), np.uint8), **options)


@pytest.mark.parametrize(
    "image",
    [np.zeros((9, 9), np.uint8), np.zeros((9, 9, 3)), np.zeros((0, 9, 3), np.uint8), None, "photo.jpg"],
    ids=["grey", "float", "empty", "nothing", "a path"],
)
def test_a_wrong_array_is_the_callers_bug(detector, image):
    with pytest.raises(ValueError, match="uint8"):
        detector.detect(image)


def copy_model(to):
    for path in SHIPPED.iterdir():
        if path.suffix in (".tflite", ".json", ".md"):
            (to / path.name).write_bytes(path.read_bytes())
    return to


def test_a_model_may_be_named_by_text(tmp_path):
    assert MaskDetector(str(copy_model(tmp_path))).folder == tmp_path


def test_every_public_name_is_there_and_offered_before_it_is_used():
    offered = "import maskcore as m; assert set(m.__all__) <= set(dir(m)); [getattr(m, name) for name in m.__all__]"
    subprocess.run([sys.executable, "-c", offered], check=True)  # here others have used them already


def test_a_missing_model_says_what_to_do(tmp_path):
    with pytest.raises(ModelMissingError, match="MASKCORE_MODEL_DIR"):
        MaskDetector(tmp_path)


def test_a_changed_graph_is_refused(tmp_path):
    graph = copy_model(tmp_path) / "classifier.tflite"
    graph.write_bytes(graph.read_bytes()[:-1] + b"x")
    with pytest.raises(ModelMismatchError, match=r"classifier\.tflite"):
        MaskDetector(tmp_path)


def test_a_manifest_of_another_kind_is_refused(tmp_path):
    (copy_model(tmp_path) / "model.json").write_text('{"id": "x"}')
    with pytest.raises(ModelMismatchError, match=r"model\.json"):
        MaskDetector(tmp_path)


def test_the_classifier_is_asked_about_doubtful_faces_only(portraits, monkeypatch):
    shown = []

    def watched(sure: float) -> MaskDetector:
        detector = MaskDetector()
        monkeypatch.setattr(detector, "_pool", detector._pool.model_copy(update={"sure": sure}))
        logits = detector._classifier.logits
        monkeypatch.setattr(detector._classifier, "logits", lambda crops: shown.append(len(crops)) or logits(crops))
        return detector

    images = list(portraits.values())
    labels = [
        [face.label for result in watched(sure).detect_batch(images) for face in result.faces] for sure in (0.95, 1.0)
    ]
    assert shown[0] < shown[1] == len(labels[1])
    assert labels[0] == labels[1]
