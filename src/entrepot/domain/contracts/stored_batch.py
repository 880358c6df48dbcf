"""Netting batches as kept in the first schema and since, read as they are today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from entrepot.domain.contracts.funding import Booked, Mode
from entrepot.domain.contracts.plain import from_plain, to_plain
from entrepot.domain.contracts.settlement import NettingBatch
from entrepot.kernel.money import CNH, HKD, Amount


def read_batch(body: Mapping[str, object]) -> NettingBatch:
    """Read a batch as kept; one from before there were modes was paid by one order, whole or not.

    Raises:
        Invalid: it cannot be read.
    """
    whole: dict[str, object] = {"mode": Mode.PAY_AS_PAID.value, **body}
    values: dict[str, object] = {}
    if isinstance(whole.get("values"), Mapping):
        nought = {"pooled": to_plain(Amount(0, CNH)), "pool_cost": to_plain(Amount(0, HKD))}
        values = {**nought, **cast("Mapping[str, object]", whole["values"])}
        whole["values"] = values
    if "booked" not in whole:
        booked = cast("dict[str, object]", to_plain(Booked()))
        if whole["state"] == "settled":
            booked |= {"paid": values["total"], "converted": values["total"]}
            booked |= {"cost": values["at_mid"], "carried": values["carrying"]}
        whole["booked"] = booked
    return from_plain(NettingBatch, whole)
