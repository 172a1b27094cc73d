"""A run's folder says what was asked, and the right one is found again."""

import json
from dataclasses import dataclass

import pytest

from training.errors import RunError
from training.runs.folder import RunFolder, create_run, find_run, open_run


@dataclass(frozen=True)
class Config:
    preset: str = "small"
    epochs: int = 3


def test_a_new_run_writes_down_what_was_asked(tmp_path):
    folder = create_run(Config(epochs=7), kind="detector", fingerprint="abc", root=tmp_path)
    facts = json.loads(folder.config_file.read_text())
    assert facts["config"] == {"preset": "small", "epochs": 7}
    assert facts["data_fingerprint"] == "abc"
    assert facts["git_revision"]
    assert folder.epochs_done() == 0


def test_a_run_begins_on_a_machine_without_git_too(tmp_path, monkeypatch):
    """The image of the app has none."""
    monkeypatch.setenv("PATH", str(tmp_path))
    folder = create_run(Config(), kind="detector", fingerprint="abc", root=tmp_path)
    assert folder.config()["git_revision"] == "unknown"


def test_epochs_are_done_when_model_and_figures_are_there(tmp_path):
    folder = RunFolder(tmp_path)
    folder.metrics.write_text("epoch,loss\n0,1.0\n1,0.9\n")
    assert folder.epochs_done() == 0, "figures without a checkpoint cannot be gone on from"
    folder.last.write_bytes(b"model")
    assert folder.epochs_done() == 2


def test_the_newest_saved_run_of_a_kind_is_found(tmp_path):
    for name in ("20260101-000000-detector-small", "20260102-000000-detector-small", "20260103-000000-classifier-seed"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "last.keras").write_bytes(b"model")
    (tmp_path / "20260104-000000-detector-small").mkdir()
    assert find_run("detector", root=tmp_path).path.name == "20260102-000000-detector-small"


def test_no_run_says_how_to_make_one(tmp_path):
    with pytest.raises(RunError, match="training train detector"):
        find_run("detector", root=tmp_path)


def test_a_folder_that_is_no_run_is_refused(tmp_path):
    with pytest.raises(RunError, match=r"config\.json"):
        open_run(tmp_path)
