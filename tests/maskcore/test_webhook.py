"""Alerts reach the receiver, signed, in spite of a bad moment, and never stop the video."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.server
import json
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from maskcore.webhook import SIGNATURE, WAITING_MOST, Webhook, sign
from tests.waiting import wait_until

NO_HTTP = 0  # in place of a status: the receiver says something else
GUIDE = Path(__file__).resolve().parents[2] / "docs/webhook.md"


class Receiver(http.server.ThreadingHTTPServer):
    """Remembers what it gets; answers with the next of `answers`, then 200."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/alerts"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        answer = self.server.answers.pop(0) if self.server.answers else 200
        if answer == NO_HTTP:
            self.wfile.write(b"what?\r\n\r\n")
            return
        self.send_response(answer)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_message_arrives_signed(receiver: Receiver) -> None:
    Webhook(receiver.url, secret="s3cret").send({"type": "alert", "message": "bare"})
    wait_until(lambda: receiver.got, most_s=10)
    headers, body = receiver.got[0]
    assert json.loads(body).items() >= {"type": "alert", "message": "bare"}.items()
    at, mac = (part.partition("=")[2] for part in headers[SIGNATURE].split(","))
    assert abs(time.time() - int(at)) < 60
    assert hmac.compare_digest(mac, hmac.new(b"s3cret", f"{at}.".encode() + body, hashlib.sha256).hexdigest())


def test_the_signature_changes_with_text_time_and_secret() -> None:
    signs = {sign(b"a", secret="x", at_s=1), sign(b"b", secret="x", at_s=1), sign(b"a", secret="x", at_s=2)}
    assert len(signs | {sign(b"a", secret="y", at_s=1)}) == 4


def test_without_a_secret_nothing_is_signed(receiver: Receiver) -> None:
    Webhook(receiver.url).send({})
    wait_until(lambda: receiver.got, most_s=10)
    assert SIGNATURE not in receiver.got[0][0]


def test_a_server_in_trouble_is_tried_again(receiver: Receiver) -> None:
    receiver.answers = [503, 429]
    webhook = Webhook(receiver.url, pauses_s=(0, 0.01, 0.01))
    webhook.send({"n": 1})
    wait_until(lambda: len(receiver.got) == 3, most_s=10)
    wait_until(lambda: webhook.trouble == "", most_s=10)


def test_all_tries_of_a_message_carry_its_id_and_another_has_another(receiver: Receiver) -> None:
    receiver.answers = [503]
    webhook = Webhook(receiver.url, pauses_s=(0, 0.01))
    webhook.send({"n": 1})
    webhook.send({"n": 1})
    wait_until(lambda: len(receiver.got) == 3, most_s=10)
    first, again, other = (json.loads(body)["id"] for _, body in receiver.got)
    assert first == again != other


def test_the_receiver_of_the_guide_takes_what_is_sent_and_nothing_else(receiver: Receiver) -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    exec(code, guide := {"__name__": "guide"})  # noqa: S102 - our own example
    picture = base64.b64encode(b"jpeg").decode()
    Webhook(receiver.url, secret=guide["SECRET"]).send({"type": "alert", "picture_jpeg": picture})
    wait_until(lambda: receiver.got, most_s=10)
    headers, body = receiver.got[0]
    alert, picture = guide["receive"](headers, body)
    assert (alert["type"], picture) == ("alert", b"jpeg")
    assert guide["receive"](headers, body) is None, "the same once more"
    with pytest.raises(ValueError, match="secret"):
        guide["receive"](headers, body.replace(b"alert", b"alarm"))
    old = sign(body, secret=guide["SECRET"], at_s=int(time.time()) - 301)
    with pytest.raises(ValueError, match="old"):
        guide["receive"]({SIGNATURE: old}, body)


@pytest.mark.parametrize("status", [302, 400])
def test_a_refusal_is_final_and_the_next_message_goes_out(receiver: Receiver, status: int) -> None:
    receiver.answers = [status]
    webhook = Webhook(receiver.url, pauses_s=(0, 0.01))
    webhook.send({"n": 1})
    wait_until(lambda: webhook.trouble, most_s=10)
    assert str(status) in webhook.trouble
    webhook.send({"n": 2})
    wait_until(lambda: webhook.trouble == "", most_s=10)
    assert [json.loads(body)["n"] for _, body in receiver.got] == [1, 2]


def test_who_does_not_speak_http_is_tried_again_and_the_next_message_goes_out(receiver: Receiver) -> None:
    receiver.answers = [NO_HTTP, NO_HTTP]
    webhook = Webhook(receiver.url, pauses_s=(0, 0.01))
    webhook.send({"n": 1})
    wait_until(lambda: "as HTTP does" in webhook.trouble, most_s=10)
    webhook.send({"n": 2})
    wait_until(lambda: webhook.trouble == "", most_s=10)
    assert [json.loads(body)["n"] for _, body in receiver.got] == [1, 1, 2]


def test_a_host_that_cannot_be_is_told_for_every_message() -> None:
    webhook = Webhook("http://alerts..example.org/", pauses_s=(0,))
    for _ in range(2):
        webhook.trouble = ""
        webhook.send({})
        wait_until(lambda: "cannot be reached" in webhook.trouble, most_s=10)


def test_nobody_there_is_told_and_a_full_queue_never_blocks() -> None:
    webhook = Webhook("http://127.0.0.1:9/none", pauses_s=(0, 30))
    began = time.monotonic()
    for number in range(WAITING_MOST + 5):
        webhook.send({"n": number})
    assert time.monotonic() - began < 1
    assert "dropped" in webhook.trouble
