"""An annotated film keeps its pictures, times and sound, marks and covers faces, and tells who was there."""

from __future__ import annotations

import re

import av
import numpy as np
import pytest

from maskcore.imaging import load_image
from maskcore.modes import Mode
from maskcore.privacy import Blur
from maskcore.types import Label
from maskcore.video.annotate import Look, Progress, annotate
from maskcore.video.film import Film
from tests.factories import FakeDetector, make_face, make_faces
from tests.maskcore.video.made import SOUNDS, make_film

TIMES = [number / 10 for number in range(31)]
BOX = (70.0, 50.0, 110.0, 100.0)


class NamedModeDetector(FakeDetector):
    """Notes the mode and lets faces walk: `path` gives the faces of each call in turn."""

    def __init__(self, faces=None, path=None):
        super().__init__(faces)
        self.path, self.modes = path, []

    def detect(self, image_bgr, *, input_size=None, min_score=None, **options):
        self.modes.append(input_size)
        if self.path:
            self.faces = tuple(self.path[min(len(self.modes), len(self.path)) - 1])
        return super().detect(image_bgr, min_score=min_score, **options)


@pytest.fixture
def film(tmp_path):
    return Film(make_film(tmp_path / "film.mp4", times_s=TIMES, sound=True))


def frames_of(path):
    return [frame.image_bgr.astype(int) for frame in Film(path).frames()]


def run(film, tmp_path, detector=None, **look):
    detector = detector or NamedModeDetector([make_face(box=BOX)])
    story = annotate(film, tmp_path / "out.mp4", detector=detector, look=Look(**look), portraits=tmp_path / "people")
    return story, detector


@pytest.mark.parametrize("suffix", SOUNDS)
def test_every_kind_keeps_its_frames_times_and_sound(tmp_path, suffix):
    film = Film(make_film(tmp_path / f"film{suffix}", times_s=TIMES, sound=True))
    story, _ = run(film, tmp_path)
    out = Film(tmp_path / "out.mp4")
    assert out.info.size_wh == film.info.size_wh and out.info.has_audio
    np.testing.assert_allclose([f.time_s for f in out.frames()], [f.time_s for f in film.frames()], atol=0.02)
    assert (story.frames, story.note) == (31, "")


def test_uneven_times_and_a_turn_are_kept(tmp_path):
    times = [0.0, 0.04, 0.5, 0.54, 2.0]
    film = Film(make_film(tmp_path / "film.mp4", times_s=times, degrees=90))
    run(film, tmp_path)
    out = Film(tmp_path / "out.mp4")
    assert out.info.size_wh == (120, 160)
    np.testing.assert_allclose([frame.time_s for frame in out.frames()], times, atol=0.005)


def test_faces_are_drawn_on_every_frame_and_the_rest_is_left_alone(film, tmp_path):
    run(film, tmp_path, every=5)
    for before, after in zip(frames_of(film.path), frames_of(tmp_path / "out.mp4"), strict=True):
        assert np.abs(after[50:100, 68:72] - before[50:100, 68:72]).mean() > 20
        assert np.abs(after[5:25, 120:155] - before[5:25, 120:155]).mean() < 6


@pytest.mark.parametrize(("every", "looked"), [(1, 31), (2, 16), (3, 11), (4, 9), (5, 7), (50, 2)])
def test_only_every_nth_frame_and_the_last_is_looked_at_and_all_are_written(film, tmp_path, every, looked):
    story, detector = run(film, tmp_path, every=every, mode=Mode.FAST)
    assert (story.frames, story.looked, len(frames_of(tmp_path / "out.mp4"))) == (31, looked, 31)
    assert detector.modes == [Mode.FAST] * looked


def test_between_two_looks_a_face_moves_along(tmp_path):
    film = Film(make_film(tmp_path / "film.mp4", times_s=TIMES))
    walk = [[make_face(box=(20 + 15 * n, 50.0, 60 + 15 * n, 100.0))] for n in range(7)]
    run(film, tmp_path, NamedModeDetector(path=walk), every=5)
    plain, marked = frames_of(film.path), frames_of(tmp_path / "out.mp4")
    middles = []
    for before, after in zip(plain[20:26], marked[20:26], strict=True):
        changed = np.abs(after - before).max(axis=2)[60:90] > 30
        middles.append(np.nonzero(changed.any(axis=0))[0].mean())
    steps = np.diff(middles)
    assert (steps > 0.5).all() and (steps < 7).all(), steps


def test_everybody_is_told_once_with_times_and_label(film, tmp_path):
    bare = make_face(box=BOX, label=Label.NO_MASK)
    story, _ = run(film, tmp_path, NamedModeDetector(path=[[bare]] * 12 + [[]] * 19))
    (person,) = story.people
    assert (person.label, person.uncertain) == (Label.NO_MASK, None)
    assert person.last_s == pytest.approx(1.1, abs=0.01) and person.first_s < 0.35
    assert story.summary.no_mask == 1
    assert [second.counts.no_mask for second in story.timeline] == [1, 1, 0, 0]
    assert story.to_dict()["timeline"][0] == {
        "at_s": 0, "people": 1, "mask": 0, "no_mask": 1, "incorrect": 0, "uncertain": 0,
    }  # fmt: skip
    assert [path.name for path in (tmp_path / "people").iterdir()] == [f"{person.track}.jpg"]


def test_faces_as_faint_as_asked_for_begin_a_person(film, tmp_path):
    story, _ = run(film, tmp_path, NamedModeDetector([make_face(box=BOX, score=0.06)]), min_score=0.05)
    assert story.summary.faces == 1


def inside(frame):
    return frame[56:94, 76:104]


@pytest.mark.parametrize(
    ("blur", "label", "covered"),
    [
        (None, Label.MASK, False),
        (Blur.ALL, Label.MASK, True),
        (Blur.ALL, Label.NO_MASK, True),
        (Blur.EXCEPT_NO_MASK, Label.MASK, True),
        (Blur.EXCEPT_NO_MASK, Label.NO_MASK, False),
    ],
)
def test_faces_are_covered_as_asked_in_film_and_portrait(tmp_path, blur, label, covered):
    film = Film(striped(tmp_path / "film.mp4"))
    story, _ = run(film, tmp_path, NamedModeDetector([make_face(box=BOX, label=label)]), blur=blur, every=3)
    contrast = [np.ptp(inside(frame).mean(axis=(0, 2))) for frame in frames_of(tmp_path / "out.mp4")[10:]]
    assert all((each < 60) == covered for each in contrast), contrast
    portrait = load_image(tmp_path / "people" / f"{story.people[0].track}.jpg", max_mb=1, max_megapixels=1)
    height, width = portrait.shape[:2]
    middle = portrait[height // 3 : -height // 3, width // 3 : -width // 3].astype(int)
    assert (np.ptp(middle.mean(axis=(0, 2))) < 60) == covered


def test_a_face_is_covered_on_its_way_between_two_looks(tmp_path):
    film = Film(striped(tmp_path / "film.mp4", width=320))
    lefts = (10, 22, 40, 66, 102, 150)  # ever faster: the last step is longer than the face is wide
    walk = [[make_face(box=(left, 50.0, left + 24.0, 100.0))] for left in lefts]
    run(film, tmp_path, NamedModeDetector(path=walk), blur=Blur.ALL, every=2)
    halfway = frames_of(tmp_path / "out.mp4")[9]
    assert np.ptp(halfway[56:94, 133:143].mean(axis=(0, 2))) < 80


def test_a_covered_face_stays_covered_where_single_frames_miss_it(tmp_path):
    film = Film(striped(tmp_path / "film.mp4"))
    face = make_face(box=BOX)
    run(film, tmp_path, NamedModeDetector(path=[[face], [face], [face], [face], [], [face], [], []] * 4), blur=Blur.ALL)
    contrast = [np.ptp(inside(frame).mean(axis=(0, 2))) for frame in frames_of(tmp_path / "out.mp4")]
    assert max(contrast) < 60


def test_a_faint_face_is_covered_too(tmp_path):
    film = Film(striped(tmp_path / "film.mp4"))
    story, _ = run(film, tmp_path, NamedModeDetector([make_face(box=BOX, score=0.2)]), blur=Blur.EXCEPT_NO_MASK)
    assert story.people == ()
    assert all(np.ptp(inside(frame).mean(axis=(0, 2))) < 60 for frame in frames_of(tmp_path / "out.mp4"))


def test_progress_rises_to_the_end(film, tmp_path):
    told: list[Progress] = []
    annotate(film, tmp_path / "out.mp4", detector=NamedModeDetector([]), look=Look(every=3), tell=told.append)
    assert [each.frames for each in told] == list(range(1, 32))
    shares = [each.share for each in told]
    assert shares == sorted(shares) and shares[-1] > 0.9


def test_what_the_callback_raises_stops_the_work_and_leaves_no_film(film, tmp_path):
    def stop(progress: Progress) -> None:
        if progress.frames == 5:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        annotate(film, tmp_path / "out.mp4", detector=NamedModeDetector(), look=Look(), tell=stop)
    assert not (tmp_path / "out.mp4").exists()


def test_a_film_cut_short_gives_what_could_be_read_and_one_sentence(tmp_path):
    whole = make_film(tmp_path / "whole.mkv", times_s=[number / 10 for number in range(100)])
    (tmp_path / "cut.mkv").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    story, _ = run(Film(tmp_path / "cut.mkv"), tmp_path)
    assert 5 < story.frames < 100 and len(frames_of(tmp_path / "out.mp4")) == story.frames
    assert re.fullmatch(r"The picture ends after \d\.\d of 10\.0 seconds: the file may be cut off\.", story.note)


def test_a_film_damaged_inside_says_how_far_it_could_be_read(tmp_path, monkeypatch):
    film = Film(make_film(tmp_path / "film.mp4", times_s=TIMES))
    frames = list(film.frames())[:10]
    film.broken = "Reading ended early: invalid data."
    monkeypatch.setattr(film, "frames", lambda: iter(frames))
    story, _ = run(film, tmp_path)
    assert story.note == "The file is damaged: 1.0 seconds could be read. Reading ended early: invalid data."


def test_several_people_are_drawn_and_counted(tmp_path):
    film = Film(make_film(tmp_path / "film.mp4", times_s=TIMES, size_wh=(320, 240)))
    story, _ = run(film, tmp_path, NamedModeDetector(make_faces()))
    assert story.summary.to_dict() == {"faces": 4, "mask": 1, "no_mask": 1, "incorrect": 1, "uncertain": 1}


def test_to_look_at_no_frame_is_a_bug_of_the_caller():
    with pytest.raises(ValueError, match="every"):
        Look(every=0)


def striped(path, *, width=160):
    """Three seconds of stripes, so that a mosaic can be told from what it covers."""
    image = np.full((120, width, 3), 128, np.uint8)
    for left in range(6, width, 8):
        image[45:105, left : left + 4], image[45:105, left + 4 : left + 8] = 20, 235
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10, options={"crf": "10"})
        stream.width, stream.height, stream.pix_fmt = width, 120, "yuv420p"
        for _ in TIMES:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
        container.mux(stream.encode(None))
    return path
