"""People and alerts go where they were asked to go, and nowhere else."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from maskcore.events.records import AlertEvent, PersonEvent
from maskcore.imaging import encode_jpeg
from maskcore.tracking.alerts import Alert
from maskcore.tracking.people import Person
from maskcore.types import Label, Uncertain
from maskcore.video.recorder import Recorder
from maskcore.video.told import Moment, PastAlert
from tests.factories import make_picture

PICTURE = encode_jpeg(make_picture())
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class Kept(list[Any]):
    """Stands in for writer and webhook."""

    put = send = list.append


def moment(**over: Any) -> Moment:
    fields = {"track": 3, "label": Label.NO_MASK, "uncertain": None, "confidence": 0.9, "zones": ("till", "door")}
    person = Person(**(fields | over), first_s=1.0, last_s=2.0)
    alert = Alert("without_mask", 2.0, (3,), "Somebody has been without a mask for 5 seconds.")
    return Moment(((person, NOW, NOW + timedelta(seconds=1)),), (PastAlert(alert, NOW, PICTURE),))


def test_people_and_alerts_are_written_with_camera_zone_and_model() -> None:
    kept = Kept()
    Recorder(camera="Door", model_id=lambda: "m", writer=kept)(moment())
    alert, person = kept
    assert isinstance(alert, AlertEvent) and (alert.camera, alert.at) == ("Door", NOW)
    assert isinstance(person, PersonEvent) and person.picture_jpeg is None
    assert (person.label, person.zone, person.model_id, person.track) == ("no_mask", "till, door", "m", 3)


def test_a_picture_of_a_person_is_written_with_the_person() -> None:
    kept = Kept()
    Recorder(camera="Door", model_id=lambda: "m", writer=kept)(replace(moment(), pictures={3: b"of 3", 4: b"of 4"}))
    assert kept[1].picture_jpeg == b"of 3"


def test_who_cannot_be_told_is_kept_as_that() -> None:
    kept = Kept()
    Recorder(camera="Door", model_id=lambda: "m", writer=kept)(moment(uncertain=Uncertain.SMALL))
    assert kept[1].label == "uncertain"


def test_only_alerts_go_to_the_webhook() -> None:
    sent = Kept()
    Recorder(camera="Door", model_id=lambda: "m", webhook=sent)(moment())
    assert [message["rule"] for message in sent] == ["without_mask"]
    assert "picture_jpeg" not in sent[0], "no picture unless the operator wants it"
    assert sent[0]["at"] == "2026-01-02T03:04:05+00:00" and sent[0]["camera"] == "Door"


def test_a_picture_goes_along_where_the_operator_wants_it() -> None:
    sent = Kept()
    Recorder(camera="Door", model_id=lambda: "m", webhook=sent, picture_kb=100)(moment())
    assert base64.b64decode(sent[0]["picture_jpeg"]) == PICTURE


def test_without_a_place_to_keep_nothing_is_kept() -> None:
    Recorder(camera="Door", model_id=lambda: "m")(moment())
