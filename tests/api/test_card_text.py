"""A model card is shown as it was meant, and nothing in it becomes HTML of its own."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from api.card_text import card_html
from maskcore.models import SHIPPED


class Shown(HTMLParser):
    """What a browser makes of a card: its tags, and the words within each kind of tag."""

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(card_html(markdown))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if words := " ".join(data.split()):
            self.words.append((self._open[-1], words))


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("# A `name`\n", [("h1", "A"), ("code", "name")]),
        ("## Two\nwords on\ntwo lines", [("h2", "Two"), ("p", "words on two lines")]),
        ("- one **bold**\n  word\n- two", [("li", "one"), ("strong", "bold"), ("li", "word"), ("li", "two")]),
        ("a < b & c\n\nd", [("p", "a < b & c"), ("p", "d")]),
        ("| set | any |\n| --- | ---: |\n| `a` | 0.5 (0.4\u20130.6) |",
         [("th", "set"), ("th", "any"), ("code", "a"), ("td", "0.5 (0.4\u20130.6)")]),
        ("", []),
    ],
)  # fmt: skip
def test_what_cards_are_made_of(markdown: str, words: list[tuple[str, str]]) -> None:
    assert Shown(markdown).words == words


def test_a_wide_table_scrolls_by_itself_by_keyboard_too() -> None:
    tags = Shown("| a | b |\n| --- | --- |\n| 1 | 2 |").tags
    assert tags[:2] == [("div", {"class": "wide", "tabindex": "0"}), ("table", {})]


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "`<img src=x onerror=alert(1)>`",
        "words <b onclick='alert(1)'>bold</b>",
        "| a |\n| --- |\n| <iframe src=//x></iframe> |",
        "[words](javascript:alert(1))",
        "<javascript:alert(1)>",
        '![a" onerror="alert(1)](x)',
    ],
)
def test_nothing_in_a_card_becomes_html_of_its_own(hostile: str) -> None:
    for tag, attributes in Shown(hostile).tags:
        assert tag in {"p", "code", "a", "img", "div", "table", "thead", "tbody", "tr", "th", "td"}
        assert not any(name.startswith("on") for name in attributes)
        assert not (attributes.get("href") or "").startswith("javascript:")


def test_the_card_that_ships_leaves_no_mark_of_markdown() -> None:
    card = Shown(SHIPPED.joinpath("card.md").read_text(encoding="utf-8"))
    assert {"h1", "h2", "p", "th", "td", "code"} <= {tag for tag, _ in card.words}
    assert not [words for _, words in card.words if re.search(r"^#|\*\*|`|\| ---|^- ", words)]
