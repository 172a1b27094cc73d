"""What a graph is shown is the nearest of its own numbers to each pixel, however its export has scaled them."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest

from maskcore import runtime
from maskcore.errors import ModelMismatchError
from maskcore.models import load_graph, load_manifest
from maskcore.runtime import INTERPRETERS_KEPT, Graph, _show_to

PIXELS = np.arange(256, dtype=np.uint8).repeat(3).reshape(1, 16, 16, 3)


@pytest.mark.parametrize(
    ("dtype", "scale", "zero"),
    [
        (np.int8, 2 / 255, -1),  # as our export makes it
        (np.int8, 2 / 255, 0),
        (np.int8, 1.9 / 255, 3),
        (np.uint8, 2 / 255, 127),
    ],
)
def test_pixels_become_the_nearest_number_of_the_graph(dtype, scale, zero):
    shown = np.empty(PIXELS.shape, dtype)
    _show_to({"dtype": dtype, "quantization": (scale, zero)})(PIXELS, shown)
    bounds = np.iinfo(dtype)
    wanted = np.clip(PIXELS / 127.5 - 1, (bounds.min - zero) * scale, (bounds.max - zero) * scale)
    assert np.abs((shown.astype(float) - zero) * scale - wanted).max() <= 0.501 * scale


def test_a_graph_of_floats_sees_minus_1_to_1():
    shown = np.empty(PIXELS.shape, np.float32)
    _show_to({"dtype": np.float32, "quantization": (0.0, 0)})(PIXELS, shown)
    np.testing.assert_allclose(shown, PIXELS / 127.5 - 1, atol=1e-6)


def test_a_window_of_a_picture_comes_out_as_it_lies():
    picture = np.random.default_rng(0).integers(0, 256, (1, 40, 60, 3), np.uint8)
    window = picture[:, 3:20, 50:10:-1]
    shown = np.empty(window.shape, np.int8)
    _show_to({"dtype": np.int8, "quantization": (2 / 255, -1)})(window, shown)
    np.testing.assert_array_equal(shown, window.astype(int) - 128)


def test_a_graph_without_the_wanted_output_is_told_at_once():
    with pytest.raises(ModelMismatchError, match=r"gives maps; it gives logits\. Export the model again"):
        Graph(load_graph(None, load_manifest(None).classifier), threads=1, output="maps")


class Counted(runtime.Interpreter):
    """An interpreter that counts how many of them there are."""

    alive = 0

    def __init__(self, **options):
        super().__init__(**options)
        Counted.alive += 1

    def __del__(self):
        Counted.alive -= 1


@pytest.fixture
def graph(monkeypatch):
    monkeypatch.setattr(runtime, "Interpreter", Counted)
    monkeypatch.setattr(Counted, "alive", 0)
    return Graph(load_graph(None, load_manifest(None).classifier), threads=1, output="logits")


def test_many_threads_and_batches_keep_few_interpreters(graph):
    def run(number):
        graph.run(np.zeros((1 + number % 3, 32, 32 + 32 * (number % 11), 3), np.uint8))

    for _ in range(4):  # threads that come and go
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(run, range(40)))
    assert 1 < Counted.alive <= INTERPRETERS_KEPT


def test_threads_at_once_get_the_answers_of_their_own_pictures(graph):
    pictures = np.random.default_rng(1).integers(0, 256, (4, 1, 64, 64, 3), np.uint8)
    alone = [graph.run(picture) for picture in pictures]
    start = Barrier(4)

    def run(number):
        start.wait()
        return [graph.run(pictures[number]) for _ in range(20)]

    with ThreadPoolExecutor(4) as pool:
        for number, told in enumerate(pool.map(run, range(4))):
            for outputs in told:
                for name, wanted in alone[number].items():
                    np.testing.assert_array_equal(outputs[name], wanted)
