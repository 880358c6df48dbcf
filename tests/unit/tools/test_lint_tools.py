"""The project's own lint rules, each with a planted fault that it must find."""

from __future__ import annotations

import pytest
from tools.check_locks import problems_of as lock_problems
from tools.lint_money import money_files
from tools.lint_money import problems_of as money_problems
from tools.lint_sizes import size_problems, undocumented


@pytest.mark.parametrize(
    "line",
    [
        "tax = 0.05",
        "tax = float(x)",
        "def f(x: float) -> None: ...",
        "tax = numpy.float64(x)",
        "half = amount.minor / 2",
        "share = used_minor / total_minor",
        "mean = sum(parts) / len(parts)",
        "share_bp /= 2",
        "z = 2j",
    ],
)
def test_money_rule_finds_a_planted_float(line: str) -> None:
    assert money_problems("planted.py", line)


@pytest.mark.parametrize(
    "line",
    [
        "half = amount.minor // 2",
        "rate = Fraction(1, 3) / spread",
        "if isinstance(value, float): raise TypeError",
        "if isinstance(value, (int, float)): raise TypeError",
        "timeout = 0.5  # not money: seconds to wait for a lock",
    ],
)
def test_money_rule_lets_exact_code_pass(line: str) -> None:
    assert money_problems("fine.py", line) == []


def test_money_rule_reads_the_kernel_and_the_ledger() -> None:
    names = {str(path) for path in money_files()}
    assert any(name.endswith("kernel/money.py") for name in names)
    assert any("/services/" in name for name in names)


def test_size_rule_finds_a_long_function_and_a_long_file() -> None:
    body = "def f():\n" + "    x = 1\n" * 50
    assert size_problems("planted.py", body) == ["planted.py:1: f has 51 lines, more than 50"]
    assert size_problems("planted.py", "x = 1\n" * 501)
    assert size_problems("fine.py", "def f():\n" + "    x = 1\n" * 49) == []


def test_size_rule_counts_the_docstring() -> None:
    doc = '    """Say.\n' + "\n" * 40 + '    """\n'
    assert size_problems("fine.py", "def f():\n" + doc + "    x = 1\n" * 7) == []
    assert len(size_problems("long.py", "def f():\n" + doc + "    x = 1\n" * 8)) == 1


def test_documentation_rule_finds_each_kind_of_public_name() -> None:
    source = (
        "class A:\n    def b(self): ...\n    def _c(self): ...\n    @override\n    def d(self): ..."
    )
    found = undocumented("planted.py", source)
    assert [line.rpartition(": ")[2] for line in found] == [
        "no docstring",
        "A has no docstring",
        "b has no docstring",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "--index-url https" + "://example.test/simple",
        "# from https" + "://example.test",
        "click>=8",
        "click==8.2.0",
        "",
    ],
)
def test_lock_rule_finds_a_planted_fault(text: str) -> None:
    assert lock_problems("planted.lock", text)
