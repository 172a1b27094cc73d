"""Made videos of boxes with known truth, and what the tracker makes of them.

python -m tests.maskcore.tracking.simulate prints a table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from maskcore.tracking.people import Person
from maskcore.tracking.watch import Watch
from maskcore.types import Face, FrameResult, Label, ModelInfo, Uncertain

SIZE_WH = (640, 480)
LABELS = tuple(Label)
MODEL = ModelInfo("made", "1")


@dataclass(frozen=True)
class Scene:
    """How a made video goes.

    Attributes:
        people: How many walk through.
        seconds: How long it lasts.
        fps: Frames a second, on average; each frame comes up to a third early or late.
        missed: How often a face is not found, at random.
        wrong: How often a frame alone tells the wrong label.
        shake: Standard deviation of each edge of a box, as a share of the face.
        height: Of a face in pixels.
    """

    people: int = 12
    seconds: float = 60.0
    fps: float = 15.0
    missed: float = 0.1
    wrong: float = 0.12
    shake: float = 0.05
    height: float = 60.0


@dataclass(frozen=True)
class Walk:
    """One person's way: from side to side at a walk, with a rest in the middle for some."""

    label: Label
    enters_s: float
    y: float
    speed: float
    rest_s: float
    leftward: bool

    def centre(self, at_s: float) -> tuple[float, float] | None:
        width = SIZE_WH[0]
        half = width / 2 / self.speed
        t = at_s - self.enters_s
        if t < 0 or t > 2 * half + self.rest_s:
            return None
        x = self.speed * (min(t, half) + max(0.0, t - half - self.rest_s))
        return (width - x if self.leftward else x), self.y + 4 * np.sin(6 * t)


def make_walks(scene: Scene, random: np.random.Generator) -> list[Walk]:
    """People who enter one after the other, on different heights, some of whom cross."""
    return [
        Walk(
            label=LABELS[random.choice(3, p=[0.6, 0.3, 0.1])],
            enters_s=float(random.uniform(0, scene.seconds * 0.7)),
            y=float(random.uniform(0.2, 0.8) * SIZE_WH[1]),
            speed=float(random.uniform(60, 160)),
            rest_s=float(random.choice([0.0, 4.0])),
            leftward=bool(random.integers(2)),
        )
        for _ in range(scene.people)
    ]


def frames(
    scene: Scene, walks: list[Walk], random: np.random.Generator
) -> Iterator[tuple[float, list[tuple[int, Face]], dict[int, tuple[float, float]]]]:
    """Time, the faces found with the person that each is (-1: a false alarm), and where everybody truly is."""
    at_s = 0.0
    while at_s < scene.seconds:
        at_s += float(random.uniform(2 / 3, 4 / 3)) / scene.fps
        truth = {number: centre for number, walk in enumerate(walks) if (centre := walk.centre(at_s))}
        found = []
        for number, (x, y) in truth.items():
            hidden = any(
                other != number and abs(x - ox) < 0.5 * scene.height and 0 <= oy - y < 0.7 * scene.height
                for other, (ox, oy) in truth.items()
            )
            if not hidden and random.random() >= scene.missed:
                found.append((number, _face(scene, walks[number].label, x, y, random)))
        if random.random() < 0.02:
            x, y = random.uniform(0, 1, 2) * SIZE_WH
            found.append((-1, _face(scene, Label.NO_MASK, x, y, random)))
        yield at_s, found, truth


def _face(scene: Scene, label: Label, x: float, y: float, random: np.random.Generator) -> Face:
    half = np.array([0.4, 0.5]) * scene.height
    box = np.concatenate([(x, y) - half, (x, y) + half]) + random.normal(0, scene.shake * scene.height, 4)
    told = LABELS[random.integers(3)] if random.random() < scene.wrong * 1.5 else label
    sure = float(random.uniform(0.4, 0.99))
    rest = (1 - sure) / 2
    probabilities = {each: sure if each is told else rest for each in LABELS}
    score = float(np.clip(random.normal(0.7, 0.2), 0.12, 0.99))
    return Face(
        tuple(box.tolist()), score, max(probabilities, key=probabilities.get), probabilities,
        Uncertain.UNSURE if sure < 0.6 else None,
    )  # fmt: skip


@dataclass
class Outcome:
    """What came of it; rates are a person's, a minute in the picture.

    Attributes:
        people, counted: Truth, and what was counted.
        right: Share of those counted whose label is trusted and right.
        switches: How often a person's number changed.
        flips_before, flips_after: Changes of the label told, by single frames and by votes.
        jitter_before, jitter_after: Mean distance of the box's centre from the truth, in shares of the face.
        lag: Mean distance that the smoothed box trails behind a moving head, in shares of the face.
        ms: Milliseconds a frame.
    """

    people: int
    counted: int
    right: float
    switches: int
    flips_before: float
    flips_after: float
    jitter_before: float
    jitter_after: float
    lag: float
    ms: float


def run(scene: Scene, *, seed: int = 0) -> Outcome:
    """Send one made video through a Watch and hold what it says against the truth."""
    random = np.random.default_rng(seed)
    walks = make_walks(scene, random)
    watch = Watch()
    owner: dict[int, int] = {}  # whom each track was first on
    numbers: dict[int, int] = {}  # newest track of each person
    raw: dict[int, list[str]] = defaultdict(list)
    voted: dict[int, list[str]] = defaultdict(list)
    offs: dict[str, list[float]] = defaultdict(list)
    counted: list[Person] = []
    switches, spent, count, seen_s = 0, 0.0, 0, 0.0
    before_s = 0.0
    for at_s, found, truth in frames(scene, walks, random):
        count += 1
        seen_s += (at_s - before_s) * len(truth)
        before_s = at_s
        began = perf_counter()
        seen = watch.see(FrameResult(tuple(face for _, face in found), SIZE_WH, {}, MODEL), at_s=at_s)
        spent += perf_counter() - began
        counted += seen.ended
        for number, face in found:
            if number >= 0:
                raw[number].append(face.label)
                offs["before"].append(_off(face, truth[number], scene))
        for face in seen.result.faces:
            number = _whose(face, truth, scene)
            if face.track is None or number is None:
                continue
            owner.setdefault(face.track, number)
            switches += numbers.get(number, face.track) != face.track
            numbers[number] = face.track
            offs["after"].append(_off(face, truth[number], scene))
            offs["lag"].append(_behind(face, walks[number], at_s, scene))
            if not face.uncertain:
                voted[number].append(face.label)
    counted += watch.people.end_all()
    known = [person for person in counted if person.track in owner]
    right = np.mean([not p.uncertain and p.label is walks[owner[p.track]].label for p in known])
    minutes = max(seen_s / 60, 1e-9)
    return Outcome(
        len(walks), len(counted), float(right), switches, _flips(raw) / minutes, _flips(voted) / minutes,
        float(np.mean(offs["before"])), float(np.mean(offs["after"])), float(np.mean(offs["lag"])), spent / count * 1e3,
    )  # fmt: skip


def _whose(face: Face, truth: dict[int, tuple[float, float]], scene: Scene) -> int | None:
    near = {number: _off(face, centre, scene) for number, centre in truth.items()}
    best = min(near, key=near.__getitem__, default=None)
    return best if best is not None and near[best] < 0.5 else None


def _off(face: Face, centre: tuple[float, float], scene: Scene) -> float:
    x1, y1, x2, y2 = face.box
    return float(np.hypot((x1 + x2) / 2 - centre[0], (y1 + y2) / 2 - centre[1])) / scene.height


def _behind(face: Face, walk: Walk, at_s: float, scene: Scene) -> float:
    now, then = walk.centre(at_s), walk.centre(at_s - 0.05)
    if now is None or then is None or abs(now[0] - then[0]) < 1:
        return 0.0
    x = (face.box[0] + face.box[2]) / 2
    inside = scene.height < x < SIZE_WH[0] - scene.height  # boxes are clipped at the edge of the picture
    return float((now[0] - x) * np.sign(now[0] - then[0])) / scene.height if inside else 0.0


def _flips(said: dict[int, list[str]]) -> int:
    return sum(a != b for labels in said.values() for a, b in zip(labels, labels[1:], strict=False))


SCENES = {
    "a door": Scene(),
    "a busy hall": Scene(people=60, height=36),
    "slow frames": Scene(fps=5),
    "two frames a second": Scene(fps=2),
    "one frame a second": Scene(fps=1),
    "much missed": Scene(missed=0.35),
    "shaky": Scene(shake=0.1, wrong=0.25),
    "hundred at once": Scene(people=150, seconds=20, height=20),
}


def main() -> None:
    """Print a table of all scenes, each the mean of three seeds."""
    names = list(Outcome.__annotations__)
    print(f"{'':<18}" + "".join(f"{name:>15}" for name in names))
    for title, scene in SCENES.items():
        outcomes = [run(scene, seed=seed) for seed in range(3)]
        means = [float(np.mean([getattr(outcome, name) for outcome in outcomes])) for name in names]
        print(f"{title:<18}" + "".join(f"{mean:>15.3f}" for mean in means))


if __name__ == "__main__":
    main()
