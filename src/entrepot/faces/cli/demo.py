"""``entrepot demo``: a real job through the whole house, in a home of its own."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from entrepot.faces.cli.demo_home import demo_home
from entrepot.faces.cli.demo_share import Shared, play_shared, show_shared
from entrepot.faces.cli.follow import follow, show_end
from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _, tag
from entrepot.faces.cli.lease_words import show_lease
from entrepot.faces.cli.output import Column, done, emit, money, show_table, width_of
from entrepot.faces.cli.papers import write_invoice
from entrepot.faces.cli.quote_show import OUTCOMES, show_answer
from entrepot.faces.cli.settle import show_batch
from entrepot.kernel.errors import Fault
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services import records as r
    from entrepot.services.app import App
    from entrepot.services.quote import Answer

JOBS = ("stars.yaml", "idphoto.yaml")
DEPOSIT = Amount(200_000, HKD)


@cli_command(
    "demo",
    help=N_(
        "Play the Hong Kong desk, a firm and one mainland centre whose device is this machine: "
        "two real jobs are gated, priced, leased, run, billed in HKD and settled in RMB, and the "
        "books are proven. Takes under two minutes and touches no home but its own."
    ),
    examples=("entrepot demo", "entrepot demo --home ./demo", "entrepot demo --lang zh-Hant"),
)
@json_option
@pass_session
def command(session: Session) -> None:
    """Play the demonstration."""
    app = demo_home(session)
    say = _Narrator(session.json)
    firm = _prepare(app, say)
    jobs = [_play_job(app, firm, name, say) for name in JOBS]
    shared = _share(app, firm, say)
    paid = _settle(app, say)
    problems = _prove(app, say)
    data = {
        "home": str(app.home),
        "jobs": jobs,
        "shared": [one.data() for one in shared],
        "settlement": paid,
        "problems": problems,
    }
    emit(session, data, lambda: _where_next(app, data))
    if problems:
        raise Fault(
            "demo.problems",
            N_("The books of the demonstration do not prove: {problem}."),
            hint=N_("Report it with the home folder {home}."),
            problem=problems[0],
            home=str(app.home),
        )


class _Narrator:
    """Prints headings for people; keeps still for programs."""

    def __init__(self, quiet: bool) -> None:
        self.quiet = quiet
        self._n = 0

    def head(self, text: str) -> None:
        self._n += 1
        if not self.quiet:
            print(f"\n── {self._n}. {text} " + "─" * max(0, 74 - width_of(text)))

    def line(self, text: str) -> None:
        if not self.quiet:
            print(text)


def _prepare(app: App, say: _Narrator) -> r.Firm:
    from entrepot.services import register

    say.head(_(N_("The desk opens: a firm pays in HKD, a centre comes under contract")))
    firm_file, centre_file = app.example("firm.yaml"), app.example("centre.yaml")
    firm = register.register_firm(app, app.read_firm(firm_file), "demo:firm")
    free = register.deposit(app, firm.id, DEPOSIT, "demonstration", "demo:deposit")
    centre = register.register_centre(app, app.read_centre(centre_file), "demo:centre")
    ratings = app.measure(2)
    register.rate_centre(app, centre.id, ratings, "demo:rate")
    if not say.quiet:
        done(_(N_("{name}: {free} prepaid")).format(name=firm.name, free=money(Amount(free, HKD))))
        named = centre.names.get(tag(), centre.names["en"])
        done(_(N_("{name}: rated by a matrix multiplication")).format(name=named))
    for rating in ratings:
        gflops = rating.mflops // 1000
        say.line(f"    {str(rating.precision).upper()}: {gflops} GFLOPS, {rating.source}")
    return firm


def _play_job(app: App, firm: r.Firm, name: str, say: _Narrator) -> dict[str, object]:
    from entrepot.services.lease import take_quote
    from entrepot.services.quote import quote_job
    from entrepot.services.run_job import start_job

    spec = app.read_job(app.example(name))
    say.head(f"{name}: {spec.description or spec.name}")
    answer = quote_job(app, firm, spec, explain=False)
    if not say.quiet:
        _show_gate(answer)
        show_answer(answer, why=False)
    quote = answer.quote
    lease = take_quote(app, quote.id, accept_duties=True, key=f"demo:{spec.name}")
    if not say.quiet:
        with app.store.reading() as uow:
            show_lease(lease, uow.deals.tasks(lease.id), uow.capacity.held(lease.id))
    step = follow(app, start_job(app, lease.id), quiet=say.quiet)
    invoice = step.invoice
    assert invoice is not None
    papers = write_invoice(app, invoice)
    if not say.quiet:
        show_end(step)
    return {
        "job": spec.name,
        "state": step.job.state,
        "quote_id": quote.id,
        "lease_id": lease.id,
        "invoice": invoice.number,
        "total_minor": invoice.total_minor,
        "papers": [str(path) for path in papers],
        "outputs": [str(p) for p in _handed_over(app, step.job)],
    }


def _handed_over(app: App, job: r.Job) -> list[Path]:
    folder = app.home / "documents" / "outputs" / job.id
    return [folder / str(output["name"]) for output in job.outputs if output["released"]]


def _show_gate(answer: Answer) -> None:
    print(_(N_("The gate, for every centre of the network:")))
    tally: dict[tuple[str, str], list[str]] = {}
    for place in answer.places:
        for verdict in cast(Sequence[Mapping[str, Any]], place["verdicts"]):
            deciding = ", ".join(verdict.get("deciding", ()) or verdict["missing"])
            key = (_(OUTCOMES[verdict["outcome"]]), deciding)
            tally.setdefault(key, []).append(str(place["centre_id"]))
    rows = [
        [outcome, str(len(names)), deciding, _shorten(names)]
        for (outcome, deciding), names in sorted(tally.items(), key=lambda kv: -len(kv[1]))
    ]
    titles = (N_("verdict"), N_("places"), N_("decided by"), N_("centres"))
    show_table([Column(_(title)) for title in titles], rows)


def _shorten(names: Sequence[str]) -> str:
    shown = ", ".join(names[:4])
    return shown if len(names) <= 4 else f"{shown} …"


def _share(app: App, firm: r.Firm, say: _Narrator) -> list[Shared]:
    say.head(_(N_("Two firms share one device, and each gets its own invoice")))
    shared = play_shared(app, firm)
    if not say.quiet:
        show_shared(shared)
    return shared


def _settle(app: App, say: _Narrator) -> list[dict[str, object]]:
    from entrepot.services.pay_centre import pay_centres, simulated_bank

    say.head(_(N_("Settlement: the centre is paid in RMB through a simulated bank")))
    paid = pay_centres(app, [], simulated_bank(app, "accept"), key="demo:settle")
    if not say.quiet:
        for item in paid:
            show_batch(item.batch, item.reason)
    return [
        {
            "batch_id": item.batch.id,
            "state": item.batch.state,
            "papers": [str(path) for path in item.papers],
        }
        for item in paid
    ]


def _prove(app: App, say: _Narrator) -> list[str]:
    from entrepot.services.check import check_books

    say.head(_(N_("Proof: the books balance, and nobody edited the journal")))
    books, journal = check_books(app), app.store.verify_journal()
    if not say.quiet:
        for name, problems in (
            ("entrepot ledger check", books),
            ("entrepot audit verify", journal),
        ):
            print(f"  {name}: " + (_(N_("proven")) if not problems else problems[0]))
    return books + journal


def _where_next(app: App, data: Mapping[str, Any]) -> None:
    title = _(N_("What it left"))
    print(f"\n── {title} " + "─" * (77 - width_of(title)))
    for job in data["jobs"]:
        for path in (*job["papers"], *job["outputs"]):
            print(f"  {shown(Path(path))}")
    for half in data["shared"]:
        print(f"  {shown(Path(half['papers'][0]))}")
    for batch in data["settlement"]:
        for path in batch["papers"]:
            print(f"  {shown(Path(path))}")
    print("\n" + _(N_("Try next:")))
    firm = str(data["shared"][0]["firm_id"])
    for line in next_commands(app.home, shown(app.example("idphoto.yaml")), firm):
        print("  " + line)


def next_commands(home: Path, job: str, firm: str) -> list[str]:
    """Return commands to go on with, as they can be typed here.

    Args:
        home: the home played in; named only where it is not the default one.
        job: path of an example; firm: who asks, since several are registered.
    """
    program = _program()
    at = "" if home == Path("~/.entrepot").expanduser() else f" --home {shown(home)}"
    return [
        f"{program} jobs{at}",
        f"{program} quote {job} --firm {firm} --why{at}",
        f"{program} ledger check{at} && {program} audit verify{at}",
        f"{program} launch {job} --firm {firm} --lang zh-Hant{at}",
    ]


def _program() -> str:
    if shutil.which("entrepot"):
        return "entrepot"
    called = Path(sys.argv[0])
    return "python3 -m entrepot" if called.name == "__main__.py" else shown(called)


def shown(path: Path) -> str:
    """Return a path as short as it can be typed: relative where it lies below this folder."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
