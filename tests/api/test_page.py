"""The pages come whole from this server: no other host, nothing inline that a content policy would forbid."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from maskcore.samples import SAMPLES
from maskcore.styles import LABEL_STYLES


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def tags_of(client: FlaskClient, address: str) -> list[tuple[str, dict[str, str | None]]]:
    answer = client.get(address)
    assert answer.status_code == 200
    return Tags(answer.get_data(as_text=True)).tags


@pytest.mark.parametrize("address", ["/", "/docs"])
def test_no_script_style_or_handler_is_inline(client: FlaskClient, address: str) -> None:
    for tag, attributes in tags_of(client, address):
        assert not any(name == "style" or name.startswith("on") for name in attributes), (tag, attributes)
        assert tag != "style"
        assert tag != "script" or attributes.get("src") or attributes["type"] == "application/json"


@pytest.mark.parametrize("address", ["/", "/docs"])
def test_everything_that_a_page_loads_is_here(client: FlaskClient, address: str) -> None:
    loaded = [attributes.get("src") or attributes.get("href") or "" for tag, attributes in tags_of(client, address)
              if tag in ("script", "link", "img")]  # fmt: skip
    for place in filter(None, loaded):
        assert place.startswith("/"), place
        with client.get(place) as answer:
            assert answer.status_code == 200, place


def test_scripts_import_only_each_other(client: FlaskClient) -> None:
    waiting, seen = ["main.js"], set()
    while waiting:
        name = waiting.pop()
        with client.get(f"/static/js/{name}") as answer:
            assert answer.status_code == 200, name
            text = answer.get_data(as_text=True)
        assert not re.search(r"https?://[a-z]+\.", text), name
        seen.add(name)
        found = re.findall(r'from "\./([\w.]+)"', text)
        waiting += [other for other in found if other not in seen]
    assert len(seen) > 3


def test_the_page_takes_looks_from_the_one_table(client: FlaskClient) -> None:
    html = client.get("/").get_data(as_text=True)
    found = re.search(r'id="config">(.*?)</script>', html, re.DOTALL)
    assert found
    styles = json.loads(found[1])["styles"]
    assert list(styles) == list(LABEL_STYLES)
    for key, style in LABEL_STYLES.items():
        assert (styles[key]["color_hex"], styles[key]["text"]) == (style.color_hex, style.text)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_samples_are_served(client: FlaskClient, sample: object) -> None:
    with client.get(f"/samples/{sample.name}.jpg") as answer:  # type: ignore[attr-defined]
        assert answer.data == sample.path.read_bytes()  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["none", "..%2fREADME", "astronaut.jpg%00"])
def test_no_other_file_is_served_as_a_sample(client: FlaskClient, name: str) -> None:
    assert client.get(f"/samples/{name}.jpg").status_code == 404
