"""The work on a film: what was sent in, the annotated film and its story out."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maskcore.jobs.job import Job
from maskcore.jobs.runner import Tell
from maskcore.modes import Mode
from maskcore.privacy import Blur
from maskcore.serving import Detectors
from maskcore.settings import Settings, get_settings
from maskcore.video.annotate import Look, Progress, annotate
from maskcore.video.film import SUFFIXES, Film

ANNOTATED, STORY, PORTRAITS = "annotated.mp4", "story.json", "people"


@dataclass(frozen=True, slots=True)
class FilmOptions:
    """What is asked for.

    Attributes:
        name: The film's name where it came from.
        look: How to look at it.
    """

    name: str
    look: Look

    @property
    def sent(self) -> str:
        """The name of the film in the job's folder: of its own name nothing but a known ending is used."""
        suffix = Path(self.name).suffix.lower()
        return f"film{suffix}" if suffix in SUFFIXES else "film"

    def to_dict(self) -> dict[str, Any]:
        """The options as plain JSON values."""
        look = self.look
        return {
            "name": self.name,
            "every": look.every,
            "mode": look.mode.value if look.mode else None,
            "blur": look.blur.value if look.blur else None,
            "min_score": look.min_score,
        }

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> FilmOptions:
        """Undo `to_dict`."""
        mode = Mode(told["mode"]) if told["mode"] else None
        blur = Blur(told["blur"]) if told["blur"] else None
        return cls(told["name"], Look(told["every"], mode, blur, told["min_score"]))


class FilmWork:
    """The work that a JobRunner does on a job whose folder holds a film under the name FilmOptions.sent.

    It leaves ANNOTATED, STORY and PORTRAITS there, and deletes the film that was sent: it would show the faces that
    were covered.

    Args:
        detectors: Gives the detector when a job begins; the job keeps it to its end.
        settings: None: those of the process.
    """

    def __init__(self, detectors: Detectors, *, settings: Settings | None = None):
        self._detectors, self._settings = detectors, settings or get_settings()

    def __call__(self, job: Job, folder: Path, tell: Tell) -> Mapping[str, Any]:
        """Do one job; see maskcore.jobs.runner."""
        options, began_s = FilmOptions.from_dict(job.options), time.monotonic()

        def pass_on(progress: Progress) -> None:
            tell(progress.share, _speed(progress, time.monotonic() - began_s))

        film = Film(folder / options.sent, max_megapixels=self._settings.max_megapixels)
        story = annotate(
            film,
            folder / ANNOTATED,
            detector=self._detectors(),
            look=options.look,
            portraits=folder / PORTRAITS,
            tell=pass_on,
        )
        told = {"film": options.name} | story.to_dict()
        (folder / STORY).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        (folder / options.sent).unlink()
        took_s = time.monotonic() - began_s
        return {"frames": story.frames, "frames_per_s": story.frames / took_s, "took_s": took_s}


def _speed(progress: Progress, passed_s: float) -> dict[str, Any]:
    left_s = passed_s / progress.share - passed_s if progress.share else None
    return {"frames": progress.frames, "frames_per_s": progress.frames / max(passed_s, 1e-3), "left_s": left_s}
