"""Labels that are probably wrong: faces that a classifier which never saw them tells otherwise.

Confident learning (Northcutt, Jiang and Chuang 2021) by cleanlab, see docs/decisions/011-suspect-labels.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from maskcore.types import Label
from training.data.crops import learnable
from training.data.duplicates import group_alike, hash_pictures
from training.data.features import Embedder, Teller, embed_pictures
from training.data.notes import Edit, round_box
from training.data.progress import Told, tell_nobody
from training.data.table import BOX, LABELS, label_numbers
from training.errors import DataError

FOLDS = 5
PENALTY = 0.1  # scikit-learn's C: of the light classifier; from 0.01 to 1 the first suspects are the same


@dataclass(frozen=True)
class Suspects:
    """What cross-validation says about the labels of a set.

    Attributes:
        faces: The suspects, surest first: rows of the set's table and suggested (a label), confidence (its
            probability, 0 to 1) and sure (whether confident learning says so too).
        looked_at: How many faces were judged.
        too_rare: Labels of fewer than FOLDS different photographs, whose faces could not be judged.
    """

    faces: pd.DataFrame
    looked_at: int
    too_rare: tuple[Label, ...] = ()


def faces_to_judge(table: pd.DataFrame) -> pd.DataFrame:
    """The faces that have a label and are large enough to be judged, those of a picture together."""
    return learnable(table).sort_values("image", kind="stable", ignore_index=True)


def look_for_suspects(
    table: pd.DataFrame, teller: Teller, embed: Embedder, *, cache: Path, on_progress: Told = tell_nobody
) -> Suspects:
    """All at once: `faces_to_judge`, `embed_pictures`, `group_pictures` and `find_suspects`.

    Args:
        table: See training.data.table.
        teller: The detector.
        embed: The classifier's first layers.
        cache: Folder that hashes of pictures are kept in.
        on_progress: Told pictures done and pictures to do.
    Raises:
        DataError: There are too few labels, see `find_suspects`.
    """
    faces = faces_to_judge(table)
    parts, total = [], faces["image"].nunique()
    for part in embed_pictures(faces, teller, embed):
        parts.append(part)
        on_progress(len(parts), total)
    return find_suspects(faces, parts, group_pictures(faces, cache=cache))


def group_pictures(faces: pd.DataFrame, *, cache: Path, on_progress: Told | None = None) -> dict[str, int]:
    """The group of look-alikes of each picture that can be read; arguments as of training.data.duplicates."""
    paths = np.array(faces["image"].unique(), object)
    plain, mirrored, good = hash_pictures(paths.tolist(), cache=cache, on_progress=on_progress)
    return dict(zip(paths[good], group_alike(plain[good], mirrored[good]).tolist(), strict=True))


def find_suspects(faces: pd.DataFrame, parts: list[NDArray], groups: Mapping[str, int]) -> Suspects:
    """Faces whose label a classifier that never saw them, nor a look-alike, tells otherwise.

    Args:
        faces: From `faces_to_judge`.
        parts: From `embed_pictures`, all of them.
        groups: From `group_pictures`; faces of other pictures are not judged.
    Raises:
        DataError: Fewer than two labels have FOLDS different photographs.
    """
    features = np.concatenate(parts) if parts else np.zeros((0, 1), np.float32)
    group = faces["image"].map(groups)
    good = np.isfinite(features).all(axis=1) & group.notna().to_numpy()
    counts = group[good].groupby(faces.loc[good, "label"]).nunique()
    common = [label.value for label in LABELS if counts.get(label.value, 0) >= FOLDS]
    if len(common) < 2:
        raise DataError(
            f"Expected faces of at least two labels, each in {FOLDS} different photographs or more, to compare them; "
            f"came {', '.join(f'{label}: {count}' for label, count in counts.items()) or 'none'}. Add pictures, or "
            "look through the labels by eye."
        )
    good &= faces["label"].isin(common).to_numpy()
    judged = faces[good].reset_index(drop=True)
    numbers = np.searchsorted(np.sort(label_numbers(pd.Series(common))), label_numbers(judged["label"]))
    likely = _out_of_sample(features[good], numbers, group[good].to_numpy(np.int64))
    too_rare = tuple(Label(label) for label in counts.index if label not in common)
    return Suspects(_suspects(judged, numbers, likely, common), len(judged), too_rare)


def not_looked_at(faces: pd.DataFrame, folder: Path, edits: tuple[Edit, ...]) -> pd.DataFrame:
    """The suspects that nobody has said anything about, neither of the face nor of its picture.

    Args:
        faces: See `Suspects`.
        folder: The set's.
        edits: What was mended; one that gives a face the label that it has says that it is right.
    """
    said = {(str((folder / edit.image).resolve()), edit.box) for edit in edits}
    boxes = [round_box(tuple(box)) for box in faces[BOX].to_numpy(float)]
    pairs = zip(faces["image"], boxes, strict=True)
    fresh = [(image, box) not in said and (image, None) not in said for image, box in pairs]
    return faces[np.array(fresh, bool)].reset_index(drop=True)


def as_list(faces: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Suspects to be read elsewhere: pictures by their path below the set's folder, boxes in pixels."""
    names = [Path(image).relative_to(folder.resolve()).as_posix() for image in faces["image"]]
    return faces.assign(image=names)[["image", *BOX, "label", "suggested", "confidence", "sure"]].round(4)


def _out_of_sample(features: NDArray, numbers: NDArray[np.int64], groups: NDArray[np.int64]) -> NDArray[np.float64]:
    """(N, labels) probabilities of each face from a classifier that was fitted without its group."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    light = make_pipeline(StandardScaler(), LogisticRegression(C=PENALTY, max_iter=1000))
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)
    return cross_val_predict(light, features, numbers, groups=groups, cv=folds, method="predict_proba")


def _suspects(
    judged: pd.DataFrame, numbers: NDArray[np.int64], likely: NDArray[np.float64], names: list[str]
) -> pd.DataFrame:
    from cleanlab.filter import find_label_issues
    from cleanlab.rank import get_label_quality_scores

    sure = find_label_issues(numbers, likely, filter_by="confident_learning", n_jobs=1)
    others = likely.copy()
    others[np.arange(len(numbers)), numbers] = -1
    best = others.argmax(axis=1)
    found = judged.assign(suggested=np.array(names, object)[best], confidence=others.max(axis=1), sure=sure)
    order = np.argsort(get_label_quality_scores(numbers, likely, method="self_confidence"), kind="stable")
    differs = sure | (likely.argmax(axis=1) != numbers)
    return found.iloc[order[differs[order]]].reset_index(drop=True)
