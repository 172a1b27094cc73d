"""A client of the face mask API in one file, for Python 3.10 and later: copy it, it needs nothing else.

>>> client = MaskCheck("http://localhost:8000")
>>> client.detect("photo.jpg", min_score=0.6).summary
{'faces': 1, 'mask': 0, 'no_mask': 1, 'incorrect': 0, 'uncertain': 0}
"""

from __future__ import annotations

import base64
import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

Box: TypeAlias = tuple[float, float, float, float]
Label: TypeAlias = Literal["mask", "no_mask", "incorrect"]
Picture: TypeAlias = "bytes | str | os.PathLike[str]"
InputSize: TypeAlias = Literal["fast", "balanced", "full", "crowd"] | int
Blur: TypeAlias = Literal["all", "except_no_mask"]


class Problem(Exception):
    """What the server says when it cannot do what was asked (RFC 9457).

    Attributes:
        type: Stable name of the kind of trouble, such as "/problems/image-decode".
        title: The kind of trouble in a few words.
        status: The HTTP status.
        detail: What was expected, what came, what to do.
        request_id: The name of the request in the server's log; None inside a batch.
        retry_after_s: When to try again, where the server says so.
    """

    def __init__(self, told: Mapping[str, Any], headers: Mapping[str, str] | None = None):
        super().__init__(f"{told['title']}: {told['detail']}")
        self.type: str = told["type"]
        self.title: str = told["title"]
        self.status: int = told["status"]
        self.detail: str = told["detail"]
        headers = headers or {}
        self.request_id = headers.get("X-Request-ID")
        wait = headers.get("Retry-After", "")
        self.retry_after_s = int(wait) if wait.isdigit() else None


@dataclass(frozen=True)
class Face:
    """One face.

    Attributes:
        box: x1, y1, x2, y2 in pixels of the picture sent; x right, y down.
        relative_box: The same in shares of width and height, 0 to 1.
        score: Probability that this is a face.
        label: The most probable way the mask is worn.
        probabilities: One entry a label; they sum to 1.
        covers_nose_and_mouth: Probability that a mask covers nose and mouth.
        uncertain: Why not to trust the label ("small", "blurred", "dark", "turned", "unsure"); None: trust it.
    """

    box: Box
    relative_box: Box
    score: float
    label: Label
    probabilities: dict[str, float]
    covers_nose_and_mouth: float
    uncertain: str | None


@dataclass(frozen=True)
class Result:
    """Everything seen in one picture.

    Attributes:
        faces: Largest first.
        size: Width and height of the picture in pixels.
        summary: Counts: faces = mask + no_mask + incorrect + uncertain.
        timings_ms: Milliseconds by stage: prepare, detect, classify, total.
        model: Id and version of the model.
        annotated: The picture with boxes and labels as JPEG, where it was asked for.
        request_id: The name of the request in the server's log; None inside a batch.
    """

    faces: tuple[Face, ...]
    size: tuple[int, int]
    summary: dict[str, int]
    timings_ms: dict[str, float]
    model: dict[str, str]
    annotated: bytes | None
    request_id: str | None


class MaskCheck:
    """The API of one server.

    Args:
        url: Where it is, such as "http://localhost:8000".
        key: An API key, where the server wants one.
        timeout_s: How long to wait for the server.
    """

    def __init__(self, url: str, *, key: str | None = None, timeout_s: float = 30):
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._timeout_s = timeout_s

    def detect(
        self,
        picture: Picture,
        *,
        input_size: InputSize | None = None,
        min_score: float | None = None,
        max_faces: int | None = None,
        annotate: bool = False,
        blur: Blur | None = None,
        faces: Sequence[Sequence[float]] | None = None,
    ) -> Result:
        """See one picture.

        Args:
            picture: An encoded picture, or the path of one.
            input_size: Longer side that the detector sees, a multiple of 32, or a mode; None: the server chooses.
            min_score: Lowest probability of a face, 0 to 1.
            max_faces: Most faces, largest first.
            annotate: Whether the annotated picture should come along.
            blur: Whose faces are made unrecognisable in it.
            faces: Boxes x1, y1, x2, y2 in pixels: tell about these faces only.
        Raises:
            Problem: The server cannot do it, and says why.
            urllib.error.URLError: The server does not answer.
        """
        options = {
            "input_size": input_size,
            "min_score": min_score,
            "max_faces": max_faces,
            "annotate": annotate,
            "blur": blur,
            "faces": None if faces is None else [list(box) for box in faces],
        }
        return _result(self._call("/v1/detect", {"image": _text(picture), **options}))

    def batch(
        self,
        pictures: Sequence[Picture],
        *,
        input_size: InputSize | None = None,
        min_score: float | None = None,
        max_faces: int | None = None,
        annotate: bool = False,
        blur: Blur | None = None,
    ) -> list[Result | Problem]:
        """See several pictures in one call; a bad one gives a Problem in its place. Options as in detect.

        Raises:
            Problem: The server cannot do it for any of them.
            urllib.error.URLError: The server does not answer.
        """
        options = {
            "input_size": input_size,
            "min_score": min_score,
            "max_faces": max_faces,
            "annotate": annotate,
            "blur": blur,
        }
        told = self._call("/v1/batch", {"images": [_text(picture) for picture in pictures], **options})
        return [Problem(item) if "status" in item else _result(item) for item in told["results"]]

    def labels(self) -> dict[str, Any]:
        """The labels, and the reasons not to trust one, with their meanings."""
        return self._call("/v1/labels")

    def model(self) -> dict[str, Any]:
        """The model's card."""
        return self._call("/v1/model")

    def ready(self) -> bool:
        """Whether the server can see pictures now."""
        try:
            self._call("/health/ready")
        except (Problem, urllib.error.URLError):
            return False
        return True

    def _call(self, address: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **self._headers}
        request = urllib.request.Request(self._url + address, data=data, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=self._timeout_s) as answer:
                told: dict[str, Any] = json.load(answer)
                return told
        except urllib.error.HTTPError as error:
            with error:
                raise _problem(error) from error


def _problem(error: urllib.error.HTTPError) -> Problem:
    """What the server said, or what a web server before it said in another shape."""
    headers = dict(error.headers.items())
    if error.headers.get_content_type() == "application/problem+json":
        return Problem(json.load(error), headers)
    told = {"type": "about:blank", "title": f"HTTP {error.code}", "status": error.code, "detail": str(error.reason)}
    return Problem(told, headers)


def _text(picture: Picture) -> str:
    content = picture if isinstance(picture, bytes) else Path(picture).read_bytes()
    return base64.b64encode(content).decode()


def _result(told: Mapping[str, Any]) -> Result:
    annotated = told.get("annotated")
    return Result(
        faces=tuple(_face(face) for face in told["faces"]),
        size=(told["size"][0], told["size"][1]),
        summary=told["summary"],
        timings_ms=told["timings_ms"],
        model=told["model"],
        annotated=base64.b64decode(annotated) if annotated else None,
        request_id=told.get("request_id"),
    )


def _face(told: Mapping[str, Any]) -> Face:
    return Face(
        box=tuple(told["box"]),
        relative_box=tuple(told["relative_box"]),
        score=told["score"],
        label=told["label"],
        probabilities=told["probabilities"],
        covers_nose_and_mouth=told["covers_nose_and_mouth"],
        uncertain=told["uncertain"],
    )
