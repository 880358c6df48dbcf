"""Duties of a verdict: what each asks, and which opens a task with a due date.

A duty of kind *record* leaves a paper that somebody must make by a day; a duty of kind
*conduct* is kept all along and opens no task.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from entrepot.kernel.period import next_business_day
from entrepot.kernel.text import N_

HOUSE = "house deadline: the text read states none"
FILING = "GBA standard contract guidelines: file within 10 working days (gba_hk, gba_mo)"
BEFORE = "PIPL art. 55: assessed before the processing begins (pipl)"


class Calendar(StrEnum):
    """How the days of a deadline are counted."""

    WORKING_HK_CN = "working_days_hk_cn"
    CALENDAR = "calendar_days"


@dataclass(frozen=True, slots=True)
class Duty:
    """What a duty asks.

    Args:
        title: the duty in one line.
        due_days: days to make the record; None: a duty of conduct, no task.
        calendar: how the days are counted.
        basis: where the deadline comes from.
    """

    title: str
    due_days: int | None = None
    calendar: Calendar = Calendar.WORKING_HK_CN
    basis: str = HOUSE


@dataclass(frozen=True, slots=True)
class DutyTask:
    """A record to be made.

    Args:
        duty: name of the duty.
        title: what to do, in one line.
        due_on: last day.
        calendar: how the days were counted.
        basis: where the deadline comes from.
    """

    duty: str
    title: str
    due_on: date
    calendar: Calendar
    basis: str


def duty_of(name: str) -> Duty:
    """Return what a duty asks; one that only an operator's own table names opens a task.

    >>> duty_of("pia").due_days, duty_of("no_onward_outside_gba").due_days
    (0, None)
    """
    return DUTIES.get(name) or Duty(name.replace("_", " "), 5)


def task_of(name: str, day: date) -> DutyTask | None:
    """Return the task that a duty opens when it is accepted.

    Args:
        name: duty, as the verdict names it.
        day: day of acceptance.

    Returns:
        The task; None for a duty of conduct.

    due = the n-th working day of Hong Kong and the mainland after ``day``, or ``day`` + n
    calendar days; n = 0 is ``day`` itself: the record comes before the run.

    >>> task_of("file_within_10_working_days", date(2026, 11, 20)).due_on
    datetime.date(2026, 12, 4)
    """
    duty = duty_of(name)
    if duty.due_days is None:
        return None
    return DutyTask(name, duty.title, _due(day, duty.due_days, duty.calendar), duty.calendar,
                    duty.basis)  # fmt: skip


def _due(day: date, days: int, calendar: Calendar) -> date:
    if days == 0:
        return day
    if calendar is Calendar.CALENDAR:
        return day + timedelta(days=days)
    return next_business_day(day, "HK", "CN", days=days)


DUTIES: dict[str, Duty] = {
    # --- records of data leaving, entering and being processed
    "keep_origin_evidence": Duty(N_("Keep evidence of where and from whom the data come."), 5),
    "mix_check_record": Duty(N_("Record the check that no mainland data were mixed in."), 5),
    "origin_manifest_record": Duty(
        N_("Put the origin manifest of the data on file: entrepot gate manifest add."), 5
    ),
    "isolation_record": Duty(
        N_("Put on file how the centre keeps the data apart: entrepot gate isolation add."), 5
    ),
    "necessity_record": Duty(N_("Record why the transfer is necessary."), 5),
    "pia": Duty(N_("Make the personal information impact assessment."), 0, basis=BEFORE),
    "pia_if_personal": Duty(
        N_("Make the impact assessment if personal information is processed."), 0, basis=BEFORE
    ),
    "ftz_filing_if_required": Duty(N_("File with the free-trade zone if its list asks."), 10),
    "file_within_10_working_days": Duty(
        N_("File the standard contract within 10 working days."), 10, basis=FILING
    ),
    "yearly_counter": Duty(N_("Enter the persons in this year's export count."), 1),
    "processor_contract": Duty(N_("Put the processor contract on file."), 5),
    "entrustment_contract": Duty(N_("Put the entrustment contract on file."), 5),
    "licensed_zone_operator": Duty(N_("Put the zone operator's licence on file."), 5),
    "processor_terms_art28": Duty(N_("Put the processor terms of GDPR art. 28 on file."), 5),
    "check_adequacy_scope": Duty(N_("Check that the adequacy decision covers the recipient."), 5),
    "transfer_impact_assessment": Duty(N_("Put the transfer impact assessment on file."), 0),
    "transfer_risk_assessment": Duty(N_("Put the transfer risk assessment on file."), 0),
    # --- conduct with data
    "isolate_from_domestic_data": Duty(N_("Keep the data apart from mainland data.")),
    "notice": Duty(N_("Tell the persons concerned about the transfer.")),
    "separate_consent_or_other_basis": Duty(N_("Have separate consent or another legal basis.")),
    "notice_or_consent_under_home_law": Duty(N_("Give notice or have consent under home law.")),
    "no_onward_outside_gba": Duty(N_("Pass nothing on outside the Greater Bay Area.")),
    "no_splitting_of_counts": Duty(N_("Split no transfer to stay under a threshold.")),
    "security_clauses": Duty(N_("Bind the recipient to security clauses.")),
    "security_measures": Duty(N_("Keep the security measures that the law asks.")),
    "lawful_telecom_channel": Duty(N_("Use a lawful telecommunications channel.")),
    "retention_limit_clause": Duty(N_("Bind the recipient to a limit of retention.")),
    "recommended_model_clauses": Duty(N_("Consider the Commissioner's model clauses.")),
    "notice_of_transferee_classes": Duty(N_("Name the classes of transferees in the notice.")),
    # --- laws that nobody has read yet
    "check_origin_law": Duty(N_("Check the law of the exporting place."), 5),
    "check_local_law": Duty(N_("Check the law of the place."), 5),
    "check_macau_law_8_2005": Duty(N_("Check Macau's Law 8/2005."), 5),
    "check_singapore_pdpa_s26": Duty(N_("Check section 26 of Singapore's PDPA."), 5),
    "check_us_bulk_data_rule_28cfr202": Duty(N_("Check the US bulk data rule, 28 CFR 202."), 5),
    # --- devices
    "eccn_record": Duty(N_("Put the device's export classification on file."), 5),
    "keep_classification_evidence": Duty(N_("Keep evidence of the device's classification."), 5),
    "end_use_statement": Duty(N_("Have the end-use statement signed."), 0),
    "end_user_screening": Duty(N_("Record the screening of the end user."), 0),
    "remote_user_kyc": Duty(N_("Record who the remote user is."), 0),
    "hq_ownership_record": Duty(N_("Record headquarters and ownership of the parties."), 5),
    "red_flag_check": Duty(N_("Record the check for red flags."), 0),
    "licence_conditions": Duty(N_("Keep the conditions of the export licence.")),
    "disclose_gp10_risk_in_contract": Duty(
        N_("Disclose the risk under General Prohibition 10 in the contract."), 5
    ),
}
"""Duty → what it asks. Every duty of the shipped tables stands here."""
