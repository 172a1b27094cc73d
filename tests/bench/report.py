"""The figures of the benchmark as plain text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

STAGES = ("prepare", "detect", "classify", "total")
NO_PEER = "No peer: its rows are left out. Give the folder that holds aizoo.py with --peers DIR."


def table(figures: Mapping[str, Any]) -> str:
    """What `run` measured, a row a mode."""
    frame, machine, model = figures["frame"], figures["machine"], figures["model"]
    width, height = frame["size"]
    head = "".join(f"{stage:>16}" for stage in STAGES)
    lines = [
        f"{width}x{height} frame, {frame['faces']} faces, decode excluded; model {model['id']} {model['version']}",
        f"{machine['cpus']} processors, {machine['threads']} threads, load {machine['load_1min']}; "
        f"{figures['rounds']} runs each, taken in turn; milliseconds as median / 95 %",
        "",
        f"{'input_size':<16}{head}{'frames/s':>10}{'peak MB':>9}{'found':>7}",
        *(_row(mode, row, figures["faces_found"].get(mode)) for mode, row in figures["modes"].items()),
        "",
    ]
    ratios = figures["times_the_peer"]
    lines += (
        [f"input_size {size}: {r} times the frames/s of the peer" for size, r in ratios.items()]
        if ratios
        else [NO_PEER]
    )
    lines.append(f"{frame['crowd']} faces take {figures['crowd_to_few']} times as long as {frame['faces']}")
    lines.append(f"import maskcore takes {figures['import_maskcore_s']} s")
    return "\n".join(lines)


def _row(mode: str, row: Mapping[str, Any], found: int | None) -> str:
    cells = "".join(f"{_pair(row['ms'].get(stage)):>16}" for stage in STAGES)
    memory = row.get("peak_memory_mb", "")
    return f"{mode:<16}{cells}{row['frames_per_s']:>10}{memory:>9}{'' if found is None else found:>7}"


def _pair(ms: Mapping[str, float] | None) -> str:
    return f"{ms['median']:.1f} / {ms['p95']:.1f}" if ms else ""
