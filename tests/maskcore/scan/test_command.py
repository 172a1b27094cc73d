"""The whole scan, in processes of its own: rows, status, going on after a kill, cluster and bucket alike."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from maskcore.imaging import encode_jpeg
from maskcore.samples import SAMPLES
from maskcore.scan.parts import PICTURES_A_PART
from tests.factories import make_picture
from tests.maskcore.scan.conftest import read_jsonl, scan, start
from tests.waiting import wait_until

pytest.importorskip("fsspec", reason="fsspec is not installed; it is in requirements-scan.txt")

BUCKET = "masks"


def seen(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """What must be the same whoever looked."""
    return [(Path(row["source"]).name, row["time_s"], row["faces"], row["label"], row["error"]) for row in rows]


def many(folder: Path, count: int) -> Path:
    folder.mkdir()
    data = encode_jpeg(make_picture((640, 480)))
    for number in range(count):
        (folder / f"{number:04}.jpg").write_bytes(data)
    return folder


@pytest.fixture
def expected(folder: Path, tmp_path: Path) -> list[dict[str, Any]]:
    """The rows of a scan on this machine."""
    status, told = scan(folder, "--output", tmp_path / "expected.jsonl", "--workers", "2")
    assert status == 1, told
    return read_jsonl(tmp_path / "expected.jsonl")


def test_a_scan_sees_everything_and_one_bad_file_stops_nobody(expected: list[dict[str, Any]], tmp_path: Path) -> None:
    assert seen(expected) == [
        ("astronaut.jpg", None, 1, "no_mask", None),
        ("astronaut_masked.jpg", None, 1, "mask", None),
        ("bad.jpg", None, None, None, "image-decode"),
        ("a.jpg", None, 0, None, None),
        ("b.JPG", None, 0, None, None),
        *(("film.mp4", pytest.approx(second, abs=0.02), 0, None, None) for second in range(4)),
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["expected.jsonl", "in"]


def test_the_end_and_the_status_tell_how_it_went(folder: Path, tmp_path: Path) -> None:
    (folder / "bad.jpg").unlink()
    status, told = scan(folder, "--output", tmp_path / "a.csv", "--every", "3", "--max-faces", "1")
    assert (status, told) == (0, f"5 files, 2 faces, 0 files with an error: {tmp_path / 'a.csv'}\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere", "--output", "{}/a.csv"], "no such file or folder"),
        (["maskcore/scan", "--output", "{}/a.csv"], "No picture or film found"),
        (["maskcore/samples", "--output", "{}/a.txt"], "expected a name that ends in"),
        (["maskcore/samples", "--output", "{}/folder.csv"], "expected a file, got a folder"),
        (["maskcore/samples", "--output", "{}/a.csv", "--input-size", "100"], "multiple of 32"),
        (["maskcore/samples", "--output", "{}/a.csv", "--model", "nowhere"], "nowhere"),
        (["maskcore/samples"], "--output"),
    ],
)
def test_what_cannot_run_leaves_with_2_and_one_sentence(tmp_path: Path, arguments: list[str], words: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    status, told = scan(*(argument.format(tmp_path) for argument in arguments))
    assert status == 2
    assert words in " ".join(told.split()) and "Traceback" not in told


@pytest.mark.slow
def test_a_killed_scan_goes_on_where_it_was_and_leaves_no_process(tmp_path: Path) -> None:
    count = 36
    folder, output = many(tmp_path / "in", count * PICTURES_A_PART), tmp_path / "rows.jsonl"
    parts = tmp_path / "rows.jsonl.parts"
    with start(folder, "--output", output, "--workers", "2") as process:
        wait_until(lambda: len(list(parts.glob("*.jsonl"))) >= 2, most_s=90)
        process.send_signal(signal.SIGKILL)
    wait_until(lambda: not group_lives(process.pid), most_s=90)
    done = {path.name: path.stat().st_mtime_ns for path in parts.glob("*.jsonl")}
    assert 2 <= len(done) < count and not output.exists()
    status, told = scan(folder, "--output", output)
    assert status == 0 and f"Goes on after {len(done) * PICTURES_A_PART} of {count * PICTURES_A_PART} files" in told
    assert [Path(row["source"]).name for row in read_jsonl(output)] == sorted(path.name for path in folder.iterdir())


@pytest.mark.slow
def test_ctrl_c_tells_how_far_it_came(tmp_path: Path) -> None:
    # many more than are done before the signal comes, on however busy a machine
    folder = many(tmp_path / "in", 100 * PICTURES_A_PART)
    with start(folder, "--output", tmp_path / "rows.csv", "--workers", "1") as process:
        wait_until(lambda: list((tmp_path / "rows.csv.parts").glob("*.jsonl")), most_s=90)
        os.killpg(process.pid, signal.SIGINT)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 130, told
    assert "the same command goes on from there" in told and "Traceback" not in told


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="this system does not show a process's children here")
def test_ctrl_c_while_the_workers_begin_is_told_by_the_first_process_alone(tmp_path: Path) -> None:
    folder = many(tmp_path / "in", 2 * PICTURES_A_PART)
    with start(folder, "--output", tmp_path / "rows.csv", "--workers", "2") as process:
        wait_until(lambda: a_child_loads(process.pid, "numpy"), most_s=90)
        os.killpg(process.pid, signal.SIGINT)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 130, told
    assert told == "Stopped after 0 of 64 files; the same command goes on from there.\n"


@pytest.mark.slow
def test_a_ray_cluster_gives_the_same_rows(folder: Path, tmp_path: Path, expected: list[dict[str, Any]]) -> None:
    pytest.importorskip("ray", reason="Ray is not installed; it is in requirements-scan.txt")
    output = tmp_path / "ray.jsonl"
    status, told = scan(folder, "--output", output, "--engine", "ray", "--workers", "2", RAY_USAGE_STATS_ENABLED="0")
    assert status == 1 and output.exists(), told
    assert read_jsonl(output) == expected


def test_a_cluster_that_does_not_begin_is_told_in_one_sentence(folder: Path, tmp_path: Path) -> None:
    late = tmp_path / "late" / "ray"
    late.mkdir(parents=True)
    (late / "__init__.py").write_text("def init(**_): raise Exception('The node timed out.')")
    (late / "data.py").touch()
    status, told = scan(folder, "--output", tmp_path / "a.csv", "--engine", "ray", PYTHONPATH=str(late.parent))
    assert status == 2 and "The node timed out." in told and "RAY_ADDRESS" in told
    assert "Traceback" not in told


def test_without_ray_the_engine_says_how_to_get_it(folder: Path, tmp_path: Path) -> None:
    hidden = tmp_path / "hidden" / "ray"
    hidden.mkdir(parents=True)
    (hidden / "__init__.py").write_text("raise ImportError('hidden')")
    status, told = scan(folder, "--output", tmp_path / "a.csv", "--engine", "ray", PYTHONPATH=str(hidden.parent))
    assert status == 2
    assert "pip install -r requirements-scan.txt" in told and "Traceback" not in told


@pytest.fixture
def bucket(folder: Path) -> Iterator[dict[str, str]]:
    """A bucket on the loopback that holds the folder; what a process needs to reach it."""
    pytest.importorskip("s3fs", reason="s3fs is not installed; it is in requirements-scan.txt")
    server = pytest.importorskip("moto.server", reason="moto[server], which plays S3, is not installed")
    threaded = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    threaded.start()
    host, port = threaded.get_host_and_port()
    environment = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "made",
        "AWS_SECRET_ACCESS_KEY": "up",
        "AWS_DEFAULT_REGION": "eu-west-1",
    }
    fill(folder, environment)
    yield environment
    threaded.stop()


def fill(folder: Path, environment: dict[str, str]) -> None:
    import boto3

    client = boto3.client(
        "s3",
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        aws_access_key_id="made",
        aws_secret_access_key="up",
        region_name="eu-west-1",
    )
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            client.upload_file(str(path), BUCKET, f"door/{path.relative_to(folder)}")
    client.put_object(Bucket=BUCKET, Key="door/empty.jpg", Body=b"")


@pytest.mark.slow
def test_a_bucket_gives_the_same_rows(bucket: dict[str, str], tmp_path: Path, expected: list[dict[str, Any]]) -> None:
    status, told = scan(f"s3://{BUCKET}/door", "--output", tmp_path / "s3.jsonl", "--workers", "1", **bucket)
    assert status == 1, told
    rows = read_jsonl(tmp_path / "s3.jsonl")
    empty = [row for row in rows if row["source"] == f"s3://{BUCKET}/door/empty.jpg"]
    assert [row["error"] for row in empty] == ["image-decode"]
    assert sorted(seen([row for row in rows if row not in empty]), key=str) == sorted(seen(expected), key=str)


def test_a_folder_called_scan_is_still_a_folder_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "scan").mkdir()
    shutil.copy(SAMPLES[0].path, tmp_path / "scan")
    done = subprocess.run(
        [sys.executable, "-m", "maskcore", "./scan", "--json"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert '"faces"' in done.stdout


def a_child_loads(parent: int, library: str) -> bool:
    """Whether a process that the parent began has opened a library by now."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return any(library in Path("/proc", child, "maps").read_text() for child in children)


def group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
