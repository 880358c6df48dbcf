"""``entrepot auction``: make up a call, run it, and verify its certificate."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from entrepot.faces.cli.auction_example import example
from entrepot.faces.cli.auction_life import COMMANDS as LIFE
from entrepot.faces.cli.auction_life_end import COMMANDS as LIFE_END
from entrepot.faces.cli.auction_life_end import run_life, verify_life
from entrepot.faces.cli.auction_life_open import COMMANDS as LIFE_OPEN
from entrepot.faces.cli.auction_pictures import pictures
from entrepot.faces.cli.auction_progress import solver_progress
from entrepot.faces.cli.auction_resale import COMMANDS as RESALE
from entrepot.faces.cli.frame import Session, cli_group, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, done, emit, money, number, show_table, warn
from entrepot.kernel.errors import Invalid
from entrepot.kernel.ids import AUCTION_CALL, is_id
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.text import N_
from entrepot.services.auction_folder import FORMS

if TYPE_CHECKING:
    from entrepot.services.auction_generate import Made
    from entrepot.services.auction_run import Outcome

FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)
MICRO_PER_CENT = 10_000


@cli_group(
    "auction",
    help=N_(
        "A call auction: sealed orders, one price per place, device class and hour, and a "
        "certificate that anybody can check."
    ),
    examples=(
        "entrepot auction open",
        'entrepot auction bid AC-01… --job job.yaml --value "500 HKD"',
        "entrepot auction explain AO-01…",
        "entrepot auction generate --orders 300 --zones 6 --classes 3 --slots 24 --seed 1 "
        "--out orders",
        "entrepot auction run --orders orders --time-limit 10 --out cert.json",
        "entrepot auction verify cert.json orders",
    ),
)
def command() -> None:
    """Hold the commands of the auction."""


command.add_command(pictures)
for _sub in (*LIFE_OPEN, *LIFE, *LIFE_END, *RESALE):
    command.add_command(_sub)
command.add_command(example)


@command.command(
    "generate",
    help=N_(
        "Make up a call: stress (lumpy orders in small pools) or realistic (large pools, small "
        "orders). The same seed makes the same call."
    ),
    examples=(
        "entrepot auction generate --orders 300 --zones 6 --classes 3 --slots 24 --seed 1 "
        "--out orders",
        "entrepot auction generate --orders 5000 --zones 20 --classes 4 --slots 24 --seed 7 "
        "--kind realistic --form parquet --out orders",
    ),
)
@click.option("--orders", required=True, type=int, help=N_("Number of orders."))
@click.option("--zones", required=True, type=int, help=N_("Number of places."))
@click.option("--classes", required=True, type=int, help=N_("Number of device classes."))
@click.option("--slots", required=True, type=int, help=N_("Number of hours."))
@click.option("--seed", required=True, type=int, help=N_("Seed of all chance."))
@click.option(
    "--kind",
    type=click.Choice(["stress", "realistic"]),
    default="stress",
    help=N_("Which generator."),
)
@click.option("--form", type=click.Choice(FORMS), default="csv", help=N_("Form of the tables."))
@click.option("--out", required=True, type=FOLDER, help=N_("Folder to write."))
@json_option
@pass_session
def generate(
    session: Session,
    orders: int,
    zones: int,
    classes: int,
    slots: int,
    seed: int,
    kind: str,
    form: str,
    out: Path,
) -> None:
    """Make up a call."""
    from entrepot.services.auction_generate import generate_auction

    made = generate_auction(session.app, (orders, zones, classes, slots), seed, kind, out, form)
    emit(session, made, lambda: _show_made(made, out))


@command.command(
    "run",
    help=N_(
        "Run a closed call: solve it, certify it, pay and make leases. Or run the call of a folder "
        "and write its certificate. Without --time-limit and --iterations the solver takes its "
        "usual time. The same orders, seed and iterations give the same certificate, byte by byte."
    ),
    examples=(
        "entrepot auction run AC-01…",
        "entrepot auction run --orders orders --time-limit 10 --out cert.json",
        "entrepot auction run --orders orders --seed 3 --iterations dual=600,anneal=20000 "
        "--out cert.json",
    ),
)
@click.argument("call_id", metavar="[CALL]", required=False)
@click.option("--orders", type=FOLDER, help=N_("Folder of the call."))
@click.option("--time-limit", "limit_s", type=float, help=N_("Seconds for the solver."))
@click.option("--seed", type=int, default=0, help=N_("Seed of all chance."))
@click.option("--iterations", default="", help=N_("Iterations by stage, as a certificate names."))
@click.option("--out", type=FILE, help=N_("File of the certificate."))
@json_option
@pass_session
def run(
    session: Session,
    call_id: str | None,
    orders: Path | None,
    limit_s: float | None,
    seed: int,
    iterations: str,
    out: Path | None,
) -> None:
    """Run a call."""
    from entrepot.services.auction_run import Terms, run_auction

    if call_id:
        run_life(session, call_id, limit_s, _iterations(iterations))
        return
    if orders is None or out is None:
        raise _needs(N_("Give the id of a call, or --orders FOLDER with --out CERT.json."))
    terms = Terms(seed, limit_s, _iterations(iterations))
    with solver_progress() as told:
        outcome = run_auction(session.app, orders, terms, out, told)
    emit(session, _outcome(outcome, out), lambda: _show_outcome(outcome, out))


@command.command(
    "verify",
    help=N_(
        "Check a certificate against its orders with a checker that shares no code with the "
        "solver: allocation, bound, payments, budget and law. Of a call that is kept, check that "
        "its orders are those that were sealed as well, and with --out write it into a folder for "
        "others to check."
    ),
    examples=(
        "entrepot auction verify cert.json orders",
        "entrepot auction verify AC-01… --out published",
    ),
)
@click.argument("certificate", metavar="CERTIFICATE|CALL", type=FILE)
@click.argument("orders", metavar="[ORDERS]", type=FOLDER, required=False)
@click.option("--out", type=FOLDER, help=N_("Folder to write a call that is kept into."))
@json_option
@pass_session
def verify(session: Session, certificate: Path, orders: Path | None, out: Path | None) -> None:
    """Check a certificate."""
    from entrepot.services.auction_verify import verify_auction

    if orders is None:
        if not is_id(str(certificate), AUCTION_CALL):
            raise _needs(N_("Give the folder of its orders as well, or the id of a call."))
        verify_life(session, str(certificate), out)
        return
    body = verify_auction(session.app, certificate, orders)
    told = {name: body[name] for name in ("inputs", "welfare", "bound", "gap_percent")}

    def render() -> None:
        done(_(N_("The certificate holds.")))
        _show_figures(body)

    emit(session, {"holds": True, **told}, render)


def _needs(hint: str) -> Invalid:
    return Invalid("auction.which", N_("It is not said which call."), hint=hint)


def _iterations(text: str) -> dict[str, int] | None:
    """Read ``stage=count,…``; None for an empty text.

    Raises:
        Invalid: it is something else.
    """
    if not text:
        return None
    found: dict[str, int] = {}
    for part in text.split(","):
        stage, _equals, count = part.strip().partition("=")
        if not stage.isidentifier() or not count.isdecimal() or len(count) > 12:
            raise Invalid(
                "auction.iterations",
                N_("{text} is not a list of iterations by stage."),
                hint=N_("For example: --iterations dual=600,anneal=20000"),
                text=repr(text[:60]),
            )
        found[stage] = int(count)
    return found


def _outcome(outcome: Outcome, out: Path) -> dict[str, object]:
    body = outcome.certificate
    shown = ("inputs", "budget", "welfare", "bound", "gap_percent", "mip_bound", "gap_percent_mip")
    return {
        "certificate": out,
        "orders": outcome.orders,
        "options": outcome.options,
        "served": outcome.served,
        "below_zero": outcome.below_zero,
        "spent_ms": outcome.spent_ms,
        **{name: body[name] for name in shown},
        "operator": _operator(body),
        "rejected": len(cast("list[object]", body["rejected"])),
        "history": outcome.history,
    }


def _show_made(made: Made, out: Path) -> None:
    portrait = made.portrait
    line = N_("{orders} orders with {options} options for {pools} pools are written: {out}")
    counts = {name: number(getattr(portrait, name)) for name in ("orders", "options", "pools")}
    done(_(line).format(**counts, out=out))
    ten, half, ninety, most = (_percent(ppm) for ppm in portrait.gang_size_ppm)
    rows = [
        (_(N_("gangs, share of all value")), _percent(portrait.gang_value_ppm)),
        (_(N_("gang over pool, 10 % quantile")), ten),
        (_(N_("gang over pool, median")), half),
        (_(N_("gang over pool, 90 % quantile")), ninety),
        (_(N_("gang over pool, 99 % quantile")), most),
        (_(N_("gang options larger than their pool")), _percent(portrait.oversize_ppm)),
    ]
    show_table([Column(_(N_("figure"))), Column(_(N_("value")), number=True)], rows)


def _show_outcome(outcome: Outcome, out: Path) -> None:
    line = N_("{served} of {orders} orders are served; the certificate is written: {out}")
    counts = {"served": number(outcome.served), "orders": number(outcome.orders)}
    done(_(line).format(**counts, out=out))
    if outcome.below_zero:
        few = N_("{count} ask below zero stands at zero: no price falls below nothing.")
        lots = N_("{count} asks below zero stand at zero: no price falls below nothing.")
        said = few if outcome.below_zero == 1 else lots
        warn(_(said).format(count=number(outcome.below_zero)))
    _show_figures(outcome.certificate)


def _show_figures(body: Mapping[str, object]) -> None:
    rejected = len(cast("list[object]", body["rejected"]))
    rows: list[tuple[str, str]] = [
        (_(N_("welfare")), _hkd(cast("int", body["welfare"]))),
        (_(N_("bound proven by the prices")), _hkd(cast("int", body["bound"]))),
        (_(N_("gap")), f"{body['gap_percent']} %"),
    ]
    if body["gap_percent_mip"] is not None:
        rows.append((_(N_("gap on the solver's word")), f"{body['gap_percent_mip']} %"))
    rows += [
        (_(N_("left to the operator")), money(Amount(_operator(body), HKD))),
        (_(N_("rejected though the prices leave a surplus")), number(rejected)),
    ]
    show_table([Column(_(N_("figure"))), Column(_(N_("value")), number=True)], rows)


def _operator(body: Mapping[str, object]) -> int:
    return cast("dict[str, int]", body["payments"])["operator"]


def _hkd(micro: int) -> str:
    return money(Amount(micro // MICRO_PER_CENT, HKD))


def _percent(ppm: int) -> str:
    return f"{ppm // 10_000}.{ppm % 10_000 // 100:02d} %"
