"""What every request shares: one detector, the settings, or the reason why there is no detector."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from threading import Event
from typing import cast

import numpy as np
from flask import current_app

from api.bounds import Streams
from api.films import Films
from maskcore import MaskDetector
from maskcore.errors import ModelError
from maskcore.settings import Settings

_KEY = "maskcore"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Service:
    """One a process; threads share it.

    Attributes:
        films: Those that were sent, and their jobs.
        streams: How many live streams there may be.
        detector: None where the model could not be loaded.
        trouble: Why there is no detector.
    """

    settings: Settings
    films: Films
    streams: Streams
    detector: MaskDetector | None
    trouble: ModelError | None = None
    _proven: Event = field(default_factory=Event, init=False, repr=False)

    def ready_detector(self) -> MaskDetector:
        """The detector, for a request that needs it.

        Raises:
            ModelError: The model could not be loaded when the process began; says why.
        """
        if self.detector is None:
            raise self.trouble or ModelError("No model was loaded. Restart the server and read its log.")
        return self.detector

    def prove(self) -> None:
        """Let the model see one picture, once a process, so that "ready" means that it has run.

        Raises:
            ModelError: The model could not be loaded.
        """
        if not self._proven.is_set():
            self.ready_detector().detect(np.full((64, 64, 3), 128, np.uint8))
            self.films.watch(self.detector)
            self._proven.set()

    def keep(self) -> None:
        """Make this the service of the current application."""
        current_app.extensions[_KEY] = self


def build_service(detector: MaskDetector | None, settings: Settings) -> Service:
    """Load the model unless a detector is given; a model in trouble is logged and told to every caller."""
    films, streams = Films(settings), Streams(settings.max_streams)
    if detector is not None:
        return Service(settings, films, streams, detector)
    try:
        return Service(settings, films, streams, MaskDetector(settings=settings))
    except ModelError as error:
        _log.error("The API starts without a model and answers 503. %s", error)
        return Service(settings, films, streams, None, error)


def service() -> Service:
    """The service of the current application."""
    return cast(Service, current_app.extensions[_KEY])
