"""The shapes of answers, for the documentation; a test holds real answers against them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from api.schemas import Box, Shape
from maskcore.types import Label, Uncertain


class FaceAnswer(Shape):
    """One face."""

    box: Box = Field(description="x1, y1, x2, y2 in pixels of the upright picture; x right, y down.")
    score: float = Field(ge=0, le=1, description="Probability that this is a face.")
    label: Label = Field(description="The most probable way the mask is worn; a covered mouth is no_mask.")
    probabilities: dict[Label, float] = Field(description="One entry a label; they sum to 1.")
    uncertain: Uncertain | None = Field(description="Why the label should not be trusted; null where it can be.")
    relative_box: Box = Field(description="The box in shares of the picture's width and height, 0 to 1.")
    covers_nose_and_mouth: float = Field(
        ge=0, le=1, description="Calibrated probability that a mask covers nose and mouth: that of the label mask."
    )

    explanation: str | None = Field(
        None,
        description="Where it was asked for: the face as a PNG data URL, vermilion where it speaks for the label, blue "
        "where against. It asks the classifier alone.",
    )


class StreamFaceAnswer(FaceAnswer):
    """One face of a live frame."""

    track: int | None = Field(None, description="The person's number, where people are followed; null at first.")


class SummaryAnswer(Shape):
    """Counts; faces = mask + no_mask + incorrect + uncertain."""

    faces: int
    mask: int
    no_mask: int
    incorrect: int
    uncertain: int


class ModelAnswer(Shape):
    """Which model answered."""

    id: str
    version: str


class PictureResult(Shape):
    """Everything seen in one picture."""

    size: tuple[int, int] = Field(description="Width and height of the picture, upright, in pixels.")
    faces: list[FaceAnswer] = Field(description="Largest first; those that were given, in their order.")
    summary: SummaryAnswer
    timings_ms: dict[str, float] = Field(description="Milliseconds by stage: prepare, detect, classify, total.")
    model: ModelAnswer
    annotated: str | None = Field(None, description="The picture with boxes and labels drawn, as a base64 JPEG.")


class DetectAnswer(PictureResult):
    """What was seen, and the name of the request."""

    request_id: str = Field(description="The X-Request-ID of request and answer; the log names it too.")


class StreamAnswer(PictureResult):
    """What was seen in a live frame."""

    faces: list[StreamFaceAnswer] = Field(description="Largest first.")  # type: ignore[assignment]
    frame: int = Field(description="Which frame of the stream, from 1; those without an answer were passed over.")
    people: SummaryAnswer | None = Field(None, description="Everybody so far, where people are followed.")


class Problem(Shape):
    """An error after RFC 9457."""

    type: str = Field(description="Stable name of the kind of trouble.", examples=["/problems/image-decode"])
    title: str = Field(description="The kind of trouble in a few words.", examples=["The picture cannot be read"])
    status: int = Field(description="The HTTP status again.", examples=[422])
    detail: str = Field(
        description="What was expected, what came, what to do.",
        examples=["These bytes are not a picture; expected a JPEG, PNG, WebP, BMP or HEIC file. Choose another file."],
    )


class BatchSummary(Shape):
    """Counts of pictures."""

    pictures: int
    failed: int = Field(description="How many of them gave a problem.")


class BatchAnswer(Shape):
    """What was seen in each picture."""

    results: list[PictureResult | Problem] = Field(description="In the order sent; a problem has a `status`.")
    summary: BatchSummary
    request_id: str = Field(description="The X-Request-ID of request and answer; the log names it too.")


class LegacyAnswer(Shape):
    """The answer of the original project: lists written as text."""

    Values: str = Field(description="One number a face: 1 wears a mask, 0 does not.", examples=["[1, 0]"])
    Boxes: str = Field(
        description="x1, y1, x2, y2 in whole pixels, one list a face.",
        examples=["[[212, 96, 302, 214], [20, 30, 80, 110]]"],
    )


class LabelText(Shape):
    """A label, and how it is shown."""

    label: Label
    text: str = Field(description="What a person reads.")
    meaning: str = Field(description="When a face gets it.")
    color: str = Field(description="The colour of its boxes, as #RRGGBB.")


class UncertainText(Shape):
    """A reason not to trust a label."""

    reason: Uncertain
    text: str = Field(description="What a person reads.")


class LabelsAnswer(Shape):
    """Every word that an answer may hold."""

    labels: list[LabelText]
    uncertain: list[UncertainText]


class LiveAnswer(Shape):
    """The process answers."""

    status: Literal["ok"]


class HealthAnswer(Shape):
    """The server is up and its model is loaded."""

    status: Literal["ok"]
    model: ModelAnswer


class ModelCardAnswer(ModelAnswer):
    """The model in words and figures."""

    card: dict[str, Any] = Field(description="The model folder's model.json: labels, thresholds, data, figures.")
    markdown: str = Field(description="The card for people, as Markdown.")
