"""The command line: results on standard output, troubles on standard error, and a status that tells."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any, get_args

import pytest
from typer.testing import CliRunner

from maskcore.cli import app
from maskcore.errors import ModelMissingError, OptionError
from maskcore.imaging import encode_jpeg, encode_png, load_image
from maskcore.samples import SAMPLES
from maskcore.settings import Settings
from maskcore.terminal import MaxFaces, MinScore
from tests.factories import FakeDetector, make_face, make_picture
from tests.waiting import wait_until

SHAPE = ["image", "size", "faces", "summary", "timings_ms", "model"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two pictures and a damaged one, in the working directory."""
    (tmp_path / "a.jpg").write_bytes(encode_jpeg(make_picture()))
    (tmp_path / "b.png").write_bytes(encode_png(make_picture((200, 100))))
    (tmp_path / "bad.jpg").write_bytes(b"\xff\xd8\xff\xe0 not a picture")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, detector: FakeDetector | None = None) -> Any:
    return CliRunner(env={"COLUMNS": "120"}).invoke(app, list(arguments), obj=detector or FakeDetector())


def test_json_is_one_object_a_line_in_the_shape_of_the_contract(folder: Path) -> None:
    done = run("a.jpg", "b.png", "--json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 0
    assert [line["image"] for line in lines] == ["a.jpg", "b.png"]
    assert all(list(line) == SHAPE for line in lines)
    assert lines[0]["summary"] == {"faces": 4, "mask": 1, "no_mask": 1, "incorrect": 1, "uncertain": 1}


def test_one_bad_file_does_not_stop_the_rest(folder: Path) -> None:
    done = run("bad.jpg", "nope.jpg", "a.jpg", "--json")
    bad, missing, good = (json.loads(line) for line in done.stdout.splitlines())
    assert done.exit_code == 1
    assert list(bad) == ["image", "error"]
    assert bad["error"]["type"] == "image-decode"
    assert bad["error"]["title"] == "The picture cannot be read"
    assert bad["error"]["detail"].startswith("bad.jpg: ")
    assert "no such file" in missing["error"]["detail"]
    assert good["summary"]["faces"] == 4
    assert bad["error"]["detail"] in done.stderr


def test_a_table_shows_every_picture_and_its_counts(folder: Path) -> None:
    done = run(".")
    rows = {
        line.split()[0]: line.split()[1:] for line in done.stdout.splitlines() if line.startswith(" ") and line.strip()
    }
    assert rows["a.jpg"][:5] == ["4", "1", "1", "1", "1"]
    assert rows["bad.jpg"] == ["not", "read"]
    assert done.exit_code == 1


def test_of_a_single_picture_every_face_is_shown(folder: Path) -> None:
    done = run("a.jpg")
    for words in ("✓ Mask 90%", "✗ No mask 90%", "◒ Worn wrong 90%", "? Can't tell: unsure"):
        assert words in done.stdout


def test_options_reach_the_detector(folder: Path) -> None:
    detector = FakeDetector()
    run("a.jpg", "--input-size", "640", "--min-score", "0.25", "--max-faces", "2", detector=detector)
    assert detector.calls == [{"size": (320, 240), "input_size": 640, "min_score": 0.25, "max_faces": 2, "boxes": None}]


def test_annotated_copies_are_written_and_no_name_is_used_twice(folder: Path) -> None:
    for name in ("x", "y"):
        (folder / name).mkdir()
        (folder / name / "same.png").write_bytes(encode_png(make_picture()))
    done = run("x", "y", "bad.jpg", "--save", "out/deep")
    copies = sorted(path.name for path in (folder / "out" / "deep").iterdir())
    assert copies == ["same_annotated-2.png", "same_annotated.png"]
    assert "2 annotated copies in out/deep" in done.stderr
    drawn = load_image(folder / "out/deep" / copies[0], max_mb=10, max_megapixels=25)
    assert drawn.shape == make_picture().shape
    assert (drawn != make_picture()).any()


def test_a_second_run_does_not_annotate_its_own_copies(folder: Path) -> None:
    run(".", "--save", "out")
    again = run(".", "--save", "out", "--json")
    assert len(again.stdout.splitlines()) == 3


def test_a_copy_that_cannot_be_written_is_told(folder: Path) -> None:
    done = run("a.jpg", "--save", "b.png")
    assert done.exit_code == 2
    assert "cannot be written" in done.stderr
    assert (folder / "b.png").read_bytes()[:4] == b"\x89PNG"


WRONG = {
    "no such option": ["a.jpg", "--nope"],
    "score out of range": ["a.jpg", "--min-score", "2"],
    "no faces at all": ["a.jpg", "--max-faces", "0"],
    "size no multiple of 32": ["a.jpg", "--input-size", "100"],
    "no picture given": [],
    "no picture in the folder": ["empty"],
    "pattern without a match": ["*.bmp"],
}


@pytest.mark.parametrize("arguments", WRONG.values(), ids=WRONG.keys())
def test_wrong_usage_leaves_with_2_and_nothing_on_standard_output(folder: Path, arguments: list[str]) -> None:
    (folder / "empty").mkdir()
    done = run(*arguments)
    assert done.exit_code == 2
    assert "Traceback" not in done.output
    assert arguments == [] or done.stdout == ""


@pytest.mark.parametrize("error", [ModelMissingError("Expected model.json."), OptionError("input_size must be…")])
def test_what_would_meet_every_picture_stops_the_run(folder: Path, error: Exception) -> None:
    detector = FakeDetector(fail_with=error)
    done = run("a.jpg", "b.png", detector=detector)
    assert (done.exit_code, len(detector.calls)) == (2, 1)
    assert str(error) in done.stderr


def test_a_missing_model_is_told_with_what_to_do(folder: Path) -> None:
    done = CliRunner().invoke(app, ["a.jpg", "--model", "nowhere"])
    assert done.exit_code == 2
    assert "nowhere" in done.stderr


def test_names_are_never_read_as_markup(folder: Path) -> None:
    (folder / "[bold]x.jpg").write_bytes(b"")
    done = run("[bold]x.jpg")
    assert "[bold]x.jpg" in done.stdout
    assert "[bold]x.jpg: " in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_name_that_is_no_text_is_still_a_file(folder: Path) -> None:
    name = os.fsdecode(b"caf\xe9.jpg")
    (folder / name).write_bytes(encode_jpeg(make_picture()))
    assert json.loads(run(name, "--json").stdout)["image"] == name
    assert "caf" in run(name).stdout


FAKE_MAIN = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background starts without it
import os, signal, sys
from maskcore import cli
from tests.factories import FakeDetector, make_face

class Interrupted(FakeDetector):
    def detect(self, image_bgr, **options):
        if len(self.calls) == 1:
            os.kill(os.getpid(), signal.SIGINT)
        return super().detect(image_bgr, **options)

detector = Interrupted() if os.environ.get("INTERRUPT") else FakeDetector([make_face()] * 500)
cli.app(obj=detector)
"""


def spawn(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    paths = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, "-c", FAKE_MAIN, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": paths} | environment,
    )


MASKCORE = f"{sys.executable} -m maskcore"


def shell(command: str) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of a command of the shell."""
    paths = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(command, shell=True, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": paths})
    return done.returncode, done.stdout, done.stderr


def test_a_closed_pipe_ends_the_run_without_a_traceback(folder: Path) -> None:
    with spawn("--json", *["a.jpg", "b.png"]) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(30) == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no disk that is always full")
@pytest.mark.parametrize("arguments", [["--help"], ["a.jpg"], ["a.jpg", "--json"]], ids=lambda some: some[-1])
def test_a_full_disk_under_the_output_is_told_in_one_sentence(folder: Path, arguments: list[str]) -> None:
    status, _, told = shell(f"{MASKCORE} {' '.join(arguments)} > /dev/full")
    assert (status, told.count("\n")) == (2, 1) and told.startswith("The output cannot be written: No space left")


@pytest.mark.parametrize(("closed", "rows"), [(">&-", 0), ("2>&-", 1)])
def test_a_stream_that_the_shell_closed_is_done_without(folder: Path, closed: str, rows: int) -> None:
    status, out, told = shell(f"{MASKCORE} a.jpg --json {closed}")
    assert (status, len(out.splitlines()), told) == (0, rows, "")


@pytest.mark.parametrize(
    "name", ["a" * 300 + ".jpg", "loop.jpg", "a.jpg/b.jpg"], ids=["too long", "loop", "below a file"]
)
def test_a_name_that_leads_nowhere_is_told_like_any_other_trouble(folder: Path, name: str) -> None:
    (folder / "loop.jpg").symlink_to("loop.jpg")
    done = run(name, "a.jpg", "--json", "--save", "out")
    wrong, good = (json.loads(line) for line in done.stdout.splitlines())
    assert done.exit_code == 1
    assert wrong["error"]["detail"].startswith(f"{name}: cannot be opened") and good["summary"]["faces"] == 4


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ")
def test_ctrl_c_shows_what_was_seen_and_leaves_with_130(folder: Path) -> None:
    with spawn("a.jpg", "b.png", INTERRUPT="1") as process:
        out, err = process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGINT
    assert "Traceback" not in err
    assert "Stopped after 1 of 2 pictures" in err
    assert "a.jpg" in out


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="this system does not show what a process loads here")
@pytest.mark.parametrize("command", [["a.jpg"], ["scan", ".", "--output", "rows.csv"]], ids=["pictures", "scan"])
def test_ctrl_c_while_the_libraries_load_ends_without_a_traceback(folder: Path, command: list[str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "maskcore", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # a job in the background ignores it
    ) as process:
        wait_until(lambda: "numpy" in Path(f"/proc/{process.pid}/maps").read_text())
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
    assert "Traceback" not in told and process.returncode in (
        -signal.SIGINT,
        128 + signal.SIGINT,
    )  # shells show 130 for both


def test_help_names_every_option_and_the_exit_status() -> None:
    done = subprocess.run([sys.executable, "-m", "maskcore", "--help"], capture_output=True, text=True, check=True)
    for words in ("--json", "--save", "--input-size", "--min-score", "--max-faces", "--model", "Exit status"):
        assert words in done.stdout


@pytest.mark.parametrize(("option", "setting"), [(MinScore, "min_score"), (MaxFaces, "max_faces")])
def test_help_tells_what_is_taken_where_an_option_is_left_out(option: Any, setting: str) -> None:
    assert f"{Settings.model_fields[setting].default} if left out" in get_args(option)[1].help


def test_the_samples_are_read(folder: Path) -> None:
    done = run(*(str(sample.path) for sample in SAMPLES), "--json", detector=FakeDetector([make_face()]))
    assert done.exit_code == 0
    assert [json.loads(line)["summary"]["mask"] for line in done.stdout.splitlines()] == [1] * len(SAMPLES)


def test_with_the_shipped_model_standard_output_is_json_and_nothing_else() -> None:
    arguments = [sys.executable, "-m", "maskcore", *(str(sample.path) for sample in SAMPLES), "--json"]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["image"] for line in lines] == [str(sample.path) for sample in SAMPLES]
    assert sum(line["summary"]["faces"] for line in lines) > 0
