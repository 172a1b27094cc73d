"""Look-alikes are found, also small, re-encoded or mirrored; strangers are not; hashes are kept between calls."""

import os

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageOps

from tests.training.data.drawn import draw_scene, save
from training.data import duplicates
from training.data.duplicates import group_alike, hash_pictures

# orientation 6, and a tag whose type is not the one that writing it anew expects
ODD_EXIF = (
    b"Exif\0\0MM\0*\0\0\0\x08\0\x02\x01\x02\0\x02\0\0\0\x06\0\0\0&\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0maker\0"
)


def groups(paths, cache):
    plain, mirrored, good = hash_pictures([str(path) for path in paths], cache=cache)
    assert good.all()
    return group_alike(plain, mirrored).tolist()


def cut(image):
    width, height = image.size
    return image.crop((2, 2, width - 2, height - 1))


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (lambda image: image, "same.png"),
        (lambda image: image.resize((61, 47)), "small.png"),
        (lambda image: image, "encoded.jpg"),
        (lambda image: ImageEnhance.Brightness(image).enhance(1.2), "brighter.png"),
        (cut, "cut.png"),
        (ImageOps.mirror, "mirrored.png"),
        (lambda image: ImageOps.mirror(image).resize((80, 60)), "mirrored-and-small.jpg"),
        (lambda image: image.convert("L"), "grey.png"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_changed_copy_is_grouped_with_its_photograph(tmp_path, change, name):
    scene = draw_scene(1, (320, 240))
    paths = [
        save(scene, tmp_path / "a.png"),
        save(draw_scene(2), tmp_path / "b.png"),
        save(change(scene), tmp_path / name),
    ]
    first, stranger, copy = groups(paths, tmp_path / "cache")
    assert first == copy != stranger


def test_strangers_are_not_grouped(tmp_path):
    paths = [save(draw_scene(number), tmp_path / f"{number}.png") for number in range(60)]
    assert len(set(groups(paths, tmp_path / "cache"))) == 60


def test_a_chain_of_look_alikes_is_one_group_over_blocks(monkeypatch):
    monkeypatch.setattr(duplicates, "BLOCK", 2)
    chain = np.array([[0, 0], [2**16 - 1, 0], [2**32 - 1, 0], [2**48 - 1, 0], [2**64 - 1, 2**64 - 1]], np.uint64)
    far = np.full_like(chain, 0xAAAAAAAAAAAAAAAA)
    found = group_alike(chain, far)
    assert found[0] == found[1] == found[2] == found[3] != found[4]


def test_no_pictures_give_no_groups():
    none = np.zeros((0, 2), np.uint64)
    assert group_alike(none, none).tolist() == []


def test_only_new_and_changed_pictures_are_looked_at_again(tmp_path, monkeypatch):
    paths = [str(save(draw_scene(number), tmp_path / f"{number}.png")) for number in range(3)]
    cache = tmp_path / "cache"
    before = hash_pictures(paths, cache=cache)[0]
    looked_at = []
    look = duplicates._hash
    monkeypatch.setattr(duplicates, "_hash", lambda path: looked_at.append(path) or look(path))
    save(draw_scene(9), tmp_path / "1.png")
    os.utime(paths[1], ns=(1, 1))
    paths.append(str(save(draw_scene(3), tmp_path / "3.png")))
    after = hash_pictures(paths[::-1], cache=cache)[0][::-1]
    assert sorted(looked_at) == [paths[1], paths[3]]
    assert (after[[0, 2]] == before[[0, 2]]).all()
    assert (after[1] != before[1]).any()


def test_what_was_looked_at_is_kept_when_it_is_broken_off(tmp_path, monkeypatch):
    monkeypatch.setattr(duplicates, "AT_ONCE", 2)
    paths = [str(save(draw_scene(number), tmp_path / f"{number}.png")) for number in range(5)]
    told = []

    def stop(done, total):
        told.append((done, total))
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hash_pictures(paths, cache=tmp_path / "cache", on_progress=stop)
    hash_pictures(paths, cache=tmp_path / "cache", on_progress=lambda done, total: told.append((done, total)))
    assert told == [(2, 5), (4, 5), (1, 1)]


def test_progress_does_not_mix_with_results(tmp_path, capsys):
    hash_pictures([str(save(draw_scene(1), tmp_path / "1.png"))], cache=tmp_path / "cache")
    assert capsys.readouterr().out == ""


def test_a_picture_of_more_pixels_than_pillow_takes_is_marked_and_stops_nothing(tmp_path, monkeypatch):
    paths = [
        str(save(draw_scene(1), tmp_path / "large.png")),
        str(save(draw_scene(2, (20, 20)), tmp_path / "good.png")),
    ]
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    assert hash_pictures(paths, cache=tmp_path / "cache")[2].tolist() == [False, True]


def test_a_turned_picture_with_odd_notes_is_the_picture_as_it_is_seen(tmp_path):
    scene = draw_scene(1, (320, 240))
    scene.transpose(Image.Transpose.ROTATE_90).save(tmp_path / "turned.jpg", exif=ODD_EXIF)
    assert groups([save(scene, tmp_path / "a.png"), tmp_path / "turned.jpg"], tmp_path / "cache") == [0, 0]


def test_a_damaged_picture_is_marked(tmp_path):
    path = save(draw_scene(1), tmp_path / "cut-short.jpg")
    path.write_bytes(path.read_bytes()[:800])
    paths = [str(path), str(save(draw_scene(2), tmp_path / "good.png"))]
    assert hash_pictures(paths, cache=tmp_path / "cache")[2].tolist() == [False, True]
