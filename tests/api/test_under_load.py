"""A real gunicorn under load: what need not be lost is not, though a worker is killed or two hundred come at once."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from api import gunicorn_conf
from tests.bench.load import send_load
from tests.bench.serving import gunicorn, sample_picture
from tests.waiting import wait_until

pytestmark = pytest.mark.slow
CONNECTIONS, SECONDS, CALLERS = 6, 8.0, 200


def workers_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="this system does not tell who forked whom")
def test_a_worker_killed_under_load_costs_no_request_beyond_those_in_its_hands_and_is_replaced() -> None:
    with gunicorn(workers=2, threads=gunicorn_conf.threads) as (url, pid):
        victim, _ = workers_of(pid)
        end = threading.Timer(SECONDS / 2, os.kill, [victim, signal.SIGKILL])
        end.start()
        load = send_load(url, [sample_picture()], connections=CONNECTIONS, seconds=SECONDS)
        end.join()
        assert load.statuses.keys() == {200}
        assert len(load.lost) <= CONNECTIONS, load.lost
        wait_until(lambda: victim not in workers_of(pid) and len(workers_of(pid)) == 2)


def test_two_hundred_callers_at_once_all_get_an_answer() -> None:
    with gunicorn(workers=gunicorn_conf.workers, threads=gunicorn_conf.threads) as (url, _):
        load = send_load(url, [sample_picture()], connections=CALLERS, requests=3 * CALLERS)
        assert not load.lost and load.statuses.keys() == {200, 503}
        assert send_load(url, [sample_picture()], connections=1, requests=1).statuses == {200: 1}
