"""Run a call of the auction: solve, pay, drop whom nobody can make whole, and certify."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from entrepot import __version__
from entrepot.kernel.canonical import canonical_json
from entrepot.kernel.errors import Fault, Invalid
from entrepot.kernel.text import N_
from entrepot.services.app import App
from entrepot.services.auction_cut import Cut, cut_of, lift
from entrepot.services.auction_folder import AuctionFolder, instance_of
from entrepot.services.auction_history import write_history
from entrepot.services.auction_verify import findings_of

if TYPE_CHECKING:
    from entrepot.domain.market.instance import Instance
    from entrepot.domain.market.pay import Payments
    from entrepot.domain.market.solution import Progress, Solution, Step

SELF_CHECK_OPTIONS_MAX = 20_000
"""Up to this size a certificate is checked before it is handed out."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How a call is to be run.

    Attributes:
        seed: of all chance.
        time_limit_s: seconds for the solver, or None.
        iterations: iterations by stage in place of a limit, or None.
        fee_ppm_max: cap of the fee in ppm of a charge.
    """

    seed: int = 0
    time_limit_s: float | None = None  # not money: seconds
    iterations: Mapping[str, int] | None = None
    fee_ppm_max: int = 20_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call.

    Attributes:
        certificate: as plain values.
        history: the solver's curve of gap over time.
        spent_ms: of the whole run, reading left out.
        orders, options: how many there were; served: orders with a share.
        below_zero: asks that stated a price below zero, and stand at zero.
    """

    certificate: Mapping[str, object]
    history: tuple[Step, ...]
    spent_ms: int
    orders: int
    options: int
    served: int
    below_zero: int = 0


def run_auction(
    app: App, orders: Path, terms: Terms, out: Path, told: Progress | None = None
) -> Outcome:
    """Run the call of a folder and write its certificate.

    Args:
        app: the exchange; no home is needed.
        orders: folder of the call.
        terms: seed, budget and fee.
        out: file of the certificate, canonical JSON; the curve of its gap lies beside it.
        told: told of every step of the solver.

    Raises:
        NotFound, Invalid: the folder cannot be read.
        Fault: the solver failed, or the file cannot be written.
    """
    check_terms(terms)
    folder = app.read_auction(orders)
    outcome = clear(folder, terms, told)
    app.write_certificate(out, canonical_json(outcome.certificate))
    write_history(app, out, outcome.certificate, outcome.history)
    return outcome


def check_terms(terms: Terms) -> None:
    """Refuse terms without meaning.

    Raises:
        Invalid: a negative seed, no time, or a fee beyond the charge.
    """
    limit = terms.time_limit_s
    if terms.seed < 0 or (limit is not None and not 0 < limit <= 86_400):
        raise Invalid(
            "auction.terms",
            N_("A seed is not negative, and a time limit lies between 0 and 86,400 seconds."),
            hint=N_("For example: --time-limit 30 --seed 1"),
        )
    if not 0 <= terms.fee_ppm_max <= 1_000_000:
        raise Invalid(
            "auction.fee",
            N_("A fee lies between 0 and 1,000,000 millionths of a charge."),
            hint=N_("For example 20000, which is 2 %."),
        )


def clear(folder: AuctionFolder, terms: Terms, told: Progress | None = None) -> Outcome:
    """Run a call that has been read; arguments as :func:`run_auction`."""
    begun = time.monotonic()
    instance = instance_of(folder)
    cut, solution, payments = _clear_until_paid(instance, terms, told)
    certificate = _certify(instance, solution, payments, cut, terms)
    if instance.options <= SELF_CHECK_OPTIONS_MAX:
        _check_self(folder, certificate)
    served = len(set(instance.opt_order[solution.opt_share > 0].tolist()))
    return Outcome(
        certificate,
        solution.history,
        int((time.monotonic() - begun) * 1000),
        instance.orders,
        instance.options,
        served,
        int((instance.ask_stated < 0).sum()),
    )


def _clear_until_paid(
    instance: Instance, terms: Terms, told: Progress | None
) -> tuple[Cut, Solution, Payments]:
    """Clear; drop who buys from himself or cannot be made whole, the worst first, and again."""
    from entrepot.domain.market.pay import pay, worst_losers

    cut = Cut()
    solution, own = _solve(instance, cut, terms, told)
    payments = pay(instance, solution, terms.fee_ppm_max)
    again = replace(terms, iterations=dict(solution.budget) or terms.iterations)
    count = 1
    while own or payments.short:
        losers = [("order", place) for place in own] or worst_losers(payments, count)
        for loser in losers:
            cut = cut.without(instance, loser)
        count *= 1 if own else 2  # so that even a call of losers comes to an end soon
        solution, own = _solve(instance, cut, again, told)
        payments = pay(instance, solution, terms.fee_ppm_max)
    return cut, solution, payments


def _solve(
    instance: Instance, cut: Cut, terms: Terms, told: Progress | None
) -> tuple[Solution, list[int]]:
    """Solve what is left; return the answer, and orders that would buy from their own group."""
    from entrepot.domain.market.keep_apart import keep_apart
    from entrepot.domain.market.solve import solve

    less, rows = cut_of(instance, cut)
    limit = None if terms.iterations is not None else terms.time_limit_s
    found = solve(
        less,
        seed=terms.seed,
        time_limit_s=limit,
        iterations=dict(terms.iterations) if terms.iterations is not None else None,
        clock=time.monotonic,
        progress=told,
    )
    apart, own = keep_apart(less, found)
    return lift(instance, apart, rows, cut), own


def _certify(
    instance: Instance, solution: Solution, payments: Payments, cut: Cut, terms: Terms
) -> Mapping[str, object]:
    from entrepot.domain.market.certificate import Making, certificate
    from entrepot.domain.market.pay import regret
    from entrepot.domain.market.runnable import can_run

    making = Making(
        __version__,
        terms.seed,
        terms.fee_ppm_max,
        tuple(sorted(cut.orders)),
        tuple(sorted(cut.asks)),
    )
    lost = regret(instance, solution, can_run(instance))
    return certificate(instance, solution, payments, lost, making)


def _check_self(folder: AuctionFolder, certificate: Mapping[str, object]) -> None:
    """Refuse to hand out a certificate that the checker does not accept.

    Raises:
        Fault: it does not.
    """
    import json

    wrong = findings_of(folder, json.loads(canonical_json(certificate)))
    if wrong:
        raise Fault(
            "auction.self_check",
            N_("The certificate does not pass its own check ({field}: {what})."),
            hint=N_("Nothing was written. Report it with the folder of orders and the seed."),
            field=wrong[0].where,
            what=wrong[0].render(),
        )
