"""The shapes that the API speaks, for its documentation; a test holds real answers against them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from maskcore.types import Label, Uncertain

ANSWER_EXAMPLE: dict[str, Any] = {
    "size": [640, 480],
    "faces": [
        {
            "box": [212.4, 96.0, 301.7, 214.2],
            "score": 0.9871,
            "label": "mask",
            "probabilities": {"mask": 0.9712, "no_mask": 0.0201, "incorrect": 0.0087},
            "uncertain": None,
        }
    ],
    "summary": {"faces": 1, "mask": 1, "no_mask": 0, "incorrect": 0, "uncertain": 0},
    "timings_ms": {"prepare": 0.62, "detect": 7.9, "classify": 1.4, "total": 9.92},
    "model": {"id": "example", "version": "1.0"},
}


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Options(_Shape):
    """How to look at a picture. Each may stand in the query string, in a form field or as a JSON key."""

    input_size: int | None = Field(
        None,
        description="Longer side that the detector sees, in pixels: a multiple of 32 from 32 to 4096. Larger finds "
        "smaller faces and takes longer. Chosen by the picture unless given.",
        examples=[640],
    )
    min_score: float | None = Field(
        None, description="Lowest probability, 0 to 1, at which a face is reported, such as 0.5.", examples=[0.5]
    )
    max_faces: int | None = Field(None, description="Most faces reported, largest first; at least 1.", examples=[50])


class JsonPicture(Options):
    """A picture inside JSON, options beside it."""

    image: str = Field(description="The picture file as base64, or as a data URL.")


class FormPicture(Options):
    """A picture in a form, options beside it."""

    image: str = Field(
        description="The picture file: JPEG, PNG, WebP, BMP or HEIC.",
        json_schema_extra={"format": "binary"},
    )


class FaceAnswer(_Shape):
    """One face."""

    box: tuple[float, float, float, float] = Field(
        description="x1, y1, x2, y2 in pixels of the picture sent; x right, y down."
    )
    score: float = Field(ge=0, le=1, description="Probability that this is a face.")
    label: Label = Field(description="The most probable way the mask is worn; a covered mouth is no_mask.")
    probabilities: dict[Label, float] = Field(description="One entry a label; they sum to 1.")
    uncertain: Uncertain | None = Field(description="Why the label should not be trusted; null where it can be.")


class SummaryAnswer(_Shape):
    """Counts; faces = mask + no_mask + incorrect + uncertain."""

    faces: int
    mask: int
    no_mask: int
    incorrect: int
    uncertain: int


class ModelAnswer(_Shape):
    """Which model answered."""

    id: str
    version: str


class DetectAnswer(_Shape):
    """Everything seen in one picture."""

    size: tuple[int, int] = Field(description="Width and height of the picture, upright, in pixels.")
    faces: list[FaceAnswer] = Field(description="Largest first.")
    summary: SummaryAnswer
    timings_ms: dict[str, float] = Field(description="Milliseconds by stage: prepare, detect, classify, total.")
    model: ModelAnswer


class LegacyAnswer(_Shape):
    """The answer of the original project: lists written as text."""

    Values: str = Field(description="One number a face: 1 wears a mask, 0 does not.", examples=["[1, 0]"])
    Boxes: str = Field(
        description="x1, y1, x2, y2 in whole pixels, one list a face.",
        examples=["[[212, 96, 302, 214], [20, 30, 80, 110]]"],
    )


class HealthAnswer(_Shape):
    """The server is up and its model is loaded."""

    status: Literal["ok"]
    model: ModelAnswer


class ModelCardAnswer(ModelAnswer):
    """The model in words and figures."""

    card: dict[str, Any] = Field(description="The model folder's model.json: labels, thresholds, data, figures.")
    markdown: str = Field(description="The card for people, as Markdown.")


class Problem(_Shape):
    """An error after RFC 9457."""

    type: str = Field(description="Stable name of the kind of trouble.", examples=["/problems/image-decode"])
    title: str = Field(description="The kind of trouble in a few words.", examples=["The picture cannot be read"])
    status: int = Field(description="The HTTP status again.", examples=[422])
    detail: str = Field(
        description="What was expected, what came, what to do.",
        examples=["These bytes are not a picture; expected a JPEG, PNG, WebP, BMP or HEIC file. Choose another file."],
    )
