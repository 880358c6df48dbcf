"""Settings: each has a default and a range, and a mistyped one is refused."""

from __future__ import annotations

import pytest

from entrepot.kernel.errors import Invalid
from entrepot.services.settings import SETTINGS, Setting, read_settings

NUMBERS = [setting for setting in SETTINGS if setting.least is not None]


def test_every_setting_has_its_default() -> None:
    found = read_settings({})
    for setting in SETTINGS:
        assert str(getattr(found, setting.name)) == setting.default
        assert setting.meaning.endswith(".")


def test_an_empty_value_means_the_default() -> None:
    assert read_settings({"ENTREPOT_FX_SPREAD_BP": ""}).fx_spread_bp == 50


@pytest.mark.parametrize("setting", NUMBERS, ids=lambda s: s.name)
def test_a_number_is_taken_to_the_ends_of_its_range_and_no_further(setting: Setting) -> None:
    assert setting.least is not None and setting.most is not None
    for value in (setting.least, setting.most):
        assert getattr(read_settings({setting.env: str(value)}), setting.name) == value
    for value in (setting.least - 1, setting.most + 1):
        with pytest.raises(Invalid) as caught:
            read_settings({setting.env: str(value)})
        assert caught.value.code == "settings.range"
        assert setting.env in str(caught.value)


@pytest.mark.parametrize(
    "value", ["fifty", "5.0", "-1", "+5", " 5", "5 ", "1e2", "0x10", "５", "²", "9" * 5000]
)
def test_what_is_no_whole_number_is_refused(value: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_settings({"ENTREPOT_FX_SPREAD_BP": value})
    assert len(str(caught.value)) < 300


def test_a_mistyped_name_is_guessed() -> None:
    with pytest.raises(Invalid) as caught:
        read_settings({"ENTREPOT_FX_SPREAD": "5"})
    assert caught.value.code == "settings.unknown"
    assert "ENTREPOT_FX_SPREAD_BP" in caught.value.render_hint()


def test_names_of_others_and_of_developers_are_let_be() -> None:
    assert read_settings({"PATH": "/bin", "ENTREPOT_DEBUG": "1"}) == read_settings({})


@pytest.mark.parametrize("branch", ["HK-1", "hk", "H", "HONGKONG", "香港", "HK 2"])
def test_a_branch_that_no_invoice_can_carry_is_refused_at_the_start(branch: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_settings({"ENTREPOT_BRANCH": branch})
    assert "ENTREPOT_BRANCH" in str(caught.value)


@pytest.mark.parametrize("branch", ["HK", "SZX", "KLNE"])
def test_a_branch_has_two_to_four_capitals(branch: str) -> None:
    assert read_settings({"ENTREPOT_BRANCH": branch}).branch == branch
