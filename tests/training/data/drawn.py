"""Small data sets with drawn pictures, no photographs, in each format."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

Objects = Sequence[tuple[str, Sequence[float]]]

SHARED = Path(__file__).parents[3].parent / "shared" / "data"


def draw_scene(number: int, size: tuple[int, int] = (160, 120)) -> Image.Image:
    """A picture of soft blotches; another number gives one that looks quite different."""
    blotches = np.random.default_rng(number).integers(0, 256, (6, 8, 3), np.uint8)
    return Image.fromarray(blotches).resize(size, Image.Resampling.BICUBIC)


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
