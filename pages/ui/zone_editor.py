"""Areas and lines that a person draws on the camera's picture, by mouse, finger or keys."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from pydantic import BaseModel, Field, StringConstraints, TypeAdapter, ValidationError

from maskcore.data_urls import data_url
from maskcore.errors import InputError
from maskcore.imaging import encode_jpeg
from maskcore.preprocess import resize
from maskcore.tracking.zones import Line, Zone
from pages.ui.style import ASSETS

Shapes = tuple[tuple[Zone, ...], tuple[Line, ...]]

PICTURE_SIDE = 960  # pixels; sharp enough to draw on, and small enough to be sent again and again
EMPTY_SIZE = (4, 3)  # of the grid shown where there is no picture
NAME_MAX = 40  # characters

_NO_ZERO_BYTE = r"^[^\x00]*$"  # no database takes one, and people are kept with the name of their area
_Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False, strict=True)]
_Place = tuple[_Share, _Share]
_Name = Annotated[
    str,
    StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=NAME_MAX, pattern=_NO_ZERO_BYTE),
]


class _Area(BaseModel):
    kind: Literal["area"]
    name: _Name
    points: Annotated[tuple[_Place, ...], Field(min_length=3)]


class _Crossing(BaseModel):
    kind: Literal["line"]
    name: _Name
    points: tuple[_Place, _Place]


_Shape = Annotated[_Area | _Crossing, Field(discriminator="kind")]
_SHAPE: TypeAdapter[_Area | _Crossing] = TypeAdapter(_Shape)
_SHAPES: TypeAdapter[list[_Area | _Crossing]] = TypeAdapter(list[_Shape])
_HTML, _CSS, _JS = ((ASSETS / f"zone_editor.{kind}").read_text("utf-8") for kind in ("html", "css", "js"))
_mount = st.components.v2.component("mask_check.zone_editor", html=_HTML, css=_CSS, js=_JS)


def edit_zones(
    image_bgr: NDArray[np.uint8] | None, zones: Iterable[Zone], lines: Iterable[Line], *, key: str
) -> Shapes:
    """Show the picture with its areas and lines, for a person to draw, name, move, turn and delete them.

    The drawing belongs to the person: it stays as drawn when the page runs again, whatever the picture, and when they
    leave the page and come back. `zones` and `lines` replace it only when they are neither those of the run before
    nor what this function returned last, so a page may pass the same start again and again, or feed back what it got.

    Args:
        image_bgr: (H, W, 3) uint8, the newest picture; None shows a grid of 4:3.
        zones: Areas to begin with, or to put in place of the drawing.
        lines: Lines likewise.
        key: Names this drawing within the visit.
    Returns:
        What is drawn now, places as shares of the picture; names are unique among both and have 1 to 40 characters.
    """
    given = (tuple(zones), tuple(lines))
    drawing: Drawing = st.session_state.setdefault(f"{key}.drawing", Drawing(given, given))
    drawing.offer(given)
    picture, size_wh = _show(image_bgr)
    data = {"version": drawing.version, "shapes": _plain(*drawing.shapes), "picture": picture, "size": size_wh}
    answer = _mount(key=key, data=data, on_drawn_change=lambda: None)
    drawing.take(answer.get("drawn"))
    return drawing.shapes


def zones_to_json(zones: Iterable[Zone], lines: Iterable[Line]) -> str:
    """Areas and lines as text to be saved, for `zones_from_json`."""
    return json.dumps(_plain(zones, lines), ensure_ascii=False)


def zones_from_json(text: str) -> Shapes:
    """Areas and lines from what `zones_to_json` wrote.

    Raises:
        InputError: The text is something else.
    """
    try:
        shapes = _SHAPES.validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "text"
        raise InputError(
            "Expected areas and lines within the picture, as this app saves them. What came is otherwise; "
            f"{where}: {first['msg']}. Draw them anew and save again."
        ) from error
    twice = [name for name, count in Counter(shape.name for shape in shapes).items() if count > 1]
    if twice:
        raise InputError(f"Expected a name of its own for each area and line, but {twice[0]!r} came twice. Rename one.")
    return _sorted(shapes)


@dataclass
class Drawing:
    """Whose shapes hold: the person's who draws, until the page gives others.

    Attributes:
        given: What the page gave last.
        shapes: What holds now.
        version: Counts the replacements; the browser starts anew at each, and what it drew before counts no more.
    """

    given: Shapes
    shapes: Shapes
    version: int = 0

    def offer(self, given: Shapes) -> None:
        """Take what the page gives, if it is new to both sides."""
        if given not in (self.given, self.shapes):
            self.shapes = given
            self.version += 1
        self.given = given

    def take(self, drawn: object) -> None:
        """Take what the browser sent: `version` and `shapes`. What is no shape is left out."""
        if isinstance(drawn, Mapping) and drawn.get("version") == self.version:
            self.shapes = _sorted(_valid(drawn.get("shapes")))


def _valid(sent: object) -> Iterable[_Area | _Crossing]:
    """The shapes among what a browser sent, each name once; a visitor may send anything."""
    names = set()
    for each in sent if isinstance(sent, list) else ():
        try:
            shape = _SHAPE.validate_python(each)
        except ValidationError:
            continue
        if shape.name not in names:
            names.add(shape.name)
            yield shape


def _sorted(shapes: Iterable[_Area | _Crossing]) -> Shapes:
    shapes = list(shapes)
    zones = tuple(Zone(shape.name, shape.points) for shape in shapes if isinstance(shape, _Area))
    lines = tuple(Line(shape.name, *shape.points) for shape in shapes if isinstance(shape, _Crossing))
    return zones, lines


def _plain(zones: Iterable[Zone], lines: Iterable[Line]) -> list[dict[str, Any]]:
    areas = [{"kind": "area", "name": zone.name, "points": zone.points} for zone in zones]
    return areas + [{"kind": "line", "name": line.name, "points": (line.start, line.end)} for line in lines]


def _show(image_bgr: NDArray[np.uint8] | None) -> tuple[str | None, tuple[int, int]]:
    """The picture as a data URL, and its width and height."""
    if image_bgr is None:
        return None, EMPTY_SIZE
    height, width = image_bgr.shape[:2]
    scale = min(1.0, PICTURE_SIDE / max(height, width))
    size_wh = (max(1, round(width * scale)), max(1, round(height * scale)))
    jpeg = encode_jpeg(resize(image_bgr, size_wh), quality=80)
    return data_url(jpeg), size_wh
