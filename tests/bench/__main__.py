"""python -m tests.bench: milliseconds, frames a second and memory of the core, beside a peer."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from maskcore import MaskDetector
from maskcore.settings import Settings
from tests.bench.measure import ROOT, Contender, Frame, import_seconds, interleave, own_peak_mb, peak_memory_mb
from tests.bench.peer import load_peer
from tests.bench.report import table
from tests.bench.scene import FRAME_WH, crowd

THREADS = 2
INPUT_SIZES = (320, 640)
FACES, MANY_FACES = 5, 50
CROWDED = f"{max(INPUT_SIZES)}, {MANY_FACES} faces"
MEMORY_FRAMES = 20


def main() -> None:
    """Measure, then print a table or one JSON object."""
    options = _options()
    if options.memory:
        print(_peak_of_mode_mb(options.memory, options.peers))
        return
    figures = run(options.peers, rounds=options.rounds)
    print(json.dumps(figures) if options.json else table(figures))


def run(peers: Path, *, rounds: int) -> dict[str, Any]:
    """All figures; without the peer's script its figures are None."""
    detector = MaskDetector(settings=_settings())
    few, many = crowd(FACES), crowd(MANY_FACES)
    peer = load_peer(peers, threads=THREADS)
    contenders: dict[str, tuple[Contender, Frame]] = {str(size): (_ours(detector, size), few) for size in INPUT_SIZES}
    contenders[CROWDED] = (_ours(detector, max(INPUT_SIZES)), many)
    if peer:
        contenders["peer"] = (peer, few)
    modes = interleave(contenders, rounds=rounds)
    for mode in (*map(str, INPUT_SIZES), *(["peer"] if peer else [])):
        modes[mode]["peak_memory_mb"] = peak_memory_mb(mode, "--peers", str(peers))
    found = {str(size): len(detector.detect(few, input_size=size).faces) for size in INPUT_SIZES}
    found[CROWDED] = len(detector.detect(many, input_size=max(INPUT_SIZES)).faces)
    speed = {mode: figures["frames_per_s"] for mode, figures in modes.items()}
    return {
        "frame": {"size": list(FRAME_WH), "faces": FACES, "crowd": MANY_FACES},
        "model": {"id": detector.info.id, "version": detector.info.version},
        "machine": {"cpus": os.cpu_count(), "threads": THREADS, "load_1min": round(os.getloadavg()[0], 2)},
        "rounds": rounds,
        "modes": modes,
        "faces_found": found,
        "times_the_peer": {str(s): round(speed[str(s)] / speed["peer"], 2) for s in INPUT_SIZES} if peer else None,
        "crowd_to_few": round(_total_ms(modes[CROWDED]) / _total_ms(modes[str(max(INPUT_SIZES))]), 2),
        "import_maskcore_s": import_seconds("maskcore"),
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--peers", type=Path, default=ROOT.parent / "shared" / "peers", help="folder with aizoo.py")
    parser.add_argument("--rounds", type=int, default=100, help="measured runs of each mode")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--memory", metavar="MODE", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error(f"--rounds must be at least 1, got {options.rounds}")
    options.peers = options.peers.resolve()
    return options


def _total_ms(figures: Mapping[str, Any]) -> float:
    return figures["ms"]["total"]["median"]


def _settings() -> Settings:
    return Settings(threads=THREADS)


def _ours(detector: MaskDetector, input_size: int) -> Contender:
    def see(frame_bgr: Frame) -> Mapping[str, float]:
        return detector.detect(frame_bgr, input_size=input_size).timings_ms

    return see


def _peak_of_mode_mb(mode: str, peers: Path) -> float:
    """Peak of this process after a few frames of one mode."""
    contender = load_peer(peers, threads=THREADS) if mode == "peer" else None
    contender = contender or _ours(MaskDetector(settings=_settings()), int(mode))
    frame_bgr = crowd(FACES)
    for _ in range(MEMORY_FRAMES):
        contender(frame_bgr)
    return own_peak_mb()


if __name__ == "__main__":
    main()
