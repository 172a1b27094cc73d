"""Settings come from MASKCORE_… variables, and a bad one is told by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import HttpUrl, SecretStr, ValidationError

from maskcore.errors import SettingsError
from maskcore.settings import Settings, get_settings


@pytest.fixture(autouse=True)
def _settings_read_anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"MASKCORE_{name.upper()}", raising=False)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


def test_without_variables_the_defaults_hold() -> None:
    assert get_settings() == Settings()
    assert (get_settings().max_image_mb, get_settings().max_megapixels, get_settings().model_dir) == (10, 25, None)


GOOD = {
    "model_dir": ("/models/a", Path("/models/a")),
    "threads": ("8", 8),
    "min_score": ("0.35", 0.35),
    "max_faces": ("5", 5),
    "max_image_mb": ("0.5", 0.5),
    "max_upload_mb": ("100", 100.0),
    "max_megapixels": ("50", 50.0),
    "ice_servers": ('[{"urls": "stun:stun.example.org"}]', [{"urls": "stun:stun.example.org"}]),
    "data_dir": ("/d", Path("/d")),
    "database_url": ("postgresql://h/b", SecretStr("postgresql://h/b")),
    "keep_events_days": ("30", 30),
    "keep_pictures": ("1", True),
    "cameras": ('{"Door": "rtsp://door"}', {"Door": SecretStr("rtsp://door")}),
    "webhook_url": ("https://example.org/alerts", HttpUrl("https://example.org/alerts")),
    "webhook_secret": ("secret", SecretStr("secret")),
    "webhook_picture_kb": ("80", 80),
    "max_batch_images": ("4", 4),
    "max_batch_mb": ("2.5", 2.5),
    "api_keys_file": ("/run/keys", Path("/run/keys")),
    "rate_limit": ("60/minute", "60/minute"),
    "rate_limit_store": ("redis://127.0.0.1", "redis://127.0.0.1"),
    "cors_origins": ('["https://example.org"]', ["https://example.org"]),
    "proxies": ("1", 1),
    "max_video_mb": ("500", 500.0),
    "keep_videos_hours": ("0.5", 0.5),
    "max_waiting_films": ("3", 3),
    "max_streams": ("0", 0),
    "max_in_hand": ("2", 2),
    "upload_patience_s": ("2.5", 2.5),
    "upload_deadline_s": ("2.5", 2.5),
    "data_root": ("/sets", Path("/sets")),
    "max_archive_mb": ("2000", 2000.0),
    "max_review_mb": ("0", 0.0),
    "keep_review_days": ("7", 7),
    "collect_uncertain": ("1", True),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_variable_sets_its_field(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text, value = GOOD[name]
    monkeypatch.setenv(f"MASKCORE_{name.upper()}", text)
    assert getattr(get_settings(), name) == value


BAD = [
    ("threads", "0"),
    ("threads", "two"),
    ("min_score", "1.5"),
    ("min_score", "nan"),
    ("max_faces", "0"),
    ("max_image_mb", "-1"),
    ("max_image_mb", "inf"),
    ("max_upload_mb", "0"),
    ("max_megapixels", "1000"),
    ("ice_servers", "stun:stun.example.org"),
    ("ice_servers", '["stun:stun.example.org"]'),
    ("cameras", "rtsp://door"),
    ("webhook_url", "ftp://example.org"),
    ("webhook_picture_kb", "501"),
    ("rate_limit", "often"),
    ("rate_limit", "0/minute"),
    ("proxies", "-1"),
    ("max_waiting_films", "0"),
    ("max_streams", "-1"),
    ("max_in_hand", "0"),
    ("upload_patience_s", "0"),
    ("upload_deadline_s", "0"),
    ("max_archive_mb", "0"),
]


@pytest.mark.parametrize(("name", "text"), BAD, ids=[f"{name}={text}" for name, text in BAD])
def test_a_bad_variable_is_named_with_what_to_do(name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"MASKCORE_{name.upper()}", text)
    with pytest.raises(SettingsError) as raised:
        get_settings()
    assert f"MASKCORE_{name.upper()}" in str(raised.value)
    assert "Change or unset" in str(raised.value)


def test_several_bad_variables_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASKCORE_THREADS", "0")
    monkeypatch.setenv("MASKCORE_MIN_SCORE", "2")
    with pytest.raises(SettingsError) as raised:
        get_settings()
    assert len(str(raised.value).splitlines()) == 2


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASKCORE_MODEL_DIR", "")
    assert get_settings().model_dir is None


def test_settings_are_read_once_and_cannot_change() -> None:
    assert get_settings() is get_settings()
    with pytest.raises(ValidationError):
        get_settings().threads = 3  # type: ignore[misc]


def test_every_setting_says_what_it_is() -> None:
    assert all(field.description for field in Settings.model_fields.values())
    assert set(GOOD) == set(Settings.model_fields)
