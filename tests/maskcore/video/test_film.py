"""Whatever kind of film: frames upright, in order, at their own times, as far as the file goes."""

import numpy as np
import pytest

from maskcore.errors import ImageTooLargeError, VideoDecodeError
from maskcore.video.film import Film
from tests.maskcore.video.made import CODECS, make_film


@pytest.mark.parametrize("suffix", CODECS)
def test_each_kind_gives_all_its_frames_in_order(tmp_path, suffix):
    film = Film(make_film(tmp_path / f"film{suffix}"))
    frames = list(film.frames())
    assert [frame.image_bgr.shape for frame in frames] == [(120, 160, 3)] * 10
    brightness = [frame.image_bgr[60:, 80:].mean() for frame in frames]
    np.testing.assert_allclose(brightness, [40 + 8 * number for number in range(10)], atol=6)
    np.testing.assert_allclose([frame.time_s for frame in frames], np.arange(10) / 10, atol=0.02)
    assert film.broken == ""


def test_uneven_times_stay_uneven(tmp_path):
    times = [0.0, 0.04, 0.5, 0.54, 2.0]
    film = Film(make_film(tmp_path / "uneven.mp4", times_s=times))
    np.testing.assert_allclose([frame.time_s for frame in film.frames()], times, atol=0.005)


@pytest.mark.parametrize(
    ("degrees", "corner"),
    [(90, "bottom left"), (180, "bottom right"), (270, "top right")],
)
def test_a_turned_film_is_set_upright(tmp_path, degrees, corner):
    film = Film(make_film(tmp_path / "turned.mp4", degrees=degrees))
    upright = film.info.size_wh
    assert upright == ((120, 160) if degrees % 180 else (160, 120))
    image = next(film.frames()).image_bgr
    rows, columns = np.nonzero(image[..., 0] > 200)
    down, right = rows.mean() > upright[1] / 2, columns.mean() > upright[0] / 2
    assert f"{'bottom' if down else 'top'} {'right' if right else 'left'}" == corner


def test_a_film_cut_short_gives_what_can_be_read_and_says_so(tmp_path):
    whole = make_film(tmp_path / "whole.mkv", times_s=[number / 10 for number in range(100)])
    cut = tmp_path / "cut.mkv"
    content = whole.read_bytes()
    cut.write_bytes(content[: len(content) // 2])
    film = Film(cut)
    assert 5 < len(list(film.frames())) < 100


@pytest.mark.parametrize("content", [b"", b"no film at all", None], ids=["empty", "text", "only sound"])
def test_what_is_no_film_is_answered_in_words(tmp_path, content):
    path = tmp_path / "odd.mp4"
    if content is None:
        make_film(path, sound=True)
        path = sound_alone(path)
    else:
        path.write_bytes(content)
    # without its name: in the folder of a job it has another than the one that the visitor knows
    with pytest.raises(VideoDecodeError, match="^The file .*Expected a video of MP4"):
        Film(path)


def test_a_picture_of_an_unknown_kind_is_refused_in_words(tmp_path):
    path = make_film(tmp_path / "film.mkv")
    path.write_bytes(path.read_bytes().replace(b"V_MPEG4/ISO/AVC", b"V_NOBODY/KNOWS."))
    with pytest.raises(VideoDecodeError, match="of a kind"):
        Film(path)


def test_a_picture_beyond_the_limit_is_refused_before_room_is_made_for_it(tmp_path, monkeypatch):
    path = make_film(tmp_path / "large.mp4", size_wh=(2000, 1000))
    assert Film(path, max_megapixels=2).info.size_wh == (2000, 1000)
    monkeypatch.setattr(Film, "_decoded", lambda *_: pytest.fail("a frame was decoded"))
    with pytest.raises(ImageTooLargeError, match="2000x1000, 2 megapixels; at most 1.9"):
        Film(path, max_megapixels=1.9)


def test_a_film_whose_picture_grows_beyond_the_limit_ends_there(tmp_path):
    path = tmp_path / "grows.mpg"
    parts = [make_film(tmp_path / f"{side}.ts", size_wh=(side, side)) for side in (160, 1600)]
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    film = Film(path, max_megapixels=0.1)
    assert {frame.image_bgr.shape for frame in film.frames()} == {(160, 160, 3)}
    assert film.broken


@pytest.mark.parametrize(("first_wh", "then_wh"), [((160, 120), (320, 240)), ((320, 240), (160, 120))])
def test_a_film_whose_picture_changes_size_keeps_all_of_it_in_view(tmp_path, first_wh, then_wh):
    parts = [make_film(tmp_path / f"{size_wh[0]}.ts", size_wh=size_wh) for size_wh in (first_wh, then_wh)]
    (tmp_path / "film.mpg").write_bytes(b"".join(part.read_bytes() for part in parts))
    pictures = [frame.image_bgr for frame in Film(tmp_path / "film.mpg").frames()]
    assert {picture.shape for picture in pictures} == {(first_wh[1], first_wh[0], 3)}
    for picture in pictures:  # the mark of a film made for tests fills a quarter of its width and height
        assert (picture.max(axis=2) > 230).mean() == pytest.approx(1 / 16, abs=0.01)


def test_a_picture_of_another_shape_is_laid_on_black_undistorted(tmp_path):
    parts = [make_film(tmp_path / f"{size_wh[0]}.ts", size_wh=size_wh) for size_wh in ((160, 120), (120, 240))]
    (tmp_path / "film.mpg").write_bytes(b"".join(part.read_bytes() for part in parts))
    *_, last = (frame.image_bgr for frame in Film(tmp_path / "film.mpg").frames())
    assert last.shape == (120, 160, 3)
    assert last[:, :48].max() < 30 and last[:, -48:].max() < 30 and last[:, 54:106].min() > 30


def sound_alone(path):
    import av

    target = path.with_name("sound.mp4")
    with av.open(str(path)) as source, av.open(str(target), "w") as copy:
        stream = copy.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(source.streams.audio[0]):
            if packet.dts is not None:
                packet.stream = stream
                copy.mux(packet)
    return target


def test_sound_and_length_are_known_before_reading(tmp_path):
    info = Film(make_film(tmp_path / "sound.mp4", sound=True)).info
    assert info.has_audio and info.duration_s == pytest.approx(1.0, abs=0.15)
    assert not Film(make_film(tmp_path / "silent.mp4")).info.has_audio
