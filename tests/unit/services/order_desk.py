"""A call over the centre of the desk, and orders written for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

from tests.e2e.flow_tools import CENTRE, JOB
from tests.unit.services.desk import NOW, Desk

from entrepot.domain.contracts.plain import to_plain
from entrepot.kernel.money import CNH, CNY, HKD
from entrepot.kernel.period import HONG_KONG, local_day
from entrepot.services.call_body import OrderBody
from entrepot.services.order_build import order_body
from entrepot.services.ports_market import Call

DAY_S = 86_400


def day_ahead(desk: Desk, **changes: object) -> Call:
    """Return a call over the 24 hours of the day after the desk's, two days if told so."""
    offset = int(HONG_KONG.utcoffset(None).total_seconds())
    first = NOW - (NOW + offset) % DAY_S + DAY_S
    day = local_day(NOW)
    rates = {asset.code: to_plain(desk.fx.rate(asset, HKD, day)) for asset in (CNY, CNH)}
    call = Call(
        id="AC-1",
        kind="day-ahead",
        state="open",
        from_t=first,
        to_t=first + DAY_S,
        slot_s=3600,
        gate_closure=first - 3600,
        zones=(CENTRE,),
        classes=("cpu",),
        links=(),
        seed=0,
        fee_ppm_max=20_000,
        credit_bp=1_000,
        rates=cast("Mapping[str, object]", rates),
        seal_key="",
        released_key="",
        opened_at=NOW,
        opened_by="test",
        closed_at=None,
        ended_at=None,
        note="",
    )
    return replace(call, **changes)  # type: ignore[arg-type]


def write_job(folder: Path, **changes: str) -> Path:
    """Write the small job, two hours of one processor, with texts replaced."""
    parts = {"command": "['true']", "device": "cpu", "isolation": "exclusive", "duration": "2h"}
    text = JOB.format(**parts)
    for old, new in changes.items():
        text = text.replace(old, new)
    path = folder / "job.yaml"
    path.write_text(text)
    return path


def built(desk: Desk, folder: Path, call: Call | None = None, **fields: object) -> OrderBody:
    """Return the body of an order with these fields; its job lies in the folder."""
    path = folder / "order.json"
    path.write_text(
        json.dumps({"order": "night", "job": "job.yaml", "accept_duties": True, **fields})
    )
    return order_body(desk, desk.firm, call or day_ahead(desk), desk.read_order(path))
