"""Masks and hands painted on bare faces: rare cases that photographs alone show too seldom.

After the idea of masked face synthesis (Anwar and Raychowdhury 2020, arXiv:2008.11104), with the box alone for
geometry in place of landmarks.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from maskcore.types import Label

Picture = NDArray[np.uint8]
# where the upper edge lies, as a share of the box from brow to chin: over the nose, under it, under the mouth
TOP = {Label.MASK: (0.38, 0.52), Label.INCORRECT: (0.68, 0.9)}
SMALLEST_PAINTED = 16.0  # pixels of the shorter side; on smaller faces nothing of a mask's shape would be left
SHARES = {Label.MASK: 0.3, Label.NO_MASK: 0.3, Label.INCORRECT: 0.4}  # how often each is painted: what is rare, more
COLORS_BGR = (
    (245, 245, 245), (235, 215, 170), (225, 190, 130), (30, 30, 30), (60, 55, 50), (120, 110, 100), (150, 180, 120),
    (190, 160, 220), (60, 60, 170), (120, 60, 40),
)  # fmt: skip


def paint(image_bgr: Picture, box_xyxy: NDArray[np.float32], random: np.random.Generator) -> tuple[Picture, Label]:
    """A copy of a picture with a mask on one bare face, worn right or wrong, or a hand before it, and its new label."""
    label = list(SHARES)[random.choice(len(SHARES), p=list(SHARES.values()))]
    if label is Label.NO_MASK:
        return paint_hand(image_bgr, box_xyxy, random), label
    return paint_mask(image_bgr, box_xyxy, label, random), label


def paint_mask(image_bgr: Picture, box_xyxy: NDArray[np.float32], label: Label, random: np.random.Generator) -> Picture:
    """A copy of a picture with a mask on one bare face.

    Args:
        image_bgr: (H, W, 3) uint8.
        box_xyxy: (4,) float32, the face in pixels.
        label: MASK over nose and mouth; INCORRECT with the nose or the mouth free.
        random: Shape, colour and print are drawn from it.
    """
    x1, y1, x2, y2 = box_xyxy
    width, height = x2 - x1, y2 - y1
    top = random.uniform(*TOP[label])
    turn = random.uniform(-0.12, 0.12)  # of the head, as far as it moves the middle of the face
    sag = random.uniform(0.02, 0.1)
    rim = random.uniform(0.0, 0.1)
    chin = random.uniform(0.97, 1.12)
    middle = 0.5 + turn
    corners = [
        (rim, top + sag), (middle - 0.16, top + 0.3 * sag), (middle, top - 0.2 * sag), (middle + 0.16, top + 0.3 * sag),
        (1 - rim, top + sag), (1 - rim - 0.02, 0.5 * (top + chin) + 0.05), (middle + 0.24, chin - 0.04), (middle, chin),
        (middle - 0.24, chin - 0.04), (rim + 0.02, 0.5 * (top + chin) + 0.05),
    ]  # fmt: skip
    shape = _smooth(np.array(corners)) * (width, height) + (x1, y1)
    painted = image_bgr.copy()
    if random.random() < 0.6:
        strap = tuple(int(value) for value in random.choice([235, 40, 160], p=[0.6, 0.3, 0.1]).repeat(3))
        for side, edge in ((rim, -0.06), (1 - rim, 1.06)):
            start = (x1 + side * width, y1 + (top + sag) * height)
            end = (x1 + edge * width, y1 + (0.35 + 0.15 * random.random()) * height)
            cv2.line(painted, _point(start), _point(end), strap, max(1, int(width / 60)), cv2.LINE_AA)
    return _cover(painted, shape, _cloth(image_bgr, box_xyxy, random), blur=width / 80)


def paint_hand(image_bgr: Picture, box_xyxy: NDArray[np.float32], random: np.random.Generator) -> Picture:
    """A copy of a picture with fingers, a fist or a thing before the mouth of one face: covered, and no mask.

    Args:
        image_bgr: (H, W, 3) uint8.
        box_xyxy: (4,) float32, the face in pixels.
        random: Shape and colour are drawn from it.
    """
    x1, y1, x2, y2 = box_xyxy
    width, height = x2 - x1, y2 - y1
    mouth = np.array([x1 + width * random.uniform(0.35, 0.65), y1 + height * random.uniform(0.62, 0.82)])
    angle = random.uniform(-0.6, 3.74)  # from the right, from below, from the left
    away = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-away[1], away[0]])
    thick = width * random.uniform(0.1, 0.16)
    painted = image_bgr
    skin = _skin(image_bgr, box_xyxy)
    for finger in range(int(random.integers(1, 6))):
        color = skin * random.uniform(0.8, 1.15)
        start = mouth + across * thick * 1.1 * (finger - 1.5) - away * width * random.uniform(0.0, 0.15)
        stick = np.array([start, start + away * width * 1.2])
        outline = _capsule(stick, thick / 2)
        fill = np.full_like(image_bgr, 0) + np.clip(color, 0, 255).astype(np.uint8)
        painted = _cover(painted, outline, fill, blur=width / 60)
    return painted


def _cloth(image_bgr: Picture, box_xyxy: NDArray[np.float32], random: np.random.Generator) -> Picture:
    """What a mask is made of, as large as the picture: plain, skin-coloured or printed, with pleats."""
    height, width = image_bgr.shape[:2]
    kind = random.random()
    if kind < 0.25:  # as skin is, or rosier: colour alone must not tell a mask
        base = _skin(image_bgr, box_xyxy) + random.normal(0, 15, 3)
    elif kind < 0.7:
        base = np.array(COLORS_BGR[random.integers(len(COLORS_BGR))], np.float32)
    else:
        base = random.uniform(0, 255, 3)
    cloth = np.zeros((height, width, 3), np.float32) + np.clip(base + random.normal(0, 8, 3), 0, 255)
    side = float(box_xyxy[2] - box_xyxy[0])
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32) / side
    if random.random() < 0.25:  # a print: coarse coloured noise
        cells = int(random.integers(4, 14))
        noise = random.uniform(-110, 110, (cells, cells, 3)).astype(np.float32)
        cloth += cv2.resize(noise, (width, height), interpolation=int(random.choice([0, 1, 2])))
    if random.random() < 0.5:
        cloth *= (1 + 0.08 * np.sign(np.sin(rows * random.uniform(20, 40))))[..., None]
    middle = float((box_xyxy[0] + box_xyxy[2]) / 2) / side
    cloth *= (1.05 - random.uniform(0.2, 0.9) * (columns - middle) ** 2)[..., None]
    return np.clip(cloth, 0, 255).astype(np.uint8)


def _cover(image_bgr: Picture, outline: NDArray, fill_bgr: Picture, *, blur: float) -> Picture:
    """Fill an outline, lit as the picture is there, with soft edges."""
    alpha = np.zeros(image_bgr.shape[:2], np.float32)
    cv2.fillPoly(alpha, [np.round(outline * 8).astype(np.int32)], 1.0, lineType=cv2.LINE_AA, shift=3)
    alpha = cv2.GaussianBlur(alpha, (0, 0), max(0.4, blur))[..., None]
    grey = cv2.cvtColor(image_bgr, cv2.COLOR_BGR2GRAY).astype(np.float32)
    light = cv2.GaussianBlur(grey, (0, 0), max(1.0, blur * 10))
    light = np.clip(light / max(40.0, float(light.mean())), 0.5, 1.4)[..., None]
    return np.clip(image_bgr * (1 - alpha) + fill_bgr * light * alpha, 0, 255).astype(np.uint8)


def _skin(image_bgr: Picture, box_xyxy: NDArray[np.float32]) -> NDArray[np.float32]:
    """The median colour between the brow and the cheeks: (3,) BGR."""
    x1, y1, x2, y2 = box_xyxy
    left, right = int(x1 + 0.3 * (x2 - x1)), int(x1 + 0.7 * (x2 - x1)) + 1
    top, bottom = int(y1 + 0.3 * (y2 - y1)), int(y1 + 0.65 * (y2 - y1)) + 1
    part = image_bgr[max(0, top) : bottom, max(0, left) : right].reshape(-1, 3)
    return np.median(part, axis=0).astype(np.float32) if len(part) else np.full(3, 128, np.float32)


def _smooth(corners: NDArray) -> NDArray:
    """Cut the corners of a closed line twice (Chaikin 1974)."""
    for _ in range(2):
        following = np.roll(corners, -1, axis=0)
        corners = np.stack([0.75 * corners + 0.25 * following, 0.25 * corners + 0.75 * following], axis=1)
        corners = corners.reshape(-1, 2)
    return corners


def _capsule(ends: NDArray, radius: float) -> NDArray:
    """The outline of a line with round ends."""
    direction = ends[1] - ends[0]
    angle = np.arctan2(direction[1], direction[0])
    turns = np.linspace(-np.pi / 2, np.pi / 2, 8)
    far = ends[1] + radius * np.stack([np.cos(angle + turns), np.sin(angle + turns)], axis=1)
    near = ends[0] - radius * np.stack([np.cos(angle + turns), np.sin(angle + turns)], axis=1)
    return np.concatenate([far, near])


def _point(xy: tuple[float, float]) -> tuple[int, int]:
    return round(float(xy[0])), round(float(xy[1]))
