"""What a model said of every face of an evaluation, kept to be explored: numbers and names of pictures, no pixels."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from maskcore.models import Manifest
from maskcore.settings import get_settings
from maskcore.types import Label
from training.data.table import BOX
from training.errors import DataError
from training.evaluation.detections import SAID

ABOUT = "about.json"
KNOWN = ["image", *BOX, "label", "source", "covered", "crop"]


@dataclass(frozen=True, slots=True)
class About:
    """What was measured, and where its pictures lie.

    Attributes:
        model: Id of the model.
        version: Of the model.
        unsure: The model's own lowest probability of a label that is trusted.
        input_size: Longer side that the detector saw, in pixels.
        split: The part of the data.
        fingerprint: Of the data.
        root: Folder that the names of pictures begin from.
        at: When, ISO 8601 in UTC.
    """

    model: str
    version: str
    unsure: float
    input_size: int
    split: str
    fingerprint: str
    root: str
    at: str


@dataclass(frozen=True, slots=True)
class Results:
    """An evaluation, face by face.

    Attributes:
        about: What was measured.
        known: Faces that people boxed, columns KNOWN; a picture without any has one row without a box.
        found: Faces that the model found, from training.evaluation.detections.LOWEST_SCORE on, columns SAID.
        given: What it said of pictures that are themselves crops of one face, columns SAID, in the order of those
            rows of `known`.
    """

    about: About
    known: pd.DataFrame
    found: pd.DataFrame
    given: pd.DataFrame

    @property
    def photographs(self) -> list[str]:
        """Names of all pictures that were measured, those without any face too."""
        return self.known["image"].unique().tolist()


def make_results(
    part: pd.DataFrame,
    found: pd.DataFrame,
    given: pd.DataFrame,
    *,
    manifest: Manifest,
    input_size: int,
    fingerprint: str,
) -> Results:
    """Gather what an evaluation found.

    Args:
        part: Known faces of one split, see training.data.
        found: From training.evaluation.detections.detect_all.
        given: From training.evaluation.detections.classify_all.
        manifest: Of the model.
        input_size: Longer side that the detector saw, in pixels.
        fingerprint: Of all the data.
    """
    crops = given[given["crop"]]
    said = crops.assign(score=1.0)[SAID].astype({label: float for label in Label})
    # of crops, only faces with a label were asked about
    known = pd.concat([part.loc[~part["crop"], KNOWN], part.loc[crops.index, KNOWN]], ignore_index=True)
    root = os.path.commonpath([str(Path(name).absolute().parent) for name in part["image"].unique()])
    about = About(
        manifest.id, manifest.version, manifest.thresholds.unsure, input_size, str(part["split"].iloc[0]), fingerprint,
        root, datetime.now(UTC).isoformat(timespec="seconds"),
    )  # fmt: skip
    tables = (_named(table.reset_index(drop=True), root) for table in (known, found[SAID], said))
    return Results(about, *tables)


def results_folder() -> Path:
    """Where results are kept, a folder a model."""
    return get_settings().data_folder / "results"


def write_results(results: Results) -> None:
    """Keep results in place of older ones of the same model; a kill leaves the old or none, never half of them."""
    folder = results_folder() / results.about.model
    new = folder.with_name(f".{folder.name}")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    for name in ("known", "found", "given"):
        getattr(results, name).to_parquet(new / f"{name}.parquet", index=False)
    (new / ABOUT).write_text(json.dumps(asdict(results.about), indent=2), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(new, folder)


def evaluated() -> list[About]:
    """All evaluations that are kept, newest first; those that cannot be read are left out."""
    found = []
    for path in results_folder().glob(f"[!.]*/{ABOUT}"):
        try:
            found.append(About(**json.loads(path.read_text(encoding="utf-8"))))
        except (OSError, ValueError, TypeError):
            continue  # of another version, or just being replaced: it can be measured again
    return sorted(found, key=lambda about: about.at, reverse=True)


def read_results(about: About) -> Results:
    """What `write_results` kept.

    Raises:
        DataError: It is gone or damaged.
    """
    folder = results_folder() / about.model
    try:
        return Results(about, *(pd.read_parquet(folder / f"{name}.parquet") for name in ("known", "found", "given")))
    except (OSError, ValueError) as error:
        raise DataError(
            f"Expected the results of {about.model} in {folder}: {error}. Measure the model again: python -m training "
            "evaluate --model FOLDER"
        ) from error


def _named(table: pd.DataFrame, root: str) -> pd.DataFrame:
    """Names of pictures from the root on."""
    names = {name: os.path.relpath(Path(name).absolute(), root) for name in table["image"].unique()}
    return table.assign(image=table["image"].map(names))
