"""The beginnings that an author starts from are sound as they stand."""

from __future__ import annotations

import pytest

from entrepot.adapters.imports.worked_cases import parse_worked_cases
from entrepot.bootstrap import EmbeddedApp
from entrepot.domain.vouchers.load_version import OPTIONAL, REQUIRED
from entrepot.kernel.errors import NotFound
from entrepot.kernel.rulebook.document import parse_document
from entrepot.kernel.rulebook.read_gate import read_gate
from entrepot.services.rules_authoring import check_rules, has_errors
from entrepot.services.rules_templates import TEMPLATES, template
from entrepot.services.settings import read_settings


@pytest.fixture(scope="module")
def app() -> EmbeddedApp:
    return EmbeddedApp(read_settings({}))


@pytest.mark.parametrize("kind", ["table", "programme"])
def test_a_beginning_is_a_sound_file(kind: str, app: EmbeddedApp) -> None:
    assert not has_errors(check_rules(app, {"new.yaml": template(kind)}))


def test_a_row_fits_into_the_table(app: EmbeddedApp) -> None:
    second = template("row").replace("id: example.row ", "id: example.other ")
    text = template("table") + second
    (table,) = read_gate(parse_document(text, "new.yaml"), app.rulebook.dictionary).tables
    assert [row.id for row in table.rows] == ["example.row", "example.other"]


def test_the_cases_can_be_read() -> None:
    (case,) = parse_worked_cases(template("cases"), "new.yaml")
    assert case.body["leg"] and case.expect == {"outcome": "allow"}


def test_every_key_of_a_version_is_explained() -> None:
    text = template("programme")
    assert [key for key in (*REQUIRED, *OPTIONAL) if f"{key}:" not in text] == ["fund_total"]
    assert "or fund_total" in text


def test_an_unknown_kind_names_the_nearest() -> None:
    with pytest.raises(NotFound) as caught:
        template("tabel")
    assert caught.value.render_hint() == "Did you mean table?"
    assert "tabel" not in TEMPLATES
