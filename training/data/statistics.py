"""What can be measured of pictures and faces, looked at once and kept."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from maskcore.errors import InputError
from maskcore.imaging import load_image
from maskcore.preprocess import crop_faces, shrink
from maskcore.quality import brightness, grey, sharpness
from maskcore.settings import get_settings
from maskcore.styles import percent
from maskcore.types import Label
from training.data.cache import stamp, write_parquet
from training.data.progress import AT_ONCE, Told, tell_nobody
from training.data.table import BOX, DataSet, Problem

CROP_SIDE = 64  # pixels; with the margin, what the classifier sees, so that figures compare with the model's thresholds
CROP_MARGIN = 0.25
PICTURE_SIDE = 256  # pixels of the longer side at which a whole picture's sharpness is measured
RARE = 0.1  # a smaller share of the faces is called rare
UNEVEN = 3.0  # times that one label may outnumber another before it is told

# How figures of a picture are kept, and how they are called; then figures of its faces, a list of each
PICTURE = {"good": "good", "picture_brightness": "brightness", "picture_sharpness": "sharpness"}
FACE = [*BOX, "brightness", "sharpness"]


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of a set; see maskcore.quality.

    Attributes:
        pictures: Indexed by path: good (False: damaged), brightness (0 to 255) and sharpness.
        faces: image, x1, y1, x2, y2, brightness and sharpness; NaN in damaged pictures.
    """

    pictures: pd.DataFrame
    faces: pd.DataFrame


def boxes_by_image(table: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """The boxes of each picture, (N, 4) float64, x1, y1, x2, y2 in pixels; N is 0 for a picture without faces."""
    places, images = pd.factorize(table["image"])
    order = np.argsort(places, kind="stable")
    ends = np.cumsum(np.bincount(places, minlength=len(images)))
    parts = np.split(table[BOX].to_numpy(float)[order], ends)[: len(images)]
    return {image: part[~np.isnan(part[:, 0])] for image, part in zip(images, parts, strict=True)}


def measure_pictures(table: pd.DataFrame, *, kept: Path, on_progress: Told = tell_nobody) -> Measured:
    """Brightness and sharpness of pictures and their faces.

    What was measured is kept, also when it is broken off, and measured anew where a picture or its boxes changed.

    Args:
        table: See training.data.table.
        kept: File to keep the figures in.
        on_progress: Told pictures done and pictures to do.
    """
    boxes = boxes_by_image(table)
    stamps = pd.Series({image: _stamp(image, found) for image, found in boxes.items()}, dtype=object)
    known = pd.read_parquet(kept) if kept.exists() else pd.DataFrame(columns=["stamp", *PICTURE, *FACE])
    known = known[known["stamp"].eq(stamps.reindex(known.index))]
    todo = [(image, found) for image, found in boxes.items() if image not in known.index]
    rows: list[dict] = []
    try:
        for measured in _measure_all(todo):
            rows += measured
            on_progress(len(rows), len(todo))
    finally:
        if rows:
            new = pd.DataFrame(rows).set_index("image")
            new.insert(0, "stamp", stamps[new.index])
            known = pd.concat([known, new]) if len(known) else new
            write_parquet(known, kept)
    known = known.reindex(stamps.index).rename_axis("image")
    faces = known[FACE].explode(FACE).dropna(subset="x1").astype(float).reset_index()
    pictures = known[list(PICTURE)].rename(columns=PICTURE).astype({"good": bool})
    return Measured(pictures, faces)


def describe_faces(table: pd.DataFrame, measured: Measured) -> pd.DataFrame:
    """The faces of a table with what is known of each.

    Args:
        table: See training.data.table.
        measured: Of the same set; faces that it lacks have no brightness and sharpness.
    Returns:
        The rows with a box, and the columns side (shorter side, pixels), share (of the picture's area, 0 to 1), aspect
        (width over height), x and y (middle, 0 to 1 from left and top), brightness and sharpness.
    """
    faces = table[table["x1"].notna()]
    faces = faces.merge(measured.faces.drop_duplicates(["image", *BOX]), on=["image", *BOX], how="left")
    width, height = faces["x2"] - faces["x1"], faces["y2"] - faces["y1"]
    faces["side"], faces["aspect"] = np.minimum(width, height), width / height
    faces["share"] = width * height / (faces["width"] * faces["height"])
    faces["x"], faces["y"] = (faces["x1"] + width / 2) / faces["width"], (faces["y1"] + height / 2) / faces["height"]
    return faces


def describe_pictures(table: pd.DataFrame, measured: Measured) -> pd.DataFrame:
    """One row a picture: image, source, split, width, height, megapixels, faces (count), brightness and sharpness."""
    grouped = table.groupby("image", sort=False)
    pictures = grouped[["source", "split", "width", "height"]].first()
    pictures["faces"] = grouped["x1"].count()
    pictures["megapixels"] = pictures["width"] * pictures["height"] / 1e6
    return pictures.join(measured.pictures[["brightness", "sharpness"]]).rename_axis("image").reset_index()


def leave_out_damaged(found: DataSet, measured: Measured) -> DataSet:
    """The set without pictures that turned out to be damaged or too large to look at, which its problems tell."""
    damaged = found.table["image"].isin(measured.pictures.index[~measured.pictures["good"]])
    pictures = found.table[damaged].drop_duplicates("image")
    told = [Problem(Path(row.image).name, _fault(row.width, row.height), "left out") for row in pictures.itertuples()]
    return DataSet(found.table[~damaged].reset_index(drop=True), [*found.problems, *told])


def imbalance(labels: pd.Series) -> list[str]:
    """What is uneven about the labels of faces, in words, with what to do; empty where nothing is."""
    counts = labels.value_counts().reindex([label.value for label in Label], fill_value=0)
    total = counts.sum()
    if not total:
        return ["No face has a label. Give the names of the set a meaning first."]
    words = {Label.MASK: "with a mask", Label.NO_MASK: "without a mask", Label.INCORRECT: "with a mask worn wrong"}
    told = [
        f"There is no face {words[Label(label)]}: a model trained on this alone never learns to say so. Add pictures "
        "that show it, or train together with a set that has them."
        for label in counts.index[counts == 0]
    ]
    there = counts[counts > 0]
    most, least = there.idxmax(), there.idxmin()
    if there[most] > UNEVEN * there[least]:
        rare = f"only {percent(there[least] / total)} of all, " if there[least] < RARE * total else ""
        told.append(
            f"For each face {words[Label(least)]} there are {there[most] / there[least]:.0f} {words[Label(most)]} "
            f"({rare}{there[least]:,} faces). Collect more of the rare ones, weigh them more in training (class "
            "weights), and judge a model by each label's own figures rather than by the share that it gets right."
        )
    return told


def _fault(width: float, height: float) -> str:
    megapixels, most = width * height / 1e6, get_settings().max_megapixels
    if megapixels <= most:
        return "the picture is damaged"
    return f"has {megapixels:.3g} megapixels, more than the {most:g} of MASKCORE_MAX_MEGAPIXELS that this page looks at"


def _stamp(image: str, boxes_xyxy: NDArray[np.float64]) -> str:
    return f"{stamp(Path(image))} {hashlib.sha256(boxes_xyxy.tobytes()).hexdigest()[:16]}"


def _measure_all(todo: list[tuple[str, NDArray[np.float64]]]) -> Iterator[list[dict]]:
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for start in range(0, len(todo), AT_ONCE):
            yield list(pool.map(_measure, *zip(*todo[start : start + AT_ONCE], strict=True)))


def _measure(image: str, boxes_xyxy: NDArray[np.float64]) -> dict:
    settings = get_settings()
    blank = np.full(len(boxes_xyxy), np.nan)
    row = {"image": image, "good": False, "picture_brightness": np.nan, "picture_sharpness": np.nan}
    row |= dict(zip(BOX, boxes_xyxy.T, strict=True)) | {"brightness": blank, "sharpness": blank}
    try:
        image_bgr = load_image(Path(image), max_mb=settings.max_upload_mb, max_megapixels=settings.max_megapixels)
    except InputError:
        return row
    crops = crop_faces(image_bgr, boxes_xyxy.astype(np.float32), side=CROP_SIDE, margin=CROP_MARGIN)
    greys = grey(crops)
    whole = np.asarray(cv2.cvtColor(shrink(image_bgr, longer_side=PICTURE_SIDE), cv2.COLOR_BGR2GRAY), np.uint8)
    return row | {
        "good": True,
        "picture_brightness": float(whole.mean()),
        "picture_sharpness": sharpness(whole),
        "brightness": brightness(greys),
        "sharpness": np.array([sharpness(each) for each in greys]),
    }
