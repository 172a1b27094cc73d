"""Files that are whole or not there."""

from __future__ import annotations

import os
from pathlib import Path


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that a kill leaves either the old one or the new one."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    os.replace(part, path)
