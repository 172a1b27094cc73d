"""The models that were made of runs, and which of them answers."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maskcore import MaskDetector
from maskcore.active import models_folder, point_to, pointed_folder
from maskcore.errors import ModelError, ModelMismatchError, ModelMissingError
from maskcore.imaging import load_image
from maskcore.models import SHIPPED, Manifest, load_manifest
from maskcore.samples import SAMPLES
from maskcore.types import Label

COMPARISON = "comparison.json"
LARGEST_MB, LARGEST_MEGAPIXELS = 10, 25
TRUE_LABELS = {"astronaut": Label.NO_MASK, "astronaut_masked": Label.MASK, "grace_hopper": Label.NO_MASK,
               "grace_hopper_masked": Label.MASK}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Registered:
    """A model of the registry.

    Attributes:
        folder: Its model folder.
        manifest: What its model.json says.
        active: Whether it answers where nobody names a model, within seconds at the latest.
    """

    folder: Path
    manifest: Manifest
    active: bool


def list_models() -> list[Registered]:
    """The models made of runs, newest first, and the one that ships; those that cannot be read are left out."""
    now = pointed_folder() or SHIPPED
    folders = sorted((path.parent for path in models_folder().glob("[!.]*/model.json")), reverse=True)
    found = []
    for folder in (*folders, SHIPPED):
        try:
            found.append(Registered(folder, load_manifest(folder), folder == now))
        except ModelError:
            continue
    return found


def model_named(name: str) -> Path:
    """The folder of a model, by that folder's name or path.

    Raises:
        ModelMissingError: There is none; the message names those that there are.
    """
    found = {each.folder.name: each.folder for each in list_models()}
    folder = found.get(Path(name).name)
    if folder is None:
        raise ModelMissingError(f"Expected one of the models {', '.join(found)}; got {name}. Name one of them.")
    return folder


def promote(folder: Path) -> None:
    """Make a model the active one, if it passes the golden check.

    Raises:
        ModelError: It cannot be loaded, or is wrong on the sample portraits.
    """
    check_golden(folder)
    point_to(None if folder == SHIPPED else folder.name)


def check_golden(folder: Path) -> None:
    """See that a model loads, finds the one face of each sample portrait, and tells how it wears its mask.

    Raises:
        ModelMismatchError: It does not; the message says on which portrait.
        ModelMissingError: A file is missing.
    """
    detector = MaskDetector(folder)
    for sample in SAMPLES:
        image_bgr = load_image(sample.path, max_mb=LARGEST_MB, max_megapixels=LARGEST_MEGAPIXELS)
        found = [face.label for face in detector.detect(image_bgr).faces]
        wanted = TRUE_LABELS[sample.name]
        if found != [wanted]:
            said = ", ".join(found) or "no face"
            raise ModelMismatchError(
                f"Expected one face, {wanted}, on the sample portrait {sample.title!r}; the model says {said}. It "
                "cannot be promoted: train it longer or on more data."
            )


def short_figures(figures: dict[str, Any]) -> dict[str, float]:
    """A few figures out of those of training.evaluation.report.evaluate_model, 0 to 1; those not measured left out.

    Returns:
        face (average precision of faces, mean over the sets that have any), mean (the same with labels), three and two
        (share of labels right and of mask or not right, over all faces that people drew), and photographs and faces,
        counts.
    """
    sets, given = list(figures["detection"].values()), list(figures["given"].values())
    count = sum(row["faces"] for row in given)
    measured = {name: [row[name] for row in sets if not math.isnan(row[name])] for name in ("face", "mean")}
    short = {name: sum(values) / len(values) for name, values in measured.items() if values}
    short |= {name: sum(row[name] * row["faces"] for row in given) / count for name in ("three", "two") if count}
    short |= {"faces": count, "photographs": sum(row["photographs"] for row in sets)}
    return {name: value for name, value in short.items() if not math.isnan(value)}


def read_comparison(folder: Path) -> dict[str, Any] | None:
    """What was measured when a model was made: `new` and `old` (short_figures) and `old_id`; None where none was."""
    path = folder / COMPARISON
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
