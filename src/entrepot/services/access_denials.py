"""Denials in the journal: each one, but the same within a minute once, and never without bound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from entrepot.kernel.canonical import digest
from entrepot.kernel.errors import EntrepotError

if TYPE_CHECKING:
    from entrepot.domain.access.model import Principal, Resource, Verdict
    from entrepot.services.app import App
    from entrepot.services.ports import Store

MINUTE_S = 60
PER_ACTOR_MAX = 60
"""Different denials of one actor that are journalled within a minute."""


@dataclass(slots=True)
class _Seen:
    """What this process has journalled within the present minute."""

    minute: int = 0
    keys: set[str] = field(default_factory=set[str])
    of: Counter[str] = field(default_factory=Counter[str])

    def is_new(self, minute: int, actor: str, key: str) -> bool:
        """Say whether a denial is to be journalled, and remember it."""
        if minute != self.minute:
            self.minute, self.keys, self.of = minute, set(), Counter()
        if key in self.keys or self.of[actor] >= PER_ACTOR_MAX:
            return False
        self.keys.add(key)
        self.of[actor] += 1
        return True


_seen: WeakKeyDictionary[Store, _Seen] = WeakKeyDictionary()


def note_denial(
    app: App, principal: Principal, action: str, resource: Resource, verdict: Verdict
) -> None:
    """Journal a denial, the same within a minute once.

    Args:
        app: the exchange.
        principal: who was denied.
        action, resource: what.
        verdict: why.
    """
    note(
        app,
        principal.actor,
        "access.denied",
        {
            "account_id": principal.account_id,
            "via": principal.via,
            "action": action[:60],
            "kind": resource.kind[:40],
            # What an anonymous reader types is nobody's and would fill the journal.
            "id": resource.id[:80] if principal.account_id else "",
            "rule": verdict.rule,
        },
    )


def note(app: App, actor: str, command: str, body: Mapping[str, object]) -> None:
    """Journal something that was refused, the same within a minute once.

    A journal that cannot be written does not turn the refusal into anything else.
    """
    now = app.clock.now()
    minute = now // MINUTE_S
    key = f"denied:{minute}:{digest([actor, command, dict(body)])[:32]}"
    if _seen.setdefault(app.store, _Seen()).is_new(minute, actor, key):
        with suppress(EntrepotError):
            app.store.command(actor, command, key, dict(body), now, lambda _uow: {})
