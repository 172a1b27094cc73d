"""Where the live video stands: starting, running, slow, lost."""

from __future__ import annotations

from enum import StrEnum

from maskcore.video.speed import Pace
from pages.ui import notices
from pages.ui.notices import Camera, Notice
from pages.ui.slowness import Slowness

STUCK_AFTER_S = 10.0  # a start takes 1 to 2 seconds
SEARCH_S = 8.0  # a way that is not found by then hardly ever is
BEGIN_S = 3.0  # a browser that is told to play says so sooner
SILENT_S = 3.0  # pictures come many times a second; a browser takes 5 to 8 seconds to notice that nobody answers
FROZEN_AFTER_S = 10.0  # so much silence on a connection that the browser still holds to be good
ASLEEP_S = 10.0  # no stop takes this long to be told


class Phase(StrEnum):
    """Where a connection stands.

    EXHAUSTED: it ended while it was slow. ENDING and BEGINNING: the visitor wants it anew; the browser is told to stop,
    then to play.
    """

    STOPPED = "stopped"
    STARTING = "starting"
    RUNNING = "running"
    FAILED = "failed"
    LOST = "lost"
    EXHAUSTED = "exhausted"
    ENDING = "ending"
    BEGINNING = "beginning"


_WANTED = {Phase.ENDING: False, Phase.BEGINNING: True}
_STANDSTILL = {
    Phase.STOPPED: notices.STOPPED,
    Phase.LOST: notices.LOST,
    Phase.EXHAUSTED: notices.EXHAUSTED,
    Phase.ENDING: notices.STARTING,
    Phase.BEGINNING: notices.STARTING,
}


class Connection:
    """Follows one live video; told on every run of the page what the component says, and how the video goes.

    The component says at once when the visitor stops it, and within seconds when its connection is lost, in the same
    word. So it is believed that it runs, and once it does not, whether pictures came until then tells why.
    """

    def __init__(self) -> None:
        self.phase = Phase.STOPPED
        self._stuck = notices.LATE
        self._enter(Phase.STOPPED, now_s=0.0)

    @property
    def wanted(self) -> bool | None:
        """Whether the component is to play; None leaves it to the visitor, and shows its buttons."""
        return _WANTED.get(self.phase)

    def begin_anew(self, now_s: float) -> None:
        """The visitor wants it to stop and to start again."""
        self._enter(Phase.ENDING, now_s)

    def observe(
        self, *, playing: bool, signalling: bool, searching: bool = True, silent_s: float = 0.0, now_s: float
    ) -> bool:
        """Take what the component says; True where a new start begins.

        Args:
            playing: Video runs.
            signalling: A start is under way.
            searching: Browser and server know of each other and have found no way yet.
            silent_s: Seconds without a picture from the browser.
            now_s: A clock that never goes back.
        """
        phase = Phase.RUNNING if playing else Phase.STARTING if signalling else Phase.STOPPED
        if phase is Phase.STOPPED:
            phase = self._ended(silent_s, now_s)
        elif self.wanted is False:
            phase = self.phase  # it has yet to stop
        begins = self.phase not in (Phase.STARTING, phase) and phase in (Phase.STARTING, Phase.RUNNING)
        if phase is not self.phase:
            self._enter(phase, now_s)
        if phase is Phase.STARTING:
            self._search(searching, now_s)
        return begins

    def hear(self, pace: Pace, *, silent_s: float, covered: bool = False, now_s: float) -> None:
        """Take how a running video goes.

        Args:
            pace: Of its frames.
            silent_s: Seconds without a picture from the browser.
            covered: Frames are shown so that nobody can be known, as looking at them takes too long.
            now_s: The clock of `observe`.
        """
        if self.phase is not Phase.RUNNING:
            return
        self._slowness.observe(pace, now_s=now_s)
        self._silent_s, self._covered = silent_s, covered

    def waited_s(self, now_s: float) -> float:
        """Seconds in this phase."""
        return now_s - self._since_s

    def notice(self, *, camera: Camera, now_s: float) -> Notice:
        """What to tell.

        Args:
            camera: What the browser says about the camera.
            now_s: The clock of `observe`.
        """
        if self.phase is Phase.RUNNING:
            return self._running()
        if self.phase is Phase.STARTING:
            return self._stuck if self.waited_s(now_s) >= STUCK_AFTER_S else notices.STARTING
        if camera is not Camera.READY:
            return notices.CAMERA_NOTICES[camera]
        return self._stuck if self.phase is Phase.FAILED else _STANDSTILL[self.phase]

    def _search(self, searching: bool, now_s: float) -> None:
        """A start is slow for want of a way only while one is looked for; else the server is late."""
        self._searching_since_s = (self._searching_since_s or now_s) if searching else None
        since_s = self._searching_since_s
        in_vain = since_s is not None and now_s - since_s >= SEARCH_S
        self._stuck = notices.NO_ROUTE if in_vain else notices.LATE

    def _running(self) -> Notice:
        if self._silent_s > FROZEN_AFTER_S:
            return notices.OVERWHELMED if self._slowness.slow else notices.FROZEN
        if self._covered:
            return notices.COVERED
        return notices.SLOW if self._slowness.slow else notices.RUNNING

    def _ended(self, silent_s: float, now_s: float) -> Phase:
        """Why the component stands still: the visitor stopped it, or the browser gave up."""
        if self.phase is Phase.STARTING and self.waited_s(now_s) >= STUCK_AFTER_S:
            return Phase.FAILED
        if self.phase is Phase.RUNNING and self._slowness.slow:
            return Phase.EXHAUSTED  # frames wait in queues: when the last one came cannot be told
        if self.phase is Phase.RUNNING:
            # what the last run saw counts: on a busy server the word of a stop is late, and it is silent meanwhile
            return Phase.LOST if self._silent_s >= SILENT_S or silent_s >= ASLEEP_S else Phase.STOPPED
        if self.phase is Phase.ENDING:
            return Phase.BEGINNING
        if self.phase is Phase.BEGINNING and self.waited_s(now_s) >= BEGIN_S:
            return Phase.STOPPED
        return Phase.STOPPED if self.phase is Phase.STARTING else self.phase

    def _enter(self, phase: Phase, now_s: float) -> None:
        self.phase, self._since_s = phase, now_s
        self._silent_s, self._covered, self._slowness = 0.0, False, Slowness()
        self._searching_since_s: float | None = None
