"""Keeps the areas and lines of a camera of the network, so that they outlive the server."""

from __future__ import annotations

import logging
from pathlib import Path
from urllib.parse import quote

from maskcore.errors import InputError
from maskcore.files import write_atomically
from maskcore.settings import get_settings
from pages.ui.zone_editor import Shapes, zones_from_json, zones_to_json

_log = logging.getLogger(__name__)


def load_zones(camera: str) -> Shapes:
    """What was drawn for this camera; nothing where nothing was, or where the file cannot be read."""
    path = _path(camera)
    try:
        return zones_from_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return (), ()
    except (OSError, ValueError, InputError) as error:
        _log.warning("The areas of %s were not read from %s: %s", camera, path, error)
        return (), ()


def save_zones(camera: str, shapes: Shapes) -> None:
    """Keep what is drawn for this camera.

    Raises:
        OSError: It cannot be written.
    """
    path = _path(camera)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, zones_to_json(*shapes).encode())


def _path(camera: str) -> Path:
    return get_settings().data_folder / "areas" / f"{quote(camera, safe='')}.json"
