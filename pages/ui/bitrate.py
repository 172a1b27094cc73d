"""How much video a browser may send: never so little that the picture falls apart (decision 018)."""

from __future__ import annotations

from aiortc import rtcrtpreceiver
from aiortc.rate import RemoteBitrateEstimator

LEAST_BITS_PER_S = 300_000  # what browsers begin with; a noisy camera's 640x480 at 30 frames a second is passable


class GenerousEstimator(RemoteBitrateEstimator):
    """aiortc's estimate of what the way from the browser carries, LEAST_BITS_PER_S or more.

    By itself aiortc takes a little that was sent for all that can be, and its own late threads for a full network. A
    way that carries less than this is still heeded: the browser sees how much of what it sent was lost.
    """

    def add(self, **packet: int) -> tuple[int, list[int]] | None:
        """Take a packet; now and then tell how many bits a second its streams may send, and which these are."""
        told = super().add(**packet)
        return told and (max(told[0], LEAST_BITS_PER_S), told[1])


def be_generous() -> None:
    """Let all receivers of this process that are made from now on be as generous; aiortc has no setting for it."""
    rtcrtpreceiver.RemoteBitrateEstimator = GenerousEstimator
