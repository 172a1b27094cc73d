"""Carries what live video brings to the store of events and to the webhook."""

from __future__ import annotations

from typing import Protocol

from maskcore.events.records import AlertEvent, Event, PersonEvent
from maskcore.video.live import Moment
from maskcore.webhook import Webhook


class Writer(Protocol):
    """Where events go, see maskcore.events.writer.EventWriter."""

    def put(self, event: Event) -> None:
        """Take one event and return at once."""


class Recorder:
    """A listener of LiveVideo; nothing is kept where no writer is given.

    Args:
        camera: Name of the camera.
        model_id: The model that answers.
        writer: Where to keep people and alerts; None: nowhere.
        webhook: Whom to tell of alerts; None: nobody.
    """

    def __init__(
        self, *, camera: str, model_id: str, writer: Writer | None = None, webhook: Webhook | None = None
    ) -> None:
        self._camera, self._model_id, self._writer, self._webhook = camera, model_id, writer, webhook

    def __call__(self, moment: Moment) -> None:
        """Pass one moment on."""
        for alert, at in moment.alerts:
            if self._writer is not None:
                self._writer.put(AlertEvent(rule=alert.rule, at=at, camera=self._camera, message=alert.message))
            if self._webhook is not None:
                self._webhook.send(
                    {
                        "type": "alert",
                        "rule": alert.rule,
                        "at": at.isoformat(),
                        "camera": self._camera,
                        "message": alert.message,
                        "tracks": list(alert.tracks),
                        "model": self._model_id,
                    }
                )
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
                    model_id=self._model_id,
                )
            )
