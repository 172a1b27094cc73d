"""Which format a data set is in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from training.data.coco import find_coco, read_coco
from training.data.files import is_picture
from training.data.folders import find_folders, read_folders
from training.data.medical_mask import find_medical_mask, read_medical_mask
from training.data.table import DataSet
from training.data.voc import find_voc, read_voc
from training.data.yolo import find_yolo, read_yolo
from training.errors import DataError

Reader = Callable[[Path], DataSet]
FINDERS: Mapping[Reader, Callable[[Path], Any]] = {  # how the folders of each reader are told, the surest first
    read_voc: find_voc,
    read_medical_mask: lambda folder: any(find_medical_mask(folder)),
    read_yolo: find_yolo,
    read_coco: find_coco,
    read_folders: find_folders,
}


def recognise(folder: Path) -> Reader:
    """The reader for a folder, told by what lies in it.

    Raises:
        DataError: There is no such folder, it is empty, in no format that is read, or the disk refuses.
    """
    if not folder.is_dir():
        raise DataError(f"Expected a folder with a data set, {folder} is none. Check the path.")
    with readable(folder):
        return _recognise(folder)


@contextmanager
def readable(folder: Path) -> Iterator[None]:
    """Around reading a set.

    Raises:
        DataError: The disk refuses, or a file went while it was read.
    """
    try:
        yield
    except OSError as error:
        raise DataError(
            f"{error.filename or folder} cannot be read ({error.strerror or error}). See that this user may read the "
            "whole set and that nobody is changing it, and read it again."
        ) from error


def _recognise(folder: Path) -> Reader:
    inside = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    if not inside:
        raise DataError(f"Expected a data set in {folder}, the folder is empty. Unpack the data there.")
    for reader, find in FINDERS.items():
        if find(folder):
            return reader
    bare = any(map(is_picture, folder.rglob("*")))
    raise DataError(
        f"Expected in {folder} one of: an .xml file for each picture (Pascal VOC); a COCO .json; a .txt file for each "
        "picture and data.yaml or classes.txt (YOLO); train.csv or annotations/*.json of the medical-mask set; a "
        "folder for each label, such as with_mask and without_mask. "
        f"It holds {', '.join(inside[:8])}{' …' if len(inside) > 8 else ''}."
        + (" Box and name the faces in its pictures first, with a tool that writes one of these." if bare else "")
    )
