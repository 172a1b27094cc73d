"""What may be wrong with a data set: look-alikes, faces too poor to learn from, boxes that the detector disputes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from maskcore.boxes import iou_matrix
from maskcore.errors import InputError
from maskcore.imaging import load_image
from maskcore.models import Thresholds
from maskcore.settings import get_settings
from maskcore.types import Face, FrameResult
from training.data.duplicates import MIRRORED_BITS, SAME_BITS, group_alike, hash_pictures
from training.data.progress import Told
from training.data.statistics import boxes_by_image

SAME_FACE = 0.3  # IoU; sets draw boxes from brow to chin or around the whole head, which overlap by about a half
LEAST_SCORE = 0.8  # a face found with less is no ground to doubt the set
FAINT_SCORE = 0.2  # a face found with more is enough to trust a box
LARGEST_GROUP = 60  # of a larger group of look-alikes, such as a film's frames, only so many are compared pair by pair


class Finder(Protocol):
    """Finds faces, as maskcore.MaskDetector does."""

    def detect(self, image_bgr: NDArray[np.uint8], *, min_score: float | None = None) -> FrameResult:
        """The faces of a picture."""


@dataclass(frozen=True, slots=True)
class Disputed:
    """A picture on which set and detector differ.

    Attributes:
        image: Its path.
        unboxed: Faces that are found and not boxed.
        unseen: (N, 4) float64, boxes where nothing is found, as the set has them.
    """

    image: str
    unboxed: tuple[Face, ...]
    unseen: NDArray[np.float64]


def find_alike(table: pd.DataFrame, *, cache: Path, on_progress: Told | None = None) -> pd.DataFrame:
    """Pairs of pictures that look alike; see training.data.duplicates.

    Args:
        table: See training.data.table.
        cache: Folder that hashes are kept in.
        on_progress: See `hash_pictures`.
    Returns:
        One row a pair, most alike first: image_a, image_b, split_a, split_b, bits (that differ, of 128), mirrored,
        and leaks (both have a split, and not the same one).
    """
    pictures = table[["image", "split"]].drop_duplicates("image").reset_index(drop=True)
    plain, mirrored, good = hash_pictures(pictures["image"].tolist(), cache=cache, on_progress=on_progress)
    places = np.flatnonzero(good)
    groups = pd.Series(places).groupby(group_alike(plain[good], mirrored[good]))
    rows = []
    for _, group in groups:
        for a, b in combinations(group.head(LARGEST_GROUP), 2):
            as_is, turned = _bits(plain[a], plain[b]), _bits(plain[a], mirrored[b])
            if as_is <= SAME_BITS or turned <= MIRRORED_BITS:
                rows.append((a, b, min(as_is, turned), turned < as_is))
    pairs = pd.DataFrame(rows, columns=["a", "b", "bits", "mirrored"]).sort_values("bits", kind="stable")
    found = pairs[["bits", "mirrored"]].reset_index(drop=True)
    for side in "ab":
        of_side = pictures.loc[pairs[side].astype(int)].reset_index(drop=True)
        found[f"image_{side}"], found[f"split_{side}"] = of_side["image"], of_side["split"]
    known = found["split_a"].notna() & found["split_b"].notna()
    return found.assign(leaks=known & (found["split_a"] != found["split_b"]))


def find_poor(faces: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
    """Faces that a model can hardly learn from.

    Args:
        faces: From `describe_faces`.
        thresholds: The model's, which say when it would not trust its own label.
    Returns:
        Those rows, with the column poor: small, dark or blurred, the first that holds.
    """
    reasons = {
        "small": faces["side"] < thresholds.small,
        "dark": faces["brightness"] < thresholds.dark,
        "blurred": faces["sharpness"] < thresholds.blurred,
    }
    poor = np.select(list(reasons.values()), list(reasons), default="")
    return faces.assign(poor=poor)[poor != ""]


def dispute(table: pd.DataFrame, finder: Finder, *, skip: int = 0) -> Iterator[Disputed | None]:
    """Compare the boxes of every picture with what a detector finds, one picture at a time.

    Args:
        table: See training.data.table; pictures that are crops of one face are passed over.
        finder: The detector.
        skip: Pictures that were looked at before.
    Yields:
        For each picture of `to_dispute`, in its order: what is disputed; None where both agree or it is damaged.
    """
    settings = get_settings()
    boxes = boxes_by_image(table)
    for image in to_dispute(table)[skip:]:
        try:
            image_bgr = load_image(Path(image), max_mb=settings.max_upload_mb, max_megapixels=settings.max_megapixels)
        except InputError:
            yield None
            continue
        yield compare(image, boxes[image], finder.detect(image_bgr, min_score=FAINT_SCORE).faces)


def to_dispute(table: pd.DataFrame) -> list[str]:
    """The pictures of a table that a detector can be asked about."""
    return table.loc[~table["crop"], "image"].drop_duplicates().tolist()


def compare(image: str, boxes_xyxy: NDArray[np.float64], faces: Sequence[Face]) -> Disputed | None:
    """What boxes and found faces differ in; a faint face is enough to trust a box, not to miss one.

    Args:
        image: Path of the picture.
        boxes_xyxy: (N, 4) float64, the set's; in float32 a box might round to another tenth, and be unknown to edits.
        faces: The detector's.
    """
    found = np.array([face.box for face in faces], np.float32).reshape(-1, 4)
    overlap = iou_matrix(boxes_xyxy.astype(np.float32), found) >= SAME_FACE
    alone = ~overlap.any(axis=0)
    unboxed = tuple(face for face, is_alone in zip(faces, alone, strict=True) if is_alone and face.score >= LEAST_SCORE)
    unseen = boxes_xyxy[~overlap.any(axis=1)]
    return Disputed(image, unboxed, unseen) if unboxed or len(unseen) else None


def _bits(a: NDArray[np.uint64], b: NDArray[np.uint64]) -> int:
    return int(np.bitwise_count(a ^ b).sum())
