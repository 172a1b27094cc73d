"""The shapes of what callers ask for, for the documentation; answer_shapes.py has those of answers."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from maskcore.modes import Mode
from maskcore.privacy import Blur

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
        description="Tell about these faces only, in this order, and find none: [x1, y1, x2, y2] each, in pixels of "
        "the upright picture; at most max_faces. In a query string or a form field, written as JSON.",
        examples=[[[212, 96, 302, 214]]],
    )

    explain: bool = Field(
        False,
        description="Tell why: a heat map of each of the first five faces, as `explanation`. Each costs as much as "
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
