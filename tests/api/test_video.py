"""POST /v1/video and its job: accepted at once, told while it works, and seen by its sender alone."""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.app import create_app
from api.film_shapes import JobAnswer, StoryAnswer
from api.keys import new_key
from maskcore.jobs.job import Job
from maskcore.jobs.store import JobStore
from maskcore.modes import Mode
from maskcore.settings import Settings
from maskcore.tracking.tracker import LOW_SCORE
from maskcore.types import FrameResult
from maskcore.video.film import Film
from tests.api.requests import check_problem
from tests.factories import FakeDetector, make_face
from tests.maskcore.video.made import make_film

LIMIT_MB = 0.2
PATIENCE_S = 30


class Gate(FakeDetector):
    """A fake that looks at a film only while it is open."""

    def __init__(self) -> None:
        super().__init__([make_face()])
        self.open = threading.Event()
        self.open.set()

    def detect(self, image_bgr: Any, *, input_size: int | Mode | None = None, **options: Any) -> FrameResult:
        assert self.open.wait(PATIENCE_S)
        self.calls.append({"mode": input_size} | options)
        return super().detect(image_bgr, **options)


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.open.set()


@pytest.fixture
def client(gate: Gate, tmp_path: Path) -> FlaskClient:
    settings = Settings(data_dir=tmp_path / "data", max_video_mb=LIMIT_MB, max_waiting_films=2)
    return create_app(gate, settings).test_client()


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_film(tmp_path_factory.mktemp("film") / "door.mp4", sound=True).read_bytes()


def send_form(client: FlaskClient, film: bytes, *, name: str = "door.mp4", **options: str) -> TestResponse:
    return client.post("/v1/video", data={"film": (io.BytesIO(film), name)} | options)


def send_raw(client: FlaskClient, film: bytes, **options: str) -> TestResponse:
    return client.post("/v1/video", data=film, content_type="video/mp4", query_string=options)


each_way = pytest.mark.parametrize("send", [send_form, send_raw])


def fetch(client: FlaskClient, address: str, **options: Any) -> TestResponse:
    """An answer read to its end, so that the file behind it is closed."""
    with client.get(address, **options) as answer:
        answer.get_data()
        return answer


def wait_for(client: FlaskClient, address: str, *states: str, **options: Any) -> dict[str, Any]:
    """The job once it is in one of the states."""
    until_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < until_s:
        told: dict[str, Any] = client.get(address, **options).get_json()
        JobAnswer.model_validate_json(json.dumps(told))
        if told["state"] in states:
            return told
        time.sleep(0.02)
    raise AssertionError(told)


@each_way
def test_a_film_is_accepted_at_once_and_its_results_follow(client: FlaskClient, film: bytes, send: Any) -> None:
    answer = send(client, film)
    assert answer.status_code == 202
    queued = JobAnswer.model_validate_json(answer.data)
    assert answer.headers["Location"] == queued.links.self == f"/v1/jobs/{queued.id}"
    told = wait_for(client, queued.links.self, "done", "failed")
    assert (told["state"], told["progress"], told["frames"], told["problem"]) == ("done", 1.0, 10, None)
    assert told["expires_at"] and told["frames_per_s"] > 0
    story = StoryAnswer.model_validate_json(fetch(client, told["links"]["story"]).data)
    assert (story.frames, story.summary.people, story.summary.mask) == (10, 1, 1)
    table = client.get(told["links"]["people"])
    assert table.mimetype == "text/csv"
    assert table.text.splitlines()[0] == "person,label,uncertain,confidence,first_s,last_s"
    assert table.text.splitlines()[1].startswith(f"{story.people[0].person},mask,,")


def test_the_film_comes_marked_with_its_sound_and_in_parts(client: FlaskClient, film: bytes, tmp_path: Path) -> None:
    told = wait_for(client, send_form(client, film).headers["Location"], "done")
    answer = fetch(client, told["links"]["film"])
    assert (answer.status_code, answer.mimetype) == (200, "video/mp4")
    assert "door.faces.mp4" in answer.headers["Content-Disposition"]
    (tmp_path / "seen.mp4").write_bytes(answer.data)
    assert Film(tmp_path / "seen.mp4").info.has_audio
    part = fetch(client, told["links"]["film"], headers={"Range": "bytes=0-99"})
    assert (part.status_code, part.data) == (206, answer.data[:100])
    beyond = fetch(client, told["links"]["film"], headers={"Range": f"bytes={10**9}-"})
    assert "bytes=1000000000-" in check_problem(beyond, 416, "range")
    assert beyond.headers["Content-Range"] == f"bytes */{len(answer.data)}"


@each_way
def test_every_option_arrives(client: FlaskClient, gate: Gate, film: bytes, send: Any) -> None:
    told = wait_for(
        client, send(client, film, every="5", mode="fast", min_score="0.3", blur="all").headers["Location"], "done"
    )
    assert fetch(client, told["links"]["story"]).get_json()["looked"] < 5
    asked = [call for call in gate.calls if "mode" in call]
    assert asked[0]["mode"] is Mode.FAST and asked[0]["min_score"] == LOW_SCORE


def test_a_film_whose_name_no_header_takes_can_be_fetched(client: FlaskClient, film: bytes) -> None:
    head = b"--x\r\nContent-Disposition: form-data; name=\"film\"; filename*=UTF-8''do%0Aor.mp4\r\n\r\n"
    body, kind = head + film + b"\r\n--x--\r\n", "multipart/form-data; boundary=x"
    told = wait_for(client, client.post("/v1/video", data=body, content_type=kind).headers["Location"], "done")
    answer = fetch(client, told["links"]["film"])
    assert (answer.status_code, "door.faces.mp4" in answer.headers["Content-Disposition"]) == (200, True)


def test_while_it_works_there_are_no_results(client: FlaskClient, gate: Gate, film: bytes) -> None:
    gate.open.clear()
    address = send_form(client, film).headers["Location"]
    told = wait_for(client, address, "running")
    assert set(told["links"]) == {"self"} and told["expires_at"] is None
    for name in ("film", "story", "people.csv"):
        assert "running" in check_problem(client.get(f"{address}/{name}"), 409, "job-unfinished")


@pytest.mark.parametrize("name", ["film", "story", "people.csv"])
def test_a_job_deleted_while_its_result_is_fetched_is_gone(
    client: FlaskClient, film: bytes, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    address = send_form(client, film).headers["Location"]
    wait_for(client, address, "done")
    find = JobStore.get

    def find_before_it_goes(store: JobStore, job_id: str) -> Job | None:
        found = find(store, job_id)
        store.delete(job_id)
        return found

    monkeypatch.setattr(JobStore, "get", find_before_it_goes)
    check_problem(client.get(f"{address}/{name}"), 404, "job-gone")


def test_delete_ends_the_work_and_leaves_nothing(client: FlaskClient, gate: Gate, film: bytes, tmp_path: Path) -> None:
    gate.open.clear()
    address = send_form(client, film).headers["Location"]
    wait_for(client, address, "running")
    assert client.delete(address).status_code == 204
    gate.open.set()
    check_problem(client.get(address), 404, "job-gone")
    check_problem(client.delete(address), 404, "job-gone")
    after = wait_for(client, send_form(client, film).headers["Location"], "done")
    left = {path.name for path in (tmp_path / "data/films").iterdir()}
    assert left - {"owners", ".lock"} == {after["id"]}


def test_what_is_no_film_fails_in_words(client: FlaskClient) -> None:
    told = wait_for(client, send_form(client, b"no film at all").headers["Location"], "failed")
    assert (told["problem"]["type"], told["problem"]["status"]) == ("/problems/video-decode", 422)
    assert "MP4" in told["problem"]["detail"]


def test_a_film_whose_server_was_stopped_is_interrupted(client: FlaskClient, film: bytes, tmp_path: Path) -> None:
    address = send_form(client, film).headers["Location"]
    told = wait_for(client, address, "done")
    state = tmp_path / "data/films" / told["id"] / "state.json"
    state.write_text(json.dumps(json.loads(state.read_text()) | {"state": "running", "owner": "0" * 32}))
    told = client.get(address).get_json()
    assert (told["state"], told["problem"]["type"]) == ("interrupted", "/problems/job-interrupted")
    assert "again" in told["problem"]["detail"]


class Overtaken(io.BytesIO):
    """A body that comes whole only after others."""

    def __init__(self, film: bytes, others: Callable[[], Any]):
        super().__init__(film)
        self._others = others

    def readinto(self, buffer: Any) -> int:
        self._others()
        return super().readinto(buffer)


def test_no_more_films_wait_although_several_come_at_once(client: FlaskClient, gate: Gate, film: bytes) -> None:
    gate.open.clear()
    sent: list[int] = []

    def others() -> None:
        if not sent:
            sent.append(0)
            sent[:] = [send_raw(client.application.test_client(), film).status_code for _ in range(2)]

    body = Overtaken(film, others)
    answer = client.post("/v1/video", input_stream=body, content_length=len(film), content_type="video/mp4")
    assert sent == [202, 202]
    check_problem(answer, 503, "busy")


def test_too_many_films_are_put_off_at_once(client: FlaskClient, gate: Gate, film: bytes) -> None:
    gate.open.clear()
    sent = [send_form(client, film), send_form(client, film)]
    assert [answer.status_code for answer in sent] == [202, 202]
    answer = send_form(client, film)
    assert "At most 2" in check_problem(answer, 503, "busy")
    assert int(answer.headers["Retry-After"]) > 0


@each_way
def test_a_film_beyond_the_limit_is_refused(client: FlaskClient, send: Any) -> None:
    check_problem(send(client, bytes(int(LIMIT_MB * 1e6) + 70_000)), 413, "body-too-large")


@pytest.mark.parametrize(
    ("request_", "status", "slug"),
    [
        pytest.param({}, 422, "film-missing", id="nothing at all"),
        pytest.param({"data": b"", "content_type": "video/mp4"}, 422, "film-missing", id="an empty body"),
        pytest.param({"data": {"image": (io.BytesIO(b"x"), "x.mp4")}}, 422, "film-missing", id="another field"),
        pytest.param(
            {"data": {"film": [(io.BytesIO(b"x"), "1.mp4"), (io.BytesIO(b"y"), "2.mp4")]}},
            422,
            "film-missing",
            id="two films",
        ),
        pytest.param(
            {"data": {"film": (io.BytesIO(b"x"), "1.mp4"), "other": (io.BytesIO(b"y"), "2.mp4")}},
            422,
            "option",
            id="another file beside it",
        ),
        pytest.param({"json": {"film": "QQ=="}}, 415, "media-type", id="JSON"),
    ],
)
def test_a_body_that_is_no_film(client: FlaskClient, request_: dict[str, Any], status: int, slug: str) -> None:
    check_problem(client.post("/v1/video", **request_), status, slug)


@pytest.mark.parametrize("query", ["every=0", "every=x", "mode=slow", "frames=2", "blur=all&blur=all"])
def test_a_query_that_cannot_be_used_is_told_before_the_film_is_read(client: FlaskClient, query: str) -> None:
    body = io.BytesIO(b"the film")
    asked = {"input_stream": body, "content_length": len(body.getvalue()), "content_type": "video/mp4"}
    assert query.partition("=")[0] in check_problem(client.post(f"/v1/video?{query}", **asked), 422, "option")
    assert body.tell() == 0


@each_way
@pytest.mark.parametrize(
    ("option", "value"),
    [("every", "0"), ("every", "1.5"), ("mode", "slow"), ("mode", "640"), ("min_score", "2"), ("blur", "some")],
)
def test_an_option_that_cannot_be_used_is_told_at_once(
    client: FlaskClient, film: bytes, send: Any, option: str, value: str
) -> None:
    assert option in check_problem(send(client, film, **{option: value}), 422, "option")


@pytest.mark.parametrize("job_id", ["0" * 32, "..", "owners", "%2e%2e%2fkeys"])
def test_a_stranger_s_guess_leads_nowhere(client: FlaskClient, job_id: str) -> None:
    for address in (f"/v1/jobs/{job_id}", f"/v1/jobs/{job_id}/film"):
        assert client.get(address).status_code == 404


def test_a_job_is_seen_with_the_key_that_made_it_alone(gate: Gate, film: bytes, tmp_path: Path) -> None:
    (mine, my_line), (other, other_line) = new_key("mine"), new_key("other")
    (tmp_path / "keys").write_text(f"{my_line}\n{other_line}\n")
    settings = Settings(data_dir=tmp_path / "data", api_keys_file=tmp_path / "keys")
    client = create_app(gate, settings).test_client()
    answer = client.post("/v1/video", data=film, content_type="video/mp4", headers={"X-API-Key": mine})
    address = answer.headers["Location"]
    told = wait_for(client, address, "done", headers={"X-API-Key": mine})
    for place in (address, *told["links"].values()):
        check_problem(client.get(place, headers={"X-API-Key": other}), 404, "job-gone")
        assert client.get(place).status_code == 401
    check_problem(client.delete(address, headers={"X-API-Key": other}), 404, "job-gone")
    assert client.delete(address, headers={"X-API-Key": mine}).status_code == 204


def test_old_films_are_forgotten_although_nobody_sends_another(gate: Gate, film: bytes, tmp_path: Path) -> None:
    kept = Settings(data_dir=tmp_path / "data")
    client = create_app(gate, kept).test_client()
    address = send_raw(client, film).headers["Location"]
    wait_for(client, address, "done")
    short = create_app(gate, Settings(data_dir=tmp_path / "data", keep_videos_hours=1e-9)).test_client()
    assert short.get("/health/ready").status_code == 200
    until_s = time.monotonic() + PATIENCE_S
    while client.get(address).status_code != 404:
        assert time.monotonic() < until_s
        time.sleep(0.02)
