"""A browser may always send enough for its picture, however little it sent before."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from aiortc import rtcrtpreceiver
from aiortc.rate import RemoteBitrateEstimator

from pages.ui.bitrate import LEAST_BITS_PER_S, GenerousEstimator, be_generous


def told(estimator: RemoteBitrateEstimator, *, bits_per_s: int) -> list[int]:
    """What is told within ten seconds, in bits a second, where 30 packets a second arrive in time."""
    packets = (
        estimator.add(
            arrival_time_ms=round(number * 1000 / 30),
            abs_send_time=(number << 18) // 30 & 0xFFFFFF,  # in fixed point, 18 bits below the second
            payload_size=bits_per_s // 8 // 30,
            ssrc=1,
        )
        for number in range(300)
    )
    return [packet[0] for packet in packets if packet is not None]


def test_little_that_was_sent_is_not_taken_for_all_that_can_be() -> None:
    assert max(told(RemoteBitrateEstimator(), bits_per_s=24_000)) < LEAST_BITS_PER_S, "no longer needed"
    assert min(told(GenerousEstimator(), bits_per_s=24_000)) == LEAST_BITS_PER_S


def test_more_than_the_least_is_told_as_it_was_estimated() -> None:
    assert told(GenerousEstimator(), bits_per_s=2_000_000) == told(RemoteBitrateEstimator(), bits_per_s=2_000_000)


def test_receivers_are_made_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rtcrtpreceiver, "RemoteBitrateEstimator", RemoteBitrateEstimator)

    be_generous()

    receiver = rtcrtpreceiver.RTCRtpReceiver("video", SimpleNamespace(state="new"))
    assert any(isinstance(part, GenerousEstimator) for part in vars(receiver).values())
