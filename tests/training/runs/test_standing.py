"""Where a run stands is read by anyone, and a dead process is not taken for a live one."""

from pathlib import Path

import pytest

from maskcore.jobs.owner import Owner
from tests.training.runs.made import DEAD, make_run, old_run, put
from training.runs.standing import Standing, State, read_standing, write_standing


def test_what_is_written_is_read(tmp_path: Path) -> None:
    folder = make_run(tmp_path)
    told = Standing(state=State.FAILED, epoch=1, epochs=4, step=3, steps=10, figures={"loss": 0.5}, problem="why")

    write_standing(folder, told)

    assert read_standing(folder) == told
    assert told.share == pytest.approx(13 / 40)


@pytest.mark.parametrize("state", [State.STARTING, State.RUNNING, State.PAUSED])
def test_a_run_whose_process_is_gone_is_interrupted(tmp_path: Path, state: State) -> None:
    folder = put(make_run(tmp_path), state, owner=DEAD, left_s=60.0)

    told = read_standing(folder)

    assert told.state is State.INTERRUPTED and told.left_s is None


def test_a_run_whose_process_lives_runs(tmp_path: Path) -> None:
    folder = make_run(tmp_path)
    put(folder, State.RUNNING, owner=Owner(folder.path).name)

    assert read_standing(folder).state is State.RUNNING


def test_a_queued_run_needs_no_process(tmp_path: Path) -> None:
    assert read_standing(put(make_run(tmp_path), State.QUEUED)).state is State.QUEUED


def test_a_run_from_before_standings_is_done_when_its_epochs_are(tmp_path: Path) -> None:
    folder = old_run(tmp_path)
    assert read_standing(folder).state is State.INTERRUPTED

    folder.last.write_bytes(b"model")
    folder.metrics.write_text("epoch,loss\n0,1.0\n")

    assert read_standing(folder).state is State.DONE
