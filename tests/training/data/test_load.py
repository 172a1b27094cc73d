"""Many sets, one table: one split for all, nothing silent, quick the second time."""

import errno

import pandas as pd
import pytest

import training.data as data
from tests.training.data.drawn import SHARED, draw_scene, said, save, voc_xml, write_folders, write_voc
from training.data import fingerprint, load_sources, read
from training.data.cache import drop_tables
from training.data.duplicates import hash_pictures
from training.data.progress import counted
from training.data.statistics import measure_pictures
from training.errors import DataError

BOX = (10, 20, 40, 60)


@pytest.fixture
def root(tmp_path):
    """A VOC set of 60 pictures and class folders whose pictures are copies of the first 30 of them."""
    root = tmp_path / "data"
    write_voc(root / "zoo", {f"{number:03}": [("face", BOX)] for number in range(60)})
    write_folders(root / "crops", {"with_mask": range(30), "without_mask": range(100, 110)})
    return root


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def by_scene(table, source):
    rows = table[table["source"] == source]
    return {int(path.rsplit("/")[-1][:-4]): split for path, split in zip(rows["image"], rows["split"], strict=True)}


def test_copies_in_different_sets_lie_on_one_side(root, cache):
    table = load_sources(root, cache=cache).table
    zoo, crops = by_scene(table, "zoo"), by_scene(table, "crops")
    assert {number: zoo[number] for number in range(30)} == {number: crops[number] for number in range(30)}
    assert set(zoo.values()) == {"train", "val", "test"}


def test_sets_are_read_from_a_place_that_cannot_be_written_to(root, tmp_path, monkeypatch, data_dir):
    """The app's image is read-only but for the data folder and the runs."""
    here = tmp_path / "checkout"
    here.mkdir()
    (here / ".cache").write_text("no folder can be made here")
    monkeypatch.chdir(here)
    assert len(load_sources(root).table)
    assert list((data_dir / "set-figures").glob("table-*.parquet"))


@pytest.mark.parametrize("name", ["zoo", "crops"])
def test_a_set_alone_has_the_split_that_it_has_among_all(root, cache, name):
    """Otherwise a picture that a model of all sets was trained on would count as held back."""
    alone, together = load_sources(root, [name], cache=cache).table, load_sources(root, cache=cache).table
    assert set(alone["source"]) == {name}
    assert by_scene(alone, name) == by_scene(together, name)


def test_the_second_time_comes_from_disk_and_is_the_same(root, cache, monkeypatch):
    save(draw_scene(1), root / "zoo/images/stray.png")
    save(draw_scene(200), root / "zoo/images/nobody.png")
    (root / "zoo/annotations/nobody.xml").write_text(voc_xml([]))
    first = load_sources(root, cache=cache)
    monkeypatch.setattr(data, "_load_all", lambda *_, **__: pytest.fail("the data was read again"))
    second = load_sources(root, cache=cache)
    pd.testing.assert_frame_equal(second.table, first.table)
    assert second.problems == first.problems != []
    assert fingerprint(second.table) == fingerprint(first.table)


def test_of_a_folder_that_changed_nothing_old_is_kept_and_of_one_that_is_forgotten_nothing(root, cache):
    load_sources(root, cache=cache)
    (first,) = cache.glob("table-*")
    save(draw_scene(1), root / "zoo/images/late.png")
    load_sources(root, cache=cache)
    (second,) = cache.glob("table-*")
    assert second != first and len(list(cache.glob("problems-*"))) == 1
    drop_tables(root / "zoo", cache=cache)
    assert second.exists()
    drop_tables(root, cache=cache)
    assert not list(cache.glob("table-*")) and not list(cache.glob("problems-*"))


def test_it_tells_how_far_it_is_of_each_set_and_of_the_look_alikes(root, cache):
    told = []
    load_sources(root, cache=cache, on_progress=lambda *step: told.append(step))
    assert told[:2] == [("Labels of crops", 0, 40), ("Labels of zoo", 0, 60)]
    assert told[-1] == ("Look-alikes", 100, 100)

    told.clear()
    load_sources(root, cache=cache, on_progress=lambda *step: told.append(step))
    assert told == [], "from disk it takes no time"


def test_a_long_list_is_told_of_again_and_again():
    told = []
    assert list(counted(range(150), lambda *step: told.append(step))) == list(range(150))
    assert told == [(0, 150), (64, 150), (128, 150)]


def change_label(root):
    (root / "zoo/annotations/007.xml").write_text(voc_xml([("face_mask", BOX)]))


def remove_picture(root):
    (root / "crops/with_mask/7.png").unlink()


def add_set(root):
    write_folders(root / "more", {"with_mask": [300]})


@pytest.mark.parametrize("change", [change_label, remove_picture, add_set])
def test_a_change_on_disk_is_seen(root, cache, change):
    before = load_sources(root, cache=cache).table
    change(root)
    assert fingerprint(load_sources(root, cache=cache).table) != fingerprint(before)


def test_what_goes_while_it_is_read_stops_nothing(root, cache):
    """As does a link that leads nowhere; and others may mend the set or delete its pictures at any time."""
    (root / "zoo/images/link.png").symlink_to("/nowhere.png")
    (root / "zoo/annotations/link.xml").symlink_to("/nowhere.xml")
    (root / "zoo/annotations/folder.xml").mkdir()
    (root / "zoo/folder.json").mkdir()
    (root / "zoo/deep.json").write_text("[" * 100_000)
    table = load_sources(root, cache=cache).table
    assert table["image"].nunique() == 100
    gone = table["image"].iloc[0]
    (root / gone).unlink()
    _, _, good = hash_pictures(table["image"].unique().tolist(), cache=cache)
    assert good.sum() == 99
    assert measure_pictures(table, kept=cache / "figures.parquet").pictures["good"].sum() == 99


def test_a_file_that_may_not_be_read_leaves_the_other_sets_alone(root, cache, monkeypatch):
    def refuse(path):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr("training.data.voc.ElementTree.parse", refuse)
    found = load_sources(root, cache=cache)
    assert set(found.table["source"]) == {"crops"}
    assert "000.xml cannot be read (Permission denied)" in said(found.problems)


def test_another_seed_is_not_taken_from_disk(root, cache):
    tables = [load_sources(root, seed=seed, cache=cache).table for seed in (0, 1)]
    assert fingerprint(tables[0]) != fingerprint(tables[1])


def test_what_is_no_set_is_told_with_its_name_and_the_rest_is_read(root, cache):
    (root / "notes").mkdir()
    (root / "labels").mkdir()
    (root / "labels/train.csv").write_text("name,x1,x2,y1,y2,classname\n1.png,1,2,3,4,face_with_mask\n")
    damaged = root / "crops/without_mask/100.png"
    damaged.write_bytes(damaged.read_bytes()[:2000])
    found = load_sources(root, cache=cache)
    assert set(found.table["source"]) == {"zoo", "crops"}
    assert not found.table["image"].str.endswith("/100.png").any()
    assert {(problem.source, problem.item) for problem in found.problems} == {
        ("notes", "notes"),
        ("labels", "labels"),
        ("crops", "100.png"),
    }
    assert "crops, 100.png: the picture is damaged; left out" in said(found.problems)
    assert load_sources(root, ["zoo"], cache=cache).problems == [], "problems of other sets are not mixed in"


@pytest.mark.parametrize(
    ("names", "told"), [(["nope"], "nope is none"), (["notes"], "notes, the folder is empty")], ids=["missing", "empty"]
)
def test_a_set_that_was_asked_for_must_be_there(root, cache, names, told):
    (root / "notes").mkdir()
    with pytest.raises(DataError, match=told):
        load_sources(root, names, cache=cache)


def test_no_pictures_at_all_is_an_error_that_says_what_was_seen(tmp_path, cache):
    (tmp_path / "root/labels").mkdir(parents=True)
    (tmp_path / "root/labels/train.csv").write_text("name,x1,x2,y1,y2,classname\n1.png,1,2,3,4,face_with_mask\n")
    with pytest.raises(DataError, match="labels for 1 pictures, but no pictures"):
        load_sources(tmp_path / "root", cache=cache)
    with pytest.raises(DataError, match="is none"):
        load_sources(tmp_path / "nowhere", cache=cache)


@pytest.mark.parametrize("name", ["zoo", "crops"])
def test_a_set_in_place_of_the_folder_that_holds_it_is_told_with_the_way_out(root, cache, name):
    with pytest.raises(DataError, match=f"is one itself.* --data {root} --only {name}$"):
        load_sources(root / name, cache=cache)


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason="the photographs are not beside the checkout")
@pytest.mark.parametrize(
    ("name", "pictures", "labels", "covered"),
    [
        ("kaggle853", 724, {"with_mask": 2728, "without_mask": 593, "mask_weared_incorrect": 101}, 0),
        ("ilc2021", 1463, {"with_mask": 2187, "without_mask": 1420, "with_incorrect_mask": 404}, 0),
        ("aizoo", 3521, {"face": 6247, "face_mask": 1591}, 374),
        ("folders", 3888, {"with_mask": 2063, "without_mask": 1825}, 0),
    ],
)
def test_the_photographs_arrive_in_full(name, pictures, labels, covered):
    table = read(SHARED / name).table
    assert table["image"].nunique() == pictures
    assert table["source_label"].value_counts().to_dict() == labels
    assert table["covered"].sum() == covered
