"""A certificate as plain values → a :class:`.model.Claim`, with findings for what it cannot be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from entrepot.domain.auction_check.model import PPM, Call, Claim, Finding
from entrepot.kernel.text import N_

Plain = Mapping[str, object]

SHAPE: dict[str, type | tuple[type, ...]] = {
    "form": str,
    "version": str,
    "seed": int,
    "budget": dict,
    "inputs": str,
    "law": str,
    "allocation": list,
    "supply": list,
    "prices": list,
    "congestion": list,
    "welfare": int,
    "bound": int,
    "gap_percent": str,
    "mip_bound": (int, type(None)),
    "gap_percent_mip": (str, type(None)),
    "payments": dict,
    "dropped": dict,
    "surplus": dict,
    "lost_opportunity": int,
    "rejected": list,
    "digest": str,
}
"""Every field of a certificate and its type."""

INSIDE: dict[str, dict[str, type]] = {
    "payments": {"fee_ppm_max": int, "orders": list, "asks": list, "operator": int},
    "dropped": {"orders": list, "asks": list},
    "surplus": {"orders": int, "asks": int},
}

_ROW = {
    "allocation": (str, str, int),
    "supply": (str, int, int, int),
    "prices": (str, str, int, int, int),
    "congestion": (str, int, int, int),
    "rejected": (str, int),
    "payments.orders": (str, int, int, int),
    "payments.asks": (str, int, int),
    "dropped.orders": str,
    "dropped.asks": str,
}


def shape_findings(body: Plain) -> Iterator[Finding]:
    """Find fields that are missing, unknown or of a wrong type."""
    yield from _fields(body, SHAPE, "")
    for name, inside in INSIDE.items():
        if isinstance(body.get(name), dict):
            yield from _fields(cast("Plain", body[name]), inside, f"{name}.")
    budget = body.get("budget")
    if isinstance(budget, dict):
        counts = cast("dict[object, object]", budget).values()
        if not all(_is(count, int) for count in counts):
            yield _wrong_type("budget")
    for path, row in _ROW.items():
        rows = _at(body, path)
        if isinstance(rows, list) and not all(
            _is_row(found, row) for found in cast("list[object]", rows)
        ):
            yield _wrong_type(path)


def rows_of(body: Plain, path: str) -> list[list[object]]:
    """Return the rows of a list whose shape was found sound."""
    return cast("list[list[object]]", _at(body, path))


def number_of(body: Plain, path: str) -> int:
    """Return a whole number whose shape was found sound."""
    return cast("int", _at(body, path))


def read_claim(call: Call, body: Plain) -> tuple[Claim, list[Finding]]:
    """Look up every name of a certificate of sound shape.

    Returns:
        The claim, and findings for rows that name nothing, lie outside or come twice.
    """
    findings: list[Finding] = []
    asks = {ask.name: at for at, ask in enumerate(call.asks)}
    used = [[0] * (ask.end - ask.begin) for ask in call.asks]
    for row in rows_of(body, "supply"):
        name, *run = cast("tuple[str, int, int, int]", row)
        ask = asks.get(name)
        begin = call.asks[ask].begin if ask is not None else 0
        target = used[ask] if ask is not None else None
        findings += _fill("supply", row, target, run, begin)
    pi = [[0] * call.slots for _ in call.pools]
    for row in rows_of(body, "prices"):
        zone, device, *run = cast("tuple[str, str, int, int, int]", row)
        pool = call.pools.get((zone, device))
        findings += _fill("prices", row, None if pool is None else pi[pool], run, 0)
    mu = [[0] * call.slots for _ in call.links]
    for row in rows_of(body, "congestion"):
        name, *run = cast("tuple[str, int, int, int]", row)
        link = call.links.get(name)
        findings += _fill("congestion", row, None if link is None else mu[link], run, 0)
    share, more = _shares(call, body)
    return Claim(share, used, pi, mu), findings + more


def _shares(call: Call, body: Plain) -> tuple[dict[int, int], list[Finding]]:
    findings: list[Finding] = []
    share: dict[int, int] = {}
    wanted = {(str(row[0]), str(row[1])) for row in rows_of(body, "allocation")}
    known = {
        pair: at
        for at, option in enumerate(call.options)
        if (pair := (call.orders[option.order].name, option.name)) in wanted
    }
    for row in rows_of(body, "allocation"):
        order, option, ppm = cast("tuple[str, str, int]", row)
        at = known.get((order, option))
        if (order, option) in call.unlawful:
            text = N_("The law does not permit option {option} of order {order}.")
            findings.append(Finding("allocation", text, {"option": option, "order": order}))
        elif at is None:
            text = N_("Order {order} has no option {option}.")
            findings.append(Finding("allocation", text, {"option": option, "order": order}))
        elif at in share or not 0 < ppm <= PPM:
            text = N_("Option {option} of order {order} stands twice or has no possible share.")
            findings.append(Finding("allocation", text, {"option": option, "order": order}))
        else:
            share[at] = ppm
    return share, findings


def _fill(
    path: str, row: Sequence[object], target: list[int] | None, run: Sequence[int], origin: int
) -> list[Finding]:
    """Write a run into its slots; say so if it names nothing, lies outside or comes twice."""
    begin, end, value = run
    begin, end = begin - origin, end - origin
    if target is None or not 0 <= begin < end <= len(target) or value <= 0:
        text = N_("The row {row} names nothing that is there, or no possible figure.")
        return [Finding(path, text, {"row": str(list(row))[:80]})]
    if any(target[begin:end]):
        text = N_("The row {row} names a slot that another row names too.")
        return [Finding(path, text, {"row": str(list(row))[:80]})]
    target[begin:end] = [value] * (end - begin)
    return []


def _fields(
    body: Plain, shape: Mapping[str, type | tuple[type, ...]], prefix: str
) -> Iterator[Finding]:
    for name in sorted(set(shape) - set(body)):
        yield Finding(prefix + name, N_("The field is missing."))
    for name in sorted(set(body) - set(shape)):
        yield Finding(prefix + name[:40], N_("No certificate has this field."))
    for name, kind in shape.items():
        if name in body and not _is(body[name], kind):
            yield _wrong_type(prefix + name)


def _at(body: Plain, path: str) -> object:
    value: object = body
    for name in path.split("."):
        value = cast("Plain", value).get(name) if isinstance(value, dict) else None
    return value


def _is(value: object, kind: type | tuple[type, ...]) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)


def _is_row(found: object, row: type | tuple[type, ...]) -> bool:
    if isinstance(row, type):
        return _is(found, row)
    if not isinstance(found, list):
        return False
    cells = cast("list[object]", found)
    return len(cells) == len(row) and all(map(_is, cells, row))


def _wrong_type(path: str) -> Finding:
    return Finding(path, N_("The field is of another form than it should be."))
