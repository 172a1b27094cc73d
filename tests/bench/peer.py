"""The open detector to compare with; it lies beside the checkout, not in it."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.bench.measure import Contender, Frame

SCRIPT = "aizoo.py"


def load_script(path: Path) -> Any:
    """A Python file as a module."""
    spec = importlib.util.spec_from_file_location(f"{path.stem}_peer", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be loaded as a Python module.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load_peer(folder: Path, *, threads: int) -> Contender | None:
    """The peer as a contender; None where its script is not in the folder."""
    path = folder / SCRIPT
    if not path.is_file():
        return None
    peer = load_script(path).Peer(threads=threads)

    def see(frame_bgr: Frame) -> Mapping[str, float]:
        peer.detect(frame_bgr)
        return {}

    return see
