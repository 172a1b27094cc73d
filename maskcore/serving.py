"""The model that answers in a running process: changed over when the active one changes, without a restart.

See docs/decisions/009-promotion.md.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable

from maskcore.active import pointer_stamp
from maskcore.errors import ModelError, ModelMismatchError
from maskcore.models import SHIPPED
from maskcore.pipeline import PROOF_BGR, MaskDetector
from maskcore.settings import Settings, get_settings

LOOK_EVERY_S = 1.0  # how long a promotion may stay unnoticed; a look costs some microseconds
_log = logging.getLogger(__name__)

Detectors = Callable[[], MaskDetector]  # gives the detector to use now; keep what it gives for one piece of work


class Serving:
    """Holds the detector of the active model, and loads another when the pointer has changed. Threads share one.

    The thread that notices the change loads the new model and lets it see a picture; all others go on with the old one
    meanwhile, which answers on too where the new one cannot be used. What `MASKCORE_MODEL_DIR` names is never left.

    Args:
        settings: None reads MASKCORE_… environment variables.
    """

    def __init__(self, settings: Settings | None = None):
        self._settings = settings or get_settings()
        self._lock = threading.Lock()
        self._detector: MaskDetector | None = None
        self._trouble: ModelError | None = None
        self._stamp: object = math.nan  # like no stamp there is
        self._look_at_s = -math.inf

    def detector(self) -> MaskDetector:
        """The detector to use now; it has seen a picture. Whoever wants one model from beginning to end asks once.

        Raises:
            ModelError: No model could be loaded; says why.
        """
        if self._lock.acquire(blocking=self._detector is None):
            try:
                self._look()
            finally:
                self._lock.release()
        if self._detector is None:
            raise self._trouble or ModelError("No model was loaded. Restart the server and read its log.")
        return self._detector

    def _look(self) -> None:
        """Load the active model where the pointer is not as it was; the lock is held."""
        if time.monotonic() < self._look_at_s:
            return
        stamp = None if self._settings.model_dir else pointer_stamp()  # before it is read, so that no change is missed
        if stamp != self._stamp:
            self._stamp = stamp
            self._change_over()
        self._look_at_s = time.monotonic() + LOOK_EVERY_S

    def _change_over(self) -> None:
        before = self._detector
        try:
            self._detector = _proven(MaskDetector(settings=self._settings))
        except ModelError as error:
            self._trouble = error
            if before is None and self._settings.model_dir is None:
                self._fall_back(error)
            elif before is None:
                _log.error("The model cannot be used. %s", error)
            else:
                _log.error("The active model cannot be used; %s goes on answering. %s", before.info.id, error)
            return
        if before is not None:
            _log.info("%s answers from now on, after %s.", self._detector.info.id, before.info.id)

    def _fall_back(self, error: ModelError) -> None:
        """At the start there is no old model to keep: the one that ships answers."""
        _log.error("The active model cannot be used; the one that ships answers. %s", error)
        try:
            self._detector = _proven(MaskDetector(SHIPPED, settings=self._settings))
        except ModelError as worse:
            self._trouble = worse


def _proven(detector: MaskDetector) -> MaskDetector:
    """The detector, after it has seen a picture: one that cannot run takes over from nobody."""
    try:
        detector.detect(PROOF_BGR)
    except (ValueError, RuntimeError) as error:  # what LiteRT raises
        raise ModelMismatchError(f"{detector.info.id} does not run: {error} Export the model again.") from error
    return detector
