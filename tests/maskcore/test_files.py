"""Files are whole or not there."""

from maskcore.files import write_atomically


def test_writing_atomically_leaves_no_part_behind(tmp_path):
    write_atomically(tmp_path / "file", b"old")
    write_atomically(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
