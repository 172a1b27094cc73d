"""What happens to live video between the camera and the screen."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

import av

from maskcore import MaskcoreError, MaskDetector, Summary
from maskcore.drawing import draw_faces

WINDOW_S = 3.0  # figures are means over the last seconds


@dataclass(frozen=True, slots=True)
class LiveStats:
    """How the video goes.

    Attributes:
        summary: Counts in the newest frame; None before the first.
        frames_per_s: Frames looked at a second.
        latency_ms: From frame to marked frame, mean.
        dropped: Frames passed over since the start because a newer one was there.
        age_s: Since the newest frame; None before the first.
        size: Width and height of the newest frame, in pixels.
        trouble: What stopped frames from being looked at; None where nothing did.
    """

    summary: Summary | None = None
    frames_per_s: float = 0.0
    latency_ms: float = 0.0
    dropped: int = 0
    age_s: float | None = None
    size: tuple[int, int] | None = None
    trouble: MaskcoreError | None = None


class LiveVideo:
    """Looks at the newest frame and marks its faces; one for each visitor.

    `look` runs in a thread of streamlit-webrtc, which has no Streamlit context; `configure` and `stats` run in the
    page. A lock stands between them, and no frame is worked on while it is held.
    """

    def __init__(self, detector: MaskDetector) -> None:
        self._detector = detector
        self._lock = threading.Lock()
        self._min_score, self._mirrored = 0.5, False
        self.reset()

    def reset(self) -> None:
        """Forget what was seen, at the start of a stream."""
        with self._lock:
            self._newest = LiveStats()
            self._done: deque[tuple[float, float]] = deque()  # when a frame was ready, and the ms it took

    def configure(self, *, min_score: float, mirrored: bool) -> None:
        """Take the visitor's choices; the next frame follows them."""
        with self._lock:
            self._min_score, self._mirrored = min_score, mirrored

    def stats(self) -> LiveStats:
        """How the video goes now."""
        now = time.monotonic()
        with self._lock:
            newest = self._newest
            done = [(at, ms) for at, ms in self._done if now - at <= WINDOW_S]
            last = self._done[-1][0] if self._done else None
        if last is None:
            return newest
        span_s = max(now - done[0][0], 1e-3) if done else 1.0
        return replace(
            newest,
            frames_per_s=max(0, len(done) - 1) / span_s,
            latency_ms=sum(ms for _, ms in done) / max(1, len(done)),
            age_s=now - last,
        )

    async def look(self, frames: Sequence[av.VideoFrame]) -> list[av.VideoFrame]:
        """Mark the faces of the newest of the frames that have come since the last call; the others are dropped."""
        began = time.monotonic()
        with self._lock:
            min_score, mirrored = self._min_score, self._mirrored
        image_bgr = frames[-1].to_ndarray(format="bgr24")
        try:
            result = self._detector.detect(image_bgr, min_score=min_score)
        except MaskcoreError as error:
            with self._lock:
                self._newest = replace(self._newest, trouble=error)
            return [frames[-1]]
        marked = av.VideoFrame.from_ndarray(draw_faces(image_bgr, result.faces, mirrored=mirrored), format="bgr24")
        now = time.monotonic()
        with self._lock:
            dropped = self._newest.dropped + len(frames) - 1
            self._newest = LiveStats(summary=result.summary, dropped=dropped, size=result.size)
            self._done.append((now, (now - began) * 1e3))
            while now - self._done[0][0] > WINDOW_S:
                self._done.popleft()
        return [marked]
