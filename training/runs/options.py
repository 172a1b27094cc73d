"""What a run can be asked for; importing this takes no Keras."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import StrEnum

from maskcore.preprocess import SIZE_MULTIPLE
from training.data.crops import Jitter
from training.errors import RunError
from training.models.shapes import CLASSIFIER_SHAPES

CLASS_WEIGHTS = ("off", "balanced")


class Kind(StrEnum):
    """The two models."""

    DETECTOR = "detector"
    CLASSIFIER = "classifier"


@dataclass(frozen=True)
class ClassifierRun:
    """What a classifier run can be asked for.

    Attributes:
        preset: One of training.models.classifier.PRESETS.
        epochs: How often `steps` steps are taken.
        steps: Steps an epoch; 0: as many as show as many crops as there are faces.
        batch: Crops a step.
        rate: Learning rate; its highest where it falls along a cosine.
        constant: 1 keeps Adam at `rate`, as the student's project did; 0 is AdamW along a cosine.
        shift, zoom, turn, degrade, paint, recolor: See training.data.crops.Jitter.
        light: Strength of the changes of light, colour and sharpness.
        balance: How far rare labels are drawn as often as common ones: 0 not at all, 1 wholly.
        class_weights: One of CLASS_WEIGHTS; "balanced" lets a mistake count the more the rarer its label is drawn, so
            that all labels together weigh alike.
        smoothing: Share of the truth given to all labels alike.
        precision: A Keras dtype policy.
        seed: Of weights, crops and augmentation.
        start: A .keras file to start from, see training.models.saved.start_from; empty: new weights.
        patience: Epochs without a lower validation loss after which it ends early and keeps the best; 0: never.
    """

    preset: str = "small"
    epochs: int = 24
    steps: int = 0
    batch: int = 64
    rate: float = 2e-3
    constant: int = 0
    shift: float = 0.15
    zoom: float = 0.25
    turn: float = 15.0
    degrade: float = 0.5
    paint: float = 0.3
    recolor: float = 0.1
    light: float = 1.0
    balance: float = 0.6
    class_weights: str = "off"
    smoothing: float = 0.05
    precision: str = "mixed_bfloat16"
    seed: int = 0
    start: str = ""
    patience: int = 0

    @classmethod
    def of(cls, preset: str | None) -> ClassifierRun:
        """The usual options of a preset; `seed` is trained as it was."""
        if preset != "seed":
            return cls(preset=preset or cls.preset)
        return cls(
            preset="seed",
            epochs=30,
            batch=16,
            rate=1e-3,
            constant=1,
            turn=0.0,
            degrade=0.0,
            paint=0.0,
            recolor=0.0,
            light=0.0,
            balance=0.0,
            smoothing=0.0,
            precision="float32",
        )


@dataclass(frozen=True)
class DetectorRun:
    """What a detector run can be asked for.

    Attributes:
        preset: One of training.models.detector.PRESETS.
        epochs: How often `steps` steps are taken.
        steps: Steps an epoch.
        batch: Training pictures a step.
        side: Side of a training picture in pixels, a multiple of 32.
        rate: Highest learning rate.
        precision: A Keras dtype policy; mixed_bfloat16 is faster where the processor has it.
        seed: Of weights, pictures and augmentation.
        source_weights: How often a set is drawn, relative to the others.
        start: A .keras file to start from, see training.models.saved.start_from; empty: new weights.
        patience: Epochs without a lower validation loss after which it ends early and keeps the best; 0: never.
    """

    preset: str = "small"
    epochs: int = 28
    steps: int = 250
    batch: int = 16
    side: int = 320
    rate: float = 2e-3
    precision: str = "mixed_bfloat16"
    seed: int = 0
    source_weights: dict[str, float] = field(default_factory=lambda: {"kaggle853": 0.9, "ilc2021": 1.0, "aizoo": 1.3})
    start: str = ""
    patience: int = 0

    @classmethod
    def of(cls, preset: str | None) -> DetectorRun:
        """The usual options of a preset."""
        return cls(preset=preset or cls.preset)


OPTIONS: dict[Kind, type[ClassifierRun] | type[DetectorRun]] = {
    Kind.CLASSIFIER: ClassifierRun,
    Kind.DETECTOR: DetectorRun,
}


def kind_of(run: ClassifierRun | DetectorRun) -> Kind:
    """Which model a run trains."""
    return Kind.CLASSIFIER if isinstance(run, ClassifierRun) else Kind.DETECTOR


PRESETS: dict[Kind, tuple[str, ...]] = {Kind.CLASSIFIER: tuple(CLASSIFIER_SHAPES), Kind.DETECTOR: ("small",)}


def check_options(run: ClassifierRun | DetectorRun) -> None:
    """See that a run can be trained with these options.

    Raises:
        RunError: One of them is out of its range.
    """
    kind = kind_of(run)
    if run.preset not in PRESETS[kind]:
        raise RunError(f"Expected a {kind} preset of {', '.join(PRESETS[kind])}; got {run.preset!r}.")
    steps_least = 0 if kind is Kind.CLASSIFIER else 1
    for name, least in (("epochs", 1), ("batch", 1), ("steps", steps_least), ("patience", 0)):
        if (given := getattr(run, name)) < least:
            raise RunError(f"Expected {name} of at least {least}, got {given}. Choose a larger number.")
    if isinstance(run, DetectorRun) and (run.side < SIZE_MULTIPLE or run.side % SIZE_MULTIPLE):
        raise RunError(f"Expected a side of a multiple of {SIZE_MULTIPLE} pixels, got {run.side}. The usual one is 320.")
    if not run.rate > 0:
        raise RunError(f"Expected a learning rate above 0, got {run.rate}. The usual one is {type(run)().rate}.")
    if isinstance(run, ClassifierRun) and run.class_weights not in CLASS_WEIGHTS:
        raise RunError(f"Expected class_weights to be {' or '.join(CLASS_WEIGHTS)}, got {run.class_weights!r}.")


def jitter_of(run: ClassifierRun) -> Jitter:
    """How much a classifier run lets its crops vary."""
    return Jitter(**{each.name: getattr(run, each.name) for each in fields(Jitter)})
