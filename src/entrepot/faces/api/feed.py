"""The feed: entries of the journal that bear on the reader's own things, as they come.

Server-sent events; the id of an event is the number of its entry, so that a reader who was cut
off goes on where it was. Source: HTML Standard, section 9.2 (server-sent events),
https://html.spec.whatwg.org/multipage/server-sent-events.html, 2026-11.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, cast

from msgspec import Meta, Struct

from entrepot.client.shapes_house import FeedEvent
from entrepot.domain.access.reach import Reach
from entrepot.faces.api.limits import Limits
from entrepot.faces.api.metrics import METRICS
from entrepot.faces.api.operation import Call
from entrepot.faces.api.refusals import HttpRefusal
from entrepot.faces.api.wire import encode
from entrepot.kernel.text import N_
from entrepot.services import records as r

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork

STEP = 200
"""Entries that are read at once."""

_THING = re.compile(r"\b(?:Q|L|J|I|C|F)-[0-7][0-9A-HJKMNP-TV-Z]{25}\b")


class FeedFrom(Struct, frozen=True, forbid_unknown_fields=True):
    """Behind which entry to begin; left out, the feed begins with what comes now."""

    after: Annotated[int, Meta(ge=0, le=2**53)] | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed shows to whom.

    Attributes:
        app: the exchange; reach: whose things; actor: whose own acts; account: whose feed it is.
        after: number of the last entry that was seen.
    """

    app: App
    reach: Reach
    actor: str
    account: str
    after: int


def open_feed(call: Call[Any, FeedFrom]) -> Feed:
    """Open a feed."""
    after = call.query.after
    if after is None:
        after = cast("int", call.app.store.journal_head()["seq"])
    account = call.principal.account_id or call.principal.actor
    return Feed(call.app, call.reach, call.principal.actor, account, after)


def news(feed: Feed, after: int) -> tuple[int, list[FeedEvent]]:
    """Return the number of the last entry looked at, and what of it the reader may see."""
    with feed.app.store.reading() as uow:
        entries = uow.pages.entries(after, STEP)
        found = [_event(feed, uow, entry) for entry in entries]
    last = cast("int", entries[-1]["seq"]) if entries else after
    return last, [one for one in found if one is not None]


def _event(feed: Feed, uow: UnitOfWork, entry: r.Body) -> FeedEvent | None:
    named = dict.fromkeys(_THING.findall(f"{entry['key']} {encode(entry['body']).decode()}"))
    things = [one for one in named if feed.reach.everything or _is_within(feed.reach, uow, one)]
    if not things and not feed.reach.everything and entry["actor"] != feed.actor:
        return None
    seq, t = cast("int", entry["seq"]), cast("int", entry["t"])
    return FeedEvent(seq, t, str(entry["command"]), things)


def _is_within(reach: Reach, uow: UnitOfWork, thing: str) -> bool:
    firm = thing if thing.startswith("F-") else uow.pages.firm_of(thing)
    return firm in reach.firms


def written(event: FeedEvent) -> bytes:
    """Return an event as it is sent.

    >>> written(FeedEvent(7, 0, "lease.take", [])).decode().splitlines()[:2]
    ['id: 7', 'event: lease.take']
    """
    data = encode(event)
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (event.seq, event.command.encode(), data)


class Feeds:
    """The open feeds of a process, few enough to be served.

    Args:
        limits: how many there may be, and how often they look.
        run: runs a blocking call in a thread.
    """

    def __init__(self, limits: Limits, run: Callable[..., Awaitable[Any]]) -> None:
        self._limits, self._run = limits, run
        self._open: Counter[str] = Counter()
        self.stopped = False

    def admit(self, feed: Feed) -> None:
        """Count a feed in.

        Raises:
            HttpRefusal: 429, too many are open, in all or of this account.
        """
        most = self._limits.feeds_account_max
        if self._open.total() >= self._limits.feeds_max or self._open[feed.account] >= most:
            raise HttpRefusal(
                429,
                "api.feeds",
                N_("Too many feeds are open."),
                hint=N_("Close one; an account has {most} at most."),
                headers={"Retry-After": "15"},
                most=most,
            )
        self._open[feed.account] += 1
        METRICS.feeds.inc()

    async def events(self, feed: Feed, allowed: Callable[[], bool]) -> AsyncIterator[bytes]:
        """Yield what a feed shows, and a sign of life when there is nothing, until it ends.

        Args:
            feed: an admitted one.
            allowed: says whether its reader may still read; asked at every sign of life.
        """
        after, began = feed.after, time.monotonic()
        spoke = began
        try:
            yield b"retry: 3000\n\n"
            while not self.stopped and time.monotonic() - began < self._limits.feed_s:
                before = after
                after, found = await self._run(news, feed, after)
                for event in found:
                    yield written(event)
                    spoke = time.monotonic()
                if time.monotonic() - spoke >= self._limits.heartbeat_s:
                    if not await self._run(allowed):
                        return
                    yield b": alive\n\n"
                    spoke = time.monotonic()
                if after - before < STEP:
                    await asyncio.sleep(self._limits.poll_s)
        finally:
            self._open[feed.account] -= 1
            METRICS.feeds.dec()


def resumed(headers: Mapping[str, str], query: FeedFrom) -> FeedFrom:
    """Return where a feed begins: behind ``Last-Event-ID``, where a reader comes again."""
    text = headers.get("last-event-id", "")
    return FeedFrom(int(text)) if text.isdecimal() and len(text) <= 15 else query
