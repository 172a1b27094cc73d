"""The contract's types: counts add up, and the JSON shape is the one that all doors share."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maskcore.types import Face, Label, Summary, Uncertain
from tests.factories import make_face, make_faces, make_result

faces = st.builds(
    make_face,
    label=st.sampled_from(list(Label)),
    uncertain=st.sampled_from([None, *Uncertain]),
    score=st.floats(0, 1),
)


@given(st.lists(faces, max_size=20))
def test_a_summary_adds_up(some: list[Face]) -> None:
    summary = Summary.of(tuple(some))
    assert summary.faces == len(some)
    assert summary.faces == summary.mask + summary.no_mask + summary.incorrect + summary.uncertain


def test_an_uncertain_face_counts_as_uncertain_alone() -> None:
    assert Summary.of((make_face(uncertain=Uncertain.SMALL),)) == Summary(faces=1, uncertain=1)


def test_a_summary_counts_each_look() -> None:
    assert Summary.of(make_faces()) == Summary(faces=4, mask=1, no_mask=1, incorrect=1, uncertain=1)


def test_a_result_has_the_shape_of_the_contract() -> None:
    face = make_face(box=(1.04, 2.0, 30.96, 40.0), score=0.98765, uncertain=Uncertain.BLURRED)
    shape = make_result([face], (64, 48)).to_dict()
    assert list(shape) == ["size", "faces", "summary", "timings_ms", "model"]
    assert shape["size"] == [64, 48]
    assert shape["faces"] == [
        {
            "box": [1.0, 2.0, 31.0, 40.0],
            "score": 0.9877,
            "label": "mask",
            "probabilities": {"mask": 0.9, "no_mask": 0.05, "incorrect": 0.05},
            "uncertain": "blurred",
        }
    ]
    assert shape["summary"] == {"faces": 1, "mask": 0, "no_mask": 0, "incorrect": 0, "uncertain": 1}
    assert set(shape["timings_ms"]) == {"prepare", "detect", "classify", "total"}
    assert shape["model"] == {"id": "fake", "version": "0.0"}


@given(st.lists(faces, max_size=5))
def test_a_result_is_plain_json(some: list[Face]) -> None:
    shape = make_result(some).to_dict()
    assert json.loads(json.dumps(shape, allow_nan=False)) == shape


def test_a_track_is_told_only_where_there_is_one() -> None:
    assert "track" not in make_face().to_dict()
    assert make_face(track=7).to_dict()["track"] == 7


def test_a_face_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        make_face().score = 0.1  # type: ignore[misc]
