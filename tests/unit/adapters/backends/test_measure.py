"""Measuring this machine: two like-for-like ratings, with the day and the processor named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from entrepot.adapters.backends.measure import cpu_model, measure_host, mflops_of
from entrepot.kernel.compute import Basis, Density, Precision
from entrepot.kernel.errors import Invalid


def test_a_measurement_rates_fp64_and_fp32_and_prints_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ratings = measure_host(date(2026, 11, 21), seconds=0.02, side=128)
    assert [r.precision for r in ratings] == [Precision.FP64, Precision.FP32]
    for rating in ratings:
        assert (rating.basis, rating.density) == (Basis.MEASURED, Density.DENSE)
        assert rating.mflops > 0
        assert "2026-11-21" in rating.source
        assert "128 x 128" in rating.source
    assert not ratings[0].like(ratings[1])
    assert capsys.readouterr().out == ""


def test_operations_are_counted_as_twice_the_cube() -> None:
    assert mflops_of(100, 2_000_000) == 1000
    assert mflops_of(1, 0) == 2000


def test_the_processor_is_named_or_said_to_be_unnamed(tmp_path: Path) -> None:
    (tmp_path / "cpuinfo").write_text("processor\t: 0\nmodel name\t: Test CPU 3000\n")
    assert cpu_model(tmp_path / "cpuinfo") == "Test CPU 3000"
    assert cpu_model(tmp_path / "gone")


@pytest.mark.parametrize(("seconds", "side"), [(0, 128), (-1, 128), (61, 128), (1, 8)])
def test_absurd_measurements_are_refused(seconds: float, side: int) -> None:
    with pytest.raises(Invalid):
        measure_host(date(2026, 11, 21), seconds, side)
