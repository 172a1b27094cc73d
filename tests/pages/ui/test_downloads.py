"""What is taken away says the same as the command line and loses nothing."""

from __future__ import annotations

import io
import json
import zipfile

import pandas as pd
import pytest

from maskcore import decode_image
from maskcore.errors import ImageDecodeError
from maskcore.imaging import encode_png
from maskcore.types import Uncertain
from pages.ui.downloads import Upload, csv_bytes, distinct_names, json_bytes, zip_bytes
from pages.ui.pictures import Seen
from tests.factories import make_face, make_picture, make_result

RESULT = make_result([make_face(), make_face(uncertain=Uncertain.SMALL)])
GOOD = Upload("ä.png", encode_png(make_picture()), Seen(RESULT))
EMPTY = Upload("empty.png", encode_png(make_picture()), Seen(make_result([])))
BROKEN = Upload("broken.png", b"", Seen(error=ImageDecodeError("The file is empty.")))


def read_csv(uploads: list[Upload]) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(csv_bytes(uploads)))


def test_one_picture_is_the_object_that_the_command_line_prints() -> None:
    assert json.loads(json_bytes([GOOD])) == {"image": "ä.png"} | RESULT.to_dict()


def test_several_pictures_are_a_list_and_an_error_stands_in_its_place() -> None:
    told = json.loads(json_bytes([GOOD, BROKEN]))

    assert [each["image"] for each in told] == ["ä.png", "broken.png"]
    assert told[1]["error"] == {
        "type": "image-decode",
        "title": "The picture cannot be read",
        "detail": "The file is empty.",
    }


def test_a_csv_row_holds_one_face() -> None:
    table = read_csv([GOOD])

    assert list(table["face"]) == [1, 2]
    assert list(table["label"]) == ["mask", "mask"]
    assert list(table["uncertain"].fillna("")) == ["", "small"]
    assert tuple(table.loc[0, ["x1", "y1", "x2", "y2"]]) == (30, 20, 70, 70)
    assert table.loc[0, ["p_mask", "p_no_mask", "p_incorrect"]].sum() == pytest.approx(1)


def test_no_picture_is_missing_from_the_csv() -> None:
    table = read_csv([GOOD, EMPTY, BROKEN])

    assert list(table["image"]) == ["ä.png", "ä.png", "empty.png", "broken.png"]
    assert list(table["error"].dropna()) == ["The file is empty."]


def test_the_number_of_a_face_is_whole_beside_pictures_without_one() -> None:
    rows = csv_bytes([GOOD, EMPTY, BROKEN]).decode("utf-8-sig").splitlines()[1:]

    assert [row.split(",")[1] for row in rows] == ["1", "2", "", ""]


def test_the_zip_holds_tables_and_marked_pictures_in_full_size() -> None:
    with zipfile.ZipFile(io.BytesIO(zip_bytes([GOOD, BROKEN]))) as archive:
        assert archive.namelist() == ["faces.csv", "faces.json", "annotated/ä.png.png"]
        marked_bgr = decode_image(archive.read("annotated/ä.png.png"), max_mb=10, max_megapixels=10)

    assert marked_bgr.shape == (240, 320, 3)
    assert (marked_bgr != make_picture()).any()


def test_a_name_in_the_zip_stays_inside_its_folder() -> None:
    outside = Upload("../../etc/passwd.png", GOOD.data, GOOD.seen)

    with zipfile.ZipFile(io.BytesIO(zip_bytes([outside]))) as archive:
        assert archive.namelist()[-1] == "annotated/passwd.png.png"


@pytest.mark.parametrize(
    ("names", "distinct"),
    [
        pytest.param([], [], id="none"),
        pytest.param(["a.jpg", "b.jpg"], ["a.jpg", "b.jpg"], id="differ"),
        pytest.param(["a.jpg", "a.jpg", "a.jpg"], ["a.jpg", "a (2).jpg", "a (3).jpg"], id="alike"),
        pytest.param(["a.jpg", "a (2).jpg", "a.jpg"], ["a.jpg", "a (2).jpg", "a (3).jpg"], id="number taken"),
    ],
)
def test_names_are_made_distinct(names: list[str], distinct: list[str]) -> None:
    assert distinct_names(names) == distinct
