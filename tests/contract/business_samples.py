"""Records of the business for the tests of its store, each with something odd in every field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from sqlalchemy import Engine

from entrepot.adapters.sql.store import HouseUnitOfWork
from entrepot.services import records as r

T = TypeVar("T")

BODY: r.Body = {"算": [1, None, True, {"x": "½"}], "minor": 2**53 - 1}

FIRM = r.Firm("F-1", "影 Studio", "Kowloon", "R-1", "G-1", {"user_hq": "HK"}, 1_000)
CENTRE = r.Centre(
    "gz", {"en": "Gz", "zh-Hant": "廣", "zh-Hans": "广"}, "CN", "CN-GD", "Guangzhou",
    23_116_670, -113_250_000, "CN", "local", "00" * 32, {"number": "1"}, None, True, "test", 1_000,
)  # fmt: skip
POOL = r.Pool("gz/gpu", "gz", "h100", 3, 81_920, 8, 65_536, 0, None, ("exclusive", "mps"), {},
              ({"mflops": 5, "basis": "peak"},))  # fmt: skip
OFFER = r.PostedOffer("O-1", "gz", "gz/gpu", "181/2", "CNY", "mps", False, 250, 3000,
                      "2026-01-01", None, "test")  # fmt: skip
INSTRUMENT = r.Instrument(
    "N-1", "F-1", None, "gba_contract_hk", "in_force", "2026-01-01", None, "x"
)
QUOTE = r.Quote("Q-1", "F-1", 1_000, 1_900, BODY, "d1")
LEASE = r.Lease("L-1", "Q-1", "F-1", "gz", "gz/gpu", "O-1", 1000, "exclusive", 600, 1_000, 1_900,
                "held", 1, "T-1", 2_211, BODY)  # fmt: skip
JOB = r.Job("J-1", "L-1", "F-1", "gz", 1, "small", "starting", 1_000, None, None, None, "", "",
            BODY, BODY, ())  # fmt: skip
EVENT = r.UsageEvent("centre:gz", "L-1:1:1", "L-1", "J-1", 1, 1, 300_000, BODY, "aa")
INVOICE = r.Invoice("I-1", "HK-2026-000001", "HK", 2026, 1, "F-1", "gz", "L-1", "J-1", 1_500,
                    1_106, 1_000, 1_100, None, BODY, "d2")  # fmt: skip
BATCH = r.Batch(
    "B-1", "gz", "2026-11-23", "frozen", 1_600, 1_000, 1_100, 2, 1_100, "", "", "", BODY
)
TASK = r.DutyTask("D-1", "F-1", "L-1", "mix_check_record", "Keep a record", "2026-12-01", None)
RESERVATION = r.VoucherReservation("C-1", "L-1", "F-1", "G-1", "cn.beijing", "beijing", "CNY",
                                   500, "reserved", BODY)  # fmt: skip


def write(engine: Engine, act: Callable[[HouseUnitOfWork], T]) -> T:
    """Act in a transaction of its own that is committed."""
    with HouseUnitOfWork(engine) as uow:
        return act(uow)


def read(engine: Engine, ask: Callable[[HouseUnitOfWork], T]) -> T:
    """Ask in a view of its own."""
    with HouseUnitOfWork(engine, write=False) as uow:
        return ask(uow)


def second_firm(uow: HouseUnitOfWork) -> None:
    """Keep a second firm with a quote, a lease and a job, and usage, duties, devices of both."""
    uow.registry.add_firm(replace(FIRM, id="F-2"))
    uow.deals.add_quote(replace(QUOTE, id="Q-2", firm_id="F-2"))
    uow.deals.add_lease(replace(LEASE, id="L-2", firm_id="F-2", quote_id="Q-2", hold_id="T-2"))
    uow.deals.add_job(replace(JOB, id="J-2", firm_id="F-2", lease_id="L-2"))
    uow.deals.add_usage(EVENT)
    uow.deals.add_usage(replace(EVENT, id="E-2", lease_id="L-2", job_id="J-2"))
    uow.deals.add_task(TASK)
    uow.deals.add_task(replace(TASK, id="D-2", firm_id="F-2", lease_id="L-2"))
    uow.capacity.reserve("L-1", POOL.id, 1000, True)
    uow.capacity.reserve("L-2", POOL.id, 1000, True)


def add_business(uow: HouseUnitOfWork) -> None:
    """Keep firm, centre, pool, offer, quote, lease, job and invoice."""
    uow.registry.add_firm(FIRM)
    uow.registry.add_centre(CENTRE)
    uow.registry.add_pool(POOL)
    uow.registry.add_offers([OFFER])
    uow.deals.add_quote(QUOTE)
    uow.deals.add_lease(LEASE)
    uow.deals.add_job(JOB)
    uow.deals.add_invoice(INVOICE)


def add_invoice(uow: HouseUnitOfWork, n: int, **changes: object) -> r.Invoice:
    """Keep the ``n``-th quote with lease, job and invoice; return the invoice."""
    uow.deals.add_quote(replace(QUOTE, id=f"Q-{n}"))
    uow.deals.add_lease(replace(LEASE, id=f"L-{n}", quote_id=f"Q-{n}", hold_id=f"T-{n}"))
    uow.deals.add_job(replace(JOB, id=f"J-{n}", lease_id=f"L-{n}"))
    made = replace(
        INVOICE, id=f"I-{n}", number=f"HK-2026-{n:06d}", seq=n, lease_id=f"L-{n}", job_id=f"J-{n}"
    )
    invoice = replace(made, **changes)  # type: ignore[arg-type]
    uow.deals.add_invoice(invoice)
    return invoice
