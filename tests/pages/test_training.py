"""Training: a run is planned, started, followed, held and gone on with, and every end is told with a way on."""

from __future__ import annotations

from html import unescape
from pathlib import Path
from typing import Any

import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from maskcore.jobs.owner import Owner
from pages.ui import training_data
from pages.ui.training_runs import NEWEST
from tests.pages.conftest import RunPage, words
from tests.training.data.drawn import write_folders
from tests.training.runs.made import DEAD, make_run, put
from training.data import DataSet, fingerprint, load_sources
from training.runs import queue
from training.runs.folder import RUNS_ROOT, RunFolder, list_runs, source_of
from training.runs.mistakes import FACE, NOTHING, Mistake, write_mistakes
from training.runs.options import Kind
from training.runs.standing import State, read_standing
from training.runs.wishes import Wish, is_wished

SCENES = {"with_mask": range(40), "without_mask": range(40, 80)}


@pytest.fixture(autouse=True)
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of runs; no worker is started."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(queue, "start_worker", lambda root: None)
    return tmp_path / RUNS_ROOT


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two small data sets that the operator named."""
    write_folders(tmp_path / "sets" / "drawn", {label: list(numbers) for label, numbers in SCENES.items()})
    write_folders(tmp_path / "sets" / "other", {label: [n + 100 for n in numbers] for label, numbers in SCENES.items()})
    monkeypatch.setenv("MASKCORE_DATA_ROOT", str(tmp_path / "sets"))
    return tmp_path / "sets"


def button(page: AppTest, label: str) -> Any:
    return next(each for each in page.button if each.label == label)


def labels(page: AppTest) -> list[str]:
    return [each.label for each in page.button]


def open_at(run_page: RunPage, folder: RunFolder) -> AppTest:
    page = run_page("training.py")
    page.query_params["run"] = folder.path.name
    page.run()
    assert not page.exception
    return page


def running(root: Path, state: State = State.RUNNING) -> RunFolder:
    folder = make_run(root, epochs_done=2)
    return put(folder, state, owner=Owner(folder.path).name, epoch=2, step=5, steps=10, left_s=600.0)


def test_a_folder_that_cannot_be_learned_from_is_named(run_page: RunPage, data: Path) -> None:
    write_folders(data / "ward", {"covered": [1], "bare": [2]})
    page = run_page("training.py")
    assert page.multiselect("training_sets_This server").options == ["drawn", "other"]
    assert "Nothing to learn from as it is: ward. Open it on the page Data" in words(page)


def test_sets_that_were_sent_can_be_learned_from_too(
    run_page: RunPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MASKCORE_DATA_DIR", str(tmp_path / "kept"))
    write_folders(tmp_path / "kept" / "sets" / "ours", {label: list(numbers) for label, numbers in SCENES.items()})
    page = run_page("training.py")
    assert page.multiselect("training_sets_Sent on the page Data").value == ["ours"]
    write_folders(tmp_path / "kept" / "sets" / "newer", {label: list(numbers) for label, numbers in SCENES.items()})
    page.run()
    assert page.multiselect("training_sets_Sent on the page Data").options == ["newer", "ours"]


def test_without_data_sets_the_page_says_whose_turn_it_is(run_page: RunPage) -> None:
    page = run_page("training.py")

    assert "MASKCORE_DATA_ROOT" in page.info[0].value
    assert "Start training" not in labels(page) and not page.exception


def test_a_run_is_started_with_what_was_chosen(run_page: RunPage, data: Path, runs: Path) -> None:
    page = run_page("training.py")
    page.multiselect("training_sets_This server").set_value(["drawn"]).run()
    page.radio("training_model").set_value((Kind.CLASSIFIER, "seed")).run()
    page.number_input("training_epochs_classifier_seed").set_value(2).run()
    page.slider("training_turn_classifier_seed").set_value(20.0).run()

    button(page, "Start training").click().run()

    assert not page.exception
    (folder,) = list_runs(runs)
    facts = folder.config()
    asked = {name: facts["config"][name] for name in ("preset", "epochs", "turn", "batch")}
    assert asked == {"preset": "seed", "epochs": 2, "turn": 20.0, "batch": 16}
    assert facts["data"] == {"root": str(data), "only": ["drawn"]}
    assert read_standing(folder).state is State.QUEUED
    assert "the training goes on" in words(page), "the new run is shown"


def test_a_set_that_comes_later_is_no_part_of_a_run_on_all_sets(run_page: RunPage, data: Path, runs: Path) -> None:
    """Else the run, once it is its turn or goes on, would find other data than it was started on, and fail."""
    button(run_page("training.py"), "Start training").click().run()
    write_folders(data / "sent later", {"with_mask": [201], "without_mask": [202]})

    (folder,) = list_runs(runs)
    assert fingerprint(load_sources(*source_of(folder)).table) == folder.config()["data_fingerprint"]


def test_a_run_begins_with_what_the_product_knows_unless_it_is_told_not_to(
    run_page: RunPage, data: Path, runs: Path
) -> None:
    page = run_page("training.py")
    button(page, "Start training").click().run()
    page = run_page("training.py")
    page.toggle("training_start_classifier_small").set_value(False).run()
    button(page, "Start training").click().run()

    starts = sorted(Path(folder.config()["config"]["start"]).name for folder in list_runs(runs))
    assert starts == ["", "classifier.keras"]


def test_reading_the_sets_tells_how_far_it_is_and_is_done_once(
    run_page: RunPage, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    progress = streamlit.progress
    monkeypatch.setattr(streamlit, "progress", lambda share, words: progress(share, told.append(words) or words))

    def read(root: Path, **how: Any) -> DataSet:
        told.append("read")
        how["on_progress"]("Labels of drawn", 1_280, 3_521)
        return load_sources(root, **how)

    monkeypatch.setattr(training_data, "load_sources", read)
    page = run_page("training.py")

    assert told == ["Reading the data sets", "read"] and not page.exception
    assert not page.get("progress"), "the bar goes when it is done"
    page.run()
    assert told == ["Reading the data sets", "read"], "not read again, nor drawn again"


def test_each_model_comes_with_its_own_defaults(run_page: RunPage, data: Path) -> None:
    page = run_page("training.py")
    assert page.number_input("training_epochs_classifier_small").value == 24

    page.radio("training_model").set_value((Kind.DETECTOR, "small")).run()

    assert page.number_input("training_epochs_detector_small").value == 28
    assert "no whole photographs" in words(page), "these sets are single faces"


def test_what_cannot_be_learned_from_is_refused_in_words(run_page: RunPage, data: Path, runs: Path) -> None:
    page = run_page("training.py")
    page.radio("training_model").set_value((Kind.DETECTOR, "small")).run()

    button(page, "Start training").click().run()

    assert "photographs that are more than a crop" in page.error[0].value.replace("\\", "")
    assert list_runs(runs) == []


def test_a_reload_finds_the_run_where_it_is(run_page: RunPage, runs: Path) -> None:
    folder = running(runs)

    page = open_at(run_page, folder)

    assert page.get("progress")[0].proto.text == "Trains · epoch 3 of 4 · step 5 of 10 · about 10 min left"
    assert len(page.get("vega_lite_chart")) == 2
    assert not any("Go on" in label for label in labels(page))


def test_pause_and_stop_reach_the_run(run_page: RunPage, runs: Path) -> None:
    folder = running(runs)
    page = open_at(run_page, folder)

    button(page, "Pause").click().run()
    assert is_wished(folder, Wish.PAUSE) and "Pausing …" in labels(page)
    button(page, "Stop").click().run()

    assert is_wished(folder, Wish.STOP) and "Stopping …" in labels(page)


def test_a_paused_run_goes_on(run_page: RunPage, runs: Path) -> None:
    folder = running(runs, State.PAUSED)
    page = open_at(run_page, folder)
    (folder.path / Wish.PAUSE).touch()

    button(page, "Go on").click().run()

    assert not is_wished(folder, Wish.PAUSE) and read_standing(folder).state is State.PAUSED


@pytest.mark.parametrize(
    ("state", "facts", "said"),
    [
        (State.RUNNING, {"owner": DEAD}, "Its process is gone"),
        (State.STOPPED, {}, "It was stopped. 2 of 4 epochs are saved"),
        (State.FAILED, {"problem": "The disk is full."}, "The disk is full."),
    ],
    ids=["killed", "stopped", "failed"],
)
def test_an_end_is_told_and_the_run_can_go_on(
    run_page: RunPage, runs: Path, state: State, facts: dict[str, Any], said: str
) -> None:
    folder = put(make_run(runs, epochs_done=2), state, **facts)
    page = open_at(run_page, folder)
    assert said in "".join(each.value for each in [*page.info, *page.error])

    button(page, "Go on").click().run()

    assert read_standing(folder).state is State.QUEUED and read_standing(folder).epoch == 2


def test_a_finished_run_shows_its_best_its_curves_and_its_options(run_page: RunPage, runs: Path) -> None:
    page = open_at(run_page, put(make_run(runs, epochs_done=4, rate=0.003), State.DONE))

    assert "70.0% right" in page.success[0].value
    assert len(page.get("vega_lite_chart")) == 2
    options = page.dataframe[0].value
    assert dict(zip(options["Option"], options["Value"], strict=True))["rate"] == "0.003"


def test_a_run_that_ended_early_says_why(run_page: RunPage, runs: Path) -> None:
    folder = put(make_run(runs, epochs_done=3, epochs=9, patience=1), State.DONE)
    folder.metrics.write_text(folder.metrics.read_text().replace("0.36666", "0.9"))

    assert "after 3 of 9 epochs" in open_at(run_page, folder).success[0].value


def test_what_it_gets_wrong_is_cut_when_it_is_shown(run_page: RunPage, runs: Path, data: Path) -> None:
    folder = running(runs)
    image = next((data / "drawn" / "with_mask").iterdir())
    box = (10.0, 10.0, 60.0, 60.0)
    found = [
        Mistake(str(image), box, "mask", "no_mask", 0.97),
        Mistake(str(image), box, FACE, NOTHING, 0.04),
        Mistake(str(data / "gone.png"), box, NOTHING, FACE, 0.8),
    ]
    write_mistakes(folder, found, epoch=2)

    said = words(open_at(run_page, folder))

    assert "after epoch 2" in said and f"Labelled Mask, told No mask 97% · {image.name}" in said
    assert "Missed: a face, 4% sure" in said
    assert "gone.png cannot be read any more" in said, "a set may be moved while its runs stay"


def test_ending_early_and_weights_are_off_unless_chosen(run_page: RunPage, data: Path, runs: Path) -> None:
    page = run_page("training.py")
    button(page, "Start training").click().run()
    page = run_page("training.py")
    page.toggle("training_early_classifier_small").set_value(True).run()
    page.number_input("training_patience_classifier_small").set_value(3).run()
    page.segmented_control("training_weights_classifier_small").set_value("balanced").run()
    button(page, "Start training").click().run()

    asked = [folder.config()["config"] for folder in sorted(list_runs(runs), key=lambda each: each.path.name)]
    assert [(each["patience"], each["class_weights"]) for each in asked] == [(0, "off"), (3, "balanced")]


def test_a_run_of_few_steps_says_so(run_page: RunPage, data: Path) -> None:
    page = run_page("training.py")
    assert "24 epochs of 1 step, 24 in all. That is little" in words(page)

    page.number_input("training_batch_classifier_small").set_value(4).run()

    assert "in all." in words(page) and "That is little" not in words(page)


def test_labels_that_are_missing_or_rare_are_hinted_at(run_page: RunPage, data: Path) -> None:
    assert "No face to learn from: Worn wrong." in words(run_page("training.py"))


def test_runs_are_listed_with_their_state_and_best_figure(run_page: RunPage, runs: Path) -> None:
    put(make_run(runs, epochs_done=4), State.DONE, epoch=4, steps=1)
    put(make_run(runs, kind=Kind.DETECTOR), State.QUEUED).notes.write_text("<b>mine</b>")

    said = words(run_page("training.py"))

    assert "the product's network · done" in unescape(said) and "70.0% right" in said
    assert "the detector · waits for its turn" in said and "0% done" in said
    assert "&lt;b&gt;mine&lt;/b&gt;" in said, "notes are no HTML"


def test_the_newest_runs_come_first_and_old_ones_on_demand(run_page: RunPage, runs: Path) -> None:
    names = [put(make_run(runs), State.STOPPED).path.name for _ in range(NEWEST + 2)]

    page = run_page("training.py")

    newest = words(page).split("</a>")[0]
    assert f"run={max(names)}" in newest
    assert [each.label for each in page.expander] == ["2 older"]


def test_notes_are_kept_beside_the_run(run_page: RunPage, runs: Path) -> None:
    folder = put(make_run(runs), State.STOPPED)

    open_at(run_page, folder).text_area[0].set_value("With the new masks.").run()

    assert open_at(run_page, folder).text_area[0].value == "With the new masks."


def test_notes_of_another_visitor_are_not_undone_by_a_click(run_page: RunPage, runs: Path) -> None:
    folder = put(make_run(runs), State.STOPPED)
    mine, theirs = open_at(run_page, folder), open_at(run_page, folder)
    theirs.text_area[0].set_value("Too dark.").run()

    mine.run()

    assert folder.notes.read_text() == "Too dark." == mine.text_area[0].value


def test_an_address_without_a_run_shows_the_list(run_page: RunPage, runs: Path) -> None:
    page = run_page("training.py")
    page.query_params["run"] = "../../etc"
    page.run()

    assert "MASKCORE_DATA_ROOT" in page.info[0].value and not page.exception
