"""What data sets call their faces, and what we call them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from maskcore.types import Label
from training.data.table import BOX, Problem

_NEW_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")  # as in WithMask
_BETWEEN_WORDS = re.compile(r"[\s_-]+")


class AnySpelling(Mapping[str, Label]):
    """Labels by their names, however the words are joined: With Mask, with-mask and WithMask are with_mask.

    Args:
        labels: By names in small letters, their words joined by underscores.
    """

    def __init__(self, labels: Mapping[str, Label]):
        self._labels = labels

    def __getitem__(self, name: str) -> Label:
        return self._labels[_BETWEEN_WORDS.sub("_", _NEW_WORD.sub("_", name.strip())).lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._labels)

    def __len__(self) -> int:
        return len(self._labels)


LABELS: Mapping[str, Label] = AnySpelling(
    {
        "with_mask": Label.MASK,
        "face_mask": Label.MASK,
        "face_with_mask": Label.MASK,
        "mask": Label.MASK,
        "masked": Label.MASK,
        "without_mask": Label.NO_MASK,
        "face": Label.NO_MASK,
        "face_no_mask": Label.NO_MASK,
        "no_mask": Label.NO_MASK,
        "unmasked": Label.NO_MASK,
        "mask_weared_incorrect": Label.INCORRECT,
        "with_incorrect_mask": Label.INCORRECT,
        "face_with_mask_incorrect": Label.INCORRECT,
        "incorrect": Label.INCORRECT,
        "incorrect_mask": Label.INCORRECT,
        "worn_wrong": Label.INCORRECT,
    }
)

Named = tuple[str, Sequence[float]]  # a name as the set gives it, and x1, y1, x2, y2


def face_rows(
    picture: Mapping,
    objects: Sequence[Named],
    *,
    labels: Mapping[str, Label],
    unknown: Counter,
    problems: list[Problem],
) -> list[dict]:
    """Rows of the table for one picture.

    A picture without any object is a picture without faces. One that holds nothing but objects of unknown names may
    well show faces, so it is left out: it would teach the detector that they are none.

    Args:
        picture: The columns image, width and height.
        objects: Names and boxes.
        labels: Label for each name.
        unknown: Names that are not among the labels are counted here.
        problems: A picture left out is added here.
    """
    unknown.update(name for name, _ in objects if name not in labels)
    known = [(name, box) for name, box in objects if name in labels]
    if known:
        return [
            {**picture, **dict(zip(BOX, box, strict=True)), "label": labels[name].value, "source_label": name}
            for name, box in known
        ]
    if objects:
        problems.append(Problem(Path(picture["image"]).name, "all its objects have unknown names", "left out"))
        return []
    return [dict(picture)]


def report_unknown(unknown: Counter, *, where: str, problems: list[Problem]) -> None:
    """Add a problem for each unknown name, with how many boxes bear it."""
    for name, count in sorted(unknown.items()):
        what = f"{count} boxes are called {name!r}; what that means can be said on the page Data"
        problems.append(Problem(where, what, "left out"))
