"""Things of three firms and two centres in one home, for the matrix of who sees what."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import time
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import cast

from tests.api_world import PROGRAMME, client_of, head, job_text, ok, open_home, world
from tests.played_home import copy_of

from entrepot.services import records as r
from entrepot.services.finish_job import advance
from entrepot.services.ports import UnitOfWork
from entrepot.services.ports_budgets import Budget
from entrepot.services.ports_claims import Claim
from entrepot.services.ports_contracts import CentreStatementRow
from entrepot.services.ports_decisions import Proposal

RANDOM = "01JD8Z3N5V6W7X8Y9ZABCDEFGH"
WHOSE = ("own", "near", "other", "random")
Ids = dict[str, str]


@dataclass(frozen=True, slots=True)
class Things:
    """A home, and whose → name of a parameter → id of a thing."""

    home: Path
    ids: dict[str, Ids]


@cache
def things() -> Things:
    """Return a home in which each firm has a quote, lease, job, bill and claim."""
    folder = Path(tempfile.mkdtemp(prefix="entrepot-things-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    home = copy_of(world().home, folder)
    own = _played(home)
    found = {"own": own, "random": _random()}
    app = open_home(home)
    for number, whose in enumerate(("near", "other"), 2):
        firm = getattr(world(), whose)
        found[whose] = {}
        with app.store.reading() as uow:
            copies = _copies(uow, own, firm, number)
        app.store.note(lambda uow, copies=copies: _keep(uow, copies))
        for name, one in copies.items():
            found[whose][name] = one.id
        found[whose] |= {"firm_id": firm, "number": copies["invoice_id"].number}  # type: ignore[union-attr]
    app.store.note(lambda uow: _keep_house(uow, found))
    app.store.engine.dispose()
    return Things(home, found)


def _played(home: Path) -> Ids:
    with client_of(home, world()) as client:
        body = {"yaml": job_text()}
        quote = ok(client.post("/api/v1/quotes", json=body, headers=head(key="q")), 201)
        take = {"quote_id": quote["quote_id"], "accept_duties": True}
        lease = ok(client.post("/api/v1/leases", json=take, headers=head(key="l")), 201)
        run = {"lease_id": lease["lease_id"]}
        job = ok(client.post("/api/v1/jobs", json=run, headers=head(key="j")), 201)
        exchange, until = open_home(home), time.monotonic() + 60
        while not advance(exchange, job["job_id"]).invoice and time.monotonic() < until:
            time.sleep(0.05)
        done = ok(client.get(f"/api/v1/jobs/{job['job_id']}", headers=head()))
        pay = {"centres": [world().centre], "bank": "accept"}
        paid = client.post("/api/v1/settlements", json=pay, headers=head("operator", "s"))
        (batch,) = ok(paid, 201)["batches"]
    ids = {"quote_id": quote["quote_id"], "lease_id": lease["lease_id"], "job_id": job["job_id"]}
    more = {"firm_id": world().own, "number": done["invoice"], "batch_id": batch["batch_id"]}
    return ids | more


def _random() -> Ids:
    prefixes = {"quote_id": "Q", "lease_id": "L", "job_id": "J", "claim_id": "C", "batch_id": "B"}
    prefixes["budget_id"] = "BG"
    made = {name: f"{prefix}-{RANDOM}" for name, prefix in prefixes.items()}
    more = {"firm_id": f"F-{RANDOM}", "number": "HK-2026-900001", "centre_id": "nowhere"}
    return made | more | {"proposal_id": f"PR-{RANDOM}", "seq": "900001"}


def _copies(uow: UnitOfWork, own: Ids, firm: str, number: int) -> dict[str, r.Quote | r.Invoice]:
    def fresh(old: str) -> str:
        return f"{old[:-4]}ZZZ{number}"  # no id that was made ends so

    quote, lease = uow.deals.quote(own["quote_id"]), uow.deals.lease(own["lease_id"])
    job, bill = uow.deals.job(own["job_id"]), uow.deals.invoice(own["number"])
    assert quote and lease and job and bill
    deal = {"quote_id": fresh(quote.id), "firm_id": firm}
    of_job = {"lease_id": fresh(lease.id), "firm_id": firm}
    fresh_bill = f"{bill.number[:-1]}{number}"
    copies = {
        "quote_id": replace(quote, id=fresh(quote.id), firm_id=firm),
        "lease_id": replace(lease, id=fresh(lease.id), hold_id=f"none-{number}", **deal),  # type: ignore[arg-type]
        "job_id": replace(job, id=fresh(job.id), **of_job),  # type: ignore[arg-type]
        "invoice_id": replace(
            bill, id=fresh(bill.id), job_id=fresh(job.id), number=fresh_bill, seq=number, **of_job
        ),  # type: ignore[arg-type]
    }
    return cast("dict[str, r.Quote | r.Invoice]", copies)


def _keep(uow: UnitOfWork, copies: dict[str, r.Quote | r.Invoice]) -> None:
    uow.deals.add_quote(cast("r.Quote", copies["quote_id"]))
    uow.deals.add_lease(cast("r.Lease", copies["lease_id"]))
    uow.deals.add_job(cast("r.Job", copies["job_id"]))
    uow.deals.add_invoice(cast("r.Invoice", copies["invoice_id"]))


def _keep_house(uow: UnitOfWork, found: dict[str, Ids]) -> None:
    """Keep claims, batches, statements and a proposal; own and near claim on one programme."""
    homes = {"own": world().centre, "near": world().far, "other": world().far}
    for number, whose in enumerate(("own", "near", "other"), 1):
        ids = found[whose]
        programme = "some-other-programme" if whose == "other" else PROGRAMME
        ids["claim_id"] = f"C-{RANDOM[:-1]}{number}"
        uow.claims.add(_claim(ids, programme, number))
        ids["budget_id"] = f"BG-{RANDOM[:-1]}{number}"
        limit = (ids["firm_id"], None, "2031-02", 500, False)
        uow.budgets.add(Budget(ids["budget_id"], *limit, 1, "mei", None), (50,))
        ids["centre_id"] = homes[whose]
        ids["batch_id"] = found["own"]["batch_id"]
        ids["proposal_id"] = f"PR-{RANDOM[:-1]}{number}"
        ids["seq"] = str(number)
        body: r.Body = {"act": {}, "basis": "", "expires_at": 1 << 40}
        proposer = "oz" if whose == "own" else "sam"
        ids_of = (ids["proposal_id"], "fx_rate", "X", proposer, 1, None, None, body)
        uow.four_eyes.propose(Proposal(*ids_of))
        if whose != "other":
            document: r.Body = {"document": {"centre": ids["centre_id"]}}
            row = (f"ST-{RANDOM[:-1]}{number}", f"S-{number}", "HK", 2026, number)
            month = (ids["centre_id"], "2026-10", 1, document, "d")
            uow.receivables.add_statement(CentreStatementRow(*row, *month))


def _claim(ids: Ids, programme: str, number: int) -> Claim:
    return Claim(
        ids["claim_id"], f"line-{number}", "I-1", ids["lease_id"], ids["firm_id"], "G", programme,
        "family", "CNY", "claim_then_redeem", "applied", 100, 100, False, {"limits": []}, "mei", 1,
        None, None, None, None, "", "", "", 0, 0, {},
    )  # fmt: skip
