"""Operations of watching: the feed of one's own things, and figures of the process."""

from __future__ import annotations

from typing import Any

from entrepot.faces.api import owners
from entrepot.faces.api.feed import FeedFrom, open_feed
from entrepot.faces.api.metrics import MEDIA_TYPE, METRICS
from entrepot.faces.api.operation import Call, Download, Operation

_TAG = "Watching"


def read_metrics(_call: Call[Any, Any]) -> Download:
    """Return the figures of the process."""
    return Download(METRICS.text(), MEDIA_TYPE, "")


OPERATIONS = (
    Operation(
        "feed.open", "GET", "/api/v1/feed", "Follow the journal of one's own things (SSE)", _TAG,
        open_feed, str, "job.read", kind="feed", noun="journal", query=FeedFrom,
    ),
    Operation(
        "metrics.read", "GET", "/metrics", "Figures of the process for Prometheus", _TAG,
        read_metrics, str, "metrics.read", owners.house("metrics"), kind="text",
    ),
)  # fmt: skip
"""Feed and metrics."""
