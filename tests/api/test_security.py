"""How often one may call, from which sites, and what a browser may do with the pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.exceptions import ServiceUnavailable

from api.app import create_app
from api.keys import new_key
from maskcore.errors import SettingsError
from maskcore.settings import Settings
from tests.api.requests import check_problem
from tests.factories import FakeDetector

SITE = "https://example.org"


def build(**settings: Any) -> FlaskClient:
    return create_app(FakeDetector(), Settings(**settings)).test_client()


def call(client: FlaskClient, address: str = "/v1/labels", **headers: str) -> int:
    return client.get(address, headers={name.replace("_", "-"): value for name, value in headers.items()}).status_code


def test_calls_beyond_the_limit_wait() -> None:
    client = build(rate_limit="2/minute")
    assert [call(client), call(client, "/v1/labels")] == [200, 200]
    answer = client.get("/v1/labels")
    assert "2 per 1 minute" in check_problem(answer, 429, "rate-limit")
    assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_only_who_is_over_the_limit_is_told_to_wait_for_it() -> None:
    client = build(rate_limit="3/hour")

    def busy() -> None:
        raise ServiceUnavailable(retry_after=7)

    client.application.add_url_rule("/v1/busy", view_func=busy)
    assert "Retry-After" not in client.get("/v1/labels").headers
    assert "Retry-After" not in client.post("/v1/detect").headers
    assert client.get("/v1/busy").headers["Retry-After"] == "7"
    assert int(client.get("/v1/busy").headers["Retry-After"]) > 7


def test_all_calls_of_a_caller_count_together() -> None:
    client = build(rate_limit="2/minute")
    assert [client.post("/v1/detect").status_code, client.post("/api/test").status_code] == [422, 422]
    assert client.post("/v1/batch").status_code == 429


@pytest.mark.parametrize("store", ["nowhere://", "redis"])
def test_a_store_that_does_not_exist_is_told_at_the_start(store: str) -> None:
    with pytest.raises(SettingsError, match="MASKCORE_RATE_LIMIT_STORE"):
        build(rate_limit="1/minute", rate_limit_store=store)


def test_page_and_health_are_never_limited() -> None:
    client = build(rate_limit="1/minute")
    assert [call(client, "/health/live") for _ in range(3)] == [200] * 3
    assert call(client) == 200


def test_every_address_has_a_limit_of_its_own() -> None:
    """Told by the one web server in front; a header written by the caller itself comes before and is not believed."""
    client = build(rate_limit="1/minute", proxies=1)
    assert call(client, X_Forwarded_For="10.0.0.1") == 200
    assert call(client, X_Forwarded_For="10.0.0.2") == 200
    assert call(client, X_Forwarded_For="10.9.9.9, 10.0.0.1") == 429


@pytest.mark.parametrize(
    ("first", "second", "counted_together"),
    [
        pytest.param("2001:db8:1:2::1", "2001:db8:1:2:ffff::7", True, id="one network"),
        pytest.param("2001:db8:1:2::1", "2001:db8:1:3::1", False, id="two networks"),
        pytest.param("::ffff:10.0.0.1", "::ffff:10.0.0.2", False, id="IPv4 written as IPv6"),
        pytest.param("::ffff:10.0.0.1", "10.0.0.1", True, id="IPv4 written both ways"),
        pytest.param("fe80::1%eth0", "fe80::2%eth0", True, id="with a zone"),
        pytest.param("10.0.0.1:5000", "10.0.0.1:5001", False, id="what is no address counts as it is"),
    ],
)
def test_addresses_of_ipv6_count_by_the_network_that_a_caller_has(
    first: str, second: str, counted_together: bool
) -> None:
    client = build(rate_limit="1/minute", proxies=1)
    assert call(client, X_Forwarded_For=first) == 200
    assert call(client, X_Forwarded_For=second) == (429 if counted_together else 200)


def test_without_proxies_a_forwarded_address_is_not_believed() -> None:
    client = build(rate_limit="1/minute")
    assert [call(client, X_Forwarded_For=f"10.0.0.{number}") for number in (1, 2)] == [200, 429]


def test_every_key_has_a_limit_of_its_own(tmp_path: Path) -> None:
    (first, line), (second, other) = new_key("a"), new_key("b")
    (tmp_path / "keys").write_text(f"{line}\n{other}\n")
    client = build(rate_limit="1/minute", api_keys_file=tmp_path / "keys")
    assert [call(client, X_API_Key=key) for key in (first, second, first)] == [200, 200, 429]


def test_a_named_site_may_call() -> None:
    client = build(cors_origins=[SITE])
    answer = client.get("/v1/labels", headers={"Origin": SITE})
    assert answer.headers["Access-Control-Allow-Origin"] == SITE
    assert "X-Request-ID" in answer.headers["Access-Control-Expose-Headers"]
    other = client.get("/v1/labels", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in other.headers


def test_a_browser_may_ask_without_a_key_whether_it_may_call(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(new_key("a")[1])
    client = build(cors_origins=[SITE], api_keys_file=tmp_path / "keys")
    asked = {
        "Origin": SITE,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    answer = client.options("/v1/detect", headers=asked)
    assert answer.status_code == 200
    assert "authorization" in answer.headers["Access-Control-Allow-Headers"].lower()
    refused = client.post("/v1/detect", headers={"Origin": SITE})
    assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (401, SITE)


def test_without_the_setting_no_other_site_may_call(client: FlaskClient) -> None:
    assert not [
        name for name, _ in client.get("/v1/labels", headers={"Origin": SITE}).headers if "Allow-Origin" in name
    ]


@pytest.mark.parametrize("address", ["/", "/docs", "/v1/labels", "/nowhere", "/static/page.css"])
def test_every_answer_tells_the_browser_to_be_strict(client: FlaskClient, address: str) -> None:
    with client.get(address) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'self'" and rules["frame-ancestors"] == "'none'"
    assert "script-src" not in rules, "scripts come from this server alone"
