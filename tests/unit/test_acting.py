"""The same exchange for somebody else."""

from __future__ import annotations

from pathlib import Path

from tests.unit.services.desk import open_desk

from entrepot.domain.access.model import Grant, Principal
from entrepot.services.app import App

MEI = Principal("U-1", "mei", (Grant("tenant", "firm", "F-1"),), "session")


def test_another_acts_on_the_same_store(tmp_path: Path) -> None:
    desk = open_desk(tmp_path / "home")
    base: App = desk
    assert (base.actor, base.principal.via) == ("desk", "local")
    store = base.store
    other = base.acting(MEI)
    assert (other.actor, other.principal) == ("mei", MEI)
    assert other.store is store and other.clock is base.clock
    assert base.actor == "desk"
    other.store.command(other.actor, "test", "k", {}, other.clock.now(), lambda uow: {})
    assert base.store.journal_entries(1)[0]["actor"] == "mei"
