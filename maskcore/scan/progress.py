"""How far a scan has come, how fast it goes, and how much time is left."""

from __future__ import annotations

import time
from collections.abc import Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from maskcore.scan.parts import Part
from maskcore.terminal import say

TELL_EVERY_S = 30.0


class ProgressTeller:
    """Tells on standard error: by a bar where a person looks on, else by a line now and then.

    Args:
        parts: All of the scan.
        todo: Those that are not on disk yet.
    """

    def __init__(self, parts: Sequence[Part], todo: Sequence[Part]) -> None:
        self._all, self._begun = count_files(parts), count_files(parts) - count_files(todo)
        self._files, self._began_s = self._begun, time.monotonic()
        self._told_s = self._began_s
        console = Console(stderr=True)
        columns = (TextColumn("Files"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[speed]}"))
        self._bar = Progress(
            *columns, TimeRemainingColumn(), console=console, transient=True, disable=not console.is_terminal
        )
        self._task = self._bar.add_task("", total=self._all, completed=self._begun, speed="")
        if self._begun:
            say(f"Goes on after {self._begun} of {self._all} files.")

    def __enter__(self) -> ProgressTeller:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()
        if self._files < self._all:
            say(f"Stopped after {self._files} of {self._all} files; the same command goes on from there.")

    def done(self, part: Part) -> None:
        """A part is on disk."""
        self._files += len(part.sources)
        now_s = time.monotonic()
        speed = (self._files - self._begun) / (now_s - self._began_s)
        self._bar.update(self._task, completed=self._files, speed=f"{speed:.1f} files/s")
        if self._bar.disable and now_s - self._told_s >= TELL_EVERY_S:
            self._told_s = now_s
            left_min = (self._all - self._files) / speed / 60
            say(f"{self._files} of {self._all} files, {speed:.1f} files/s, {left_min:.0f} min left")


def count_files(parts: Sequence[Part]) -> int:
    """How many files are in parts."""
    return sum(len(part.sources) for part in parts)
