"""The model card: what the model is, how good it is and what it is not for."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from maskcore.models import SHIPPED, Manifest, load_manifest
from maskcore.types import Label

DOCS = Path(__file__).parents[2] / "docs"
DOCS_CARD = DOCS / "model_card.md"
PLOTS = DOCS / "images"
OURS = "this model"

TEXT = """# Model card: {id}

Version {version}. Finds faces in pictures and tells how each wears its mask: `mask`, `no_mask` (a mouth covered by a
hand or a cup is no mask) or `incorrect` (worn wrong), or that it can't tell, and why.

## How it works

A fully convolutional, anchor-free face detector ({detector_kb} kB) looks at the whole picture; a classifier
({classifier_kb} kB) looks at a {side}x{side} crop of each face of whose label the detector is not sure, and both
opinions are pooled. Both are int8 graphs that run on any two CPU cores, trained from scratch; the one that ships by
`python -m training recipe`.

## How good it is

Photographs that training never saw, split by photograph with look-alikes kept together over all sets.
{figures}
## Data

{data}
Data fingerprint `{fingerprint}`. None of the photographs is part of the product.

- `kaggle853`: andrewmvd/face-mask-detection on Kaggle, offered as CC0.
- `ilc2021`: press photographs collected and boxed by a class of students; terms of the pictures not stated.
- `aizoo`: a selection of MAFA and WIDER Face with the labels of AIZOOTech/FaceMaskDetection, for research; labels of
  covered mouths mended by those of Ryumina et al. (doi 10.5194/isprs-archives-XLIV-2-W1-2021-177-2021).
- `folders`: class folders of chandrikadeb7/Face-Mask-Detection, single faces; terms of the pictures not stated.

**Licence.** The code is under the MIT licence. The terms of the photographs may limit commercial use of these weights,
whatever the licence of the code.

## What it is for, and what not

For counting and reminding: how many people wear a mask, at a door, in a ward, in a video. It is no access control and
no medical device, and says nothing about how well a mask protects. How well it works for different groups of people
was not measured. Expect it to be worse on faces under 12 pixels, in profile, in the dark and behind glass.

## Confidence

Probabilities are calibrated on photographs that training did not learn from. A face is called uncertain where its
label's probability is under {unsure:.0%}, its shorter side under {small:.0f} pixels, or it is dark.
"""


def write_card(folder: Path) -> None:
    """Write card.md beside the model.json of a folder; the shipped model's card also goes to docs/."""
    text = card_text(load_manifest(folder), folder)
    (folder / "card.md").write_text(text)
    if folder.resolve() == SHIPPED.resolve():
        DOCS_CARD.write_text(text)


def card_text(manifest: Manifest, folder: Path) -> str:
    """The card of a model as Markdown."""

    def kilobytes(file: str) -> int:
        return (folder / file).stat().st_size // 1000

    return TEXT.format(
        id=manifest.id,
        version=manifest.version,
        detector_kb=kilobytes(manifest.detector.file),
        classifier_kb=kilobytes(manifest.classifier.file),
        side=manifest.classifier.side,
        figures="\n".join(_section(figures) for figures in manifest.figures.values()) or "\nNot measured yet.\n",
        data=_data(manifest),
        fingerprint=manifest.data.get("fingerprint", "unknown"),
        unsure=manifest.thresholds.unsure,
        small=manifest.thresholds.small,
    )


def _data(manifest: Manifest) -> str:
    photographs, faces = manifest.data.get("photographs", {}), manifest.data.get("faces", {})
    rows = ([f"`{name}`", f"{count:,}", f"{faces.get(name, 0):,}"] for name, count in photographs.items())
    return _markdown(("set", "photographs", "faces"), rows) + "\n"


def _section(figures: dict[str, Any]) -> str:
    size, found, given = figures["input_size"], figures["found"], figures["given"]
    systems = {OURS: figures["detection"]} | figures["beside"]
    parts = [
        f"\n### Input size {size}\n",
        None
        if figures["detection"]
        else "No set has photographs that are more than a crop of one face: finding faces was not measured.\n",
        "The whole pipeline, average precision at IoU 0.5; a mask worn wrong counts as no mask, except in the last "
        "column. In brackets the middle 95% over photographs drawn with replacement; `strict` is the mean over IoU "
        "0.5 to 0.95.\n",
        _markdown(
            ("set", "photographs", "faces", "any face", "mask", "no mask", "mean of the two", "strict", "worn wrong"),
            (
                [
                    f"`{name}`", f"{row['photographs']:,}", f"{row['faces']:,}", _cell(row["face"]), _cell(row["mask"]),
                    _cell(row["no_mask"]), _with_interval(row), _cell(row["mean_strict"]), _cell(row["incorrect"]),
                ]
                for name, row in figures["detection"].items()
            ),
        ),
        "\nThe same measure, mean of mask and no mask, for other detectors on the same photographs:\n"
        if figures["beside"] else None,
        _markdown(
            ("detector", *(f"`{name}`" for name in figures["detection"])),
            ([name, *(_cell(row["mean"]) for row in detection.values())] for name, detection in systems.items()),
        ) if figures["beside"] else None,
        f"\nLabels of the faces found at input size {size} (probability 0.5 and more, IoU 0.4), share right; ECE is "
        "the expected calibration error of the label's probability:\n",
        _markdown(LABEL_COLUMNS, (_label_row(name, row) for name, row in found.items())),
        "\nLabels on the boxes people drew, at the input size that each picture decides; the last column is the share "
        "of mouths covered by a hand, a cup or the like that were called a mask without doubt:\n",
        _markdown(
            (*LABEL_COLUMNS, "covered called mask"),
            ([*_label_row(name, row), _cell(row.get("covered_as_mask"))] for name, row in given.items()),
        ),
        "\nBy shorter side of the face in pixels of its photograph, and, on the boxes people drew, by light:\n",
        _markdown(
            ("faces", "known", "found", "three labels", "mask or not", "not uncertain"),
            (
                [name, f"{row['known']:,}", *(_cell(row[key]) for key in ("found", "three", "two", "answered"))]
                for name, row in figures["sizes"].items()
            ),
        ),
        "",
        _markdown(
            ("light", "faces", "three labels", "mask or not", "not uncertain"),
            (
                [name, f"{row['faces']:,}", *(_cell(row[key]) for key in ("three", "two", "answered"))]
                for name, row in figures["light"].items()
            ),
        ),
        "\nWhat was said (columns) of the faces found that are so in truth (rows):\n",
        _confusion(found),
    ]  # fmt: skip
    return "\n".join(part for part in parts if part is not None) + "\n"


LABEL_COLUMNS = (
    "set", "faces", "three labels", "mask or not", "of 20 pixels and more", "not uncertain", "mask or not, of those",
    "ECE",
)  # fmt: skip


def _label_row(name: str, row: dict[str, Any]) -> list[str]:
    keys = ("three", "two", "two_large", "answered", "answered_two", "calibration_error")
    return [f"`{name}`", f"{row['faces']:,}", *(_cell(row[key]) for key in keys)]


def _confusion(found: dict[str, Any]) -> str:
    labels = [label.value for label in Label]
    rows = []
    for true in labels:
        counts = [sum(row["confusion"][true][said] for row in found.values()) for said in labels]
        rows.append([true, *(f"{count:,}" for count in counts)])
    return _markdown(("", *labels), rows)


def _with_interval(row: dict[str, Any]) -> str:
    if "interval" not in row:
        return _cell(row["mean"])
    low, high = row["interval"]
    return f"{_cell(row['mean'])} ({_cell(low)}–{_cell(high)})"


def _markdown(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
