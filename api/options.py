"""How a caller wants a picture seen: the same names in the query string, in form fields and as JSON members."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeGuard, TypeVar

from api.schemas import Shape
from maskcore.errors import OptionError
from maskcore.modes import Mode, parse_input_size
from maskcore.privacy import Blur

LARGEST_NUMBER = 2**53  # beyond it, JSON numbers are not exact everywhere
MOST_BOXES = 2000
LONGEST_WORD = 40
_TRUTHS = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}

Asked = TypeVar("Asked", bound=Shape)


def read_options(shape: type[Asked], query: Iterable[tuple[str, str]], body: Mapping[str, Any]) -> Asked:
    """Merge options of the query string with those of the body; every value may also be written as text.

    What is empty, or null in JSON, counts as not given.

    Args:
        shape: Which options there are.
        query: Names and values of the query string, in order.
        body: Form fields or JSON members.
    Raises:
        OptionError: An unknown option, one of another type, a probability beyond 0 to 1, or one given twice.
    """
    values: dict[str, Any] = {}
    for name, value in [*query, *body.items()]:
        if name not in shape.model_fields:
            expected = ", ".join(shape.model_fields)
            raise OptionError(f"{shown(name)} is no option here; expected {expected}. Remove or correct it.")
        if name in values:
            raise OptionError(f"{name} came twice. Give it once, in the query string or in the body.")
        values[name] = None if value in ("", None) else _READERS[name](name, value)
    return shape(**{name: value for name, value in values.items() if value is not None})


def shown(value: object) -> str:
    """A value as it came, short enough for a sentence."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _refuse(name: str, expected: str, value: object) -> OptionError:
    return OptionError(f"{name} must be {expected}; got {shown(value)}. Leave it out for the usual value.")


def _read_number(name: str, value: Any) -> float:
    try:
        number = float(value) if isinstance(value, str) else value
    except ValueError:
        number = None
    if not _is_number(number):
        raise _refuse(name, "a number", value)
    return float(number)


def _read_probability(name: str, value: Any) -> float:
    number = _read_number(name, value)
    if not 0 <= number <= 1:
        raise _refuse(name, "a number from 0 to 1, such as 0.5", value)
    return number


def _read_whole(name: str, value: Any) -> int:
    try:
        number = _read_number(name, value)
    except OptionError as error:
        raise _refuse(name, "a whole number", value) from error
    if number != int(number):
        raise _refuse(name, "a whole number", value)
    return int(number)


def _read_input_size(name: str, value: Any) -> int | Mode:
    if isinstance(value, str) and len(value) <= LONGEST_WORD:
        return parse_input_size(value)
    return _read_whole(name, value)


def _read_truth(name: str, value: Any) -> bool:
    truth = _TRUTHS.get(value.lower()) if isinstance(value, str) else value
    if not isinstance(truth, bool):
        raise _refuse(name, "true or false", value)
    return truth


def _reader_of(choices: type[Mode | Blur]) -> Callable[[str, Any], Mode | Blur]:
    """Reads a word in capitals or not, as sizes are read."""

    def read(name: str, value: Any) -> Mode | Blur:
        if not isinstance(value, str) or value.lower() not in list(choices):
            raise _refuse(name, f"one of {', '.join(choices)}", value)
        return choices(value.lower())

    return read


def _read_boxes(name: str, value: Any) -> list[Any]:
    try:
        boxes = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        boxes = None
    if not isinstance(boxes, list) or not all(_is_box(box) for box in boxes):
        raise _refuse(name, "a list of boxes [[x1, y1, x2, y2], …] in pixels", value)
    if len(boxes) > MOST_BOXES:
        raise OptionError(f"{name} has {len(boxes)} boxes; at most {MOST_BOXES} are accepted. Send several requests.")
    return boxes


def _is_box(box: Any) -> bool:
    return isinstance(box, list) and len(box) == 4 and all(_is_number(side) for side in box)


def _is_number(value: Any) -> TypeGuard[float]:
    """Whether it is a finite number of a usual size; in JSON true is none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST_NUMBER


_READERS: Mapping[str, Callable[[str, Any], Any]] = {
    "input_size": _read_input_size,
    "min_score": _read_probability,
    "max_faces": _read_whole,
    "annotate": _read_truth,
    "blur": _reader_of(Blur),
    "faces": _read_boxes,
    "explain": _read_truth,
    "every": _read_whole,
    "track": _read_truth,
    "mode": _reader_of(Mode),
}
