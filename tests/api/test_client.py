"""The Python client says what the API says, over real HTTP."""

from __future__ import annotations

import importlib.util
import sys
import threading
import urllib.error
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from werkzeug.serving import make_server

from api.app import create_app
from api.keys import new_key
from maskcore.imaging import encode_jpeg
from maskcore.modes import Mode
from maskcore.settings import Settings
from maskcore.types import Label
from maskcore.video.film import Film
from tests.api.conftest import ModeDetector
from tests.factories import make_picture
from tests.maskcore.video.made import make_film

FILE = Path(__file__).resolve().parents[2] / "docs/client/maskcheck_client.py"
JPEG = encode_jpeg(make_picture())
KEY, LINE = new_key("test")


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("maskcheck_client", FILE)
    assert spec is not None and spec.loader is not None
    module = sys.modules["maskcheck_client"] = importlib.util.module_from_spec(spec)  # dataclasses look it up there
    spec.loader.exec_module(module)
    return module


maskcheck = load()


@pytest.fixture(scope="module")
def detector() -> ModeDetector:
    return ModeDetector()


@pytest.fixture(scope="module")
def address(detector: ModeDetector, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that asks for a key."""
    keys = tmp_path_factory.mktemp("keys") / "keys"
    keys.write_text(LINE)
    server = make_server("127.0.0.1", 0, create_app(detector, Settings(api_keys_file=keys)), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client(address: str) -> Any:
    return maskcheck.MaskCheck(address, key=KEY)


def test_a_picture_comes_as_bytes_or_as_a_path(client: Any, tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(JPEG)
    for picture in (JPEG, path, str(path)):
        result = client.detect(picture)
        assert (result.size, result.summary["faces"], len(result.faces)) == ((320, 240), 4, 4)
    face = result.faces[3]
    assert (face.label, face.uncertain, face.covers_nose_and_mouth) == ("mask", "unsure", 0.9)
    assert face.box == (235, 60, 290, 130)
    assert result.request_id


def test_every_option_arrives(client: Any, detector: ModeDetector) -> None:
    client.detect(JPEG, input_size="crowd", min_score=0.2, max_faces=3, faces=[(1, 2, 30, 40)])
    asked = detector.calls[-1]
    assert (asked["input_size"], asked["min_score"], asked["max_faces"]) == (Mode.CROWD, 0.2, 3)
    assert asked["boxes"] == [(1, 2, 30, 40)]


@pytest.mark.parametrize("options", [{"annotate": True}, {"blur": "all"}, {"blur": "except_no_mask"}])
def test_the_annotated_picture_comes_decoded(client: Any, options: dict[str, object]) -> None:
    assert client.detect(JPEG).annotated is None
    assert client.detect(JPEG, **options).annotated.startswith(b"\xff\xd8")


def test_an_explanation_comes_decoded(client: Any) -> None:
    assert client.detect(JPEG).faces[0].explanation is None
    assert client.detect(JPEG, explain=True).faces[0].explanation.startswith(b"\x89PNG")


def test_a_problem_is_raised_with_all_it_says(client: Any) -> None:
    with pytest.raises(maskcheck.Problem, match="not a picture") as raised:
        client.detect(b"no picture")
    assert (raised.value.status, raised.value.type) == (422, "/problems/image-decode")
    assert raised.value.request_id and raised.value.detail


def test_in_a_batch_a_problem_stands_in_its_place(client: Any) -> None:
    first, bad, last = client.batch([JPEG, b"no picture", JPEG], max_faces=1)
    assert len(first.faces) == len(last.faces) == 1
    assert isinstance(bad, maskcheck.Problem) and bad.status == 422


def test_a_film_is_sent_waited_for_and_fetched(client: Any, tmp_path: Path) -> None:
    job = client.start_video(make_film(tmp_path / "film.mp4"), every=3, mode="fast", min_score=0.4, blur="all")
    done = client.wait_for(job, look_every_s=0.05)
    assert (done.id, done.state, done.progress, done.problem) == (job.id, "done", 1.0, None)
    assert client.story(done)["summary"]["people"] > 0
    client.download(done, tmp_path / "seen.mp4")
    assert Film(tmp_path / "seen.mp4").info.size_wh == (160, 120)
    client.delete(done)
    with pytest.raises(maskcheck.Problem) as raised:
        client.job(job.id)
    assert raised.value.status == 404


def test_a_film_without_a_result_raises_why(client: Any, tmp_path: Path) -> None:
    (tmp_path / "odd.mp4").write_bytes(b"no film")
    with pytest.raises(maskcheck.Problem) as raised:
        client.wait_for(client.start_video(tmp_path / "odd.mp4"), look_every_s=0.05)
    assert raised.value.type == "/problems/video-decode"


def test_a_missing_key_is_told(address: str) -> None:
    stranger = maskcheck.MaskCheck(address)
    with pytest.raises(maskcheck.Problem) as raised:
        stranger.labels()
    assert raised.value.status == 401
    assert stranger.ready(), "health is open"


def test_a_caller_learns_how_long_to_wait() -> None:
    server = make_server("127.0.0.1", 0, create_app(ModeDetector(), Settings(rate_limit="1/minute")), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        hasty = maskcheck.MaskCheck(f"http://127.0.0.1:{server.server_port}")
        hasty.labels()
        with pytest.raises(maskcheck.Problem) as raised:
            hasty.labels()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert raised.value.status == 429
    assert 0 < raised.value.retry_after_s <= 60


def test_labels_and_card_are_told(client: Any) -> None:
    assert [each["label"] for each in client.labels()["labels"]] == list(Label)
    assert client.model()["markdown"]


def test_a_server_that_is_not_there_is_not_ready() -> None:
    nobody = maskcheck.MaskCheck("http://127.0.0.1:1", timeout_s=2)
    assert not nobody.ready()
    with pytest.raises(urllib.error.URLError):
        nobody.detect(JPEG)


def test_an_answer_of_another_server_is_a_problem_too(tmp_path: Path) -> None:
    def refuse(environ: dict[str, object], start: object) -> list[bytes]:
        start("502 Bad Gateway", [("Content-Type", "text/html")])  # type: ignore[operator]
        return [b"<h1>Bad Gateway</h1>"]

    server = make_server("127.0.0.1", 0, refuse)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    with pytest.raises(maskcheck.Problem) as raised:
        maskcheck.MaskCheck(f"http://127.0.0.1:{server.server_port}").detect(JPEG)
    thread.join()
    server.server_close()
    assert raised.value.status == 502


def test_the_client_knows_every_word_and_needs_only_python() -> None:
    text = FILE.read_text(encoding="utf-8")
    for word in (*Mode, *Label):
        assert f'"{word}"' in text
    imported = {line.split()[1].split(".")[0] for line in text.splitlines() if line.startswith(("import ", "from "))}
    assert imported <= sys.stdlib_module_names
