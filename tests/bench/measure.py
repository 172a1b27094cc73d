"""Times and memory, one way for every contender."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
WARM_UP = 20
STARTS = 5

Frame = NDArray[np.uint8]
# Sees one frame and tells the milliseconds of each stage, as far as the contender knows its stages.
Contender = Callable[[Frame], Mapping[str, float]]


def interleave(
    contenders: Mapping[str, tuple[Contender, Frame]], *, rounds: int, warm_up: int = WARM_UP
) -> dict[str, dict[str, Any]]:
    """Run all contenders in turn, so that whatever else the machine does hits each of them alike.

    Args:
        contenders: By name, the contender and the frame it sees.
        rounds: Measured runs of each.
        warm_up: Runs before them that do not count.
    Returns:
        By name: `ms` by stage with median and p95, `total` being the wall time of the call; `frames_per_s`.
    """
    seen: dict[str, dict[str, list[float]]] = {name: {} for name in contenders}
    for number in range(-warm_up, rounds):
        for name, (contender, frame) in contenders.items():
            began = perf_counter()
            stages = contender(frame)
            wall_ms = (perf_counter() - began) * 1e3
            if number >= 0:
                for stage, ms in {**stages, "total": wall_ms}.items():
                    seen[name].setdefault(stage, []).append(ms)
    return {name: _figures(stages) for name, stages in seen.items()}


def _figures(stages: Mapping[str, list[float]]) -> dict[str, Any]:
    ms = {
        stage: {"median": round(median(times), 2), "p95": round(float(np.percentile(times, 95)), 2)}
        for stage, times in stages.items()
    }
    return {"ms": ms, "frames_per_s": round(1e3 / median(stages["total"]), 1)}


def peak_memory_mb(mode: str, *extra: str) -> float:
    """Largest resident size in megabytes of a fresh process that runs one mode only."""
    return float(_fresh(["-m", "tests.bench", "--memory", mode, *extra]))


def own_peak_mb() -> float:
    """Largest resident size of this process so far, in megabytes.

    On Linux getrusage also counts the process that started this one, as large as it was then; VmHWM does not.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return round(int(line.split()[1]) / 1024, 1)
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit, 1)


def import_seconds(module: str) -> float:
    """Median seconds that `import module` takes in a fresh process, Python's own start not counted."""
    code = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
    return round(median(float(_fresh(["-c", code])) for _ in range(STARTS)), 3)


def _fresh(arguments: list[str]) -> Any:
    """What a fresh Python prints as its last line, read as JSON."""
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])
