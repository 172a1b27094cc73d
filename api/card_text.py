"""A model card's Markdown as HTML: headings, paragraphs, lists, tables, code and bold words, which cards are made of.

Anything else stays as it was written. Nothing in a card becomes HTML of its own.
"""

from __future__ import annotations

import re
from itertools import groupby

from markupsafe import Markup, escape

_TABLE_RULE = re.compile(r"[|:\- ]+")
_HEADING = re.compile(r"(#{1,6}) (.+)")
_INLINE = ((re.compile(r"`([^`]+)`"), r"<code>\1</code>"), (re.compile(r"\*\*([^*]+)\*\*"), r"<strong>\1</strong>"))


def card_html(markdown: str) -> Markup:
    """The card as HTML, safe to show."""
    lines = (line.rstrip() for line in markdown.splitlines())
    blocks = [list(group) for filled, group in groupby(lines, key=bool) if filled]
    return Markup("\n").join(_block(block) for block in blocks)


def _block(lines: list[str]) -> Markup:
    heading = _HEADING.fullmatch(lines[0])
    if heading:
        level = len(heading[1])
        rest = _block(lines[1:]) if lines[1:] else Markup()
        return Markup(f"<h{level}>") + _inline(heading[2]) + Markup(f"</h{level}>") + rest
    if all(line.startswith("|") for line in lines):
        return _table(lines)
    if lines[0].startswith("- "):
        items = re.split(r"^- ", "\n".join(lines), flags=re.MULTILINE)[1:]
        return Markup("<ul>") + Markup().join(map(_item, items)) + Markup("</ul>")
    return Markup("<p>") + _inline(" ".join(lines)) + Markup("</p>")


def _item(text: str) -> Markup:
    return Markup("<li>") + _inline(" ".join(text.split())) + Markup("</li>")


def _table(lines: list[str]) -> Markup:
    head, *rows = [line for line in lines if not _TABLE_RULE.fullmatch(line)]
    body = Markup().join(_row(row, "td") for row in rows)
    return Markup('<div class="wide" tabindex="0"><table>') + _row(head, "th") + body + Markup("</table></div>")


def _row(line: str, cell: str) -> Markup:
    cells = (_inline(text.strip()) for text in line.strip("|").split("|"))
    return Markup("<tr>") + Markup().join(Markup(f"<{cell}>{text}</{cell}>") for text in cells) + Markup("</tr>")


def _inline(text: str) -> Markup:
    html = str(escape(text))
    for pattern, shown in _INLINE:
        html = pattern.sub(shown, html)
    return Markup(html)
