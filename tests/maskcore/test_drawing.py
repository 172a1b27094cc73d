"""Boxes and tags: the input is never changed, no label depends on colour, and every tag stays inside the picture."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from maskcore.drawing import LABEL_STYLES, draw_faces
from maskcore.styles import INK_HEX, UNCERTAIN_TEXTS, hex_to_bgr, percent, style_caption, style_key
from maskcore.tags import render_tag
from maskcore.types import Face, Label, Uncertain
from tests.factories import make_face, make_faces, make_picture

LOOKS = {style_key(face): face for face in make_faces()}
PAIRS = list(combinations(LOOKS, 2))
# Machado, Oliveira and Fernandes 2009, severity 1, on linear red, green and blue.
VISION = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]]
    ),
}


def linear_rgb(color_hex: str) -> NDArray[np.float64]:
    channels = np.array(hex_to_bgr(color_hex)[::-1]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def luminance(color_hex: str) -> float:
    return float(linear_rgb(color_hex) @ [0.2126, 0.7152, 0.0722])


def lab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    white = np.array([0.9505, 1.0, 1.089])
    x, y, z = np.cbrt(np.clip(to_xyz @ np.clip(rgb, 0, 1) / white, 0.008856, None))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def changed(faces: list[Face], picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return (draw_faces(picture, faces) != picture).any(axis=2)


def test_the_input_is_never_changed() -> None:
    picture = make_picture()
    before = picture.copy()
    drawn = draw_faces(picture, make_faces())
    assert np.array_equal(picture, before)
    assert not np.shares_memory(drawn, picture)
    assert drawn.shape == picture.shape and drawn.dtype == np.uint8


def test_without_faces_nothing_is_drawn() -> None:
    assert np.array_equal(draw_faces(make_picture(), []), make_picture())


def test_a_read_only_picture_can_be_drawn_on() -> None:
    picture = make_picture()
    picture.flags.writeable = False
    assert draw_faces(picture, make_faces()).flags.writeable


@pytest.mark.parametrize("part", ["color_hex", "text", "symbol"])
def test_no_two_labels_share(part: str) -> None:
    assert len({getattr(style, part) for style in LABEL_STYLES.values()}) == len(LABEL_STYLES) == 4


@pytest.mark.parametrize(("one", "other"), PAIRS, ids=" and ".join)
def test_two_labels_differ_in_grey_by_box_line_and_by_symbol(one: str, other: str) -> None:
    lines = {key: (LABEL_STYLES[key].dash, LABEL_STYLES[key].heavy_corners) for key in (one, other)}
    assert lines[one] != lines[other]
    stencils = [(render_tag(key, "", 40) == hex_to_bgr(INK_HEX)).all(axis=2) for key in (one, other)]
    assert (stencils[0] ^ stencils[1]).mean() > 0.03


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize(("one", "other"), PAIRS, ids=" and ".join)
def test_colours_stay_apart_for_every_kind_of_colour_vision(one: str, other: str, vision: str) -> None:
    seen = [lab(VISION[vision] @ linear_rgb(LABEL_STYLES[key].color_hex)) for key in (one, other)]
    assert np.linalg.norm(seen[0] - seen[1]) > 15


@pytest.mark.parametrize("key", LABEL_STYLES)
def test_words_are_legible_on_their_tag(key: str) -> None:
    contrast = (luminance(LABEL_STYLES[key].color_hex) + 0.05) / (luminance(INK_HEX) + 0.05)
    assert contrast >= 4.5


def test_every_label_and_every_reason_has_words() -> None:
    assert {label.value for label in Label} | {"uncertain"} == set(LABEL_STYLES)
    assert set(UNCERTAIN_TEXTS) == set(Uncertain)


def test_an_uncertain_face_says_why_instead_of_how_probable() -> None:
    assert style_caption(make_face(label=Label.NO_MASK)) == "No mask 90%"
    assert style_caption(make_face(uncertain=Uncertain.TURNED)) == "Can't tell: turned away"


@pytest.mark.parametrize(
    ("share", "words"),
    [(0, "0%"), (0.001, "<1%"), (0.006, "1%"), (0.5, "50%"), (0.994, "99%"), (0.996, ">99%"), (1, "100%")],
)
def test_what_is_nearly_certain_is_not_called_certain(share: float, words: str) -> None:
    assert percent(share) == words


def test_percent_with_a_digit_after_the_point() -> None:
    assert [percent(share, digits=1) for share in (0.0004, 0.703, 0.9996)] == ["<0.1%", "70.3%", ">99.9%"]


@pytest.mark.parametrize("key", LOOKS)
@pytest.mark.parametrize("corner", [(0, 0), (220, 0), (0, 140), (220, 140)], ids=str)
def test_a_tag_at_the_edge_is_whole(key: str, corner: tuple[int, int]) -> None:
    face, (x, y) = LOOKS[key], corner
    moved = make_face(box=(x, y, x + 100.0, y + 100.0), label=face.label, uncertain=face.uncertain)
    drawn = draw_faces(make_picture(), [moved])
    assert any(contains(drawn, render_tag(key, style_caption(moved), height)) for height in range(14, 40, 2))


def contains(image_bgr: NDArray[np.uint8], patch_bgr: NDArray[np.uint8]) -> bool:
    height, width = patch_bgr.shape[:2]
    if height > image_bgr.shape[0] or width > image_bgr.shape[1]:
        return False
    windows = np.lib.stride_tricks.sliding_window_view(image_bgr, (height, width), axis=(0, 1))
    starts = np.argwhere((windows[:, :, :, 0, 0] == patch_bgr[0, 0]).all(axis=2))
    return any(np.array_equal(image_bgr[y : y + height, x : x + width], patch_bgr) for y, x in starts)


def test_in_a_crowd_tags_cover_neither_faces_nor_one_another() -> None:
    faces = [make_face(box=(x, y, x + 14.0, y + 14.0)) for x in range(20, 300, 40) for y in range(40, 220, 40)]
    picture = make_picture()
    drawn = draw_faces(picture, faces)
    middles = [(round(face.box[0]) + 7, round(face.box[1]) + 7) for face in faces]
    assert all(np.array_equal(drawn[y, x], picture[y, x]) for x, y in middles)
    assert changed(faces, picture).mean() < 0.35


@pytest.mark.parametrize("width", [320, 640, 1280, 3840])
def test_lines_and_words_grow_with_the_picture(width: int) -> None:
    size = (width, width * 3 // 4)
    face = make_face(box=(0.4 * width, 0.3 * width, 0.55 * width, 0.5 * width))
    share = changed([face], np.full((size[1], size[0], 3), 90, np.uint8)).mean()
    assert 0.01 < share < 0.06


SHAPES: dict[str, Callable[[int, int], tuple[float, float, float, float]]] = {
    "whole picture": lambda w, h: (0.0, 0.0, float(w), float(h)),
    "far outside": lambda w, h: (-5e3, -5e3, 5e4, 5e4),
    "a point": lambda w, h: (w / 2, h / 2, w / 2, h / 2),
    "a line": lambda w, h: (0.0, h / 2, float(w), h / 2),
    "beyond the corner": lambda w, h: (w + 5.0, h + 5.0, w + 9.0, h + 9.0),
}


@pytest.mark.parametrize("size", [(1, 1), (1, 60), (60, 1), (7, 7), (40, 30)], ids=str)
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_strange_boxes_and_tiny_pictures_are_drawn(
    size: tuple[int, int], shape: Callable[[int, int], tuple[float, float, float, float]]
) -> None:
    faces = [make_face(box=shape(*size), label=face.label, uncertain=face.uncertain) for face in make_faces()]
    assert draw_faces(make_picture(size), faces).shape == (size[1], size[0], 3)


coordinate = st.floats(-50, 250, allow_nan=False)


@given(
    st.tuples(st.integers(1, 200), st.integers(1, 200)),
    st.lists(st.tuples(coordinate, coordinate, coordinate, coordinate, st.sampled_from(list(LOOKS))), max_size=6),
)
@settings(max_examples=100)
def test_any_boxes_on_any_picture_give_a_picture_of_the_same_size(
    size: tuple[int, int], boxes: list[tuple[float, float, float, float, str]]
) -> None:
    faces = [
        make_face(
            box=(min(a, c), min(b, d), max(a, c), max(b, d)), label=LOOKS[key].label, uncertain=LOOKS[key].uncertain
        )
        for a, b, c, d, key in boxes
    ]
    assert draw_faces(make_picture(size), faces).shape == (size[1], size[0], 3)
