"""What a network gets most surely wrong just now: numbers and names of pictures in the run's folder, no picture."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from maskcore.files import write_atomically
from training.runs.folder import RunFolder

MOST = 12
NOTHING = ""  # in the place of a label: there is no face, or none was found
FACE = "face"  # in the place of a label: a face, whatever its label


@dataclass(frozen=True, slots=True)
class Mistake:
    """One of them.

    Attributes:
        image: Path of the picture, as in the data's table.
        box: x1, y1, x2, y2 in pixels of the picture.
        given: What people say: a label, FACE or NOTHING.
        told: What the network says, in the same words.
        probability: Of what is told; where it found NOTHING, of a face being there all the same. 0 to 1.
    """

    image: str
    box: tuple[float, float, float, float]
    given: str
    told: str
    probability: float


def write_mistakes(folder: RunFolder, mistakes: Sequence[Mistake], *, epoch: int) -> None:
    """Keep those of an epoch, counted from 1, in place of the ones before."""
    facts = {"epoch": epoch, "mistakes": [asdict(each) for each in mistakes]}
    write_atomically(folder.mistakes, json.dumps(facts, indent=1).encode())


def read_mistakes(folder: RunFolder) -> tuple[int, list[Mistake]]:
    """The epoch after which they were looked for, 0 where none was, and those found."""
    if not folder.mistakes.exists():
        return 0, []
    facts = json.loads(folder.mistakes.read_text())
    return facts["epoch"], [Mistake(**each | {"box": tuple(each["box"])}) for each in facts["mistakes"]]
