"""Which model answers where nobody names one: a small pointer file in the data folder, replaced as a whole.

Running processes watch it and change over, see maskcore.serving and docs/decisions/009-promotion.md.
"""

from __future__ import annotations

import json
from pathlib import Path

from maskcore.errors import ModelMismatchError, ModelMissingError
from maskcore.files import write_atomically
from maskcore.settings import get_settings

POINTER = "active.json"
MOST_KEPT = 20  # models that one can roll back over


def models_folder() -> Path:
    """Where promoted models and the pointer lie."""
    return get_settings().data_folder / "models"


def pointed_folder() -> Path | None:
    """The promoted model's folder as the pointer has it now; None: the model that ships.

    Raises:
        ModelMismatchError: The pointer cannot be read.
        SettingsError: A variable cannot be used.
    """
    try:
        names = _read()
    except ModuleNotFoundError:  # platformdirs: without it there is no data folder, and nothing was promoted
        return None
    return models_folder() / names[-1] if names and names[-1] else None


def pointer_stamp() -> tuple[int, int, int] | None:
    """Changes whenever the pointer is written: its time in ns, number on the disk and bytes; None: there is none."""
    try:
        facts = (models_folder() / POINTER).stat()
    except (OSError, ModuleNotFoundError):  # platformdirs, as above
        return None
    return facts.st_mtime_ns, facts.st_ino, facts.st_size


def point_to(name: str | None) -> None:
    """Make a model of `models_folder` the active one; None: the one that ships. The ones before stay known.

    Raises:
        ModelMissingError: There is no such model.
        ModelMismatchError: The pointer cannot be read.
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


def forget_pointer() -> None:
    """Let the model that ships answer, and forget which were active before: the way out of a pointer that is broken."""
    (models_folder() / POINTER).unlink(missing_ok=True)


def _read() -> list[str]:
    """Names of the models that were active, the last one is so now; an empty name is the model that ships."""
    path = models_folder() / POINTER
    try:
        names = json.loads(path.read_text(encoding="utf-8"))["models"]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelMismatchError(_broken(path, repr(error))) from error
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ModelMismatchError(_broken(path, repr(names)))
    return names


def _broken(path: Path, got: str) -> str:
    return (
        f'Expected the names of models that were active in {path}, got {got}. Press "Answer with the model that '
        'ships" on the Training page, or delete the file; then promote the model again.'
    )


def _write(names: list[str]) -> None:
    models_folder().mkdir(parents=True, exist_ok=True)
    write_atomically(models_folder() / POINTER, json.dumps({"models": names[-MOST_KEPT:]}).encode())
