"""Four pictures to try: two public-domain portraits, and the same with a mask drawn on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
NASA = "Eileen Collins, NASA, public domain"
NAVY = "Grace Hopper, US Navy, public domain"


@dataclass(frozen=True, slots=True)
class Sample:
    """A picture that ships with the code.

    Attributes:
        name: Short stable name, the file's name without its ending.
        title: What a person reads under the picture.
        path: The JPEG.
        credit: Whose portrait it is and under what terms.
    """

    name: str
    title: str
    path: Path
    credit: str


SAMPLES: tuple[Sample, ...] = (
    Sample("astronaut", "Astronaut", FOLDER / "astronaut.jpg", NASA),
    Sample("astronaut_masked", "Astronaut, masked", FOLDER / "astronaut_masked.jpg", f"{NASA}; mask drawn on"),
    Sample("grace_hopper", "Admiral", FOLDER / "grace_hopper.jpg", NAVY),
    Sample("grace_hopper_masked", "Admiral, masked", FOLDER / "grace_hopper_masked.jpg", f"{NAVY}; mask drawn on"),
)
