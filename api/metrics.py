"""What Prometheus counts: requests, errors, times by stage, faces by label, work in hand, the model.

With several worker processes the library keeps its numbers in files of the folder that its own variable
PROMETHEUS_MULTIPROC_DIR names, and every worker tells the sum: https://prometheus.github.io/client_python/multiprocess/
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from time import perf_counter

from apiflask import APIFlask
from flask import Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, values
from prometheus_client.core import InfoMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from api.problems import PROBLEM_JSON, TYPE_PREFIX
from maskcore.errors import SettingsError
from maskcore.types import FrameResult, ModelInfo

_KEY = "maskcore-metrics"
_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_NO_ROUTE = "none"  # whatever address a stranger tries is one row


class Metrics:
    """The numbers of one application.

    Attributes:
        registry: What /metrics tells.
        in_hand: Goes up and down with the work of requests.
        streams: Goes up and down with live streams.

    Raises:
        SettingsError: PROMETHEUS_MULTIPROC_DIR names no folder.
    """

    def __init__(self, model: Callable[[], ModelInfo | None]):
        self.registry = CollectorRegistry()
        in_files = values.ValueClass is not values.MutexValue
        if in_files:
            _sum_up_files(self.registry)
        own = None if in_files else self.registry
        self._requests = Counter("maskcore_requests", "Requests answered.", ["route", "status"], registry=own)
        self._errors = Counter("maskcore_errors", "Requests answered by a problem.", ["type"], registry=own)
        self._faces = Counter("maskcore_faces", "Faces reported.", ["label"], registry=own)
        self._request_s = Histogram(
            "maskcore_request_seconds", "Time of a request.", ["route"], registry=own, buckets=_BUCKETS_S
        )
        self._stage_s = Histogram(
            "maskcore_stage_seconds", "Time of a stage of a picture.", ["stage"], registry=own, buckets=_BUCKETS_S
        )
        self.in_hand = Gauge(
            "maskcore_in_hand", "Pictures and films in hand.", registry=own, multiprocess_mode="livesum"
        )
        self._frames = Counter("maskcore_stream_frames", "Frames of live streams.", ["fate"], registry=own)
        self.streams = Gauge("maskcore_streams", "Live streams.", registry=own, multiprocess_mode="livesum")
        self.registry.register(_ModelCollector(model))

    def count_request(self, route: str, status: int, *, seconds: float) -> None:
        """Count an answered request."""
        self._requests.labels(route, status).inc()
        self._request_s.labels(route).observe(seconds)

    def count_error(self, slug: str) -> None:
        """Count a problem by its type."""
        self._errors.labels(slug).inc()

    def count_result(self, result: FrameResult) -> None:
        """Count what was seen in a picture, and the time of each stage but the total."""
        for label, count in result.summary.to_dict().items():
            if label != "faces":
                self._faces.labels(label).inc(count)
        for stage, duration_ms in result.timings_ms.items():
            if stage != "total":
                self._stage_s.labels(stage).observe(duration_ms / 1e3)

    def count_frames(self, *, seen: int, dropped: int) -> None:
        """Count frames of a live stream: those that were looked at, and those that were passed over."""
        self._frames.labels("seen").inc(seen)
        self._frames.labels("dropped").inc(dropped)

    @contextmanager
    def time(self, stage: str) -> Iterator[None]:
        """Time a stage that the core knows nothing of."""
        with self._stage_s.labels(stage).time():
            yield


class _ModelCollector(Collector):
    """Id and version of the model; a custom collector, since files between processes hold no texts."""

    def __init__(self, model: Callable[[], ModelInfo | None]):
        self._model = model

    def collect(self) -> Iterable[InfoMetricFamily]:
        model = self._model()
        told: Mapping[str, str] = {"id": model.id, "version": model.version} if model else {}
        yield InfoMetricFamily("maskcore_model", "The model that answers.", value=dict(told))


def register(app: APIFlask, model: Callable[[], ModelInfo | None]) -> None:
    """Let the application count its requests; model gives the one that answers."""
    app.extensions[_KEY] = Metrics(model)
    app.before_request(_begin)
    app.after_request(_count)


def metrics() -> Metrics:
    """The numbers of the current application."""
    found: Metrics = current_app.extensions[_KEY]
    return found


def _sum_up_files(registry: CollectorRegistry) -> None:
    try:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    except ValueError as error:
        raise SettingsError(
            "PROMETHEUS_MULTIPROC_DIR is set, but names no folder. Make the folder, empty, before the server starts, "
            "or unset the variable."
        ) from error


def _begin() -> None:
    g.began = perf_counter()


def _count(answer: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else _NO_ROUTE
    metrics().count_request(route, answer.status_code, seconds=perf_counter() - g.get("began", perf_counter()))
    if answer.mimetype == PROBLEM_JSON:
        metrics().count_error(json.loads(answer.get_data())["type"].removeprefix(TYPE_PREFIX))
    return answer
