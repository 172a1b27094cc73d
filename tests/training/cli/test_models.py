"""What cannot be is told in one sentence, before minutes of work; a model is made the active one."""

import shutil

import pytest
from typer.testing import CliRunner

from maskcore.active import models_folder, pointed_folder
from maskcore.errors import ModelMissingError, OptionError
from maskcore.models import SHIPPED
from training.cli import app


@pytest.mark.parametrize(
    "asked", [["export", "--detector"], ["export", "--classifier"], ["convert", "to", "--network"]]
)
def test_a_network_that_is_not_there_is_named(asked, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(app, [*asked, "gone.keras"])
    assert said.exit_code == 2 and "gone.keras" in said.output and "does not exist" in said.output


@pytest.mark.parametrize("command", [["evaluate"], ["gallery", "sheets"]], ids=["evaluate", "gallery"])
def test_a_size_that_the_detector_does_not_take_is_told_first(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(app, [*command, "--input-size", "100"])
    assert isinstance(said.exception, OptionError) and "multiple of 32" in str(said.exception)


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A good model of the registry: the one that ships, under a name of its own."""
    monkeypatch.setenv("MASKCORE_DATA_DIR", str(tmp_path))
    return shutil.copytree(SHIPPED, models_folder() / "copy")


@pytest.mark.parametrize("by", ["name", "path"])
def test_a_model_is_promoted_and_taken_back(copy, by):
    said = CliRunner().invoke(app, ["promote", copy.name if by == "name" else str(copy)])
    assert said.exit_code == 0 and pointed_folder() == copy
    assert [line[:6] for line in said.stdout.splitlines()] == ["* copy", "  weig"]
    assert CliRunner().invoke(app, ["promote", "--back"]).exit_code == 0 and pointed_folder() is None


def test_models_are_listed_where_none_is_named(copy):
    said = CliRunner().invoke(app, ["promote"])
    assert [line[:6] for line in said.stdout.splitlines()] == ["  copy", "* weig"] and pointed_folder() is None


def test_a_model_that_is_not_there_is_told_with_those_that_are(copy):
    with pytest.raises(ModelMissingError, match="one of the models copy, weights; got nope"):
        CliRunner().invoke(app, ["promote", "nope"], catch_exceptions=False)
