"""A client of the face mask API in one file, for Python 3.10 and later: copy it, it needs nothing else.

>>> client = MaskCheck("http://localhost:8000")
>>> client.detect("photo.jpg", min_score=0.6).summary
{'faces': 1, 'mask': 0, 'no_mask': 1, 'incorrect': 0, 'uncertain': 0}
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal, TypeAlias

Box: TypeAlias = tuple[float, float, float, float]
Label: TypeAlias = Literal["mask", "no_mask", "incorrect"]
Picture: TypeAlias = "bytes | str | os.PathLike[str]"
Mode: TypeAlias = Literal["fast", "balanced", "full", "crowd"]
InputSize: TypeAlias = Mode | int
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
        explanation: A heat map of what speaks for the label, as PNG; None for small faces and where it was not asked.
    """

    box: Box
    relative_box: Box
    score: float
    label: Label
    probabilities: dict[str, float]
    covers_nose_and_mouth: float
    uncertain: str | None
    explanation: bytes | None


@dataclass(frozen=True)
class Result:
    """Everything seen in one picture.

    Attributes:
        faces: Largest first; those that were given, in their order.
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


@dataclass(frozen=True)
class Job:
    """Work on a film.

    Attributes:
        id: Names it; only the key that made it can see it.
        state: "queued", "running", "done", "failed" or "interrupted".
        progress: Share that is done, 0 to 1; None where that cannot be told.
        seconds_left: An estimate; None where there is none.
        links: Addresses on the server: self, and once it is done film, story and people.
        problem: Why there is no result; None where there is or will be one.
    """

    id: str
    state: str
    progress: float | None
    seconds_left: float | None
    links: dict[str, str]
    problem: Problem | None

    @property
    def active(self) -> bool:
        """Whether there is something to wait for."""
        return self.state in ("queued", "running")


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
        explain: bool = False,
    ) -> Result:
        """See one picture.

        Args:
            picture: An encoded picture, or the path of one.
            input_size: Longer side that the detector sees, a multiple of 32, or a mode; None: the server chooses.
            min_score: Lowest probability of a face, 0 to 1.
            max_faces: Most faces, largest first.
            annotate: Whether the annotated picture should come along.
            blur: Whose faces are made unrecognisable in it.
            faces: Boxes x1, y1, x2, y2 in pixels: tell about these faces only, in this order; at most max_faces.
            explain: Whether the first five faces should come with a heat map.
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
            "explain": explain,
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

    def start_video(
        self,
        film: str | os.PathLike[str],
        *,
        every: int = 1,
        mode: Mode | None = None,
        min_score: float | None = None,
        blur: Blur | None = None,
    ) -> Job:
        """Send a film, which the server works on in the background.

        Args:
            film: The path of a video file.
            every: Every how-manieth frame is looked at.
            mode: How large the detector sees a frame; None: the server chooses.
            min_score: A face at least this sure, 0 to 1, begins a person.
            blur: Whose faces are made unrecognisable.
        Raises:
            Problem: The server cannot take it.
            urllib.error.URLError: The server does not answer.
        """
        options = {"every": every, "mode": mode, "min_score": min_score, "blur": blur}
        query = urllib.parse.urlencode({name: value for name, value in options.items() if value is not None})
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(os.path.getsize(film))}
        with open(film, "rb") as file, self._open(f"/v1/video?{query}", data=file, headers=headers) as answer:
            return _job(json.load(answer))

    def job(self, job_id: str) -> Job:
        """How a job stands."""
        return _job(self._call(f"/v1/jobs/{job_id}"))

    def wait_for(self, job: Job, *, look_every_s: float = 1.0) -> Job:
        """The job once it is done.

        Raises:
            Problem: It has no result.
        """
        while job.active:
            time.sleep(look_every_s)
            job = self.job(job.id)
        if job.problem is not None:
            raise job.problem
        return job

    def story(self, job: Job) -> dict[str, Any]:
        """Who was in the film of a job that is done, and when."""
        return self._call(job.links["story"])

    def download(self, job: Job, target: str | os.PathLike[str]) -> None:
        """Write the annotated film of a job that is done, an MP4."""
        with self._open(job.links["film"]) as answer, open(target, "wb") as file:
            shutil.copyfileobj(answer, file)

    def delete(self, job: Job) -> None:
        """End the work on a film, and delete it with all that came of it."""
        self._open(job.links["self"], method="DELETE").close()

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
        with self._open(address, data=data, headers={"Content-Type": "application/json"}) as answer:
            told: dict[str, Any] = json.load(answer)
            return told

    def _open(
        self,
        address: str,
        *,
        data: bytes | IO[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        method: str | None = None,
    ) -> Any:
        """The server's answer, open for reading."""
        all_headers = {**(headers or {}), **self._headers}
        request = urllib.request.Request(self._url + address, data=data, headers=all_headers, method=method)
        try:
            return urllib.request.urlopen(request, timeout=self._timeout_s)
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


def _job(told: Mapping[str, Any]) -> Job:
    return Job(
        id=told["id"],
        state=told["state"],
        progress=told["progress"],
        seconds_left=told["seconds_left"],
        links=told["links"],
        problem=Problem(told["problem"]) if told["problem"] else None,
    )


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
    explanation = told.get("explanation")
    return Face(
        box=tuple(told["box"]),
        relative_box=tuple(told["relative_box"]),
        score=told["score"],
        label=told["label"],
        probabilities=told["probabilities"],
        covers_nose_and_mouth=told["covers_nose_and_mouth"],
        uncertain=told["uncertain"],
        explanation=base64.b64decode(explanation.partition(",")[2]) if explanation else None,
    )
