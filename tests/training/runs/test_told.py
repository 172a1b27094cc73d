"""However a training ends, its folder says so."""

from pathlib import Path

import pytest

from maskcore.jobs.owner import Owner
from tests.training.runs.made import make_run, put
from training.data.table import make_table
from training.errors import DataError, RunError, RunStoppedError
from training.runs.options import Kind
from training.runs.standing import State, read_standing
from training.runs.training import check_data, told, train_run
from training.runs.wishes import Wish, is_wished, wish


def test_it_runs_while_it_runs_and_is_done_afterwards(tmp_path: Path) -> None:
    folder = make_run(tmp_path)

    with told(folder):
        assert read_standing(folder).state is State.STARTING

    assert read_standing(folder).state is State.DONE


@pytest.mark.parametrize(
    ("error", "state", "words"),
    [
        (KeyboardInterrupt(), State.STOPPED, ""),
        (RunStoppedError("as asked"), State.STOPPED, ""),
        (DataError("No faces here."), State.FAILED, "No faces here."),
        (MemoryError(), State.FAILED, "out of memory"),
    ],
    ids=["ctrl-c", "asked to stop", "bad data", "no memory"],
)
def test_an_end_is_told_and_passed_on(tmp_path: Path, error: BaseException, state: State, words: str) -> None:
    folder = make_run(tmp_path)
    wish(folder, Wish.PAUSE)

    with pytest.raises(type(error)), told(folder):
        raise error

    assert read_standing(folder).state is state and words in read_standing(folder).problem
    assert not is_wished(folder, Wish.PAUSE), "it would hold the next training of this run"


def test_two_processes_do_not_train_the_same_run(tmp_path: Path) -> None:
    folder = make_run(tmp_path)
    put(folder, State.RUNNING, owner=Owner(folder.path).name, pid=77)

    with pytest.raises(RunError, match="process 77"), told(folder):
        pass

    assert read_standing(folder).state is State.RUNNING


def test_a_stop_that_comes_before_the_start_is_obeyed(tmp_path: Path) -> None:
    folder = make_run(tmp_path)
    wish(folder, Wish.STOP)

    with pytest.raises(RunStoppedError):
        train_run(folder, load=lambda: pytest.fail("it began"))

    assert read_standing(folder).state is State.STOPPED


def test_other_data_than_the_run_began_with_is_refused(tmp_path: Path) -> None:
    folder = make_run(tmp_path)

    with pytest.raises(RunError, match="started on data made"):
        train_run(folder, load=lambda: make_table([], problems=[]))

    assert read_standing(folder).state is State.FAILED


def row(split: str, *, label: str | None, crop: bool) -> dict[str, object]:
    box = {"x1": 0, "y1": 0, "x2": 9, "y2": 9, "label": label}
    return {"image": f"{split}.png", "source": "made", "split": split, "width": 9, "height": 9, "crop": crop} | box


@pytest.mark.parametrize(
    ("kind", "label", "crop", "words"),
    [
        (Kind.CLASSIFIER, None, False, "pixels or more with a label to learn from"),
        (Kind.DETECTOR, "mask", True, "photographs that are more than a crop"),
    ],
)
def test_data_without_anything_to_learn_from_is_refused(kind: Kind, label: str | None, crop: bool, words: str) -> None:
    table = make_table([row(split, label=label, crop=crop) for split in ("train", "val")], problems=[])

    with pytest.raises(DataError, match=words):
        check_data(kind, table)


def test_data_of_faces_too_small_to_be_shown_is_refused() -> None:
    """The classifier is shown no face of fewer than 8 pixels, so that there would be nothing to draw from."""
    tiny = [row(split, label="mask", crop=False) | {"x2": 6} for split in ("train", "val")]

    with pytest.raises(DataError, match="faces of 8 pixels or more"):
        check_data(Kind.CLASSIFIER, make_table(tiny, problems=[]))


def test_data_without_a_part_to_check_on_is_refused() -> None:
    with pytest.raises(DataError, match="to check on"):
        check_data(Kind.CLASSIFIER, make_table([row("train", label="mask", crop=False)], problems=[]))
