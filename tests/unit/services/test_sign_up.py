"""Sign-up of a firm: whole or not at all, once a key, and into no group of others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.api_world import open_home

from entrepot.kernel.errors import Conflict, Invalid
from entrepot.services.definitions import FirmDefinition
from entrepot.services.sign_up import Founder, sign_up

FIRM = FirmDefinition("Lantern", "1 Harbour Road", "1234", "G-other", {"user_hq": "HK"})
FOUNDER = Founder("mei@lantern.example", "Mei", "en", "correct horse battery staple nine")


def test_a_founder_leads_the_own_firm_alone(tmp_path: Path) -> None:
    app = open_home(tmp_path / "home")
    made = sign_up(app, FIRM, FOUNDER, "k1")
    assert sign_up(app, FIRM, FOUNDER, "k1").id == made.id
    with app.store.reading() as uow:
        (firm,) = uow.registry.firms()
        (grant,) = uow.accounts.grants_of(made.id)
    assert firm.group_id == firm.id, "nobody signs up into the group of others"
    assert (grant.role, grant.scope, grant.scope_id, grant.level) == (
        "tenant", "firm", firm.id, "lead",
    )  # fmt: skip
    assert app.store.verify_journal() == []


def test_a_refused_sign_up_leaves_nothing(tmp_path: Path) -> None:
    app = open_home(tmp_path / "home")
    bad = [
        (replace(FIRM, name=" "), FOUNDER),
        (replace(FIRM, address="x" * 400), FOUNDER),
        (replace(FIRM, profile={"user_hq": "Atlantis"}), FOUNDER),
        (FIRM, replace(FOUNDER, password="short")),
        (FIRM, replace(FOUNDER, login="desk")),
    ]
    for n, (firm, founder) in enumerate(bad):
        with pytest.raises(Invalid):
            sign_up(app, firm, founder, f"bad{n}")
    sign_up(app, FIRM, FOUNDER, "good")
    with pytest.raises(Conflict):
        sign_up(app, replace(FIRM, name="Other"), FOUNDER, "again")
    with app.store.reading() as uow:
        assert len(uow.registry.firms()) == 1 and len(uow.accounts.accounts()) == 1
