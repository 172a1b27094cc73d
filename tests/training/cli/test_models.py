"""A file that is not there is told in one sentence, before minutes of work."""

import pytest
from typer.testing import CliRunner

from training.cli import app


@pytest.mark.parametrize(
    "asked", [["export", "--detector"], ["export", "--classifier"], ["convert", "to", "--network"]]
)
def test_a_network_that_is_not_there_is_named(asked, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(app, [*asked, "gone.keras"])
    assert said.exit_code == 2 and "gone.keras" in said.output and "does not exist" in said.output
