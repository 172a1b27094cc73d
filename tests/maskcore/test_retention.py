"""What is too old is deleted soon after the start and again and again, whatever goes wrong on the way."""

from __future__ import annotations

import threading

import pytest

from maskcore import retention
from maskcore.retention import keep_deleting
from tests.waiting import wait_until


def test_a_duty_that_fails_holds_up_no_other_and_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(retention, "FIRST_S", 0.0)
    monkeypatch.setattr(retention, "EVERY_S", 0.01)
    tried: list[str] = []
    over = threading.Event()

    def fail() -> None:
        tried.append("fail")
        raise OSError("Too many open files")

    def work() -> None:
        tried.append("work")
        if len(tried) >= 4:
            over.wait()  # no more turns after this test

    keep_deleting({"films": fail, "history": work})
    wait_until(lambda: len(tried) == 4)
    assert tried == ["fail", "work"] * 2
    assert "films" in caplog.text and "Too many open files" in caplog.text
