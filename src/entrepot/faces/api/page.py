"""The public page as HTML: a pure function of the public view and the language.

It asks for nothing outside itself: no script, no font, no picture. Every text is escaped.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from html import escape
from importlib import resources

from entrepot.faces.api.language import LANGUAGES
from entrepot.faces.api.words import word
from entrepot.kernel.period import HONG_KONG
from entrepot.services.public_model import (
    Capacity,
    Claim,
    KnownCentre,
    PublicCentre,
    PublicCentres,
    PublicCheckpoint,
    PublicOffer,
)

OWN_NAMES = {"en": "English", "zh-Hant": "繁體中文", "zh-Hans": "简体中文"}
PATHS = ("/api/centres", "/api/offers", "/api/checkpoint", "/api/openapi.json")
STYLE = (resources.files("entrepot.faces.api") / "style.css").read_text(encoding="utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Content-Security-Policy of the page: its own style, nothing else."""


@dataclass(frozen=True, slots=True)
class PublicPage:
    """What stands on the page."""

    centres: PublicCentres
    offers: Sequence[PublicOffer]
    checkpoint: PublicCheckpoint


def render(page: PublicPage, lang: str) -> str:
    """Return the page as HTML.

    Args:
        page: what stands on it.
        lang: one of :data:`LANGUAGES`.
    """
    say = partial(word, lang=lang)
    body = "".join(
        (
            _header(lang),
            f'<main id="content">{_figures(page, lang)}',
            _section("contracted", _contracted(page.centres.under_contract, lang), lang),
            _section("offers", _offers(page, lang), lang),
            _section("checkpoint", _checkpoint(page.checkpoint, lang), lang),
            _section("known", _known(page.centres.named_in_public, lang), lang),
            f"</main>{_footer(lang)}",
        )
    )
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_e(say('title'))}</title>"
        f'<meta name="description" content="{_e(say("tagline"))}">'
        f'<link rel="icon" href="data:,"><style>{STYLE}</style></head><body>{body}</body></html>'
    )


def _e(value: object) -> str:
    return escape(str(value), quote=True)


def _name(names: Mapping[str, str], lang: str) -> str:
    return names.get(lang) or names.get("en", "")


def _header(lang: str) -> str:
    links = "".join(
        f'<a href="/?lang={tag}" hreflang="{tag}" lang="{tag}"'
        + (' aria-current="true"' if tag == lang else "")
        + f">{OWN_NAMES[tag]}</a>"
        for tag in LANGUAGES
    )
    return (
        f'<a class="skip" href="#content">{_e(word("skip", lang))}</a>'
        f"<header><div><h1>{_e(word('name', lang))}</h1>"
        f"<p>{_e(word('tagline', lang))}</p></div>"
        f'<nav aria-label="{_e(word("languages", lang))}">{links}</nav></header>'
    )


def _figures(page: PublicPage, lang: str) -> str:
    figures = (
        ("contracted", len(page.centres.under_contract)),
        ("offers", len(page.offers)),
        ("journal", page.checkpoint.seq),
        ("known", len(page.centres.named_in_public)),
    )
    cells = "".join(f"<div><dt>{_e(word(k, lang))}</dt><dd>{n:,}</dd></div>" for k, n in figures)
    return f'<dl class="figures">{cells}</dl>'


def _section(key: str, inner: str, lang: str) -> str:
    heading = f'<h2 id="{key}">{_e(word(key, lang))}</h2>'
    return f'<section aria-labelledby="{key}">{heading}{inner}</section>'


def _contracted(centres: Sequence[PublicCentre], lang: str) -> str:
    if not centres:
        return f'<p class="note">{_e(word("contracted_none", lang))}</p>'
    return '<div class="cards">' + "".join(_card(centre, lang) for centre in centres) + "</div>"


def _card(centre: PublicCentre, lang: str) -> str:
    tag = f' <span class="tag">{_e(word("demonstration", lang))}</span>'
    green = centre.green_share_bp
    share = word("not_stated", lang) if green is None else f"{decimal(green, 2)} %"
    peaks = [_capacity(c, lang) for c in centre.capacity]
    measured = dict.fromkeys(_capacity(c, lang) for p in centre.pools for c in p.measured)
    rows = [
        ("place", [f"{centre.city}, {centre.region}"]),
        ("green", [share]),
        ("devices", [f"{p.devices:,} × {p.device_name}" for p in centre.pools]),
        ("capacity", peaks or [word("capacity_none", lang)]),
        ("measured", list(measured)),
    ]
    cells = "".join(
        f"<dt>{_e(word(key, lang))}</dt><dd>{'<br>'.join(map(_e, lines))}</dd>"
        for key, lines in rows
        if lines
    )
    return (
        f"<article><h3>{_e(_name(centre.names, lang))}{tag if centre.demonstration else ''}</h3>"
        f"<dl>{cells}<dt>{_e(word('meter_key', lang))}</dt>"
        f"<dd><code>{_e(centre.public_key)}</code></dd></dl>"
        f'<p class="source">{_e(centre.source)}</p></article>'
    )


def _capacity(capacity: Capacity, lang: str) -> str:
    """Return a speed with all that it counts.

    >>> _capacity(Capacity("0.989", "fp16", "dense", "matrix", "peak", "sheet"), "en")
    '0.989 P FP16 dense matrix'
    """
    parts = [f"{_grouped(capacity.p)} P"]
    parts.append(capacity.precision.upper() if capacity.precision else word("precision_none", lang))
    parts += [word(part, lang) for part in (capacity.density, capacity.engine) if part]
    return " ".join(parts)


def decimal(value: int, digits: int) -> str:
    """Return an integer with so many decimal digits, without trailing zeros.

    >>> decimal(250, 3), decimal(10000, 2), decimal(0, 2)
    ('0.25', '100', '0')
    """
    return f"{Decimal(value).scaleb(-digits).normalize():f}"


def _grouped(text: str) -> str:
    whole, dot, part = text.partition(".")
    return f"{int(whole):,}{dot}{part}" if whole.isdecimal() else text


def _offers(page: PublicPage, lang: str) -> str:
    if not page.offers:
        return f'<p class="note">{_e(word("offers_none", lang))}</p>'
    names = {c.id: _name(c.names, lang) for c in page.centres.under_contract}
    rows = [
        (
            _e(names.get(offer.centre_id, offer.centre_id)),
            _e(offer.device_name),
            _e(_offer_kind(offer, lang)),
            f"<b>{_e(_grouped(offer.price))}</b> {_e(offer.asset)}",
            _e(_validity(offer, lang)),
        )
        for offer in page.offers
    ]
    return _table(("centre", "device", "kind", "price", "valid"), rows, lang, numbers={3})


def _offer_kind(offer: PublicOffer, lang: str) -> str:
    parts = [word(offer.isolation, lang)]
    if offer.share_milli_min < 1000 and offer.isolation != "exclusive":
        parts.append(word("share", lang, share=decimal(offer.share_milli_min, 3)))
    if offer.interruptible:
        parts.append(word("interruptible", lang))
    return " · ".join(parts)


def _validity(offer: PublicOffer, lang: str) -> str:
    if offer.to_day is None:
        return word("from", lang, day=offer.from_day)
    return word("between", lang, start=offer.from_day, end=offer.to_day)


def _known(centres: Sequence[KnownCentre], lang: str) -> str:
    rows = [
        (
            _e(_name(centre.names, lang)),
            _e(word(centre.kind, lang)),
            _e(", ".join(filter(None, (centre.city, centre.region)))),
            "".join(f"<li>{_claim(claim, lang)}</li>" for claim in centre.claims),
        )
        for centre in centres
    ]
    listed = [(*row[:3], f"<ul>{row[3]}</ul>" if row[3] else "–") for row in rows]
    note = f'<p class="note">{_e(word("known_note", lang))}</p>'
    return note + _table(("centre", "kind", "place", "claims"), listed, lang)


def _claim(claim: Claim, lang: str) -> str:
    parts = [word(claim.standing, lang), claim.date]
    parts.append(word("grade", lang, grade=claim.grade))
    if not claim.plausible:
        parts.append(word("implausible", lang))
    text = _e(_capacity(claim.capacity, lang))
    detail = _e(" · ".join(parts))
    return f'<span title="{_e(claim.capacity.source)}">{text}</span> <small>{detail}</small>'


def _checkpoint(point: PublicCheckpoint, lang: str) -> str:
    when = datetime.fromtimestamp(point.t, HONG_KONG).strftime("%Y-%m-%d %H:%M:%S HKT")
    rows = (
        ("entry", f"{point.seq:,}"),
        ("time", when if point.seq else "–"),
        ("hash", point.hash),
        ("home", point.home_id),
    )
    cells = "".join(f"<dt>{_e(word(k, lang))}</dt><dd>{_e(text)}</dd>" for k, text in rows)
    note = f'<p class="note">{_e(word("checkpoint_note", lang))}</p>'
    return f'{note}<dl class="checkpoint">{cells}</dl>'


def _table(
    titles: Sequence[str],
    rows: Iterable[Sequence[str]],
    lang: str,
    numbers: frozenset[int] | set[int] = frozenset(),
) -> str:
    """Return a table; the cells are HTML already, the first one heads its row."""

    def mark(index: int) -> str:
        return ' class="number"' if index in numbers else ""

    head = "".join(
        f'<th scope="col"{mark(i)}>{_e(word(title, lang))}</th>' for i, title in enumerate(titles)
    )
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>'
        + "".join(f"<td{mark(i)}>{cell}</td>" for i, cell in enumerate(row[1:], 1))
        + "</tr>"
        for row in rows
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="scroll" tabindex="0">{table}</div>'


def _footer(lang: str) -> str:
    links = " ".join(f'<a href="{path}">{path}</a>' for path in PATHS)
    return (
        f"<footer><p>{_e(word('unit', lang))} {_e(word('footer', lang))}</p>"
        f"<p>{_e(word('programs', lang))}: {links}</p></footer>"
    )
