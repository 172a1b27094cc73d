"""What every request shares: where detectors come from, the settings, films and streams."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import cast

from flask import current_app, g

from api.bounds import Streams
from api.films import Films
from maskcore import MaskDetector
from maskcore.errors import ModelError
from maskcore.serving import Detectors, Serving
from maskcore.settings import Settings
from maskcore.types import ModelInfo

_KEY = "maskcore"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Service:
    """One a process; threads share it.

    Attributes:
        films: Those that were sent, and their jobs.
        streams: How many live streams there may be.
        detectors: Gives the detector that answers now, which has run, and which another takes over from when promoted.
    """

    settings: Settings
    films: Films
    streams: Streams
    detectors: Detectors

    def ready_detector(self) -> MaskDetector:
        """The detector of this request: the same from its beginning to its end.

        Raises:
            ModelError: No model could be loaded; says why.
        """
        if _KEY not in g:
            setattr(g, _KEY, self.detectors())
        return cast(MaskDetector, getattr(g, _KEY))

    def let_detector_go(self) -> None:
        """Take what answers now from here on: each frame of a stream stands for a request."""
        g.pop(_KEY, None)

    def info(self) -> ModelInfo | None:
        """The model that answers; None where none could be loaded."""
        try:
            return self.ready_detector().info
        except ModelError:
            return None  # build_service has logged it, and every request for a face tells it

    def keep(self) -> None:
        """Make this the service of the current application."""
        current_app.extensions[_KEY] = self


def build_service(detector: MaskDetector | None, settings: Settings) -> Service:
    """Load the model unless a detector is given; a model in trouble is logged and told to every caller."""
    detectors = Serving(settings).detector if detector is None else lambda: detector
    here = Service(settings, Films(settings, detectors), Streams(settings.max_streams), detectors)
    if here.info() is None:
        _log.error("The API starts without a model and answers 503.")
    here.let_detector_go()
    return here


def service() -> Service:
    """The service of the current application."""
    return cast(Service, current_app.extensions[_KEY])
