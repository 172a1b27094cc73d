"""Writes events off the caller's thread, and waits in memory while the database is away."""

from __future__ import annotations

import atexit
import logging
import threading
import time
from dataclasses import dataclass
from itertools import islice

from maskcore.errors import StoreError
from maskcore.events.records import Event
from maskcore.events.store import EventStore

BATCH = 1000
FLUSH_S = 0.5  # so that with the writing itself no event waits for longer than a second
SILENCE_S = 3.0  # a writing that takes longer is told

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StoreState:
    """How writing goes.

    Attributes:
        waiting: Events in memory that are not in the database yet.
        written: Events written since the start.
        dropped: Events lost since the start, for want of room in memory.
        reason: Why events cannot be written at the moment; empty where they can.
    """

    waiting: int
    written: int
    dropped: int
    reason: str = ""

    @property
    def ok(self) -> bool:
        """Whether events reach the database; else they are buffered."""
        return not self.reason


class EventWriter:
    """Takes events from any thread and writes them on one of its own, at least once a second.

    `put` neither blocks nor raises. A process that is killed loses the last second; `close`, which the end of the
    program calls too, writes what waits.

    Args:
        store: Where to write.
        capacity: Most events that wait in memory while the database is away; later ones are dropped.
        flush_s: Longest time between two writings, in seconds.
    """

    def __init__(self, store: EventStore, *, capacity: int = 10_000, flush_s: float = FLUSH_S):
        self._store, self._capacity, self._flush_s = store, capacity, flush_s
        self._lock = threading.Lock()
        self._waiting: dict[int, Event] = {}  # by id, so that a correction takes the place of what it corrects
        self._written = self._dropped = 0
        self._reason = ""
        self._asked_at_s: float | None = None  # since when the database owes an answer
        self._wake = threading.Event()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="event-writer", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def __enter__(self) -> EventWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def state(self) -> StoreState:
        """How writing goes now."""
        with self._lock:
            return StoreState(len(self._waiting), self._written, self._dropped, self._reason or self._silence())

    def put(self, event: Event) -> None:
        """Hand over an event to be written soon; counts as dropped where there is no room, or after `close`."""
        with self._lock:
            full = len(self._waiting) >= self._capacity and event.id not in self._waiting
            if full or self._closed:
                self._dropped += 1
                return
            self._waiting[event.id] = event
            # at this one length alone, or a lost database would be asked at every event
            if len(self._waiting) == BATCH:
                self._wake.set()

    def close(self, *, timeout_s: float = 10.0) -> None:
        """Write what waits and end the thread; `state` tells what is left where the database is away."""
        atexit.unregister(self.close)
        with self._lock:
            self._closed = True
        self._wake.set()
        self._thread.join(timeout_s)
        if self.state.waiting:
            _log.error("%d events were not written: %s", self.state.waiting, self.state.reason)

    def _run(self) -> None:
        closed = False
        while not closed:
            self._wake.wait(self._flush_s)
            self._wake.clear()
            closed = self._closed  # read before writing, so that the last turn comes after the last event
            self._turn()

    def _turn(self) -> None:
        self._asked_at_s = time.monotonic()
        try:
            self._write_waiting()
        except StoreError as error:
            self._tell(str(error))
        except Exception as error:  # noqa: BLE001 - outermost door of the thread, which goes on; the state says why
            _log.exception("The writer of events stumbled")
            self._tell(f"A fault of the program: {error!r}. See the log.")
        else:
            self._tell("")
        self._asked_at_s = None

    def _write_waiting(self) -> None:
        while batch := self._first():
            self._store.write(batch)
            self._asked_at_s = time.monotonic()
            with self._lock:
                self._written += len(batch)
                for event in batch:
                    if self._waiting[event.id] is event:  # else a correction came meanwhile
                        del self._waiting[event.id]

    def _first(self) -> list[Event]:
        with self._lock:
            return list(islice(self._waiting.values(), BATCH))

    def _silence(self) -> str:
        silent_s = time.monotonic() - (self._asked_at_s or time.monotonic())
        return f"The database has not answered for {silent_s:.0f} seconds." if silent_s > SILENCE_S else ""

    def _tell(self, reason: str) -> None:
        with self._lock:
            before, self._reason = self._reason, reason
        if reason and not before:
            _log.warning("Events wait in memory. %s", reason)
        elif before and not reason:
            _log.info("Events are written again.")
