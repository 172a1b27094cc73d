"""Carries what live video brings to the store of events and to the webhook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from maskcore.events.records import AlertEvent, Event, PersonEvent
from maskcore.video.snapshot import base64_jpeg
from maskcore.video.told import Moment, PastAlert
from maskcore.webhook import Webhook


class Writer(Protocol):
    """Where events go, see maskcore.events.writer.EventWriter."""

    def put(self, event: Event) -> None:
        """Take one event and return at once."""


class Recorder:
    """A listener of LiveVideo; nothing is kept where no writer is given.

    Args:
        camera: Name of the camera.
        model_id: Gives the id of the model that answers when something happens.
        writer: Where to keep people and alerts; None: nowhere.
        webhook: Whom to tell of alerts; None: nobody.
        picture_kb: Largest picture to tell along, in kilobytes; it shows what the visitor saw. 0: none.
    """

    def __init__(
        self,
        *,
        camera: str,
        model_id: Callable[[], str],
        writer: Writer | None = None,
        webhook: Webhook | None = None,
        picture_kb: int = 0,
    ) -> None:
        self._camera, self._model_id, self._writer, self._webhook = camera, model_id, writer, webhook
        self._picture_kb = picture_kb

    @property
    def keeps(self) -> bool:
        """Whether people and alerts are kept."""
        return self._writer is not None

    def __call__(self, moment: Moment) -> None:
        """Pass one moment on."""
        for past in moment.alerts:
            if self._writer is not None:
                rule, message = past.alert.rule, past.alert.message
                self._writer.put(AlertEvent(rule=rule, at=past.at, camera=self._camera, message=message))
            if self._webhook is not None:
                self._webhook.send(self._message(past))
        if self._writer is None:
            return
        for person, first_at, last_at in moment.ended:
            self._writer.put(
                PersonEvent(
                    track=person.track,
                    label="uncertain" if person.uncertain else person.label.value,
                    confidence=min(1.0, person.confidence),
                    first_at=first_at,
                    last_at=last_at,
                    camera=self._camera,
                    zone=", ".join(person.zones),
                    model_id=self._model_id(),
                    picture_jpeg=moment.pictures.get(person.track),
                )
            )

    def _message(self, past: PastAlert) -> dict[str, Any]:
        message = {
            "type": "alert",
            "rule": past.alert.rule,
            "at": past.at.isoformat(),
            "camera": self._camera,
            "message": past.alert.message,
            "tracks": list(past.alert.tracks),
            "model": self._model_id(),
        }
        if not self._picture_kb:
            return message
        return message | {"picture_jpeg": base64_jpeg(past.picture_jpeg, most_kb=self._picture_kb)}
