"""Small data sets with drawn pictures, no photographs, in each format."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

Objects = Sequence[tuple[str, Sequence[float]]]

SHARED = Path(__file__).parents[3].parent / "shared" / "data"


def draw_scene(number: int, size: tuple[int, int] = (160, 120)) -> Image.Image:
    """A picture of soft blotches; another number gives one that looks quite different."""
    blotches = np.random.default_rng(number).integers(0, 256, (6, 8, 3), np.uint8)
    return Image.fromarray(blotches).resize(size, Image.Resampling.BICUBIC)


def draw_portrait(number: int, *, masked: bool, size: tuple[int, int] = (160, 160)) -> Image.Image:
    """A drawn face before soft blotches; each number has a skin, a place and a tilt of its own."""
    random = np.random.default_rng(number)
    image, (width, height) = draw_scene(number, size), size
    skin = tuple(int(part) for part in np.array([255, 219, 190]) * random.uniform(0.45, 1.0))
    dark, unit = (40, 30, 30), min(width, height) / 160
    face = Image.new("RGBA", (round(120 * unit), round(150 * unit)))
    pen = ImageDraw.Draw(face)

    def at(*sides: float) -> list[float]:
        return [side * unit for side in sides]

    pen.ellipse(at(14, 4, 106, 146), fill=dark)  # hair
    pen.ellipse(at(18, 18, 102, 144), fill=skin)
    for x in (44, 76):
        pen.ellipse(at(x - 8, 62, x + 8, 72), fill=(250, 250, 250))
        pen.ellipse(at(x - 4, 62, x + 4, 71), fill=dark)
        pen.line(at(x - 10, 54, x + 10, 52), fill=dark, width=round(3 * unit))
    pen.line(at(60, 68, 56, 94, 64, 94), fill=dark, width=round(2 * unit))
    pen.ellipse(at(44, 108, 76, 120), fill=(170, 60, 70))
    if masked:
        pen.polygon(at(20, 84, 60, 76, 100, 84, 92, 130, 60, 142, 28, 130), fill=(150, 200, 230))
    tilted = face.rotate(random.uniform(-12, 12), Image.Resampling.BICUBIC)
    left, top = np.array([width - face.width, height - face.height]) / 2 + random.uniform(-12, 12, 2) * unit
    image.paste(tilted, (round(left), round(top)), tilted)
    return image


def save(image: Image.Image, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)
    return path


def write_voc(folder: Path, pictures: Mapping[str, Objects], *, size: tuple[int, int] = (160, 120)) -> Path:
    """A Pascal VOC folder; each name is a picture's stem."""
    (folder / "annotations").mkdir(parents=True, exist_ok=True)
    for number, (name, objects) in enumerate(sorted(pictures.items())):
        save(draw_scene(number, size), folder / "images" / f"{name}.png")
        (folder / "annotations" / f"{name}.xml").write_text(voc_xml(objects, size=size))
    return folder


def voc_xml(objects: Objects, *, size: tuple[int, int] = (160, 120)) -> str:
    sides = ("xmin", "ymin", "xmax", "ymax")
    entries = [
        f"<object><name>{name}</name><bndbox>"
        + "".join(f"<{side}>{value}</{side}>" for side, value in zip(sides, box, strict=True))
        + "</bndbox></object>"
        for name, box in objects
    ]
    head = f"<size><width>{size[0]}</width><height>{size[1]}</height><depth>3</depth></size>"
    return f"<annotation>{head}{''.join(entries)}</annotation>"


def write_folders(folder: Path, scenes: Mapping[str, Sequence[int]]) -> Path:
    """Class folders; each label's numbers are scenes."""
    for label, numbers in scenes.items():
        for number in numbers:
            save(draw_scene(number), folder / label / f"{number}.png")
    return folder


def write_coco(path: Path, pictures: Mapping[str, Objects]) -> Path:
    """A COCO file; boxes are given as x1, y1, x2, y2 and written as COCO wants them."""
    names = sorted({name for objects in pictures.values() for name, _ in objects})
    annotations = [
        {"id": 0, "image_id": image, "category_id": 10 + names.index(name), "bbox": [x1, y1, x2 - x1, y2 - y1]}
        for image, objects in enumerate(pictures.values())
        for name, (x1, y1, x2, y2) in objects
    ]
    content = {
        "images": [{"id": image, "file_name": name} for image, name in enumerate(pictures)],
        "categories": [{"id": 10 + number, "name": name} for number, name in enumerate(names)],
        "annotations": annotations,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
    return path


def boxes(table) -> list[list[float]]:
    return table[["x1", "y1", "x2", "y2"]].to_numpy().tolist()


def said(problems) -> str:
    return "\n".join(map(str, problems))
