"""Model folders: two graphs, model.json that says how to use them, and the card for people."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from maskcore.active import pointed_folder
from maskcore.errors import ModelMismatchError, ModelMissingError
from maskcore.types import Label, ModelInfo

SHIPPED = Path(__file__).parent / "weights"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GraphFile(_Part):
    """A graph of the folder and the checksum it must have."""

    file: str
    sha256: str


class DetectorSpec(GraphFile):
    """How to use the detector's graph.

    Attributes:
        max_iou: Two faces reported overlap by no more than this.
        slope, offset: Calibration: the probability of a face is the sigmoid of slope * logit + offset.
    """

    max_iou: float = Field(0.4, gt=0, lt=1)
    slope: float = Field(1.0, gt=0)
    offset: float = 0.0


class ClassifierSpec(GraphFile):
    """How to use the classifier's graph.

    Attributes:
        side: Side of a crop in pixels.
        margin: Share of the box's longer side added around it.
        temperature: Calibration where the classifier is asked alone: logits are divided by this.
    """

    side: int = Field(gt=0)
    margin: float = Field(ge=0)
    temperature: float = Field(1.0, gt=0)


class Pool(_Part):
    """How the opinions of classifier and detector are brought together (logarithmic pool: Genest and Zidek 1986).

    Attributes:
        crop: Weight of the classifier's logits.
        whole: Weight of the detector's logits.
        alone: Weight of the detector's logits where only they are known.
        sure: Probability by the detector alone beyond which the classifier is not asked; 1: it always is.
    """

    crop: float = Field(ge=0)
    whole: float = Field(ge=0)
    alone: float = Field(1.0, ge=0)
    sure: float = Field(1.0, ge=0, le=1)


class Thresholds(_Part):
    """When a label is not to be trusted; see maskcore.quality.

    Attributes:
        unsure: Lowest probability of a label that is trusted.
        small: Shorter side of a face in pixels.
        blurred: Sharpness, see maskcore.quality.
        dark: Mean brightness of a face, 0 to 255.
    """

    unsure: float = Field(ge=0, le=1)
    small: float = Field(ge=0)
    blurred: float = Field(ge=0)
    dark: float = Field(ge=0)


class Manifest(_Part):
    """What model.json holds."""

    id: str
    version: str
    labels: tuple[Label, ...]
    detector: DetectorSpec
    classifier: ClassifierSpec
    pool: Pool
    thresholds: Thresholds
    data: dict[str, Any] = Field(default_factory=dict)
    figures: dict[str, Any] = Field(default_factory=dict)


@dataclass(frozen=True)
class ModelCard:
    """A model in words and figures.

    Attributes:
        info: Id and version.
        card: The whole model.json.
        markdown: The card for people.
    """

    info: ModelInfo
    card: dict[str, Any]
    markdown: str


def load_manifest(model_dir: Path | None = None) -> Manifest:
    """Read model.json of a folder; None is the active model, see maskcore.active.

    Raises:
        ModelMissingError: No such folder or no model.json in it.
        ModelMismatchError: model.json is not one that this version reads.
    """
    folder = model_folder(model_dir)
    content = _read(folder, "model.json")
    try:
        return Manifest.model_validate_json(content)
    except ValidationError as error:
        raise ModelMismatchError(
            f"Expected a model.json that this version reads in {folder}: {error}. Export the model again."
        ) from error


def load_graph(model_dir: Path | None, graph: GraphFile) -> bytes:
    """Read a graph and check that it is the one that model.json speaks of.

    Raises:
        ModelMissingError: The file is missing.
        ModelMismatchError: Its checksum differs.
    """
    content = _read(model_folder(model_dir), graph.file)
    found = hashlib.sha256(content).hexdigest()
    if found != graph.sha256:
        raise ModelMismatchError(
            f"{graph.file} was changed or belongs to another model: expected SHA-256 {graph.sha256[:12]}…, "
            f"got {found[:12]}…. Copy the whole model folder again."
        )
    return content


def load_model_card(model_dir: Path | None = None) -> ModelCard:
    """The card of a model folder; None is the active model.

    Raises:
        ModelMissingError: No such folder, no model.json or no card.md in it.
        ModelMismatchError: model.json is not one that this version reads.
    """
    folder = model_folder(model_dir)  # asked once: it may be another later
    manifest = load_manifest(folder)
    markdown = _read(folder, "card.md").decode()
    return ModelCard(ModelInfo(manifest.id, manifest.version), manifest.model_dump(mode="json"), markdown)


def model_folder(model_dir: Path | None) -> Path:
    """The folder that is meant; None: that of the active model now, which may be another one later.

    Raises:
        ModelMismatchError: What says which one is active cannot be read.
    """
    return model_dir or pointed_folder() or SHIPPED


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise ModelMissingError(
            f"Expected {name} in the model folder {folder}: {error.strerror}. Name, with --model or "
            "MASKCORE_MODEL_DIR, a folder written by: python -m training export"
        ) from error
