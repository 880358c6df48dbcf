"""A centre's statement that data are kept apart: recorded, read by the gate, ended."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.flow_tools import CENTRE
from tests.unit.services.desk import Desk, ended, leased, started

from entrepot.domain.gate.isolation import KeyHolder, Separation, Standing
from entrepot.kernel.errors import Conflict, EntrepotError, Invalid, NotFound
from entrepot.services.decisions import kept_decisions, replay
from entrepot.services.isolation_records import NewIsolation, add_isolation, end_isolation
from entrepot.services.isolations import isolations_for, stands_at
from entrepot.services.lease import release_lease
from entrepot.services.ports_gate_records import Isolation

TODAY = date(2026, 11, 21)
DUTY = "isolation_record"


def statement(desk: Desk, **changes: Any) -> NewIsolation:
    evidence = desk.home / "evidence.txt"
    evidence.write_text("a host of its own", "utf-8")
    values: dict[str, Any] = {
        "centre_id": CENTRE,
        "separation": Separation.DEDICATED_HOST,
        "key_holder": None,
        "stated_by": "A. Chan",
        "evidence": evidence,
        "from_day": TODAY,
    }
    return NewIsolation(**{**values, **changes})


def add(desk: Desk, key: str = "add", **changes: Any) -> Isolation:
    return add_isolation(desk, desk.firm, statement(desk, **changes), key, lambda *_: None)


def duties(desk: Desk, n: int = 1) -> set[str]:
    """Duties that the lease of the ``n``-th job accepts."""
    lease = leased(desk, n)
    release_lease(desk, lease.id, reason="enough devices for the next", key=f"back-{n}")
    with desk.store.reading() as uow:
        return {task.duty for task in uow.deals.tasks() if task.lease_id == lease.id}


def test_a_return_by_transit_lists_the_duty_until_a_statement_is_on_file(desk: Desk) -> None:
    assert {DUTY, "origin_manifest_record"} <= duties(desk, 1)
    kept = add(desk)
    assert len(kept.sha256) == 64 and kept.recorded_on == "2026-11-21"
    assert DUTY not in duties(desk, 2)
    end_isolation(desk, desk.firm, kept.id, "The host is shared", "end")
    assert DUTY in duties(desk, 3)


def test_a_decision_replays_with_the_duties_of_the_house_and_without(desk: Desk) -> None:
    first = leased(desk, 1)
    add(desk)
    second = leased(desk, 2)
    (before,) = kept_decisions(desk, f"lease:{first.id}")
    (after,) = kept_decisions(desk, f"lease:{second.id}")
    assert before.house == ("house.transit_manifest", "house.transit_isolation")
    assert after.house == ("house.transit_manifest",)
    assert replay(desk, before.id).again.duties[-1] == DUTY
    assert DUTY not in replay(desk, after.id).again.duties


def test_a_statement_for_one_lease_counts_for_its_outputs_alone(desk: Desk) -> None:
    job = started(desk)
    kept = add(desk, lease_id=job.lease_id)
    with desk.store.reading() as uow:
        assert isolations_for(uow, desk.firm) == ()
        assert isolations_for(uow, desk.firm, job.lease_id) == (kept,)
    desk.hand.output("out.txt", b"done")
    (output,) = ended(desk, job).job.outputs
    assert DUTY not in output["duties"]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("changes", "day", "stands"),
    [
        ({}, TODAY, True),
        ({}, TODAY - timedelta(days=1), False),
        ({"until": date(2027, 1, 1)}, date(2026, 12, 31), True),
        ({"until": date(2027, 1, 1)}, date(2027, 1, 1), False),
    ],
)
def test_a_statement_stands_from_its_first_day_until_its_end(
    desk: Desk, changes: dict[str, Any], day: date, stands: bool
) -> None:
    kept = add(desk, **changes)
    assert stands_at([kept], CENTRE, day) is stands
    assert not stands_at([kept], "elsewhere", day)


def test_an_ended_statement_stood_until_then() -> None:
    one = Standing(TODAY, ended_on=date(2026, 12, 1))
    assert one.on(date(2026, 11, 30)) and not one.on(date(2026, 12, 1))


@pytest.mark.parametrize(
    ("changes", "kind", "code"),
    [
        ({"centre_id": "nowhere"}, NotFound, "isolation.centre"),
        ({"lease_id": "L-NONE"}, NotFound, "isolation.lease"),
        ({"until": TODAY}, Invalid, "isolation.days"),
        ({"stated_by": " "}, Invalid, "record.text"),
        ({"key_holder": KeyHolder.FIRM}, Invalid, "isolation.key"),
        ({"separation": Separation.ENCRYPTED_STORAGE}, Invalid, "isolation.key"),
        ({"evidence": Path("/nowhere/at-all")}, NotFound, None),
    ],
)
def test_what_cannot_be_recorded_is_refused_whole(
    desk: Desk, changes: dict[str, Any], kind: type[EntrepotError], code: str | None
) -> None:
    with pytest.raises(kind) as caught:
        add(desk, **changes)
    assert code in (None, caught.value.code) and caught.value.render_hint()
    with desk.store.reading() as uow:
        assert uow.gate_records.isolations(desk.firm.id) == []


def test_a_statement_is_ended_once_with_a_reason_and_not_ahead(desk: Desk) -> None:
    kept = add(desk)
    firm = desk.firm
    with pytest.raises(Invalid):
        end_isolation(desk, firm, kept.id, "", "e1")
    with pytest.raises(Invalid) as ahead:
        end_isolation(desk, firm, kept.id, "why", "e2", date(2026, 11, 22))
    assert ahead.value.code == "isolation.future"
    with pytest.raises(NotFound):
        end_isolation(desk, firm, "IS-NONE", "why", "e3")
    assert end_isolation(desk, firm, kept.id, "why", "e4").ended_on == "2026-11-21"
    with pytest.raises(Conflict) as again:
        end_isolation(desk, firm, kept.id, "why", "e5")
    assert again.value.code == "isolation.ended"


def test_the_same_key_records_one_statement(desk: Desk) -> None:
    assert add(desk, "same").id == add(desk, "same").id
