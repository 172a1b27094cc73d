"""The shapes of films and of the jobs that work on them; see schemas.py."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from api.answer_shapes import ModelAnswer, Problem
from api.schemas import Shape
from maskcore.jobs.job import State
from maskcore.modes import Mode
from maskcore.privacy import Blur
from maskcore.types import Label, Uncertain


class VideoOptions(Shape):
    """How to look at a film. Each may stand in the query string or in a form field."""

    every: int = Field(
        1,
        description="Every how-manieth frame is looked at, from 1; faces are moved along between.",
        examples=[2],
        json_schema_extra={"minimum": 1},
    )
    mode: Mode | None = Field(
        None, description="How large the detector sees a frame. Chosen by the picture unless given."
    )
    min_score: float | None = Field(
        None,
        description="A face at least this sure, 0 to 1, begins a person, such as 0.5.",
        examples=[0.5],
        json_schema_extra={"minimum": 0, "maximum": 1},
    )
    blur: Blur | None = Field(
        None,
        description="Whose faces are made unrecognisable in the film: `all`, or `except_no_mask`, which shows those "
        "only that certainly wear no mask.",
    )


class FormFilm(VideoOptions):
    """A film in a form, options beside it."""

    film: str = Field(
        description="The film: MP4, MOV, WebM, AVI or MKV.",
        json_schema_extra={"format": "binary"},
    )


class JobLinks(Shape):
    """Where to go on; results are there once the job is done."""

    self: str = Field(description="The job: GET tells how it stands, DELETE ends and deletes it.")
    film: str | None = Field(None, description="The film with every face marked, MP4.")
    story: str | None = Field(None, description="Everybody, and every second, as JSON.")
    people: str | None = Field(None, description="Everybody, as CSV.")


class JobAnswer(Shape):
    """How a job stands."""

    id: str = Field(description="32 hexadecimal digits that nobody can guess.")
    state: State = Field(description="`interrupted`: the server stopped while it worked on it; send the film again.")
    progress: float | None = Field(description="Share that is done, 0 to 1; null where that cannot be told.")
    frames: int = Field(description="Frames that are done.")
    frames_per_s: float | None = Field(description="Frames of the film done a second; null before the first.")
    seconds_left: float | None = Field(description="An estimate; null where there is none, or nothing to wait for.")
    expires_at: datetime | None = Field(description="When a job that ended is deleted; null before.")
    links: JobLinks
    problem: Problem | None = Field(description="Why there is no result; null where there is or will be one.")
    request_id: str = Field(description="The X-Request-ID of request and answer.")


class PeopleCounts(Shape):
    """Counts; people = mask + no_mask + incorrect + uncertain."""

    people: int
    mask: int
    no_mask: int
    incorrect: int
    uncertain: int


class SecondAnswer(PeopleCounts):
    """Who was in the picture during one second."""

    at_s: int = Field(description="Its beginning.")


class PersonAnswer(Shape):
    """One person of a film."""

    person: int
    label: Label
    uncertain: Uncertain | None
    confidence: float = Field(ge=0, le=1, description="Share of the votes for the label.")
    first_s: float
    last_s: float


class StoryAnswer(Shape):
    """What happened in a film; times in seconds."""

    film: str = Field(description="Its name as it was sent.")
    size: tuple[int, int] = Field(description="Width and height in pixels.")
    seconds: float
    frames: int
    looked: int = Field(description="In how many frames faces were looked for.")
    summary: PeopleCounts
    people: list[PersonAnswer] = Field(description="In the order of their coming.")
    timeline: list[SecondAnswer]
    note: str = Field(description="One sentence where the film could not be read to its end; else empty.")
    model: ModelAnswer
