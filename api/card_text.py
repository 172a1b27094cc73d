"""A model card's Markdown as HTML: CommonMark and tables. Nothing in a card becomes HTML of its own."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup


@lru_cache(maxsize=1)
def card_html(markdown: str) -> Markup:
    """The card as HTML, safe to show; a table that is wider than the page scrolls by itself."""
    from markdown_it import MarkdownIt  # most servers are never asked for a card, and all should start fast

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.add_render_rule("table_open", lambda *_: '<div class="wide" tabindex="0"><table>\n')
    reader.add_render_rule("table_close", lambda *_: "</table></div>\n")
    return Markup(reader.render(markdown))
