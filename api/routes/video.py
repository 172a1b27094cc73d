"""Films as jobs: send one, ask how it stands, take what came of it, delete it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import PurePath
from typing import Any

from apiflask import APIBlueprint
from flask import Response, jsonify, send_file, url_for

from api import examples
from api.film_intake import read_film_request
from api.film_shapes import JobAnswer, PersonAnswer, StoryAnswer
from api.openapi import Responses, responses
from api.problems import RequestError, error_body, job_error_body
from api.request_docs import BINARY
from api.request_ids import request_id
from api.security import caller
from api.service import service
from maskcore.jobs.films import ANNOTATED, STORY
from maskcore.jobs.job import Job, State

blueprint = APIBlueprint("video", __name__, tag={"name": "Video", "description": "Films, worked on in the background"})
_GONE = {404: "No such job, or none any longer"}
_UNFINISHED = _GONE | {409: "The job is not done"}


def _file(kind: str, schema: dict[str, str], description: str, **more: str) -> Responses:
    answers: Responses = {200: {"description": description, "content": {kind: {"schema": schema, **more}}}}
    return answers | {status: {"description": text} for status, text in _UNFINISHED.items()}


@blueprint.post("/v1/video")
@blueprint.doc(
    operation_id="video",
    summary="Look at a film in the background",
    responses=responses(
        JobAnswer,
        "It waits its turn; the header Location tells where to ask",
        {
            400: "A form that cannot be read",
            413: "A film larger than allowed",
            415: "A kind of body that is not accepted",
            422: "No film, or an option outside its range",
            500: "A fault of the server",
            503: "The model could not be loaded, or too many films wait",
        },
        example=examples.JOB,
        status=202,
    ),
)
def video() -> tuple[Response, int, dict[str, str]]:
    """Keep a film and queue it; whether it can be read shows when its turn comes."""
    here = service()
    here.ready_detector()
    here.films.check_room()  # without a model or room no body is read
    with read_film_request(here.settings) as asked:
        job = here.films.add(asked.film, asked.options, caller=caller())
    return jsonify(_told(job)), 202, {"Location": url_for("video.job", job_id=job.id)}


@blueprint.get("/v1/jobs/<job_id>")
@blueprint.doc(
    operation_id="job",
    summary="How does a film's job stand?",
    responses=responses(JobAnswer, "How it stands", _GONE, example=examples.JOB),
)
def job(job_id: str) -> Response:
    """Tell state, progress, and where the results are."""
    return jsonify(_told(service().films.find(job_id, caller=caller())))


@blueprint.delete("/v1/jobs/<job_id>")
@blueprint.doc(
    operation_id="delete_job",
    summary="End the work on a film, and delete it with all that came of it",
    responses={204: "It is gone", 404: "No such job, or none any longer"},
)
def delete_job(job_id: str) -> tuple[str, int]:
    """Cancel and delete."""
    films = service().films
    films.delete(films.find(job_id, caller=caller()))
    return "", 204


@blueprint.get("/v1/jobs/<job_id>/film")
@blueprint.doc(
    operation_id="job_film",
    summary="The film with every face marked",
    responses=_file("video/mp4", BINARY, "MP4, with the sound of the film") | {416: {"description": "No such part"}},
)
def job_film(job_id: str) -> Response:
    """Send the film; parts of it may be asked for by a Range header."""
    return _send(job_id, ANNOTATED, mimetype="video/mp4", ending=".faces.mp4")


@blueprint.get("/v1/jobs/<job_id>/story")
@blueprint.doc(
    operation_id="job_story",
    summary="Everybody in the film, and how many there were second by second",
    responses=responses(StoryAnswer, "The story", _UNFINISHED, example=examples.STORY),
)
def job_story(job_id: str) -> Response:
    """Send the story as it was written."""
    return _send(job_id, STORY, mimetype="application/json", ending=".json")


@blueprint.get("/v1/jobs/<job_id>/people.csv")
@blueprint.doc(
    operation_id="job_people",
    summary="Everybody in the film, as a table",
    responses=_file(
        "text/csv",
        {"type": "string"},
        "A row a person",
        example="person,label,uncertain,confidence,first_s,last_s\n1,mask,,0.97,0.0,4.2\n",
    ),
)
def job_people(job_id: str) -> Response:
    """Send the people as CSV."""
    films = service().films
    with films.result(films.find(job_id, caller=caller()), STORY) as path:
        story = json.loads(path.read_text(encoding="utf-8"))
    text = io.StringIO()
    table = csv.DictWriter(text, list(PersonAnswer.model_fields), lineterminator="\n")
    table.writeheader()
    table.writerows(story["people"])
    return Response(text.getvalue(), mimetype="text/csv")


def _send(job_id: str, name: str, *, mimetype: str, ending: str) -> Response:
    films = service().films
    job = films.find(job_id, caller=caller())
    stem = PurePath(job.options["name"]).stem or "film"
    with films.result(job, name) as path:
        return send_file(path, mimetype=mimetype, download_name=stem + ending)


def _told(job: Job) -> dict[str, Any]:
    results = ("film", "story", "people") if job.state is State.DONE else ()
    links = {name: url_for(f"video.job_{name}", job_id=job.id) for name in results}
    ended_at = None if job.state.active else job.changed_at + service().films.keep
    return {
        "id": job.id,
        "state": job.state.value,
        "progress": job.share,
        "frames": job.facts.get("frames", 0),
        "frames_per_s": job.facts.get("frames_per_s"),
        "seconds_left": job.facts.get("left_s") if job.state.active else None,
        "expires_at": ended_at.isoformat() if ended_at else None,
        "links": {"self": url_for("video.job", job_id=job.id)} | links,
        "problem": _problem(job),
        "request_id": request_id(),
    }


def _problem(job: Job) -> dict[str, str | int] | None:
    if job.error:
        return job_error_body(job.error)
    if job.state is State.INTERRUPTED:
        return error_body(
            RequestError("job-interrupted", "The server stopped while it worked on this film. Send the film again.")
        )
    return None
