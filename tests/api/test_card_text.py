"""A model card is shown as it was meant, and nothing in it becomes HTML of its own."""

from __future__ import annotations

import re

import pytest

from api.card_text import card_html
from maskcore.models import SHIPPED


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("# A `name`\n", "<h1>A <code>name</code></h1>"),
        ("## Two\nwords on\ntwo lines", "<h2>Two</h2><p>words on two lines</p>"),
        ("- one **bold**\n  word\n- two", "<ul><li>one <strong>bold</strong> word</li><li>two</li></ul>"),
        ("a < b & c\n\nd", "<p>a &lt; b &amp; c</p>\n<p>d</p>"),
        ("`<b>`", "<p><code>&lt;b&gt;</code></p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("", ""),
    ],
)
def test_what_cards_are_made_of(markdown: str, html: str) -> None:
    assert card_html(markdown) == html


def test_a_table_keeps_its_cells() -> None:
    html = card_html("| set | any face |\n| --- | ---: |\n| `a` | 0.5 (0.4\u20130.6) |")
    assert re.findall(r"<t([hd])>(.*?)</t", html) == [
        ("h", "set"),
        ("h", "any face"),
        ("d", "<code>a</code>"),
        ("d", "0.5 (0.4\u20130.6)"),
    ]


def test_the_card_that_ships_leaves_no_mark_of_markdown() -> None:
    text = re.sub(r"<[^>]+>", "", card_html(SHIPPED.joinpath("card.md").read_text(encoding="utf-8")))
    assert not re.search(r"^#|\*\*|`|\| ---|^- ", text, re.MULTILINE)
