"""Guessing what a mistyped word was meant to be."""

from __future__ import annotations

from entrepot.kernel.suggest import did_you_mean


def test_a_slip_of_the_finger_is_understood_whatever_the_case() -> None:
    assert did_you_mean("Durration", ["duration", "description"]) == "duration"
    assert did_you_mean("h100sxm", ["H100 SXM", "A100 SXM"]) == "H100 SXM"


def test_a_stranger_is_not_guessed() -> None:
    assert did_you_mean("banana", ["duration", "device"]) is None
    assert did_you_mean("x", []) is None


def test_the_answer_does_not_depend_on_the_order_of_the_known_words() -> None:
    words = ["hk-a", "hk-b", "hk-c"]
    assert did_you_mean("hk-d", words) == did_you_mean("hk-d", list(reversed(words)))


def test_an_id_is_looked_for_among_its_kin_first() -> None:
    known = ["cn.beijing.ai_voucher", "cn.ningbo.compute_voucher", "cn.shanghai.compute_voucher"]
    assert did_you_mean("cn.beijing.compute_voucher", known) == "cn.beijing.ai_voucher"
    assert did_you_mean("CN.Ningbo.compute_vouchr", known) == "cn.ningbo.compute_voucher"
    assert did_you_mean("cn.shanghi.compute_voucher", known) == "cn.shanghai.compute_voucher"
    assert did_you_mean("cn.beijing.zzzzzzzzzzzzzzzzzzzz", known) is None
