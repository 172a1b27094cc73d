"""The model card: what the model is, how good it is and what it is not for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from maskcore.models import SHIPPED, Manifest, load_manifest

DOCS_CARD = Path(__file__).parents[2] / "docs" / "model_card.md"

TEXT = """# Model card: {id}

Version {version}. Finds faces in pictures and tells how each wears its mask: `mask`, `no_mask` (a mouth covered by a
hand or a cup is no mask) or `incorrect` (worn wrong), or that it can't tell, and why.

## How it works

A fully convolutional, anchor-free face detector ({detector_kb} kB) looks at the whole picture; a classifier
({classifier_kb} kB) looks at a {side}x{side} crop of each face. Both are int8 graphs that run on any two CPU cores,
trained from scratch with `python -m training train detector` and `python -m training train classifier`.

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
    lines = ["| set | photographs | faces |", "|---|---|---|"]
    lines += [f"| `{name}` | {count:,} | {faces.get(name, 0):,} |" for name, count in photographs.items()]
    return "\n".join(lines) + "\n"


def _section(figures: dict[str, Any]) -> str:
    lines = [
        f"\nThe whole pipeline at input size {figures['input_size']}, part `{figures['split']}`, average precision at "
        "IoU 0.5; a mask worn wrong counts as no mask, except in the last column:\n",
        "| set | photographs | faces | any face | mask | no mask | mean of the two | worn wrong |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, row in figures["detection"].items():
        cells = [_cell(row[key]) for key in ("face", "mask", "no_mask", "mean", "incorrect")]
        lines.append(f"| `{name}` | {row['photographs']:,} | {row['faces']:,} | {' | '.join(cells)} |")
    lines += [
        "\nThe classifier alone, on the boxes people drew, share of faces told rightly; the last column is the "
        "share of mouths covered by a hand, a cup or the like that were called a mask without doubt:\n",
        "| set | faces | three labels | mask or not | not uncertain | mask or not, of those | covered called mask |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, row in figures["classification"].items():
        cells = [_cell(row.get(key)) for key in ("three", "two", "answered", "answered_two", "covered_as_mask")]
        lines.append(f"| `{name}` | {row['faces']:,} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
