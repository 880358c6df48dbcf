"""Random voucher cases, and an oracle that reads the YAML by itself.

The oracle shares no code with the room: it reads the shipped file with a plain YAML reader,
compares facts word by word and reckons with decimals of major units.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_DOWN, Decimal
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

import entrepot.kernel
from entrepot.domain.vouchers.case import EntitlementCase
from entrepot.domain.vouchers.load import load_programmes
from entrepot.domain.vouchers.read_case import read_case
from entrepot.kernel.rulebook.load import load_dictionary

RULES = Path(entrepot.kernel.__file__).parents[1] / "facts" / "rules"
TEXT = (RULES / "vouchers.yaml").read_text("utf-8")
DICTIONARY = load_dictionary((RULES / "dictionary.yaml").read_text("utf-8"))
PROGRAMMES = load_programmes(TEXT, "vouchers.yaml", DICTIONARY)
RAW: dict[str, Any] = {p["id"]: p for p in yaml.safe_load(TEXT)["programmes"]}
FACTS = {f.name: f for f in DICTIONARY.facts.values() if "voucher" in f.scopes}


PAYING = ["cn.beijing.ai_voucher", "cn.hangzhou.compute_voucher", "cn.shenzhen.corpus_voucher",
          "cn.shenzhen.training_voucher", "cn.wuhan.opc_voucher", "hk.bud.general"]  # fmt: skip
"""Programmes that can pay; most of the others wait for a review whatever the facts are."""

# --- random cases


def values_of(name: str) -> st.SearchStrategy[object]:
    fact = FACTS[name]
    if fact.domain:
        return st.sampled_from(fact.domain)
    if fact.kind.value == "bool":
        return st.booleans()
    if fact.kind.value == "money":
        return st.sampled_from([0, 499_999_99, 500_000_00, 500_000_01, 10**12])
    return st.sampled_from([0, 1, 2, 3, 12, 13, 69, 70, 71])


def names_in(version: Mapping[str, Any]) -> set[str]:
    named = {item["fact"] for item in version["eligible"] or []}
    named |= {key for item in version["rates"] for key in item["when"]}
    return named | {"line_already_claimed_in_family", "soft_cap_waived", "years_already_paid"}


def friendly(version: Mapping[str, Any]) -> dict[str, object]:
    """Facts that satisfy every condition, so that random cases often reach the money."""
    found: dict[str, object] = {"line_already_claimed_in_family": False}
    for item in version["eligible"] or []:
        value = item["value"]
        found[item["fact"]] = value[-1] if isinstance(value, list) else value
    return found


AMOUNTS = st.one_of(
    st.integers(0, 20), st.integers(1, 10**6), st.integers(10**7, 10**12), st.just(9 * 10**15)
)


@st.composite
def cases(draw: st.DrawFn) -> EntitlementCase:
    programme = draw(st.sampled_from([*sorted(RAW), *PAYING * 6]))
    version = draw(st.sampled_from(RAW[programme]["versions"]))
    marks = [version["from"], version.get("certain_from") or version["from"]]
    marks += [version[k] for k in ("from", "certain_from", "to", "certain_to") if version.get(k)]
    marks += [date(2026, 5, 6), date(2026, 6, 5), date(2026, 11, 21)]
    facts = friendly(version)
    for item in version["rates"]:
        for key in item["when"]:
            facts[key] = draw(values_of(key))
    if draw(st.sampled_from([False, True, False])):
        name = draw(st.sampled_from(sorted(names_in(version))))
        facts[name] = draw(values_of(name) | st.none())
        facts.pop(draw(st.sampled_from(sorted(facts))), None)
    return read_case({
        "name": "n",
        "programme": programme,
        "as_of": draw(st.sampled_from(marks)),
        "facts": facts,
        "amount_minor": draw(AMOUNTS),
        "currency": draw(st.sampled_from([RAW[programme]["currency"]] * 9 + ["USD"])),
        "used_this_year_minor": draw(st.sampled_from([0, 0, 0, None, 1, 10**8, 10**9])),
        "fund_left_minor": draw(st.sampled_from([None, None, 10**13, 0, 1, 10**7])),
        "ledger": {"lifetime_minor": draw(st.sampled_from([0, 0, 1, 7 * 10**8])),
                   "in_force_minor": draw(st.sampled_from([0, 0, 1, 8 * 10**7]))},
    })  # fmt: skip


# --- the oracle


def truth(facts: Mapping[str, object], name: str, op: str, value: object) -> bool | None:
    found = facts.get(name)
    if found is None:
        return None
    if op == "le":
        limit = value * 100 if FACTS[name].kind.value == "money" else value  # type: ignore[operator]
        return found <= limit  # type: ignore[operator]
    wanted = value if isinstance(value, list) else [value]
    chain, word = [found], found
    while word in DICTIONARY.is_a.get(name, {}):
        word = DICTIONARY.is_a[name][str(word)]
        chain.append(word)
    return any(type(w) is type(c) and w == c for w in wanted for c in chain)


def all_of(truths: Iterable[bool | None]) -> bool | None:
    every = list(truths)
    return False if False in every else None if None in every else True


def oracle(case: EntitlementCase) -> tuple[str, int]:
    """Return status and amount (or advice) as the rule file reads, by hand."""
    raw, day = RAW[case.programme], case.as_of
    facts: dict[str, object] = {"line_already_claimed_in_family": False, "soft_cap_waived": False,
                                "years_already_paid": 0, "projects_done": 0,
                                "exceptional_case": False}  # fmt: skip
    facts |= case.facts
    if case.amount_minor == 0:
        return "refused", 0
    held = [v for v in raw["versions"] if v["from"] <= day and (not v["to"] or day < v["to"])]
    if not held:
        return "refused", 0
    version = held[0]
    doubt = version["status"] == "unknown" or version["grade"] not in "ABC"
    doubt |= bool(version.get("certain_from")) and day < version["certain_from"]
    doubt |= bool(version.get("certain_to")) and day >= version["certain_to"]
    if facts["line_already_claimed_in_family"] is not False:
        return ("refused" if facts["line_already_claimed_in_family"] else "needs_info"), 0
    windows = version.get("windows")
    if windows and not any(w["from"] <= day < w["to"] for w in windows["list"]):
        if day.year in windows["known_for"]:
            return "refused", 0
        doubt = True
    if case.currency != raw["currency"]:
        return "needs_info", 0
    eligible = all_of(
        truth(facts, e["fact"], e["op"], e["value"]) for e in version["eligible"] or []
    )
    if eligible is not True:
        return ("refused" if eligible is False else "needs_info"), 0
    doubt |= version["eligible"] is None or bool(version.get("discretionary"))
    return _oracle_money(case, version, facts, doubt)


def _oracle_money(
    case: EntitlementCase, version: Mapping[str, Any], facts: Mapping[str, object], doubt: bool
) -> tuple[str, int]:
    for item in version["rates"]:
        hit = all_of(
            truth(facts, k, "le", v["le"]) if isinstance(v, dict) else truth(facts, k, "eq", v)
            for k, v in item["when"].items()
        )
        if hit is None:
            return "needs_info", 0
        if hit:
            break
    else:
        return "needs_review", 0
    assert case.amount_minor is not None
    cent = Decimal("0.01")
    share = (Decimal(case.amount_minor) / 100 * item["rate_bp"] / 10000).quantize(cent, ROUND_DOWN)
    bounds = [item.get("cap"), version["cap_per_application"]]
    yearly = [version["cap_per_firm_year"], version.get("soft_cap_per_firm_year")]
    years = version.get("years_max")
    if years and facts["years_already_paid"] is not None and facts["years_already_paid"] >= years:  # type: ignore[operator]
        return "refused", 0
    if any(cap is not None for cap in yearly) and case.used_this_year_minor is None:
        return "needs_info", 0
    if yearly[1] is not None and facts["soft_cap_waived"] is None:
        return "needs_info", 0
    if years and facts["years_already_paid"] is None:
        return "needs_info", 0
    if facts["soft_cap_waived"]:
        yearly = yearly[:1]
    used = Decimal(case.used_this_year_minor or 0) / 100
    bounds += [None if cap is None else max(Decimal(0), cap - used) for cap in yearly]
    counted = {"cap_per_firm_lifetime": case.ledger.lifetime_minor,
               "cap_in_force_at_once": case.ledger.in_force_minor}  # fmt: skip
    for key, spent in counted.items():
        if version.get(key):
            bounds.append(max(Decimal(0), version[key] - Decimal(spent) / 100))
    fund = version.get("fund_per_year") or version.get("fund_total")
    left = None if case.fund_left_minor is None else Decimal(case.fund_left_minor) / 100
    funds = [f for f in (fund, left) if f is not None]
    stated = [Decimal(b) for b in bounds if b is not None]
    if share == 0 or 0 in stated or 0 in funds:
        return "refused", 0
    claim = min([share, *stated])
    amount = min([claim, *map(Decimal, funds)])
    return ("needs_review" if doubt or amount < claim else "pays"), int(amount * 100)
