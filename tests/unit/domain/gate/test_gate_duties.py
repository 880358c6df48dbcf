"""Duties that open a task, and when it is due."""

from datetime import date

import pytest
from tests.unit.domain.gate.gate_samples import shipped

from entrepot.domain.gate.duties import DUTIES, Calendar, duty_of, task_of
from entrepot.domain.gate.house_rules import HOUSE_DUTIES


def test_every_duty_of_the_tables_is_described_and_no_other() -> None:
    named = {duty for row in shipped().rows.values() for duty in row.duties}
    assert named | set(HOUSE_DUTIES.values()) == set(DUTIES)


@pytest.mark.parametrize(
    ("duty", "day", "due"),
    [
        # Christmas Day is a holiday in Hong Kong only.
        ("file_within_10_working_days", date(2026, 12, 11), date(2026, 12, 28)),
        # 2 October is a holiday on the mainland only.
        ("yearly_counter", date(2026, 9, 30), date(2026, 10, 8)),
    ],
)
def test_working_days_are_those_of_both_sides(duty: str, day: date, due: date) -> None:
    task = task_of(duty, day)
    assert task is not None and task.calendar is Calendar.WORKING_HK_CN
    assert task.due_on == due


def test_an_assessment_comes_before_the_run() -> None:
    task = task_of("pia", date(2026, 11, 21))
    assert task is not None and task.due_on == date(2026, 11, 21)


def test_conduct_opens_no_task() -> None:
    assert task_of("no_onward_outside_gba", date(2026, 11, 21)) is None


def test_a_duty_of_an_operators_own_table_opens_a_task() -> None:
    task = task_of("ask_the_board", date(2026, 11, 20))
    assert task is not None and task.title == "ask the board"
    assert task.due_on == date(2026, 11, 27)
    assert duty_of("ask_the_board").due_days == 5


def test_records_of_the_issue_open_tasks() -> None:
    for duty in ("keep_origin_evidence", "processor_contract", "pia", "mix_check_record"):
        assert task_of(duty, date(2026, 11, 21)) is not None
