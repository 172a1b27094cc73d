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
        f"{figures['rounds']} runs each, taken in turn; milliseconds as median / 95%",
        "",
        f"{'mode':<20}{head}{'frames/s':>10}{'peak MB':>9}{'found':>7}{'asked':>7}{'arithmetic':>12}",
        *(_row(mode, row) for mode, row in figures["modes"].items()),
        "",
        "asked: of how many faces found the classifier is asked; of the others the detector is sure",
        "arithmetic: milliseconds that the multiply-adds take at this machine's fastest float32 matrix product, "
        f"{figures['float32_multiply_adds_per_ms'] / 1e6:.0f} a nanosecond; our graphs calculate in int8",
    ]
    quoted = figures["face_stage_quoted_ms"]
    if quoted:
        lines.append(f"original: its face stage is not run here; {quoted:.0f} ms for it are quoted and in its frames/s")
    if not figures["times_the_peer"]:
        lines.append(NO_PEER)
    for other, ratios in (("peer", figures["times_the_peer"]), ("original", figures["times_the_original"])):
        lines += [f"{mode}: {ratio} times the frames/s of the {other}" for mode, ratio in (ratios or {}).items()]
    for mode, ratio in figures["crowd_to_few"].items():
        lines.append(f"{mode}: {frame['crowd']} faces take {ratio} times as long as {frame['faces']}")
    lines.append(f"import maskcore takes {figures['import_maskcore_s']} s")
    return "\n".join(lines)


def _row(mode: str, row: Mapping[str, Any]) -> str:
    cells = "".join(f"{_pair(row['ms'].get(stage)):>16}" for stage in STAGES)
    keys = ("peak_memory_mb", "faces_found", "faces_asked", "arithmetic_ms")
    memory, found, asked, limit = (row.get(key, "") for key in keys)
    return f"{mode:<20}{cells}{row['frames_per_s']:>10}{memory:>9}{found:>7}{asked:>7}{limit:>12}"


def _pair(ms: Mapping[str, float] | None) -> str:
    return f"{ms['median']:.1f} / {ms['p95']:.1f}" if ms else ""
