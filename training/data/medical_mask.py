"""The medical-mask set of Kaggle (wobotintelligence/face-mask-detection-dataset): a CSV, or one JSON file a picture."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path

from maskcore.types import Label
from training.data.files import ENCODING, is_picture, measure
from training.data.labels import LABELS, Named
from training.data.progress import Told, counted, tell_nobody
from training.data.table import BOX, DataSet, Problem, make_table, read_csv
from training.errors import DataError

CSV = "train.csv"
HEADER = ["name", "x1", "x2", "y1", "y2", "classname"]  # as published; the values come in the order x1, y1, x2, y2
FACES = ("face_with_mask", "face_no_mask", "face_with_mask_incorrect", "face_other_covering")
CLOTH = {"scarf_bandana", "balaclava_ski_mask", "gas_mask"}
VEIL = {"hijab_niqab"}
INSIDE = Path("Medical mask", "Medical mask", "Medical Mask")  # where Kaggle's archive keeps images/ and annotations/


def find_medical_mask(folder: Path) -> tuple[Path | None, Path | None]:
    """The CSV, and the folder with annotations/*.json; None for what is not there."""
    table = folder / CSV
    for inner in (folder, folder / INSIDE):
        first = next(iter(sorted((inner / "annotations").glob("*.json"))), None)
        if first and b'"Annotations"' in first.read_bytes():
            return (table if table.is_file() else None), inner / "annotations"
    return (table if table.is_file() else None), None


def read_medical_mask(folder: Path, *, source: str | None = None, on_progress: Told = tell_nobody) -> DataSet:
    """Read the set; where a picture has a JSON file, that counts rather than the CSV.

    Of its 20 names, four are faces. The others are things worn, whose boxes are no faces: they are counted and left
    out, and so is a picture that has nothing but things, for there is a face under them that has no box.
    What covers a `face_other_covering` runs from sunglasses to balaclavas. A mouth under a scarf, balaclava or gas
    mask is `mask`, as the second labels of MAFA have it; under a hijab or niqab it may be bare or not, so that face
    has no label and only the detector learns from it; any other is `no_mask`, for no mask is worn.

    Args:
        folder: The data set, as Kaggle's archive unpacks or with images/ and annotations/ at its top.
        source: Name of the set; None takes the folder's.
        on_progress: Told pictures done and pictures to do.
    Raises:
        DataError: The CSV has other columns.
    """
    problems: list[Problem] = []
    table, annotations = find_medical_mask(folder)
    objects = _from_csv(table) if table else {}
    objects |= _from_json(annotations, problems) if annotations else {}
    by_name = {path.name: path for path in sorted(folder.rglob("*")) if is_picture(path)}
    if not by_name:
        problems.append(Problem(folder.name, f"has labels for {len(objects)} pictures, but no pictures", "left out"))
        return DataSet(make_table([], problems=problems), problems)
    things: Counter[str] = Counter()
    rows = []
    for name, named in counted(sorted(objects.items()), on_progress):
        things.update(thing for thing, _ in named if thing not in FACES)
        faces = [(face, box) for face, box in named if face in FACES]
        if name not in by_name:
            problems.append(Problem(name, "the picture is missing", "left out"))
        elif named and not faces:
            problems.append(Problem(name, "has boxes of things, none of a face", "left out"))
        elif picture := measure(by_name[name], problems=problems):
            rows += [_row(picture, face, box, named) for face, box in faces] or [picture]
    if things:
        counts = ", ".join(f"{thing} {count}" for thing, count in things.most_common())
        problems.append(Problem(folder.name, f"{things.total()} boxes are of things, not faces ({counts})", "left out"))
    made = make_table((row | {"source": source or folder.name} for row in rows), problems=problems)
    return DataSet(made, problems)


def _row(picture: Mapping, name: str, box: Named, named: list[Named]) -> dict:
    label = _covering(box, named) if name == "face_other_covering" else LABELS[name]
    return {**picture, **dict(zip(BOX, box, strict=True)), "label": label and label.value, "source_label": name}


def _covering(box, named: list[Named]) -> Label | None:
    """The label of a face that is covered by something."""
    x1, y1, x2, y2 = box
    x, y = (x1 + x2) / 2, y1 + 0.75 * (y2 - y1)  # about where a mouth is
    over = {thing for thing, (left, top, right, bottom) in named if left <= x <= right and top <= y <= bottom}
    if over & CLOTH:
        return Label.MASK
    return None if over & VEIL else Label.NO_MASK


def _from_csv(path: Path) -> dict[str, list[Named]]:
    table = read_csv(path)
    if sorted(table.columns) != sorted(HEADER):
        raise DataError(f"Expected {path} to have the columns {', '.join(HEADER)}; it has {', '.join(table.columns)}.")
    objects: defaultdict[str, list[Named]] = defaultdict(list)
    try:
        # by position, whatever the header calls them
        for name, x1, y1, x2, y2, thing in table.itertuples(index=False, name=None):
            objects[str(name)].append((str(thing), _box([x1, y1, x2, y2])))
    except ValueError as error:
        raise DataError(
            f"Expected {path} to have numbers for corners; it has not ({error}). Mend or leave it out."
        ) from error
    return dict(objects)


def _from_json(folder: Path, problems: list[Problem]) -> dict[str, list[Named]]:
    objects = {}
    for path in sorted(folder.glob("*.json")):
        try:
            content = json.loads(path.read_text(ENCODING))
            name = str(content.get("FileName") or path.stem)
            objects[name] = [(str(entry["classname"]), _box(entry["BoundingBox"])) for entry in content["Annotations"]]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            problems.append(Problem(path.name, f"cannot be read ({type(error).__name__}: {error})", "left out"))
    return objects


def _box(values: list) -> tuple[float, ...]:
    if len(values) != 4:
        raise ValueError(f"a box has four values, here are {len(values)}")
    return tuple(float(value) for value in values)
