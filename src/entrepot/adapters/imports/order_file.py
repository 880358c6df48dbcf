"""Files of orders of the auction: YAML or JSON, one order a file.

A job file beside the order is read by the reader of jobs; its place is relative to the order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import cast

from entrepot.adapters.imports.facts_row import Row
from entrepot.adapters.imports.job_values import facts
from entrepot.adapters.imports.order_elastic import read_elastic
from entrepot.adapters.imports.order_runs import read_blocks, read_window
from entrepot.adapters.imports.yaml_safe import Located, load_yaml
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import CNY, HKD, Amount, asset_of, of_major, parse_amount
from entrepot.kernel.rulebook.dictionary import FactDictionary, FactType
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_
from entrepot.services.declaration import Fact, JobSpec
from entrepot.services.order_model import KINDS, PPM, OrderFile, WrittenOption

OPTIONS_MAX = 10_000
DEVICES_MAX = 1_000_000_000
MBPS_MAX = 10**12
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}\Z")

ReadJob = Callable[[Path], JobSpec]


def read_order(
    data: bytes,
    path: Path,
    read_job: ReadJob,
    dictionary: FactDictionary | None = None,
) -> OrderFile:
    r"""Read an order.

    Args:
        data: bytes of the file; JSON is read as the YAML that it is.
        path: of the file, for messages, and for the job that it names.
        read_job: reads that job.
        dictionary: facts that ``data`` and ``placement`` may state; None = any.

    Raises:
        Invalid: with file, line and field.
        NotFound: the job is not there.

    >>> text = b"order: night\nvalue: 5.00 HKD\noptions:\n"
    >>> text += b"- {zone: GZ, class: h800, from: 0, to: 2, devices: 8}\n"
    >>> read_order(text, Path("order.yaml"), lambda path: None).options[0].devices
    8
    """
    top = _top(load_yaml(data, str(path)))
    order = OrderFile(
        name=_name(top, "order", needed=True),
        firm=top.text_or_none("firm") or "",
        kind=top.choice("kind", KINDS) if "kind" in top.values else "gang",
        min_share_ppm=_share(top),
        value=_value(top, _currency(top)),
        net_of_vouchers=_flag(top, "net_of_vouchers"),
        group=_name(top, "group"),
        parent=_name(top, "parent"),
        accept_duties=_flag(top, "accept_duties"),
        job=_job(top, path, read_job),
        window=read_window(top),
        home=top.text_or_none("home") or "",
        options=_options(top),
        data=_facts(top, "data", "leg", dictionary),
        placement=_facts(top, "placement", "placement", dictionary),
        elastic=read_elastic(top),
        where={key: top.where((key,)) for key in top.values} | {"": top.where(())},
    )
    top.finish()
    _whole(top, order)
    return order


def _top(located: Located) -> Row:
    value = located.value
    if not isinstance(value, dict):
        raise _no_mapping(located.where())
    return Row(cast("dict[str, object]", value), (), lambda at: located.where(*at), {})


def _whole(top: Row, order: OrderFile) -> None:
    """Refuse fields that do not go together."""
    if order.parent == order.name:
        top.refuse(
            "parent", N_("{where}: an order cannot be its own parent."), N_("Name another order.")
        )
    if (order.kind == "minimum") != (order.min_share_ppm > 0):
        top.refuse(
            "min_share",
            N_("{where}: min_share belongs to orders of kind minimum, and to no other."),
            N_("Write kind: minimum and, for example, min_share: 25"),
        )
    if order.job is not None and (order.data or order.placement):
        field = "data" if order.data else "placement"
        top.refuse(
            field,
            N_("{where}: the job states its data and its use."),
            N_("Leave {field} out, or the job."),
        )
    if order.job is None and not order.options:
        top.refuse(
            "options",
            N_("{where}: an order names a job, or its options."),
            N_("Write job: JOB.yaml, or a list of options with zone, class, from, to, devices."),
        )
    if order.value is None and (order.job is None or order.job.demand.price_cap is None):
        unpriced = any(option.value is None for option in order.options) or not order.options
        if unpriced:
            top.refuse(
                "value",
                N_("{where}: the order does not say what it is worth."),
                N_("Write, for example, value: 500.00 HKD"),
            )


def _name(row: Row, key: str, *, needed: bool = False) -> str:
    value = row.get(key)
    if value is None and not needed:
        return ""
    # A name of digits alone is a number to YAML.
    text = row.text(key) if value is None or isinstance(value, str) else str(value)
    if isinstance(value, (bool, list, dict)) or not _NAME.match(text):
        row.refuse(
            key,
            N_("{where}: {value} cannot be a name."),
            N_("Use letters, digits, dots, dashes and underscores, at most 40."),
            value=text[:60],
        )
    return text


def _flag(row: Row, key: str) -> bool:
    return row.get(key) is not None and row.flag(key)


def _share(row: Row) -> int:
    exact = row.decimal_or_none("min_share", 0, 100)
    scaled = (exact or Decimal(0)) * PPM / 100
    if scaled != scaled.to_integral_value():
        row.refuse(
            "min_share",
            N_("{where}: {value} has more than four decimals."),
            N_("Write a percentage with at most four decimals."),
            value=str(exact),
        )
    return int(scaled)


def _currency(top: Row) -> str:
    return top.choice("currency", (HKD.code, CNY.code)) if "currency" in top.values else ""


def _value(row: Row, currency: str) -> Amount | None:
    """Read ``12.50 HKD``, or ``12.50`` beside a currency."""
    value = row.get("value")
    if value is None:
        return None
    plain = isinstance(value, (int, Decimal)) and not isinstance(value, bool)
    text = str(value) if plain else row.text("value")
    try:
        bare = plain or not any(map(str.isalpha, text))
        amount = of_major(text, asset_of(currency or HKD.code)) if bare else parse_amount(text)
    except Invalid as error:
        row.refuse(
            "value",
            N_("{where}: {what}"),
            N_("Write, for example, 500.00 HKD."),
            what=error.render(),
        )
    wrong = amount.asset not in (HKD, CNY) or (currency and amount.asset.code != currency)
    if wrong or amount.minor < 0:
        row.refuse(
            "value",
            N_("{where}: {value} is no willingness to pay in HKD or CNY."),
            N_("Write an amount that is not negative, in one currency."),
            value=text[:60],
        )
    return amount


def _job(top: Row, path: Path, read_job: ReadJob) -> JobSpec | None:
    name = top.text_or_none("job")
    return None if name is None else read_job(path.parent / name)


def _options(top: Row) -> tuple[WrittenOption, ...]:
    boxes = top.children("options")
    if len(boxes) > OPTIONS_MAX:
        top.refuse(
            "options", N_("{where}: more than 10,000 options."), N_("Split the order in several.")
        )
    return tuple(map(_option, boxes))


def _option(box: Row) -> WrittenOption:
    link = box.text_or_none("link") or ""
    mbps = box.integer_or_none("mbps", 0, MBPS_MAX) or 0
    if mbps and not link:
        box.refuse(
            "mbps", N_("{where}: no link is named."), N_("Name the link, or leave mbps out.")
        )
    found = WrittenOption(
        zone=box.text("zone"),
        device_class=box.text("class"),
        blocks=read_blocks(box),
        devices=box.integer_or_none("devices", 1, DEVICES_MAX),
        value=_value(box, _currency(box)),
        link=link,
        mbps=mbps,
        where=box.where(box.path),
    )
    box.finish()
    return found


def _facts(top: Row, key: str, scope: str, dictionary: FactDictionary | None) -> Mapping[str, Fact]:
    box = top.child(key)
    if box is None:
        return {}
    found: dict[str, Fact] = {}
    known: Mapping[str, FactType] = dictionary.facts if dictionary is not None else {}
    for name, value in box.values.items():
        fact = "place_from" if key == "data" and name == "from" else name
        box.get(name)
        if dictionary is not None and (fact not in known or scope not in known[fact].scopes):
            guess = did_you_mean(fact, known)
            box.refuse(
                name,
                N_("{where}: {field} is not a fact of the dictionary."),
                N_("Did you mean {guess}?") if guess else N_("The reference of facts lists all."),
                guess=guess or "",
            )
        try:
            found[fact] = facts(value)
        except Invalid as error:
            box.refuse(
                name, N_("{where}: {what}"), N_("See the reference of facts."), what=error.render()
            )
    return found


def _no_mapping(where: str) -> Invalid:
    return Invalid(
        "order.form",
        N_("{where}: an order is a mapping of keys to values."),
        hint=N_("Begin with order: NAME; docs/how-to/write-an-order.md has an example."),
        fields={where: "no mapping"},
        where=where,
    )
