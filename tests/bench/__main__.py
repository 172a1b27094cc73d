"""python -m tests.bench: milliseconds, frames a second and memory of the core, beside a peer."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from maskcore import MaskDetector
from maskcore.looks import Looks
from maskcore.models import load_manifest
from maskcore.modes import SIZES, Mode, input_size_for
from maskcore.settings import Settings
from tests.bench.limit import count, multiply_adds_per_ms
from tests.bench.measure import ROOT, Contender, Frame, import_seconds, interleave, own_peak_mb, peak_memory_mb
from tests.bench.original import FACE_STAGE_MS, load_original
from tests.bench.peer import load_peer
from tests.bench.report import table
from tests.bench.scene import FACES, FRAME_WH, crowd

THREADS = 2
MANY_FACES = 50
ORIGINAL_ROUNDS = 10  # it takes seconds
MEMORY_FRAMES = 20


def main() -> None:
    """Measure, then print a table or one JSON object."""
    options = _options()
    if options.memory:
        print(_peak_of_mode_mb(options.memory, options.peers))
        return
    figures = run(options.peers, rounds=options.rounds, face_stage=options.face_stage)
    print(json.dumps(figures) if options.json else table(figures))


def run(peers: Path, *, rounds: int, face_stage: Path | None = None) -> dict[str, Any]:
    """All figures; without the peer's script its figures are None."""
    detector = MaskDetector(settings=_settings())
    frames = {FACES: crowd(FACES), MANY_FACES: crowd(MANY_FACES)}
    ours = {_name(mode, faces): (mode, faces) for faces in frames for mode in SIZES}
    contenders: dict[str, tuple[Contender, Frame]] = {
        name: (_ours(detector, mode), frames[faces]) for name, (mode, faces) in ours.items()
    }
    peer = load_peer(peers, threads=THREADS)
    if peer:
        contenders["peer"] = (peer, frames[FACES])
    modes = interleave(contenders, rounds=rounds)
    rate = multiply_adds_per_ms()
    for name, (mode, faces) in ours.items():
        found, asked = _faces(detector, frames[faces], mode)
        modes[name] |= {"faces_found": found, "faces_asked": asked} | _arithmetic(frames[faces], mode, asked, rate)
    boxes = np.array([face.box for face in detector.detect(frames[FACES], input_size=Mode.FULL).faces], np.float32)
    original = load_original(peers, face_stage=face_stage, boxes_xyxy=boxes)
    modes |= interleave({"original": (original, frames[FACES])}, rounds=min(rounds, ORIGINAL_ROUNDS), warm_up=2)
    if not face_stage:
        modes["original"]["frames_per_s"] = round(1e3 / (_total_ms(modes["original"]) + FACE_STAGE_MS), 1)
    for name in (*(_name(mode, FACES) for mode in SIZES), *(["peer"] if peer else [])):
        modes[name]["peak_memory_mb"] = peak_memory_mb(name, "--peers", str(peers))
    speed = {name: figures["frames_per_s"] for name, figures in modes.items()}

    def times(other: str) -> dict[str, float]:
        return {mode: round(speed[_name(mode, FACES)] / speed[other], 2) for mode in SIZES}

    return {
        "frame": {"size": list(FRAME_WH), "faces": FACES, "crowd": MANY_FACES},
        "model": {"id": detector.info.id, "version": detector.info.version},
        "machine": {"cpus": os.cpu_count(), "threads": THREADS, "load_1min": round(os.getloadavg()[0], 2)},
        "rounds": rounds,
        "modes": modes,
        "times_the_peer": times("peer") if peer else None,
        "times_the_original": times("original"),
        "face_stage_quoted_ms": None if face_stage else FACE_STAGE_MS,
        "float32_multiply_adds_per_ms": round(rate),
        "crowd_to_few": {
            mode: round(_total_ms(modes[_name(mode, MANY_FACES)]) / _total_ms(modes[_name(mode, FACES)]), 2)
            for mode in SIZES
        },
        "import_maskcore_s": import_seconds("maskcore"),
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--peers", type=Path, default=ROOT.parent / "shared" / "peers", help="folder with aizoo.py")
    parser.add_argument(
        "--face-stage", type=Path, help="folder of the original's SSD, as tutorial.py beside it wants it"
    )
    parser.add_argument("--rounds", type=int, default=100, help="measured runs of each mode")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--memory", metavar="MODE", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error(f"--rounds must be at least 1, got {options.rounds}")
    options.peers = options.peers.resolve()
    return options


def _faces(detector: MaskDetector, frame_bgr: Frame, mode: Mode) -> tuple[int, int]:
    """How many faces are found, and about how many of them the classifier is asked."""
    classifier = detector._classifier
    with mock.patch.object(classifier, "logits", wraps=classifier.logits) as logits:
        result = detector.detect(frame_bgr, input_size=mode)
    return len(result.faces), sum(len(call.args[0]) for call in logits.call_args_list)


def _total_ms(figures: Mapping[str, Any]) -> float:
    return figures["ms"]["total"]["median"]


def _settings() -> Settings:
    return Settings(threads=THREADS)


def _name(mode: Mode, faces: int) -> str:
    return f"{mode}, {faces} faces"


def _arithmetic(frame_bgr: Frame, mode: Mode, asked: int, rate: float) -> dict[str, float]:
    """Multiply-adds of one frame, and the milliseconds they would take at a rate a millisecond."""
    side = input_size_for(mode, FRAME_WH)
    sizes = [look.input_bgr.shape[:2] for look in Looks(frame_bgr, longer_side=side).first]
    total = count(sizes, asked, crop_side=load_manifest().classifier.side)
    return {"million_multiply_adds": round(total / 1e6), "arithmetic_ms": round(total / rate, 2)}


def _ours(detector: MaskDetector, input_size: Mode) -> Contender:
    def see(frame_bgr: Frame) -> Mapping[str, float]:
        return detector.detect(frame_bgr, input_size=input_size).timings_ms

    return see


def _peak_of_mode_mb(mode: str, peers: Path) -> float:
    """Peak of this process after a few frames of one mode."""
    contender = load_peer(peers, threads=THREADS) if mode == "peer" else None
    contender = contender or _ours(MaskDetector(settings=_settings()), Mode(mode.partition(",")[0]))
    frame_bgr = crowd(FACES)
    for _ in range(MEMORY_FRAMES):
        contender(frame_bgr)
    return own_peak_mb()


if __name__ == "__main__":
    main()
