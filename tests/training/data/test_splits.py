"""Splits go by photograph and group, keep their shares in every set, and come out the same everywhere."""

import pandas as pd
import pytest

from training.data.splits import assign_splits
from training.data.table import make_table

SETS = {"a": 2000, "b": 1000, "c": 500}


@pytest.fixture(scope="module")
def table():
    """Three sets, two faces a picture."""
    rows = [
        {"image": f"/data/{source}/{number}.jpg", "source": source, "width": 100, "height": 100, "label": "mask"}
        | {"source_label": "mask", "x1": left, "y1": 10, "x2": left + 20, "y2": 40}
        for source, count in SETS.items()
        for number in range(count)
        for left in (5, 50)
    ]
    return make_table(rows, problems=[])


@pytest.fixture(scope="module")
def groups(table):
    """Every third picture of each set looks like the one before, and 30 pictures of set a like one of set b each."""
    found = {}
    for source in SETS:
        for number in range(SETS[source]):
            found[f"/data/{source}/{number}.jpg"] = f"{source}{number - (number % 3 == 2)}"
    for number in range(0, 90, 3):
        found[f"/data/a/{number}.jpg"] = found[f"/data/b/{number}.jpg"]
    codes = {name: code for code, name in enumerate(sorted(set(found.values())))}
    return {image: codes[name] for image, name in found.items()}


def test_a_picture_and_its_look_alikes_lie_on_one_side_over_all_sets(table, groups):
    split = assign_splits(table, groups)
    assert split.groupby(split["image"].map(groups))["split"].nunique().max() == 1


def test_shares_hold_in_every_set(table, groups):
    split = assign_splits(table, groups).drop_duplicates("image")
    shares = pd.crosstab(split["source"], split["split"], normalize="index")
    for part, share in {"train": 0.80, "val": 0.05, "test": 0.15}.items():
        assert (shares[part] - share).abs().max() < 0.04, part


def test_other_shares_can_be_asked_for(table, groups):
    split = assign_splits(table, groups, shares={"train": 0.5, "test": 0.5})
    assert set(split["split"]) == {"train", "test"}
    assert abs((split["split"] == "test").mean() - 0.5) < 0.04


def test_order_place_and_numbering_of_groups_do_not_matter(table, groups):
    split = assign_splits(table, groups).set_index("image")["split"].groupby(level=0).first()
    moved = table.iloc[::-1].assign(image=table["image"].str.replace("/data", "/other/place"))
    renumbered = {image.replace("/data", "/other/place"): 10_000 - group for image, group in groups.items()}
    again = assign_splits(moved, renumbered).set_index("image")["split"].groupby(level=0).first()
    assert again.tolist() == split.tolist()


def test_another_seed_gives_another_split(table, groups):
    assert (assign_splits(table, groups)["split"] != assign_splits(table, groups, seed=1)["split"]).mean() > 0.1


def test_the_split_of_a_picture_is_known_for_good():
    """Held-back pictures stay held back in every later version, or old and new figures could not be compared."""
    rows = [{"image": f"/x/{n}.jpg", "source": "kept", "width": 9, "height": 9} for n in range(40)]
    kept = make_table(rows, problems=[])
    split = assign_splits(kept, {image: code for code, image in enumerate(kept["image"])})
    assert split.index[split["split"] == "test"].tolist() == [2, 12, 18, 20, 23, 27, 28, 35, 37, 38]
