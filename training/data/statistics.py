"""What can be measured of pictures and faces, looked at once and kept."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from maskcore.errors import InputError
from maskcore.imaging import load_image
from maskcore.preprocess import crop_faces
from maskcore.quality import brightness, sharpness
from maskcore.settings import get_settings
from maskcore.types import Label
from training.data.cache import stamp, write_parquet
from training.data.table import BOX

CROP_SIDE = 64  # pixels; with the margin, what the classifier sees, so that figures compare with the model's thresholds
CROP_MARGIN = 0.25
PICTURE_SIDE = 256  # pixels of the longer side at which a whole picture's sharpness is measured
AT_ONCE = 64  # pictures between two words on the progress
RARE = 0.1  # a smaller share of the faces is called rare
UNEVEN = 3.0  # times that one label may outnumber another before it is told

Told = Callable[[int, int], None]


def measure_pictures(table: pd.DataFrame, *, kept: Path, on_progress: Told = lambda done, total: None) -> pd.DataFrame:
    """Brightness and sharpness of pictures and their faces; see maskcore.quality.

    What was measured is kept, also when it is broken off, and measured anew where a picture or its boxes changed.

    Args:
        table: See training.data.table.
        kept: File to keep the figures in.
        on_progress: Told pictures done and pictures to do.
    Returns:
        One row a picture, indexed by its path: good (False: damaged), picture_brightness (0 to 255),
        picture_sharpness, and brightness and sharpness, lists with one figure a face in the order of the table.
    """
    boxes = {image: rows[BOX].dropna().to_numpy(np.float32) for image, rows in table.groupby("image", sort=False)}
    stamps = pd.Series({image: _stamp(image, found) for image, found in boxes.items()}, dtype=object)
    known = pd.read_parquet(kept) if kept.exists() else pd.DataFrame(columns=["stamp"])
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
    return known.reindex(stamps.index).drop(columns="stamp")


def describe_faces(table: pd.DataFrame, measured: pd.DataFrame) -> pd.DataFrame:
    """The faces of a table with what is known of each.

    Args:
        table: See training.data.table.
        measured: From `measure_pictures`, of the same table.
    Returns:
        The rows with a box, and the columns side (shorter side, pixels), share (of the picture's area, 0 to 1), aspect
        (width over height), x and y (middle, 0 to 1 from left and top), brightness and sharpness.
    """
    faces = table[table["x1"].notna()].copy()
    width, height = faces["x2"] - faces["x1"], faces["y2"] - faces["y1"]
    faces["side"], faces["aspect"] = np.minimum(width, height), width / height
    faces["share"] = width * height / (faces["width"] * faces["height"])
    faces["x"], faces["y"] = (faces["x1"] + width / 2) / faces["width"], (faces["y1"] + height / 2) / faces["height"]
    place = faces.groupby("image", sort=False).cumcount()
    for name in ("brightness", "sharpness"):
        lists = measured[name].reindex(faces["image"])
        faces[name] = [values[at] for values, at in zip(lists, place, strict=True)]
    return faces


def describe_pictures(table: pd.DataFrame, measured: pd.DataFrame) -> pd.DataFrame:
    """One row a picture: image, source, split, width, height, megapixels, faces (count), brightness and sharpness."""
    grouped = table.groupby("image", sort=False)
    pictures = grouped[["source", "split", "width", "height"]].first()
    pictures["faces"] = grouped["x1"].count()
    pictures["megapixels"] = pictures["width"] * pictures["height"] / 1e6
    for name in ("brightness", "sharpness"):
        pictures[name] = measured[f"picture_{name}"].reindex(pictures.index).astype(float)
    return pictures.rename_axis("image").reset_index()


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
        rare = f"only {there[least] / total:.0%} of all, " if there[least] < RARE * total else ""
        told.append(
            f"For each face {words[Label(least)]} there are {there[most] / there[least]:.0f} {words[Label(most)]} "
            f"({rare}{there[least]:,} faces). Collect more of the rare ones, weigh them more in training (class "
            "weights), and judge a model by each label's own figures rather than by the share that it gets right."
        )
    return told


def _stamp(image: str, boxes_xyxy: NDArray[np.float32]) -> str:
    return f"{stamp(Path(image))} {hashlib.sha256(boxes_xyxy.tobytes()).hexdigest()[:16]}"


def _measure_all(todo: list[tuple[str, NDArray[np.float32]]]) -> Iterator[list[dict]]:
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for start in range(0, len(todo), AT_ONCE):
            yield list(pool.map(_measure, *zip(*todo[start : start + AT_ONCE], strict=True)))


def _measure(image: str, boxes_xyxy: NDArray[np.float32]) -> dict:
    settings = get_settings()
    blank = [float("nan")] * len(boxes_xyxy)
    row = {"image": image, "good": False, "picture_brightness": np.nan, "picture_sharpness": np.nan}
    try:
        image_bgr = load_image(Path(image), max_mb=settings.max_upload_mb, max_megapixels=settings.max_megapixels)
    except InputError:
        return row | {"brightness": blank, "sharpness": blank}
    crops = crop_faces(image_bgr, boxes_xyxy, side=CROP_SIDE, margin=CROP_MARGIN)
    greys = [np.asarray(cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY), np.uint8) for crop in crops]
    scale = min(1.0, PICTURE_SIDE / max(image_bgr.shape[:2]))
    small = cv2.resize(image_bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.uint8)
    return row | {
        "good": True,
        "picture_brightness": float(grey.mean()),
        "picture_sharpness": sharpness(grey),
        "brightness": [brightness(each) for each in greys],
        "sharpness": [sharpness(each) for each in greys],
    }
