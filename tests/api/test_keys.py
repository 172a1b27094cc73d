"""Where a key file is set, only its keys are let in, and they come and go without a restart."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from api import keys as keys_module
from api.__main__ import main
from api.app import create_app
from api.keys import KeyFile, new_key
from maskcore.errors import SettingsError
from maskcore.settings import Settings
from tests.api.requests import check_problem
from tests.factories import FakeDetector

KEY, LINE = new_key("camera-1")
OTHER_KEY, OTHER_LINE = new_key("door@home")


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "keys"
    path.write_text(f"# who may call\n\n{LINE}  # the camera\n{OTHER_LINE}\n")
    return path


@pytest.fixture
def guarded(key_file: Path) -> FlaskClient:
    return create_app(FakeDetector(), Settings(api_keys_file=key_file)).test_client()


def labels(client: FlaskClient, key: str) -> int:
    return client.get("/v1/labels", headers={"Authorization": f"Bearer {key}"}).status_code


@pytest.mark.parametrize("key", [KEY, OTHER_KEY])
@pytest.mark.parametrize("header", ["Authorization", "X-API-Key"])
def test_each_key_is_let_in_by_either_header(guarded: FlaskClient, key: str, header: str) -> None:
    value = f"Bearer {key}" if header == "Authorization" else key
    assert guarded.get("/v1/labels", headers={header: value}).status_code == 200


@pytest.mark.parametrize(
    "other",
    [
        {"Authorization": "Bearer of-a-proxy"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic Y2FtZXJhLTE6eA=="},
        {"Sec-WebSocket-Protocol": "key.of-another-server"},
    ],
    ids=["bearer", "empty", "basic", "protocol"],
)
def test_a_credential_for_somebody_else_hides_no_valid_key(guarded: FlaskClient, other: dict[str, str]) -> None:
    assert guarded.get("/v1/labels", headers={"X-API-Key": KEY} | other).status_code == 200


def test_any_of_a_caller_s_headers_may_hold_the_key(guarded: FlaskClient) -> None:
    headers = {"Authorization": f"Bearer {KEY}", "X-API-Key": "of-a-proxy"}
    assert guarded.get("/v1/labels", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic Y2FtZXJhLTE6eA=="},
        {"Authorization": f"Bearer {KEY[:-1]}"},
        {"Authorization": f"Bearer {LINE.split()[1]}"},
        {"X-API-Key": "ä"},
        {"Authorization": "Bearer wrong", "X-API-Key": "wrong too"},
    ],
    ids=["none", "wrong", "empty", "basic", "cut short", "the hash itself", "not ascii", "two wrong ones"],
)
@pytest.mark.parametrize("address", ["/v1/detect", "/v1/batch", "/api/test", "/api/test/"])
def test_without_a_key_nothing_is_answered(
    guarded: FlaskClient, jpeg: bytes, address: str, headers: dict[str, str]
) -> None:
    answer = guarded.post(address, data=jpeg, content_type="image/jpeg", headers=headers)
    assert "Authorization: Bearer" in check_problem(answer, 401, "key")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("address", ["/v1/model", "/v1/labels", "/metrics"])
def test_what_can_be_read_is_guarded_too(guarded: FlaskClient, address: str) -> None:
    assert guarded.get(address).status_code == 401


@pytest.mark.parametrize("address", ["/", "/docs", "/openapi.json", "/health", "/health/live", "/health/ready"])
def test_page_documentation_and_health_stay_open(guarded: FlaskClient, address: str) -> None:
    assert guarded.get(address).status_code == 200


def test_without_a_key_file_nobody_is_asked(client: FlaskClient) -> None:
    assert client.get("/v1/labels").status_code == 200


def test_keys_come_and_go_without_a_restart(guarded: FlaskClient, key_file: Path) -> None:
    new, line = new_key("new")
    assert (labels(guarded, KEY), labels(guarded, new)) == (200, 401)
    key_file.write_text(f"{line}\n")
    assert (labels(guarded, KEY), labels(guarded, new)) == (401, 200)


def test_a_file_replaced_by_one_of_the_same_size_and_time_is_seen(guarded: FlaskClient, key_file: Path) -> None:
    new, line = new_key("camera-1")
    other = key_file.with_name("other")
    other.write_text(key_file.read_text().replace(LINE, line))
    os.utime(other, ns=(key_file.stat().st_atime_ns, key_file.stat().st_mtime_ns))
    other.replace(key_file)
    assert (labels(guarded, KEY), labels(guarded, new)) == (401, 200)


@pytest.mark.parametrize("text", ["half a li", None])
def test_while_the_file_cannot_be_used_the_old_keys_hold(
    guarded: FlaskClient, key_file: Path, text: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    key_file.unlink()
    if text is not None:
        key_file.write_text(text)
    with caplog.at_level(logging.ERROR):
        assert (labels(guarded, KEY), labels(guarded, "wrong")) == (200, 401)
    assert "stay in use" in caplog.text


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"secret\n", "line 1"),
        (b"# ok\nname abc\n", "line 2"),
        (f"two words {'0' * 64}".encode(), "line 1"),
        (b"\xff\xfe", "text file"),
    ],
)
def test_a_bad_file_is_told_at_the_start(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "keys"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match="MASKCORE_API_KEYS_FILE") as raised:
        KeyFile(path)
    assert says in str(raised.value) and "--new-key" in str(raised.value)


def test_a_missing_file_is_told_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="gone"):
        create_app(FakeDetector(), Settings(api_keys_file=tmp_path / "gone"))


def test_every_key_of_the_file_is_compared(key_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also after one fits, and by the library's comparison, so that the time tells nothing."""
    seen: list[str] = []

    def compare(known: str, given: str) -> bool:
        seen.append(known)
        return known == given

    monkeypatch.setattr(keys_module.hmac, "compare_digest", compare)
    assert KeyFile(key_file).name_of(KEY) == "camera-1"
    assert len(seen) == 2


def test_a_key_is_printed_once_and_its_file_holds_only_the_hash(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--new-key", "phone"]) == 0
    key, line = (text.rpartition(": ")[2] for text in capsys.readouterr().out.splitlines())
    assert key not in line
    (tmp_path / "keys").write_text(line)
    assert KeyFile(tmp_path / "keys").name_of(key) == "phone"


@pytest.mark.parametrize("name", ["front door", "", "a" * 65, "# remark"])
def test_no_key_is_made_whose_line_the_file_would_refuse(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--new-key", name]) == 2
    told = capsys.readouterr()
    assert told.out == "" and repr(name) in told.err


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5"])
def test_beyond_this_machine_keys_are_needed(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--host", host]) == 2
    assert "MASKCORE_API_KEYS_FILE" in capsys.readouterr().err
