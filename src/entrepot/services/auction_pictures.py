"""Draw a call from its certificate, its orders and the history of its run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from entrepot.kernel.errors import Conflict, Invalid, NotFound, Translate
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_
from entrepot.services.app import App
from entrepot.services.auction_charts import curve_chart, gap_chart, heat_chart, source_note
from entrepot.services.auction_folder import instance_of
from entrepot.services.auction_history import history_path, read_history
from entrepot.services.charts import Chart, Form, Paper

if TYPE_CHECKING:
    from entrepot.domain.market.instance import Instance
    from entrepot.domain.market.picture_data import Int64
    from entrepot.domain.market.solution import Step

FORMS = (Form.ECHARTS, Form.SVG, Form.PNG)
PAPER = Paper()


@dataclass(frozen=True, slots=True)
class PictureAsk:
    """Which pictures are wished.

    Attributes:
        pool: ``zone/class`` of the curve; empty = where most money is at stake.
        slot: of the curve; None = where most money is at stake.
        history: file of the history; None = the one beside the certificate, if it is there.
        forms: files of each picture.
        paper: size and ground.
    """

    pool: str = ""
    slot: int | None = None
    history: Path | None = None
    forms: Sequence[Form] = FORMS
    paper: Paper = PAPER


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as written: what it shows, and its files."""

    title: str
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class _Call:
    """A cleared call as columns: orders, prices and what is traded."""

    instance: Instance
    body: Mapping[str, object]
    prices: Int64
    micro_devices: Int64


def draw_auction(
    app: App,
    certificate: Path,
    orders: Path,
    out: Path,
    ask: PictureAsk,
    translate: Translate,
    told: Callable[[int], None] | None = None,
) -> list[Drawn]:
    """Draw a call and write the pictures into a folder.

    Args:
        app: the exchange; no home is needed.
        certificate: file of the certificate; whether it holds is for ``verify`` to say.
        orders: folder of its orders.
        out: folder of the pictures.
        ask: which pictures.
        translate: looks words up in the reader's language.
        told: called with the percent that is done.

    Raises:
        NotFound: a file, the pool or the slot is not there.
        Invalid: a file cannot be read.
        Conflict: certificate, orders and history do not belong together.
        Fault: a picture cannot be drawn or written.
    """
    call = _read(app, certificate, orders)
    steps = _history(app, certificate, ask, call.body)
    charts = list(_charts(call, steps, ask, translate))
    drawn: list[Drawn] = []
    for name, chart in charts:
        drawn.append(Drawn(chart.title, tuple(_write(app, chart, out / name, ask))))
        if told is not None:
            told(100 * len(drawn) // len(charts))
    return drawn


def _write(app: App, chart: Chart, path: Path, ask: PictureAsk) -> Iterator[Path]:
    for form in ask.forms:
        data = app.pictures.draw(chart, form, ask.paper)
        yield app.write_picture(path.with_name(path.name + form.ending), data)


def _charts(
    call: _Call, steps: Sequence[Step], ask: PictureAsk, translate: Translate
) -> Iterator[tuple[str, Chart]]:
    """Yield the pictures with the names of their files, endings left out."""
    note = source_note(call.body, translate)
    pool, slot = _place(call, ask)
    names = _names(call.instance, pool)
    if call.instance.pools:
        price, sold = int(call.prices[pool, slot]), int(call.micro_devices[pool, slot])
        chart = curve_chart(call.instance, (pool, slot), price, sold, note, translate)
        yield f"supply-demand-{names}-{slot}", chart
    used: set[str] = set()
    for device, name in enumerate(call.instance.classes):
        file = plain_name(name)
        file = f"{file}-{device}" if file in used else file
        used.add(file)
        yield f"prices-{file}", heat_chart(call.instance, device, call.prices, note, translate)
    if steps:
        yield "gap", gap_chart(steps, call.body, note, translate)


def _names(instance: Instance, pool: int) -> str:
    from entrepot.domain.market.picture_data import pool_names

    return "-".join(map(plain_name, pool_names(instance)[pool])) if instance.pools else ""


def plain_name(text: str) -> str:
    """Return a text that every file system takes as part of a name.

    >>> plain_name("香港/west 1"), plain_name("../x")
    ('香港-west-1', 'x')
    """
    signs = (sign if sign.isalnum() or sign in "._" else "-" for sign in text)
    return "".join(signs).strip("-.")[:60] or "x"


def _read(app: App, certificate: Path, orders: Path) -> _Call:
    """Read certificate and orders, which must belong together.

    Raises:
        Conflict: they do not.
        Invalid: the certificate names what its orders do not have.
    """
    from entrepot.domain.market.picture_data import Rows, prices_of, traded
    from entrepot.domain.market.plain import inputs_digest

    body = app.read_certificate(certificate)
    instance = instance_of(app.read_auction(orders))
    if body.get("inputs") != inputs_digest(instance):
        raise Conflict(
            "auction.pictures_other",
            N_("{certificate} is no certificate of the orders in {orders}."),
            hint=N_("Name the folder with which: entrepot auction verify {certificate} FOLDER"),
            certificate=str(certificate),
            orders=str(orders),
        )
    try:
        prices = prices_of(instance, cast("Rows", body["prices"]))
        sold = traded(instance, cast("Rows", body["allocation"]))
        _known = body["digest"], body["gap_percent"]
    except (LookupError, TypeError, ValueError, ArithmeticError):
        raise Invalid(
            "auction.pictures_form",
            N_("{certificate} names what its orders do not have."),
            hint=N_("See what is wrong: entrepot auction verify {certificate} {orders}"),
            certificate=str(certificate),
            orders=str(orders),
        ) from None
    return _Call(instance, body, prices, sold)


def _history(
    app: App, certificate: Path, ask: PictureAsk, body: Mapping[str, object]
) -> Sequence[Step]:
    """Read the history named, or the one beside the certificate; without one no curve is drawn."""
    if ask.history is not None:
        return read_history(app, ask.history, body)
    try:
        return read_history(app, history_path(certificate), body)
    except NotFound:
        return ()


def _place(call: _Call, ask: PictureAsk) -> tuple[int, int]:
    """Return pool and slot of the curve.

    Raises:
        NotFound: the call has no such pool or slot.
    """
    from entrepot.domain.market.picture_data import busiest, pool_names

    pool, slot = busiest(call.prices, call.micro_devices)
    if ask.pool:
        pool = _pool(["/".join(pair) for pair in pool_names(call.instance)], ask.pool)
        slot = busiest(call.prices[pool : pool + 1], call.micro_devices[pool : pool + 1])[1]
    if ask.slot is None:
        return pool, slot
    if not 0 <= ask.slot < call.instance.slots:
        raise NotFound(
            "auction.slot",
            N_("The call has no slot {slot}."),
            hint=N_("Its slots are 0 to {last}."),
            slot=ask.slot,
            last=call.instance.slots - 1,
        )
    if not ask.pool:
        here = slice(ask.slot, ask.slot + 1)
        pool = busiest(call.prices[:, here], call.micro_devices[:, here])[0]
    return pool, ask.slot


def _pool(names: Sequence[str], asked: str) -> int:
    if asked in names:
        return names.index(asked)
    guess = did_you_mean(asked, list(names))
    raise NotFound(
        "auction.pool",
        N_("The call has no pool {pool}."),
        hint=N_("Did you mean {guess}?") if guess else N_("A pool is a zone and a class: Z01/K01"),
        pool=asked[:80],
        guess=guess or "",
    )
