"""Files are whole or not there, and a lock lets one in at a time."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from maskcore.files import locked, write_atomically


def test_writing_atomically_leaves_no_part_behind(tmp_path):
    write_atomically(tmp_path / "file", b"old")
    write_atomically(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_of_several_writers_one_leaves_its_whole_content(tmp_path):
    contents = [bytes([65 + number]) * (100_000 + 10_000 * number) for number in range(8)]
    with ThreadPoolExecutor(len(contents)) as pool:
        list(pool.map(lambda content: write_atomically(tmp_path / "file", content), contents * 10))
    assert (tmp_path / "file").read_bytes() in contents
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_refused_file_leaves_no_part_behind(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        write_atomically(tmp_path / "folder", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_lock_lets_one_in_at_a_time(tmp_path):
    second_asks, second_is_in = threading.Event(), threading.Event()

    def second():
        second_asks.set()
        with locked(tmp_path / "lock"):
            second_is_in.set()

    thread = threading.Thread(target=second)
    with locked(tmp_path / "lock"):
        thread.start()
        assert second_asks.wait(20)
        assert not second_is_in.wait(0.2)
    assert second_is_in.wait(20)
    thread.join()
