"""Which format a data set is in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from training.data.coco import find_coco, read_coco
from training.data.folders import read_folders
from training.data.labels import LABELS
from training.data.medical_mask import find_medical_mask, read_medical_mask
from training.data.table import DataSet
from training.data.voc import read_voc
from training.data.yolo import find_yolo, read_yolo
from training.errors import DataError

Reader = Callable[[Path], DataSet]


def recognise(folder: Path) -> Reader:
    """The reader for a folder, told by what lies in it.

    Raises:
        DataError: There is no such folder, it is empty, or it is in no format that is read.
    """
    if not folder.is_dir():
        raise DataError(f"Expected a folder with a data set, {folder} is none. Check the path.")
    inside = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    if not inside:
        raise DataError(f"Expected a data set in {folder}, the folder is empty. Unpack the data there.")
    if (folder / "images").is_dir() and any((folder / "annotations").glob("*.xml")):
        return read_voc
    if any(find_medical_mask(folder)):
        return read_medical_mask
    if find_yolo(folder):
        return read_yolo
    if find_coco(folder):
        return read_coco
    if any((folder / name).is_dir() for name in LABELS):
        return read_folders
    raise DataError(
        f"Expected in {folder} one of: images/ with annotations/*.xml (Pascal VOC); a COCO .json; data.yaml "
        "with labels/*.txt (YOLO); train.csv or annotations/*.json of the medical-mask set; folders named after "
        "labels, such as with_mask and without_mask. "
        f"It holds {', '.join(inside[:8])}{' …' if len(inside) > 8 else ''}."
    )
