"""What the classifiers look at; importing this takes no Keras."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ClassifierShape:
    """What a classifier looks at.

    Attributes:
        side: Side of a crop in pixels.
        margin: Share of the face's longer side added around it.
    """

    side: int
    margin: float


CLASSIFIER_SHAPES = {"small": ClassifierShape(side=64, margin=0.25), "seed": ClassifierShape(side=50, margin=0.0)}
