"""A picture inside a text is the same picture, of the kind that was said."""

from __future__ import annotations

import urllib.request

import pytest

from maskcore.data_urls import data_url


@pytest.mark.parametrize("kind", ["image/jpeg", "image/svg+xml"])
def test_the_bytes_and_their_kind_come_back(kind: str) -> None:
    picture = bytes(range(256))
    with urllib.request.urlopen(data_url(picture, kind=kind)) as answer:
        assert (answer.read(), answer.headers.get_content_type()) == (picture, kind)


def test_a_picture_is_a_jpeg_unless_told() -> None:
    assert data_url(b"\xff\xd8\xff") == "data:image/jpeg;base64,/9j/"
