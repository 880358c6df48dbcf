"""Other claims on the same invoice line: one claim a family, and no stacking unless stated."""

from __future__ import annotations

from collections.abc import Mapping

from entrepot.domain.vouchers.case import Line
from entrepot.domain.vouchers.finding import Finding, Sitting, asked, refused
from entrepot.domain.vouchers.model import Programme
from entrepot.kernel.errors import NotFound
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_

CLAIMED = "line_already_claimed_in_family"


def find_programme(programmes: Mapping[str, Programme], programme_id: str) -> Programme:
    """Return the programme called ``programme_id``.

    Raises:
        NotFound: there is none; the hint names the nearest one.
    """
    if programme_id in programmes:
        return programmes[programme_id]
    near = did_you_mean(programme_id, programmes)
    raise NotFound(
        "vouchers.programme",
        N_("There is no voucher programme {programme}."),
        hint=N_("Did you mean {near}?") if near else N_("List them: entrepot vouchers list"),
        fields={"programme": "unknown"},
        programme=programme_id,
        near=near or "",
    )


def judge_family(sitting: Sitting, programmes: Mapping[str, Programme]) -> Finding:
    """Refuse a second claim of one family on one invoice line."""
    family = sitting.programme.family
    claimed = sitting.values.get(CLAIMED)
    if claimed is None:
        text = N_("Whether this invoice line was claimed in family {family} is not known.")
        return asked((Line("family", "missing", text, {"family": family}),), CLAIMED)
    kin = [
        other.programme
        for other in sitting.case.other_claims
        if find_programme(programmes, other.programme).family == family
    ]
    if claimed or kin:
        text = N_("This invoice line has been claimed in family {family}; it is claimed once.")
        params: dict[str, object] = {"family": family, "others": kin}
        return refused((Line("family", "fails", text, params),), "already_claimed")
    text = N_("No other claim of family {family} lies on this invoice line.")
    return Finding((Line("family", "holds", text, {"family": family}),))


def judge_stacking(sitting: Sitting) -> Finding:
    """Refuse a claim beside vouchers that the programme does not name."""
    others = sitting.case.other_claims
    foreign = [o.programme for o in others if o.programme not in sitting.programme.stacks_with]
    if foreign:
        text = N_("It does not stack with {others}.")
        line = sitting.line("stacking", "fails", text, "stacks_with", others=", ".join(foreign))
        return refused((line,), "no_stacking")
    silent = [
        f"other_claims[{index}].amount_minor"
        for index, other in enumerate(others)
        if other.amount_minor is None
    ]
    if silent:
        text = N_("What the other vouchers of this invoice line pay is not known.")
        return asked((Line("stacking", "missing", text),), *silent)
    return Finding()
