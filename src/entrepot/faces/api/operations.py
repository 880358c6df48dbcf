"""The one table of operations; a route that is not in it does not exist."""

from __future__ import annotations

from entrepot.faces.api import (
    ops_audit,
    ops_budgets,
    ops_deal,
    ops_house,
    ops_job,
    ops_money,
    ops_public,
    ops_watch,
)
from entrepot.faces.api.operation import Operation

OPERATIONS: tuple[Operation, ...] = (
    *ops_public.OPERATIONS,
    *ops_deal.OPERATIONS,
    *ops_job.OPERATIONS,
    *ops_money.OPERATIONS,
    *ops_budgets.OPERATIONS,
    *ops_house.OPERATIONS,
    *ops_audit.OPERATIONS,
    *ops_watch.OPERATIONS,
)
"""Every operation, in the order of the reference."""

BY_ID = {operation.id: operation for operation in OPERATIONS}
