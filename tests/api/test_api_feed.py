"""The feed: one's own entries, from where one was, and of nobody else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.api_world import Client, client_of, head, job_text, ok, principals, world
from tests.played_home import copy_of

from entrepot.domain.access.reach import reach
from entrepot.faces.api.feed import Feed, FeedFrom, Feeds, news, resumed
from entrepot.faces.api.limits import Limits
from entrepot.faces.api.refusals import HttpRefusal

FEED = "/api/v1/feed"
SHORT = Limits(feed_s=1, heartbeat_s=0, poll_s=0.05, feeds_account_max=2)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    home = copy_of(world().home, tmp_path)
    with client_of(home, world(), Limits(feed_s=0, poll_s=0.01)) as found:
        yield found


def quoted(client: Client, token: str, key: str) -> str:
    body = {"yaml": job_text()}
    answer = client.post("/api/v1/quotes", json=body, headers=head(token, key))
    return str(ok(answer, 201)["quote_id"])


def feed_of(client: Client, token: str, after: int = 0) -> Feed:
    app = client.app.state["service"].exchange
    who = principals(world())[token]
    return Feed(app, reach(who, "job.read"), who.actor, who.account_id, after)


def read(client: Client, token: str, after: int) -> list[Any]:
    """Return what one look at a feed shows."""
    _, events = news(feed_of(client, token), after)
    return events


def test_a_tenant_sees_its_own_entries_and_no_others(client: Client) -> None:
    own, near = quoted(client, "tenant", "a"), quoted(client, "near", "b")
    lease = {"quote_id": own, "accept_duties": True}
    ok(client.post("/api/v1/leases", json=lease, headers=head(key="l")), 201)
    mine, others = read(client, "tenant", 0), read(client, "near", 0)
    assert "lease.take" in [one.command for one in mine]
    assert [one.command for one in others if one.command != "firm.register"] == ["quote.make"]
    assert near not in str(mine) and own not in str(others)
    everything = read(client, "auditor", 0)
    assert len(everything) > len(mine) + len(others)


def test_what_others_do_to_ones_own_things_is_seen(client: Client) -> None:
    """A step that the house takes under its own name still shows up with whose thing it is."""
    own = quoted(client, "tenant", "a")
    app = client.app.state["service"].exchange
    now = app.clock.now()
    app.store.command("desk", "quote.look", "k", {"quote_id": own}, now, lambda _uow: {})
    last = read(client, "tenant", 0)[-1]
    assert (last.command, last.things) == ("quote.look", [own])
    assert "quote.look" not in [one.command for one in read(client, "other", 0)]


def test_a_feed_goes_on_behind_the_last_event() -> None:
    assert resumed({"last-event-id": "7"}, FeedFrom(1)) == FeedFrom(7)
    assert resumed({}, FeedFrom(1)) == FeedFrom(1)
    for bad in ("x", "-1", "9" * 40, "٣٣" * 20):
        assert resumed({"last-event-id": bad}, FeedFrom(1)) == FeedFrom(1)


def collected(feeds: Feeds, feed: Feed, allowed: Any) -> list[bytes]:
    async def gather() -> list[bytes]:
        return [part async for part in feeds.events(feed, allowed)]

    return asyncio.run(gather())


async def at_once(function: Any, *values: Any) -> Any:
    return function(*values)


def test_events_carry_their_number_and_a_quiet_feed_says_that_it_lives(client: Client) -> None:
    quoted(client, "tenant", "a")
    feeds, feed = Feeds(SHORT, at_once), feed_of(client, "tenant")
    feeds.admit(feed)
    parts = collected(feeds, feed, lambda: True)
    (event,) = [part for part in parts if b"event: quote.make" in part]
    first, _, data = event.decode().partition("\ndata: ")
    assert first.startswith("id: ") and json.loads(data)["things"] == [world().own]
    assert b": alive\n\n" in parts


def test_a_reader_who_may_no_longer_read_is_cut_off(client: Client) -> None:
    feeds, feed = Feeds(SHORT, at_once), feed_of(client, "tenant", 1 << 40)
    feeds.admit(feed)
    assert collected(feeds, feed, lambda: False) == [b"retry: 3000\n\n"]


def test_feeds_are_few(client: Client) -> None:
    feeds, feed = Feeds(SHORT, at_once), feed_of(client, "tenant")
    feeds.admit(feed)
    feeds.admit(feed)
    with pytest.raises(HttpRefusal) as caught:
        feeds.admit(feed)
    assert caught.value.http_status == 429
    feeds.admit(feed_of(client, "near"))
    collected(feeds, feed, lambda: False)
    feeds.admit(feed)


def test_the_feed_is_served_as_events(client: Client) -> None:
    answer = client.get(FEED, headers=head())
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.startswith("retry:")
    assert client.get(FEED).status_code == 401
    assert client.get(FEED, headers=head("supplier")).status_code == 404
