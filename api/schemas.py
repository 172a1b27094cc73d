"""The shapes that the API speaks, for its documentation; a test holds real answers against them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from maskcore.modes import Mode
from maskcore.privacy import Blur
from maskcore.types import Label, Uncertain

Box = tuple[float, float, float, float]


class Shape(BaseModel):
    """A shape with no members but its own."""

    model_config = ConfigDict(extra="forbid")


class LookOptions(Shape):
    """How to look at a picture."""

    input_size: int | Mode | None = Field(
        None,
        description="Longer side that the detector sees, in pixels: a multiple of 32 from 32 to 4096, or the name of a "
        "mode. Larger finds smaller faces and takes longer. Chosen by the picture unless given.",
        examples=[640, "full"],
        json_schema_extra={"minimum": 32, "maximum": 4096, "multipleOf": 32},  # the core checks, and says it in words
    )
    min_score: float | None = Field(
        None,
        description="Lowest probability, 0 to 1, at which a face is reported, such as 0.5.",
        examples=[0.5],
        json_schema_extra={"minimum": 0, "maximum": 1},
    )
    max_faces: int | None = Field(
        None,
        description="Most faces reported, largest first; at least 1.",
        examples=[50],
        json_schema_extra={"minimum": 1},
    )


class BatchOptions(LookOptions):
    """How to look at pictures. Each may stand in the query string, in a form field or as a JSON member."""

    annotate: bool = Field(
        False, description="Answer the picture too, with boxes and labels drawn: as `annotated`, a base64 JPEG."
    )
    blur: Blur | None = Field(
        None,
        description="Whose faces are made unrecognisable in the annotated picture, which comes along: `all`, or "
        "`except_no_mask`, which shows those only that certainly wear no mask.",
    )


class Options(BatchOptions):
    """How to look at one picture."""

    faces: list[Box] | None = Field(
        None,
        description="Tell about these faces only, and find none: [x1, y1, x2, y2] each, in pixels of the upright "
        "picture. In a query string or a form field, written as JSON.",
        examples=[[[212, 96, 302, 214]]],
    )

    explain: bool = Field(
        False,
        description="Tell why: a heat map of each of the five largest faces, as `explanation`. Each costs as much as "
        "fifty faces.",
    )


class StreamOptions(LookOptions):
    """How to look at live frames. Each may stand in the query string; a text message with all of them changes them."""

    track: bool = Field(
        False, description="Follow people from frame to frame: each has a number, and its label is voted on."
    )


class JsonPicture(Options):
    """A picture inside JSON, options beside it."""

    image: str = Field(description="The picture file as base64, URL-safe or not, or as a data URL.")


class JsonPictures(BatchOptions):
    """Pictures inside JSON, options beside them."""

    images: list[str] = Field(min_length=1, description="Each picture file as base64, or as a data URL.")


class FormPicture(Options):
    """A picture in a form, options beside it."""

    image: str = Field(
        description="The picture file: JPEG, PNG, WebP, BMP or HEIC.",
        json_schema_extra={"format": "binary"},
    )


class FormPictures(BatchOptions):
    """Pictures in a form, options beside them."""

    image: list[str] = Field(
        min_length=1,
        description="The picture files, the field repeated for each.",
        json_schema_extra={"items": {"type": "string", "format": "binary"}},
    )


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
    faces: list[FaceAnswer] = Field(description="Largest first.")
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
