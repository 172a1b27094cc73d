"""How large the detector sees a picture follows the mode, or the picture."""

import pytest

from maskcore.errors import OptionError
from maskcore.modes import Mode, input_size_for, parse_input_size


@pytest.mark.parametrize(
    ("size_wh", "side"),
    [((100, 80), 416), ((250, 240), 512), ((400, 300), 640), ((640, 480), 640), ((900, 1200), 640), ((1920, 1080), 960),
     ((4000, 3000), 1280)],
    ids=lambda value: str(value),
)  # fmt: skip
def test_without_a_wish_the_size_follows_the_picture(size_wh, side):
    assert input_size_for(None, size_wh) == side


@pytest.mark.parametrize(
    ("mode", "side"), [(Mode.FAST, 320), (Mode.BALANCED, 480), (Mode.FULL, 640), (Mode.CROWD, 4000)]
)
def test_a_mode_has_its_size(mode, side):
    assert input_size_for(mode, (4000, 3000)) == side


@pytest.mark.parametrize("name", ["fast", "crowd", "480"])
def test_a_mode_may_be_named_in_words(name):
    assert input_size_for(name, (4000, 3000)) == input_size_for(parse_input_size(name), (4000, 3000))


@pytest.mark.parametrize(("longer", "side"), [(300, 1280), (2001, 2016), (9000, 4096)])
def test_a_crowd_is_seen_at_its_own_size_within_bounds(longer, side):
    assert input_size_for(Mode.CROWD, (longer, 200)) == side


@pytest.mark.parametrize("size", [0, 33, -32, 8192])
def test_other_numbers_are_answered_in_words(size):
    with pytest.raises(OptionError, match=f"multiple of 32.*fast.*got {size}"):
        input_size_for(size, (640, 480))


@pytest.mark.parametrize(("text", "meant"), [("640", 640), (" Fast", Mode.FAST), ("crowd", Mode.CROWD)])
def test_numbers_and_names_are_read(text, meant):
    assert parse_input_size(text) == meant


@pytest.mark.parametrize("text", ["", "huge", "640px"])
def test_what_is_neither_is_answered_in_words(text):
    with pytest.raises(OptionError, match="such as 640, or one of fast"):
        parse_input_size(text)
