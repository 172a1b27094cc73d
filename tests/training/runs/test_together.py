"""Several workers learn what one learns of the same batches; the chief alone writes, and a lost worker is told of."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from tests.browser.servers import ROOT, free_port
from tests.training.runs.made import make_run
from training.data.table import fingerprint, make_table
from training.runs.folder import RunFolder

pytestmark = pytest.mark.slow

PATIENCE_S = 300  # imports of TensorFlow on a busy machine
EMPTY = fingerprint(make_table([], problems=[]))  # that of the data of which these workers have none


def config_of(rank: int, ports: list[int]) -> str:
    """TF_CONFIG of one of the workers on the loopback."""
    workers = [f"127.0.0.1:{port}" for port in ports]
    return json.dumps({"cluster": {"worker": workers}, "task": {"type": "worker", "index": rank}})


def start(folder: RunFolder, *, config: str | None = None, beside: Path | None = None) -> subprocess.Popen[str]:
    """A worker of the run in `folder`; what it might write for itself goes to the folder `beside`."""
    environment = os.environ | {"CUDA_VISIBLE_DEVICES": "", "PYTHONPATH": str(ROOT)}
    environment |= {"TF_CONFIG": config} if config else {}
    command = [sys.executable, "-m", "tests.training.runs.team_worker", str(folder.path)]
    return subprocess.Popen(
        command, cwd=beside or ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def finish(*processes: subprocess.Popen[str]) -> list[str]:
    """What they said."""
    try:
        return [process.communicate(timeout=PATIENCE_S)[0] for process in processes]
    finally:
        for process in processes:
            process.kill()


def train_as_two(folder: RunFolder, beside: Path, *, epochs: int) -> None:
    """Train a run up to so many epochs by a chief and one other worker."""
    facts = folder.config()
    facts["config"]["epochs"] = epochs
    folder.config_file.write_text(json.dumps(facts))
    ports = [free_port(), free_port()]
    workers = [start(folder, config=config_of(rank, ports), beside=beside if rank else None) for rank in range(2)]
    said = finish(*workers)
    assert [worker.returncode for worker in workers] == [0, 0], "\n".join(said)[-4000:]


def test_two_workers_learn_what_one_does_and_go_on_where_they_were(tmp_path: Path) -> None:
    alone, together = (make_run(tmp_path / name, fingerprint=EMPTY, epochs=4) for name in ("alone", "together"))
    one = start(alone)
    (said,) = finish(one)
    assert one.returncode == 0, said[-4000:]
    (beside := tmp_path / "beside").mkdir()

    train_as_two(together, beside, epochs=2)
    assert together.epochs_done() == 2
    train_as_two(together, beside, epochs=4)

    assert list(beside.iterdir()) == [], "only the chief writes"
    wanted, found = pd.read_csv(alone.metrics), pd.read_csv(together.metrics)
    assert wanted["loss"].iloc[-1] < 0.8 * wanted["loss"].iloc[0], "there was something to learn"
    for figure in ("loss", "val_loss", "accuracy", "val_accuracy"):
        assert found[figure].tolist() == pytest.approx(wanted[figure].tolist(), abs=1e-5), figure


def test_a_lost_worker_is_told_of_in_words(tmp_path: Path) -> None:
    folder = make_run(tmp_path, fingerprint=EMPTY, epochs=100_000)
    ports = [free_port(), free_port()]
    chief, other = (start(folder, config=config_of(rank, ports)) for rank in range(2))
    ends_s = time.monotonic() + PATIENCE_S
    while not folder.epochs_done() and chief.poll() is None and time.monotonic() < ends_s:
        time.sleep(0.2)
    other.kill()

    said, _ = finish(chief, other)

    assert folder.epochs_done() and "RunError: Another worker of this training is gone" in said
