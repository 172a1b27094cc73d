"""A written film plays in browsers, keeps its times and the sound it is given, and is whole or not there."""

import wave

import av
import numpy as np
import pytest

from maskcore.errors import VideoDecodeError
from maskcore.video.film import Film
from maskcore.video.writer import FilmWriter
from tests.maskcore.video.made import SOUNDS, make_film

TIMES = [0.0, 0.1, 0.15, 0.7]


def write(path, *, size_wh=(160, 120), sound=None, times=TIMES):
    with FilmWriter(path, size_wh=size_wh, frames_per_s=10, sound=sound) as writer:
        for number, time_s in enumerate(times):
            writer.add(np.full((size_wh[1], size_wh[0], 3), 50 + 40 * (number % 5), np.uint8), time_s=time_s)


def test_it_is_h264_in_an_mp4_whose_index_comes_first(tmp_path):
    write(tmp_path / "out.mp4")
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert container.streams.video[0].codec_context.name == "h264"
        assert container.streams.video[0].pix_fmt == "yuv420p"
    content = (tmp_path / "out.mp4").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_frames_keep_their_times_and_pictures(tmp_path):
    write(tmp_path / "out.mp4")
    frames = list(Film(tmp_path / "out.mp4").frames())
    np.testing.assert_allclose([frame.time_s for frame in frames], TIMES, atol=0.002)
    np.testing.assert_allclose([frame.image_bgr.mean() for frame in frames], [50, 90, 130, 170], atol=4)


@pytest.mark.parametrize("size_wh", [(1, 120), (160, 1)])
def test_a_film_without_two_pixels_is_refused_in_words(tmp_path, size_wh):
    with pytest.raises(VideoDecodeError, match=f"{size_wh[0]}x{size_wh[1]}"):
        write(tmp_path / "out.mp4", size_wh=size_wh)
    assert list(tmp_path.iterdir()) == []


def test_odd_sizes_lose_one_row_or_column(tmp_path):
    write(tmp_path / "out.mp4", size_wh=(161, 121))
    assert Film(tmp_path / "out.mp4").info.size_wh == (160, 120)


@pytest.mark.parametrize("suffix", SOUNDS)
def test_the_sound_is_kept_whatever_its_kind(tmp_path, suffix):
    source = make_film(tmp_path / f"source{suffix}", times_s=[number / 10 for number in range(31)], sound=True)
    write(tmp_path / "out.mp4", sound=source, times=[number / 10 for number in range(31)])
    with av.open(str(tmp_path / "out.mp4")) as container:
        sound = container.streams.audio[0]
        assert sound.codec_context.name in ("aac", "mp3")
        samples = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(sound)])
    assert len(samples) / sound.rate == pytest.approx(3.0, abs=0.2)
    spectrum = np.abs(np.fft.rfft(samples))
    assert spectrum.argmax() * sound.rate / len(samples) == pytest.approx(440, abs=5)


def test_sound_whose_time_jumps_back_or_that_is_damaged_costs_no_film(tmp_path):
    recorded = make_film(tmp_path / "part.ts", times_s=TIMES, sound=True).read_bytes()
    (tmp_path / "joined.mpg").write_bytes(recorded[:9000] + recorded[12_000:] + recorded)
    write(tmp_path / "out.mp4", sound=tmp_path / "joined.mpg")
    info = Film(tmp_path / "out.mp4").info
    assert info.has_audio and info.duration_s == pytest.approx(TIMES[-1], abs=0.2)


@pytest.mark.parametrize("rate", [22_050, 22_254, 192_000])
def test_sound_of_any_rate_is_kept(tmp_path, rate):
    with wave.open(str(tmp_path / "sound.wav"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(bytes(2 * rate))
    write(tmp_path / "out.mp4", sound=tmp_path / "sound.wav")
    info = Film(tmp_path / "out.mp4").info
    assert info.has_audio and info.duration_s == pytest.approx(1.0, abs=0.1)


def test_a_film_whose_sound_is_of_an_unknown_kind_stays_silent(tmp_path):
    path = make_film(tmp_path / "film.mkv", sound=True)
    path.write_bytes(path.read_bytes().replace(b"A_AAC", b"A_XYZ"))
    write(tmp_path / "out.mp4", sound=path)
    assert not Film(tmp_path / "out.mp4").info.has_audio


def test_a_film_without_sound_stays_silent(tmp_path):
    write(tmp_path / "out.mp4", sound=make_film(tmp_path / "silent.mp4"))
    assert not Film(tmp_path / "out.mp4").info.has_audio


def test_what_is_left_early_leaves_nothing(tmp_path):
    with pytest.raises(KeyboardInterrupt), FilmWriter(tmp_path / "out.mp4", size_wh=(64, 64), frames_per_s=5) as writer:
        writer.add(np.zeros((64, 64, 3), np.uint8), time_s=0)
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []
