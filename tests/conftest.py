"""What every test shares: a home of its own, calm hypothesis, and no silent skip on CI."""

from __future__ import annotations

import os
import re
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["pytester"]

ALLOWED_SKIPS = (re.compile(r"^no shared data\b"),)
"""Reasons for which a test may be skipped on CI: the folder of shared data is not there."""

settings.register_profile("quick", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("quick"), derandomize=True)
settings.register_profile("deep", settings.get_profile("quick"), max_examples=2_000)
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "quick")
)

Report = pytest.TestReport | pytest.CollectReport


def skip_reason(report: Report) -> str | None:
    """Return why a report says skipped; None if it does not, or if failure was expected."""
    if not report.skipped or hasattr(report, "wasxfail"):
        return None
    detail = report.longrepr
    text = str(detail[2]) if isinstance(detail, tuple) else str(detail)
    return text.removeprefix("Skipped: ")


def refuse_skip(report: Report) -> None:
    """On CI, turn a skip into a failure unless its reason is allowed."""
    reason = skip_reason(report)
    is_ci = os.environ.get("CI") == "true"
    if is_ci and reason is not None and not any(r.search(reason) for r in ALLOWED_SKIPS):
        report.outcome = "failed"
        report.longrepr = f"skipped on CI, where nothing may be missing: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Judge the skips of tests."""
    report = yield
    refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Judge the skips of whole files."""
    report = yield
    refuse_skip(report)
    return report


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:  # pyright: ignore[reportUnusedFunction]
    """Keep tests off the home, the settings and the language of whoever runs them."""
    before = dict(os.environ)
    kept = {"ENTREPOT_TEST_PG", "ENTREPOT_DATA"}
    for name in before:
        if name.startswith("ENTREPOT_") and name not in kept:
            del os.environ[name]
    home = tmp_path_factory.mktemp("home") / "entrepot"
    os.environ.update({"ENTREPOT_HOME": str(home), "LC_ALL": "C.UTF-8"})
    # Tests settle on whatever day they run, and the rates that are shipped grow older.
    os.environ["ENTREPOT_FX_REFUSE_DAYS"] = "3650"
    os.environ.pop("LANGUAGE", None)
    yield home
    os.environ.clear()
    os.environ.update(before)
