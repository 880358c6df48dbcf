"""How fast one may ask: a token bucket for each tenant and each address, in this process.

Tokens flow in at ``rate`` a second up to ``burst``; a request takes one. A bucket that has filled
up again is forgotten, so that a flood of addresses leaves nothing behind.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

SWEEP_EVERY = 4_096
"""Requests between two looks for buckets that can be forgotten."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the server.

    Attributes:
        account_rate, account_burst: requests a second of one account, and at once.
        address_rate, address_burst: the same of one address.
        body_s: seconds in which the body of a request has to arrive.
        threads: requests worked on at once; waiting_max: requests that wait for one of them.
        feeds_max, feeds_account_max: open feeds, in all and of one account.
        feed_s: seconds after which a feed ends and the reader comes again; heartbeat_s: pause
            after which it says that it lives; poll_s: how often the journal is looked at.
        drain_s: seconds given to requests in flight when the server stops.
    """

    account_rate: int = 200
    account_burst: int = 400
    address_rate: int = 600
    address_burst: int = 1_200
    body_s: int = 20
    threads: int = 12
    waiting_max: int = 256
    feeds_max: int = 256
    feeds_account_max: int = 8
    feed_s: int = 3_600
    heartbeat_s: int = 15
    poll_s: float = 1.0  # not money: seconds
    drain_s: int = 10


class Buckets:
    """Token buckets by name.

    Args:
        rate: tokens a second; burst: most tokens in a bucket.
        clock: seconds that only go forward.
    """

    def __init__(
        self, rate: int, burst: int, clock: Callable[[], float] = time.monotonic
    ) -> None:  # not money: seconds
        self._rate, self._burst, self._clock = rate, burst, clock
        self._lock = threading.Lock()
        self._full_at: dict[str, float] = {}  # not money: when the bucket is full again
        self._count = 0

    def take(self, name: str) -> int:
        """Take a token.

        Returns:
            0 if there was one, else the whole seconds until there is.

        >>> at = [0.0]
        >>> buckets = Buckets(1, 2, lambda: at[0])
        >>> buckets.take("a"), buckets.take("a"), buckets.take("a"), buckets.take("b")
        (0, 0, 1, 0)
        >>> at[0] = 1.0
        >>> buckets.take("a")
        0
        """
        now = self._clock()
        with self._lock:
            self._sweep(now)
            full_at = max(self._full_at.get(name, now), now) + 1 / self._rate
            over = full_at - now - self._burst / self._rate
            if over > 1e-9:
                return max(1, math.ceil(over))
            self._full_at[name] = full_at
            return 0

    def _sweep(self, now: float) -> None:  # not money: seconds
        self._count += 1
        if self._count % SWEEP_EVERY == 0:
            self._full_at = {name: at for name, at in self._full_at.items() if at > now}

    def __len__(self) -> int:
        return len(self._full_at)
