"""A person, or a log, learns how far the scan is and how long it takes."""

from __future__ import annotations

import pytest

from maskcore.scan import progress
from maskcore.scan.looking import Wish
from maskcore.scan.parts import divide
from maskcore.scan.progress import ProgressTeller
from maskcore.scan.sources import Source
from maskcore.settings import Settings
from tests.factories import MODEL

PARTS = divide([Source(f"{number}.jpg", ()) for number in range(100)], Wish(), MODEL, Settings())


def test_a_log_gets_a_line_with_speed_and_time_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock_s = iter([0.0, 1.0, 40.0, 41.0, 42.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock_s))
    with ProgressTeller(PARTS, PARTS) as teller:
        for part in PARTS:
            teller.done(part)
    assert capsys.readouterr().err == "64 of 100 files, 1.6 files/s, 0 min left\n"


def test_going_on_and_stopping_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressTeller(PARTS, PARTS[1:]) as teller:
        teller.done(PARTS[1])
    begun, stopped = capsys.readouterr().err.splitlines()
    assert begun == "Goes on after 32 of 100 files."
    assert stopped == "Stopped after 64 of 100 files; the same command goes on from there."
