"""Which part of every batch a worker cuts, where several train one network together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Part:
    """A worker's place among those that train together; the first one is the chief, which writes the run's folder.

    Attributes:
        rank: 0 for the chief.
        workers: How many there are.
    """

    rank: int = 0
    workers: int = 1

    def of(self, batch: Sequence[int]) -> Sequence[int]:
        """This worker's samples of a whole batch."""
        return batch[self.rank :: self.workers]

    def random(self, *seed: int) -> np.random.Generator:
        """Random numbers of this worker's own; those of the only one are drawn from `seed` alone."""
        return np.random.default_rng((*seed, self.rank) if self.workers > 1 else seed)


WHOLE = Part()
