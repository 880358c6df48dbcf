"""A device that needs papers is leased only while the papers are in force."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from tests.e2e.flow_tools import CENTRE, EXAMPLES, digest_of, job_file, open_home

from entrepot.bootstrap import EmbeddedApp
from entrepot.kernel.errors import Refused
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.period import local_day
from entrepot.services import records as r
from entrepot.services import register
from entrepot.services.gate_check import Law, PlaceVerdict, check_job
from entrepot.services.instruments import NewInstrument, add_instrument, end_instrument
from entrepot.services.lease import take_quote
from entrepot.services.quote import quote_job

WITHIN = "tpp: 15824, dram_gbs: 3350"
TODAY = Law()
OVER = "tpp: 32000, dram_gbs: 4800"


def furnished(home: Path, figures: str) -> tuple[EmbeddedApp, r.Firm]:
    """Open a home whose centre in Guangzhou states an advanced chip of these figures."""
    app = open_home(home)
    text = (EXAMPLES / "centre.yaml").read_text("utf-8").replace("device: cpu", "device: h800-sxm")
    line = next(item for item in text.splitlines() if item.strip().startswith("export:"))
    stated = "chip_subject_to_ear: true, eccn_advanced: true, chip_in_gp10_guidance: false"
    text = text.replace(line, f"  export: {{{stated}, {figures}}}")
    path = app.home / "centre.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    firm = register.register_firm(app, app.read_firm(EXAMPLES / "firm.yaml"), "firm")
    path.write_text(text, "utf-8")
    register.register_centre(app, app.read_centre(path), "centre")
    register.deposit(app, firm.id, Amount(1_000_000, HKD), "test", "deposit")
    return app, firm


def file_paper(app: EmbeddedApp, firm: r.Firm, kind: str, centre: str | None = CENTRE) -> str:
    """Put an instrument on file from today on; return its id."""
    today = local_day(app.clock.now())
    return add_instrument(app, NewInstrument(firm.id, centre, kind, today, None, "file 7"), kind).id


def quoted(app: EmbeddedApp, firm: r.Firm) -> r.Quote:
    """Quote a small job on the advanced chip."""
    return quote_job(app, firm, app.read_job(job_file(app.home, device="H800"))).quote


def candidates(quote: r.Quote) -> list[dict[str, Any]]:
    """Return what of a quote may be leased."""
    return cast("list[dict[str, Any]]", quote.body["candidates"])


def verdict(app: EmbeddedApp, firm: r.Firm, law: Law = TODAY) -> PlaceVerdict:
    """Return what the gate says of the centre."""
    job = app.read_job(job_file(app.home, device="H800"))
    (found,) = check_job(app, firm, job, law, CENTRE)
    return found


def owed(app: EmbeddedApp, firm: r.Firm) -> set[str]:
    """Return the instruments that the gate still asks for."""
    united = verdict(app, firm).united
    assert united is not None
    return set(united.instruments)


def test_within_the_limits_a_provenance_file_opens_the_place(tmp_path: Path) -> None:
    app, firm = furnished(tmp_path / "h", WITHIN)
    assert candidates(quoted(app, firm)) == []
    assert verdict(app, firm).outcome == "approval"
    file_paper(app, firm, "provenance_file")
    found = verdict(app, firm)
    assert found.outcome == "allow_with_duties"
    assert found.united is not None
    assert "remote_user_kyc" in found.united.duties
    lease = take_quote(app, quoted(app, firm).id, accept_duties=True, key="take")
    assert lease.state == "held"


def test_over_the_limits_it_takes_the_opinion_of_counsel_too(tmp_path: Path) -> None:
    app, firm = furnished(tmp_path / "h", OVER)
    assert owed(app, firm) == {"bis_licence", "export_counsel_opinion", "provenance_file"}
    file_paper(app, firm, "provenance_file")
    assert candidates(quoted(app, firm)) == []
    assert "export_counsel_opinion" in owed(app, firm)
    file_paper(app, firm, "export_counsel_opinion", None)
    quote = quoted(app, firm)
    assert [row["device_id"] for row in candidates(quote)][:1] == ["h800-sxm"]
    assert take_quote(app, quote.id, accept_duties=True, key="take").centre_id == CENTRE


def test_a_paper_of_another_centre_or_firm_opens_nothing(tmp_path: Path) -> None:
    app, firm = furnished(tmp_path / "h", WITHIN)
    other = register.register_firm(app, app.read_firm(EXAMPLES / "firm.yaml"), "other")
    file_paper(app, other, "provenance_file")
    assert verdict(app, firm).outcome == "approval"
    assert verdict(app, other).outcome == "allow_with_duties"


def test_an_instrument_that_ends_after_the_quote_closes_the_lease(tmp_path: Path) -> None:
    app, firm = furnished(tmp_path / "h", WITHIN)
    paper = file_paper(app, firm, "provenance_file")
    quote = quoted(app, firm)
    end_instrument(app, paper, None, "end")
    before = digest_of(app)
    with pytest.raises(Refused) as refused:
        take_quote(app, quote.id, accept_duties=True, key="take")
    assert refused.value.code == "gate.closed"
    assert "gate check JOB.yaml --centre demo-gz" in refused.value.render_hint()
    assert digest_of(app) == before


def test_the_gate_reads_the_register_of_the_day_asked_about(tmp_path: Path) -> None:
    app, firm = furnished(tmp_path / "h", WITHIN)
    file_paper(app, firm, "provenance_file")
    yesterday = local_day(app.clock.now()) - timedelta(days=1)
    assert verdict(app, firm, Law(yesterday)).outcome == "approval"


def test_known_and_what_if_change_the_law_that_is_applied(tmp_path: Path) -> None:
    app, firm = furnished(tmp_path / "h", WITHIN)
    file_paper(app, firm, "provenance_file")
    known = Law(known=date(2020, 1, 1))
    assert verdict(app, firm, known).outcome == "needs_review"
    proposed = Law(what_if=frozenset({"ear.remote_bill"}))
    found = verdict(app, firm, proposed)
    assert (found.outcome, found.united and found.united.deciding) == (
        "refuse",
        ("ear.remote_bill",),
    )
