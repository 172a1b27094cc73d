"""What is worth keeping: a person who was counted, an alert that rang."""

from __future__ import annotations

import itertools
import random
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from maskcore.types import Label

LABELS: Final = (*(label.value for label in Label), "uncertain")

_SERIAL_BITS = 10
_serials = itertools.count(random.getrandbits(_SERIAL_BITS))  # a random start keeps processes apart


def new_id() -> int:
    """A number that no other event has: microseconds since 1970 and ten bits of serial number, 63 bits in all.

    The event brings it along, so that writing it once more after a lost answer changes nothing.
    """
    serial = next(_serials) % (1 << _SERIAL_BITS)
    return time.time_ns() // 1000 << _SERIAL_BITS | serial


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEvent:
    """A person who was counted.

    To correct a person who was written before, put `dataclasses.replace(event, label=…)`: the id stays, and the row
    is overwritten.

    Attributes:
        track: Identity over the frames of one run of a camera or film.
        label: One of LABELS.
        confidence: Probability of the label, 0 to 1.
        first_at: When the person was first seen; any time zone, but one.
        last_at: When the person was last seen, not before first_at.
        camera: Name of the camera or film.
        zone: Name of the zone; empty where there is none.
        model_id: The model that answered.
        picture_jpeg: A picture of the person; kept only where MASKCORE_KEEP_PICTURES is on.
        id: See `new_id`.
    Raises:
        ValueError: A value outside its range, or a time without a zone.
    """

    track: int
    label: str
    confidence: float
    first_at: datetime
    last_at: datetime
    camera: str
    zone: str = ""
    model_id: str
    picture_jpeg: bytes | None = None
    id: int = field(default_factory=new_id)

    def __post_init__(self) -> None:
        if self.label not in LABELS:
            raise ValueError(f"label must be one of {', '.join(LABELS)}; got {self.label!r}")
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"confidence must lie between 0 and 1; got {self.confidence}")
        if not 0 <= self.track < 2**63:
            raise ValueError(f"track must be a whole number from 0 that fits 63 bits; got {self.track}")
        _check_zoned(self.first_at, self.last_at)
        if self.last_at < self.first_at:
            raise ValueError(f"last_at must not be before first_at; got {self.last_at} and {self.first_at}")
        _check_texts(self.camera, self.zone, self.model_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertEvent:
    """An alert that rang.

    Attributes:
        rule: Name of the rule.
        at: When it rang; any time zone, but one.
        camera: Name of the camera or film.
        message: What people were told.
        id: See `new_id`.
    Raises:
        ValueError: A time without a zone, or a text that no database takes.
    """

    rule: str
    at: datetime
    camera: str
    message: str
    id: int = field(default_factory=new_id)

    def __post_init__(self) -> None:
        _check_zoned(self.at)
        _check_texts(self.rule, self.camera, self.message)


Event = PersonEvent | AlertEvent


def _check_zoned(*times: datetime) -> None:
    for each in times:
        if each.utcoffset() is None:
            raise ValueError(f"expected a time with a zone, as datetime.now(UTC) gives; got {each!r}")


def _check_texts(*texts: str) -> None:
    """Refuse at once what would later stop the whole batch in the database."""
    for text in texts:
        if "\0" in text or not _encodes(text):
            raise ValueError(f"expected text without zero bytes and lone surrogates; got {text!r}")


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
