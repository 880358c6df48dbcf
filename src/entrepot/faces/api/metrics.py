"""Figures of this process for Prometheus: requests by operation, time they took, what is open."""

from __future__ import annotations

from functools import cached_property

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

MEDIA_TYPE = CONTENT_TYPE_LATEST
BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30)  # not money: s


class Metrics:
    """Figures of one process; an operation's name never holds what a caller wrote."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()

    @cached_property
    def requests(self) -> Counter:
        """Requests answered, by operation and status."""
        names = ("operation", "status")
        return Counter("entrepot_requests", "Requests answered.", names, registry=self.registry)

    @cached_property
    def seconds(self) -> Histogram:
        """Seconds from a request's head to the end of its answer, by operation."""
        about = "Seconds that an answer took."
        return Histogram(
            "entrepot_request_seconds",
            about,
            ("operation",),
            buckets=BOUNDS_S,
            registry=self.registry,
        )

    @cached_property
    def open(self) -> Gauge:
        """Requests that are being answered."""
        return Gauge("entrepot_requests_open", "Requests in flight.", registry=self.registry)

    @cached_property
    def feeds(self) -> Gauge:
        """Feeds that are open."""
        return Gauge("entrepot_feeds_open", "Open feeds.", registry=self.registry)

    def text(self) -> bytes:
        """Return all figures in the text format of Prometheus."""
        return generate_latest(self.registry)


METRICS = Metrics()
"""Figures of this process."""
