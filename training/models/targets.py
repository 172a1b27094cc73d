"""What the detector should say about a picture: numpy arrays beside the boxes they come from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from maskcore.preprocess import DETECTOR_STRIDE

CHANNELS = 8  # likeness, weight, ignore, log left, log top, log right, log bottom, label
SPREAD = 0.21  # standard deviation of the likeness as a share of the face's side
POSITIVE = 0.55  # cells at least this like a centre must find the face: about half its width and height


def encode(
    boxes_xyxy: NDArray[np.float32], labels: NDArray[np.int64], ignored_xyxy: NDArray[np.float32], *, side: int
) -> NDArray[np.float32]:
    """Draw the targets of one square training picture.

    Args:
        boxes_xyxy: (N, 4) float32, pixels.
        labels: (N,) int64, number of the label, -1 where it is not known.
        ignored_xyxy: (M, 4) float32, pixels; there the detector may say what it likes.
        side: Side of the picture in pixels, a multiple of 32.
    Returns:
        (side/4, side/4, 8) float32: likeness to a face's centre 0 to 1; weight of the cell where it must find a face,
        0 elsewhere, the cells of one face together weigh the square root of their number; 1 where ignored; natural
        logarithms of the distances to left, top, right, bottom in strides; number of the label, -1 where there is
        none. Of two faces the smaller one wins a cell.
    """
    cells = side // DETECTOR_STRIDE
    out = np.zeros((cells, cells, CHANNELS), np.float32)
    out[..., 7] = -1
    middle = (np.arange(cells, dtype=np.float32) + 0.5) * DETECTOR_STRIDE
    for x1, y1, x2, y2 in ignored_xyxy:
        out[_cell(y1) : _cell(y2) + 1, _cell(x1) : _cell(x2) + 1, 2] = 1
    sizes = (boxes_xyxy[:, 2] - boxes_xyxy[:, 0]) * (boxes_xyxy[:, 3] - boxes_xyxy[:, 1])
    for number in np.argsort(-sizes):
        x1, y1, x2, y2 = boxes_xyxy[number]
        rows, columns = slice(_cell(y1), _cell(y2) + 1), slice(_cell(x1), _cell(x2) + 1)
        xs, ys = middle[columns], middle[rows]
        if not len(xs) or not len(ys):
            continue
        like_x = _likeness(xs, x1, x2)
        like_y = _likeness(ys, y1, y2)
        likeness = like_y[:, None] * like_x[None]
        # the cell nearest the centre always counts, however small the face
        likeness[like_y.argmax(), like_x.argmax()] = 1
        window = out[rows, columns]
        window[..., 0] = np.maximum(window[..., 0], likeness)
        positive = likeness >= POSITIVE
        sides = np.stack(np.broadcast_arrays(xs[None] - x1, ys[:, None] - y1, x2 - xs[None], y2 - ys[:, None]), axis=-1)
        window[positive, 1] = 1 / np.sqrt(positive.sum())
        window[positive, 2] = 0
        window[positive, 3:7] = np.log(np.maximum(sides[positive], 0.25) / DETECTOR_STRIDE)
        window[positive, 7] = labels[number]
    return out


def _cell(pixel: float) -> int:
    return max(0, int(pixel // DETECTOR_STRIDE))


def _likeness(positions: NDArray[np.float32], low: float, high: float) -> NDArray[np.float32]:
    spread = max(SPREAD * (high - low), 0.5)
    return np.exp(-((positions - (low + high) / 2) ** 2) / (2 * spread**2)).astype(np.float32)
