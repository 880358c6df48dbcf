"""The rule that nothing is skipped on CI, tried on a suite of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

CONFTEST = (Path(__file__).resolve().parents[1] / "conftest.py").read_text(encoding="utf-8")

SUITE = """
import pytest

def test_passes():
    pass

def test_skipped():
    pytest.skip("{reason}")
"""


def _run(pytester: pytest.Pytester, reason: str) -> pytest.RunResult:
    pytester.makeconftest(CONFTEST.replace('pytest_plugins = ["pytester"]', ""))
    pytester.makepyfile(SUITE.format(reason=reason))
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", "-q")


def test_a_skip_fails_on_ci(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    _run(pytester, "no browser here").assert_outcomes(passed=1, failed=1)


def test_a_whole_file_skipped_fails_on_ci(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    pytester.makeconftest(CONFTEST.replace('pytest_plugins = ["pytester"]', ""))
    pytester.makepyfile("import pytest\npytest.importorskip('no_such_module')")
    assert pytester.runpytest_subprocess("-p", "no:cacheprovider").ret != 0


def test_an_allowed_skip_passes_on_ci(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    _run(pytester, "no shared data beside the repository").assert_outcomes(passed=1, skipped=1)


def test_a_skip_passes_elsewhere(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    _run(pytester, "no browser here").assert_outcomes(passed=1, skipped=1)
