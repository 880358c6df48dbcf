"""How the commands of the books name and write an account."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from entrepot.faces.cli.output import money
from entrepot.kernel.money import Amount, asset_of
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.books import AccountLine

NATURES = {
    "asset": N_("asset"),
    "liability": N_("liability"),
    "income": N_("income"),
    "cost": N_("cost"),
}


def account_data(line: AccountLine) -> dict[str, object]:
    """Return an account for ``--json``; amounts in minor units."""
    data = asdict(line)
    totals = data.pop("totals")
    minor = {f"{name}_minor": data.pop(name) for name in ("balance", "held", "free")}
    return {**data, **minor, **{f"{name}_minor": value for name, value in totals.items()}}


def amount_of(minor: int, asset: str) -> str:
    """Write minor units of an asset, named by its code."""
    return money(Amount(minor, asset_of(asset)))
