"""An archive of a stranger: a bomb is refused as a whole, traps are left out and told, what is good is unpacked."""

import io
import stat
import zipfile

import pytest

from tests.training.data.drawn import said, write_folders, write_voc
from training.data import read
from training.data.archive import Limits, unpack
from training.errors import DataError

FACE = ("with_mask", (10, 20, 40, 60))


def pack(folder, *, below="", **more: bytes) -> io.BytesIO:
    """A ZIP file of a folder, put into another one, and more entries by name."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, f"{below}{path.relative_to(folder)}")
        for name, content in more.items():
            archive.writestr(name, content)
    return file


@pytest.fixture
def voc(tmp_path):
    return write_voc(tmp_path / "made", {"a": [FACE], "b": [FACE]})


@pytest.mark.parametrize("below", ["", "set/", "deep/down/"])
def test_a_set_is_read_from_whatever_folder_of_the_archive_it_lies_in(voc, tmp_path, below):
    assert unpack(pack(voc, below=below), tmp_path / "sets/new") == []
    assert len(read(tmp_path / "sets/new").table) == 2
    assert [path.name for path in (tmp_path / "sets").iterdir()] == ["new"], "nothing half done is left"


def test_a_single_class_folder_keeps_its_name(tmp_path):
    made = write_folders(tmp_path / "made", {"with_mask": [1, 2]})
    unpack(pack(made), tmp_path / "new")
    assert set(read(tmp_path / "new").table["label"]) == {"mask"}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("../out.txt", "leads out of the folder"),
        ("/etc/out.txt", "leads out of the folder"),
        ("images/../../out.txt", "leads out of the folder"),
        ("..\\out.txt", "leads out of the folder"),
        ("C:\\out.txt", "leads out of the folder"),
        ("more.zip", "an archive within the archive"),
        ("run.sh", "neither a picture nor a list of labels"),
        (f"{'n' * 300}.txt", "too long"),
    ],
)
def test_a_trap_is_left_out_and_told(voc, tmp_path, name, told):
    problems = unpack(pack(voc, **{name: b"x"}), tmp_path / "sets/new")
    assert told in said(problems) and len(problems) == 1
    assert len(read(tmp_path / "sets/new").table) == 2
    assert not list(tmp_path.rglob("*out.txt")) and not list(tmp_path.rglob("*.zip"))


def test_a_link_is_not_made(voc, tmp_path):
    file = pack(voc)
    with zipfile.ZipFile(file, "a") as archive:
        link = zipfile.ZipInfo("images/passwords.png")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    problems = unpack(file, tmp_path / "new")
    assert "passwords.png: is a link" in said(problems)
    assert not (tmp_path / "new/images/passwords.png").exists()


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        (Limits(total_bytes=100), "at most 0.0 GB"),
        (Limits(files=3), "4 files; at most 3 files"),
        (Limits(ratio=0.5), "at most 0.5 times"),
    ],
    ids=["bytes", "files", "ratio"],
)
def test_what_is_beyond_a_limit_is_refused_before_a_byte_is_unpacked(voc, tmp_path, limits, told):
    with pytest.raises(DataError, match=told):
        unpack(pack(voc), tmp_path / "sets/new", limits=limits)
    assert not any((tmp_path / "sets").iterdir())


def test_a_bomb_of_zeros_is_refused(tmp_path):
    (tmp_path / "made").mkdir()
    with pytest.raises(DataError, match="times its size"):
        unpack(pack(tmp_path / "made", **{"zeros.bmp": bytes(20_000_000)}), tmp_path / "new")


def test_an_entry_that_claims_less_than_it_holds_gives_no_more_than_it_claims(voc, tmp_path):
    data = bytearray(pack(voc, **{"lie.txt": b"0" * 1000}).getvalue())
    place = data.rfind(b"PK\x01\x02")
    data[place + 24 : place + 28] = (10).to_bytes(4, "little")
    problems = unpack(io.BytesIO(bytes(data)), tmp_path / "new")
    assert "lie.txt: is damaged" in said(problems)
    assert not (tmp_path / "new/lie.txt").exists()


def test_a_damaged_entry_is_told_and_the_rest_is_read(voc, tmp_path):
    file = pack(voc)
    with zipfile.ZipFile(file) as archive:
        start = archive.getinfo("annotations/a.xml").header_offset
    data = bytearray(file.getvalue())
    data[start + 60 : start + 64] = b"\xff\xff\xff\xff"
    problems = unpack(io.BytesIO(bytes(data)), tmp_path / "new")
    assert "annotations/a.xml: is damaged" in said(problems)
    assert len(read(tmp_path / "new").table) == 1


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2], ids=["lzma", "bzip2"])
def test_an_entry_damaged_in_any_packing_is_told_and_the_rest_is_read(voc, tmp_path, method):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("images/c.png", bytes(range(256)) * 40)
        start = archive.getinfo("images/c.png").header_offset
        for path in sorted(voc.rglob("*.*")):
            archive.write(path, path.relative_to(voc))
    data = bytearray(file.getvalue())
    data[start + 60 : start + 140] = b"\xff" * 80
    problems = unpack(io.BytesIO(bytes(data)), tmp_path / "new")
    assert "images/c.png: is damaged" in said(problems)
    assert len(read(tmp_path / "new").table) == 2


def zip_with_a_name_that_is_no_text() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("ä.jpg", b"")
    return file.getvalue().replace("ä".encode(), b"\xff\xfe")


@pytest.mark.parametrize(
    "content", [b"", b"no archive at all", zip_with_a_name_that_is_no_text()], ids=["empty", "text", "damaged name"]
)
def test_what_is_no_archive_is_an_error(tmp_path, content):
    with pytest.raises(DataError, match="Expected a ZIP file"):
        unpack(io.BytesIO(content), tmp_path / "new")


def test_an_archive_without_anything_to_use_says_what_was_left_out(tmp_path):
    (tmp_path / "made").mkdir()
    with pytest.raises(DataError, match=r"found none.*run\.sh"):
        unpack(pack(tmp_path / "made", **{"run.sh": b"x"}), tmp_path / "new")


def test_the_desktops_leftovers_are_passed_over(voc, tmp_path):
    assert unpack(pack(voc, **{"__MACOSX/._a.png": b"x", "images/.DS_Store": b"x"}), tmp_path / "new") == []
