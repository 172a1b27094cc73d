"""Peaks of the heat map become boxes."""

import numpy as np

from maskcore.detector import SIDES_FACTOR, Detector, decode
from maskcore.looks import FAR_FACE, NEAR_FACE, TILE, TILE_OVERLAP, Looks
from maskcore.models import DetectorSpec


def test_each_peak_becomes_a_box_around_its_cell():
    heat = np.full((20, 30), -30, np.float32)
    heat[5, 7], heat[15, 20] = 3, 1
    sides = np.log(np.full((20, 30, 4), [2, 1, 3, 4], np.float32))
    boxes, cells = decode(heat, sides, min_logit=0)
    assert heat[cells].tolist() == [3, 1]
    np.testing.assert_allclose(boxes[0], [30 - 8, 22 - 4, 30 + 12, 22 + 16])
    np.testing.assert_allclose(boxes[1], [82 - 8, 62 - 4, 82 + 12, 62 + 16])


def test_cells_around_a_peak_have_a_say_in_its_box_by_their_odds():
    heat = np.full((20, 30), -30, np.float32)
    heat[5, 7], heat[5, 8], heat[8, 7] = 3, 3 - np.log(3), 2
    sides = np.log(np.full((20, 30, 4), 2, np.float32))
    sides[5, 8] = np.log(4)  # the neighbour thinks the face twice as large
    boxes, cells = decode(heat, sides, min_logit=2.5)
    assert len(heat[cells]) == 1, "a cell beside a higher one is no peak, one further away is too low"
    own, other = np.array([22, 14, 38, 30]), np.array([18, 6, 50, 38])
    np.testing.assert_allclose(boxes[0], 0.75 * own + 0.25 * other, atol=1e-4)


def test_at_the_edge_of_the_picture_only_cells_inside_are_heard():
    boxes, _ = decode(np.full((1, 1), 5, np.float32), np.zeros((1, 1, 4), np.float32), min_logit=0)
    np.testing.assert_allclose(boxes, [[-2, -2, 6, 6]], atol=1e-4)


def test_no_peak_no_box():
    boxes, (rows, columns) = decode(np.full((8, 8), -9, np.float32), np.zeros((8, 8, 4), np.float32), min_logit=0)
    assert boxes.shape == (0, 4) and rows.shape == columns.shape == (0,)


def test_absurd_distances_stay_finite():
    boxes, _ = decode(np.full((1, 1), 5, np.float32), np.full((1, 1, 4), 500, np.float32), min_logit=0)
    assert np.isfinite(boxes).all()


class Blobs:
    """Stands in for the graph: a face wherever the picture is white, boxed as far as the white goes.

    Attributes:
        seen: Height and width of each picture it was shown.
    """

    def __init__(self):
        self.seen = []

    def run(self, images_bgr):
        self.seen.append(images_bgr.shape[1:3])
        white = images_bgr[0, ..., 0] > 200
        height, width = white.shape
        heat = np.full((1, height // 4, width // 4, 1), -9, np.float32)
        sides = np.zeros((1, height // 4, width // 4, 4), np.float32)
        rows, columns = np.nonzero(white)
        if len(rows):
            row, column = int(rows.mean() / 4), int(columns.mean() / 4)
            heat[0, row, column] = 5
            x, y = column * 4 + 2, row * 4 + 2
            ends = [x - columns.min(), y - rows.min(), columns.max() + 1 - x, rows.max() + 1 - y]
            sides[0, row, column] = SIDES_FACTOR * np.log(np.maximum(ends, 0.5) / 4)
        return {"maps": np.concatenate([heat, sides, heat, heat, heat], axis=3)}


def find(image, blobs=None):
    detector = Detector(blobs or Blobs(), DetectorSpec(file="", sha256=""))
    return detector.find(Looks(image, longer_side=max(image.shape[:2])), min_score=0.5).boxes_xyxy


def with_face(x, y, side, size_wh=(2048, 1024)):
    image = np.zeros((size_wh[1], size_wh[0], 3), np.uint8)
    image[y : y + side, x : x + side] = 255
    return image


def test_a_face_on_the_seam_of_tiles_is_found_once_and_whole():
    for x in range(TILE - 3 * TILE_OVERLAP, TILE + TILE_OVERLAP, 40):
        boxes = find(with_face(x, 300, 60))
        np.testing.assert_allclose(boxes, [[x, 300, x + 60, 360]], atol=1)


def test_a_face_larger_than_the_overlap_is_seen_from_afar():
    boxes = find(with_face(900, 200, 400))
    np.testing.assert_allclose(boxes, [[900, 200, 1300, 600]], atol=8)


def test_the_far_look_is_not_asked_for_small_faces():
    small = with_face(300, 300, 4 * FAR_FACE - 12, size_wh=(640, 480))
    assert len(find(small)) == 1, "the near look's box alone"


def sizes_seen(x, y, side):
    """The shapes of all looks at a picture with one face, which is found."""
    blobs = Blobs()
    assert len(find(with_face(x, y, side, size_wh=(640, 480)), blobs)) == 1
    return blobs.seen


def test_around_a_small_face_it_is_looked_from_nearer():
    assert sizes_seen(300, 200, NEAR_FACE + 4) == [(480, 640), (128, 160)]
    *before, (height, width) = sizes_seen(300, 200, NEAR_FACE - 4)
    assert before == [(480, 640), (128, 160)]
    assert height < 300 and width < 300, "the surroundings alone"


def test_a_face_that_is_seen_from_nearer_lies_where_it_is():
    for x, y in ((4, 4), (300, 200), (620, 460)):
        np.testing.assert_allclose(find(with_face(x, y, 16, size_wh=(640, 480))), [[x, y, x + 16, y + 16]], atol=2)


def tell(image, boxes):
    detector = Detector(Blobs(), DetectorSpec(file="", sha256=""))
    return detector.tell(Looks(image, longer_side=640), np.array(boxes, np.float32))


def test_a_given_face_is_told_by_the_cell_that_sees_it_and_no_other():
    image = with_face(300, 200, 80, size_wh=(640, 480))
    told = tell(image, [(20, 20, 80, 80), (300, 200, 380, 280)])
    assert np.isnan(told[0]).all(), "nobody is there"
    np.testing.assert_allclose(told[1], 5)


def test_given_faces_too_small_for_a_cell_or_at_the_edge_are_no_trouble():
    told = tell(with_face(0, 0, 8, size_wh=(640, 480)), [(0, 0, 1, 1), (639, 479, 640, 480), (0, 0, 640, 480)])
    assert told.shape == (3, 3)
