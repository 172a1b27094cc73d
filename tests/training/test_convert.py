"""What other programs load gives what our networks give, on real faces."""

from pathlib import Path

import numpy as np
import pytest

from maskcore.classifier import CLASSIFIER_OUTPUT
from maskcore.detector import DETECTOR_OUTPUT, SIDES_FACTOR
from maskcore.imaging import load_image
from maskcore.looks import Looks
from maskcore.models import SHIPPED, load_graph, load_manifest
from maskcore.preprocess import crop_faces
from maskcore.runtime import Graph
from maskcore.samples import SAMPLES

pytestmark = pytest.mark.slow

CHECKPOINTS = Path(__file__).resolve().parents[2] / "checkpoints"
EXACT, HALF, INT8 = 1e-4, 0.02, 0.25  # probabilities; int8 rounds each of some twenty layers


@pytest.fixture(scope="module")
def pictures() -> dict[str, np.ndarray]:
    """Real faces as each network is shown them: whole portraits, and their faces cut out."""
    from maskcore import MaskDetector

    detector, spec, wholes, crops = MaskDetector(), load_manifest().classifier, [], []
    for sample in SAMPLES:
        image = load_image(sample.path, max_mb=10, max_megapixels=25)
        wholes.append(Looks(image, longer_side=320).first[0].input_bgr)
        boxes = np.array([face.box for face in detector.detect(image).faces], np.float32)
        crops.append(crop_faces(image, boxes, side=spec.side, margin=spec.margin))
    height, width = np.min([whole.shape[:2] for whole in wholes], axis=0)
    return {"detector": np.stack([whole[:height, :width] for whole in wholes]), "classifier": np.concatenate(crops)}


@pytest.mark.parametrize("name", ["detector", "classifier"])
def test_every_form_gives_what_the_network_gives(name, pictures, tmp_path, capsys):
    from training.convert import Form, convert, largest_difference, open_form
    from training.models.saved import load_network

    network = load_network(CHECKPOINTS / f"{name}.keras")
    original = open_form(CHECKPOINTS / f"{name}.keras", Form.KERAS)
    differences = {}
    for form in Form:
        opened = open_form(convert(network, form, folder=tmp_path), form)
        differences[form.value] = largest_difference(opened, original, pictures[name])
    differences["int8"] = largest_difference(shipped(name), original, pictures[name])
    with capsys.disabled():
        print(f"\n{name}, largest difference of a probability:", {k: round(v, 6) for k, v in differences.items()})
    assert differences.pop("int8") < INT8
    assert differences.pop("float16") < HALF
    assert max(differences.values()) < EXACT


def shipped(name):
    """The shipped graph as a function to outputs named as the other forms name them."""
    output = {"detector": DETECTOR_OUTPUT, "classifier": CLASSIFIER_OUTPUT}[name]
    graph = Graph(load_graph(None, getattr(load_manifest(), name)), threads=1, output=output)
    if name == "classifier":
        return graph.run

    def run(images_bgr):
        maps = graph.run(images_bgr)[output]
        return {"heat": maps[..., :1], "sides": maps[..., 1:5] / SIDES_FACTOR, "labels": maps[..., 5:]}

    return run


def test_the_shipped_graphs_are_small():
    assert sum(path.stat().st_size for path in SHIPPED.glob("*.tflite")) < 3e6
