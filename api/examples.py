"""Requests and answers as the documentation shows them; a test holds them against their shapes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ONE_PIXEL_PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
ONE_PIXEL_URL = f"data:image/png;base64,{ONE_PIXEL_PNG}"
REQUEST_ID = "4f0c2a6de1b84c7f9f7d3d3f5a1b9c20"
MODEL = {"id": "example", "version": "1.0"}
RESULT: dict[str, Any] = {
    "size": [640, 480],
    "faces": [
        {
            "box": [212.4, 96.0, 301.7, 214.2],
            "score": 0.9871,
            "label": "mask",
            "probabilities": {"mask": 0.9712, "no_mask": 0.0201, "incorrect": 0.0087},
            "uncertain": None,
            "relative_box": [0.33188, 0.2, 0.47141, 0.44625],
            "covers_nose_and_mouth": 0.9712,
        }
    ],
    "summary": {"faces": 1, "mask": 1, "no_mask": 0, "incorrect": 0, "uncertain": 0},
    "timings_ms": {"prepare": 0.62, "detect": 7.9, "classify": 1.4, "total": 9.92},
    "model": MODEL,
}
ANSWER = RESULT | {"request_id": REQUEST_ID}
BATCH = {
    "results": [
        RESULT,
        {
            "type": "/problems/image-format",
            "title": "This kind of picture is not accepted",
            "status": 415,
            "detail": "This is a GIF file; expected JPEG, PNG, WebP, BMP or HEIC. Save or export it as one of these.",
        },
    ],
    "summary": {"pictures": 2, "failed": 1},
    "request_id": REQUEST_ID,
}
JOB_ID = "5b0c8f8e6a0b4f4f9a2a8d1c3e7f6a51"
JOB: dict[str, Any] = {
    "id": JOB_ID,
    "state": "running",
    "progress": 0.42,
    "frames": 126,
    "frames_per_s": 61.3,
    "seconds_left": 2.8,
    "expires_at": None,
    "links": {"self": f"/v1/jobs/{JOB_ID}"},
    "problem": None,
    "request_id": REQUEST_ID,
}
_ONE_MASK = {"people": 1, "mask": 1, "no_mask": 0, "incorrect": 0, "uncertain": 0}
STORY: dict[str, Any] = {
    "film": "door.mp4",
    "size": [1280, 720],
    "seconds": 1.2,
    "frames": 30,
    "looked": 30,
    "summary": _ONE_MASK,
    "people": [{"person": 1, "label": "mask", "uncertain": None, "confidence": 0.97, "first_s": 0.1, "last_s": 1.16}],
    "timeline": [{"at_s": 0} | _ONE_MASK, {"at_s": 1} | _ONE_MASK],
    "note": "",
    "model": MODEL,
}
ORIGINAL = {"Values": "[1, 0]", "Boxes": "[[212, 96, 302, 214], [20, 30, 80, 110]]"}
HEALTH = {"status": "ok", "model": MODEL}
LIVE = {"status": "ok"}
CARD = MODEL | {"card": {"labels": ["mask", "no_mask", "incorrect"]}, "markdown": "# What it is for"}
# Slug, title and detail of one problem a status, as they really come; a test compares them with the tables.
PROBLEM_EXAMPLES: Mapping[int, tuple[str, str, str]] = {
    400: ("json", "The JSON cannot be read", "The body is no JSON: Expecting value: line 1 column 1 (char 0)."),
    401: (
        "key",
        "An API key is needed",
        "Expected an API key as `Authorization: Bearer KEY` or `X-API-Key: KEY`, got none. "
        "Ask the person who runs this server for one.",
    ),
    404: (
        "job-gone",
        "There is no such job",
        "Expected the id of a film that was sent with the same key and is still kept; there is none of this id. Films "
        "are deleted 24 hours after the work on them. Send it again.",
    ),
    408: (
        "body-cut",
        "The body did not come whole",
        "Expected 48213 bytes, and the rest did not come in time. Send the request again.",
    ),
    409: (
        "job-unfinished",
        "The job is not done",
        f"Expected a job that is done; this one is running. Ask /v1/jobs/{JOB_ID} first.",
    ),
    413: (
        "image-too-large",
        "The picture is too large",
        "The picture has 9000 × 6000 = 54.0 megapixels; at most 25 are accepted. Make the picture smaller.",
    ),
    415: (
        "image-format",
        "This kind of picture is not accepted",
        "This is a GIF file; expected JPEG, PNG, WebP, BMP or HEIC. Save or export it as one of these.",
    ),
    422: ("option", "An option cannot be used", "min_score must be a number from 0 to 1, such as 0.5; got 2.0."),
    429: (
        "rate-limit",
        "Too many calls",
        "At most 60 per 1 minute are answered. Wait as long as the header Retry-After says.",
    ),
    500: ("internal", "The server failed", "This is a fault of the server, and it was logged. Try again later."),
    503: ("model-missing", "The model is missing", "Expected model.json in the model folder models/mine."),
}
