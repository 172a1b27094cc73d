"""A rearranged network gives what the network gives, whatever the picture's size."""

import numpy as np
import pytest

from maskcore.detector import SIDES_FACTOR

pytestmark = pytest.mark.slow

RANDOM = np.random.default_rng(0)


def lived(network):
    """The network with statistics and weights as if it had been trained: normalisation does something."""
    for layer in network.layers:
        layer.set_weights([RANDOM.uniform(0.8, 1.2, w.shape) * (w + 0.1 * (w.ndim == 1)) for w in layer.get_weights()])
    return network


def pictures(*size_hw):
    return RANDOM.uniform(-1, 1, (2, *size_hw, 3)).astype(np.float32)


@pytest.mark.parametrize("size_hw", [(32, 32), (96, 160)], ids=str)
def test_a_detector_gives_the_same_maps(size_hw):
    from training.models.detector import build_detector
    from training.rearrange import rearrange

    network, shown = lived(build_detector(labels=3)), pictures(*size_hw)
    wanted = np.asarray(network(shown))
    found = np.array(rearrange(network)(shown)["maps"])
    found[..., 1:5] /= SIDES_FACTOR
    assert wanted.std(axis=(0, 1, 2)).min() > 0
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-4 * np.abs(wanted).max())


@pytest.mark.parametrize("preset", ["small", "seed"])
def test_a_classifier_gives_the_same_logits(preset):
    from training.models.classifier import build_classifier
    from training.rearrange import rearrange

    network = lived(build_classifier(preset))
    shown = pictures(*network.input.shape[1:3])
    wanted = np.asarray(network(shown))
    assert np.ptp(wanted) > 0
    found = np.asarray(rearrange(network)(shown)["logits"])
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-4 * np.abs(wanted).max())


def test_a_kernel_over_blocks_sees_the_same_pixels():
    """By hand: one channel of pixels numbered from 0, the kernel that takes the lower right of its nine."""
    from training.rearrange import over_blocks

    kernel = np.zeros((3, 3, 1, 1))
    kernel[2, 2] = 1
    blocks = over_blocks(kernel, 2)
    assert blocks.shape == (2, 2, 16, 4)
    # outputs of a block begin at its pixels (0, 0), (0, 2), (2, 0) and (2, 2), so they end at (2, 2), (2, 4), …
    for output, (down, right, pixel) in enumerate([(0, 0, 10), (0, 1, 8), (1, 0, 2), (1, 1, 0)]):
        assert blocks[down, right, pixel, output] == 1
    assert blocks.sum() == 4
