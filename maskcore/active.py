"""Which model answers where nobody names one: a small pointer file in the data folder, replaced as a whole.

A process looks once, at its start: detector, card and heat maps of one process are then of one model, whatever is
promoted meanwhile. Another model answers after a restart; see docs/decisions/009-promotion.md.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from maskcore.errors import ModelMissingError
from maskcore.files import write_atomically
from maskcore.settings import get_settings

POINTER = "active.json"
MOST_KEPT = 20  # models that one can roll back over


def models_folder() -> Path:
    """Where promoted models and the pointer lie."""
    return get_settings().data_folder / "models"


@lru_cache(maxsize=1)
def active_folder() -> Path | None:
    """The promoted model's folder as it was when this process first asked; None: the model that ships.

    Raises:
        SettingsError: A variable cannot be used.
    """
    try:
        return pointed_folder()
    except ModuleNotFoundError:  # platformdirs: without it there is no data folder, and nothing was promoted
        return None


def pointed_folder() -> Path | None:
    """The promoted model's folder as the pointer has it now; None: the model that ships."""
    names = _read()
    return models_folder() / names[-1] if names and names[-1] else None


def point_to(name: str | None) -> None:
    """Make a model of `models_folder` the active one; None: the one that ships. The ones before stay known.

    Raises:
        ModelMissingError: There is no such model.
    """
    if name is not None and not (models_folder() / name / "model.json").exists():
        raise ModelMissingError(f"Expected a model folder {name} in {models_folder()}, found none. Export it again.")
    _write([*(_read() or [""]), name or ""])


def point_back() -> None:
    """Make the model active that was so before; nothing happens where there was none."""
    _write(_read()[:-1])


def can_point_back() -> bool:
    """Whether there was another model before."""
    return len(_read()) > 1


def _read() -> list[str]:
    """Names of the models that were active, the last one is so now; an empty name is the model that ships."""
    try:
        return list(json.loads((models_folder() / POINTER).read_text(encoding="utf-8"))["models"])
    except FileNotFoundError:
        return []


def _write(names: list[str]) -> None:
    models_folder().mkdir(parents=True, exist_ok=True)
    write_atomically(models_folder() / POINTER, json.dumps({"models": names[-MOST_KEPT:]}).encode())
