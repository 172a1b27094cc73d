"""Areas and lines of a camera outlive the server, and a damaged file stops nothing."""

import pytest

from maskcore.settings import get_settings
from maskcore.tracking.zones import Line, Zone
from pages.ui.zone_files import load_zones, save_zones

SHAPES = ((Zone("till", ((0.1, 0.1), (0.9, 0.1), (0.5, 0.9))),), (Line("door", (0.0, 0.5), (1.0, 0.5)),))


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MASKCORE_DATA_DIR", str(tmp_path))
    get_settings.cache_clear()


@pytest.mark.parametrize("camera", ["Door", "../../etc/passwd", "Tür / 2"])
def test_what_was_drawn_comes_back_whatever_the_camera_is_called(camera, tmp_path):
    save_zones(camera, SHAPES)
    assert load_zones(camera) == SHAPES
    assert [path.parent for path in tmp_path.rglob("*.json")] == [tmp_path / "areas"]


def test_where_nothing_was_drawn_there_is_nothing():
    assert load_zones("Door") == ((), ())


def test_a_damaged_file_is_told_in_the_log_and_passed_over(tmp_path, caplog):
    save_zones("Door", SHAPES)
    (tmp_path / "areas" / "Door.json").write_bytes(b"\xff{")
    assert load_zones("Door") == ((), ())
    assert "Door" in caplog.text
