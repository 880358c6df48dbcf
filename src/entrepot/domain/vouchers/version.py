"""Which version of a programme applies, and whether it stands firm enough to pay.

A version holds on the days of [from, to). Its date rule names the day that counts: contract,
application or invoice. Where the text names none, all three days must agree on one version.
"""

from __future__ import annotations

from datetime import date

from entrepot.domain.vouchers.case import EntitlementCase, Line, Status
from entrepot.domain.vouchers.finding import Finding, Sitting, refused
from entrepot.domain.vouchers.model import Programme, Standing, Version
from entrepot.kernel.text import N_

LOOSENING = ("from", "certain_from", "certain_to", "date_rule", "base")
"""Fields without which nothing could be paid; their own grade counts like the version's."""


def version_on(
    programme: Programme,
    day: date,
    known: date | None,
    what_if: frozenset[str] = frozenset(),
) -> Version | None:
    """Return the version of ``day`` as known on ``known``, the latest recorded if several.

    Args:
        programme: the programme.
        day: day of the law.
        known: only versions recorded by this day count; None = all.
        what_if: ids of proposed programmes that are assumed; the others' versions do not hold.
    """
    holding = [
        version
        for version in programme.versions
        if version.validity.covers(day)
        and (known is None or version.recorded_at <= known)
        and (version.standing is not Standing.PROPOSED or programme.id in what_if)
    ]
    return max(holding, key=lambda v: v.recorded_at, default=None)


def choose_version(
    programme: Programme, case: EntitlementCase
) -> tuple[Version | None, tuple[Version | None, ...]]:
    """Choose the version by its date rule.

    Returns:
        The version, or None; and the versions of the three days where they disagree.
    """
    by_day = {
        key: version_on(programme, day, case.known, case.what_if) for key, day in case.days.items()
    }
    for key, version in by_day.items():
        if version is not None and version.date_rule is not None and version.date_rule == key:
            return version, ()
    # A version that goes by another day does not hold because this day falls into it.
    free = [v if v is not None and v.date_rule is None else None for v in by_day.values()]
    first = free[0]
    return (first, ()) if all(v is first for v in free) else (None, tuple(free))


def judge_version(programme: Programme, case: EntitlementCase) -> tuple[Version | None, Finding]:
    """Choose the version, or say why none applies."""
    version, rivals = choose_version(programme, case)
    days = {key: day.isoformat() for key, day in case.days.items()}
    if version is not None:
        return version, Finding()
    if rivals:
        names = ", ".join(dict.fromkeys(v.id if v else "none" for v in rivals))
        text = N_(
            "The text does not say whether contract, application or invoice day counts, "
            "and they lie in different versions: {versions}."
        )
        line = Line("version", "review", text, {"versions": names, **days})
        return None, Finding((line,), Status.NEEDS_REVIEW, ("not_stated: date_rule",))
    text = N_("No version of {programme} is in force on {day}.")
    line = Line("version", "fails", text, {"programme": programme.id, "day": days["contract_date"]})
    return None, refused((line,), "no_version_in_force")


def judge_standing(sitting: Sitting) -> Finding:
    """Say whether start, end, standing and grade of the version let it pay."""
    version = sitting.version
    found = [*_dates(sitting), *_status(sitting), *_grades(sitting)]
    opening = sitting.line(
        "version",
        "holds",
        N_("Version {version} applies, recorded on {recorded_at}."),
        version=version.id,
        recorded_at=version.recorded_at.isoformat(),
    )
    lines = (opening, *(line for _, line in found))
    return Finding(lines, review=tuple(dict.fromkeys(reason for reason, _ in found)))


def _dates(sitting: Sitting) -> list[tuple[str, Line]]:
    version, days = sitting.version, sitting.case.days
    judged = [days[version.date_rule]] if version.date_rule else list(days.values())
    found: list[tuple[str, Line]] = []
    if version.certain_from and any(day < version.certain_from for day in judged):
        text = N_("The start is in doubt before {certain_from}.")
        day = version.certain_from.isoformat()
        line = sitting.line("version", "review", text, "certain_from", certain_from=day)
        found.append(("start_uncertain", line))
    if version.certain_to and any(day >= version.certain_to for day in judged):
        text = N_("The end is in doubt from {certain_to} on.")
        day = version.certain_to.isoformat()
        line = sitting.line("version", "review", text, "certain_to", certain_to=day)
        found.append(("end_uncertain", line))
    return found


def _status(sitting: Sitting) -> list[tuple[str, Line]]:
    if sitting.version.standing is Standing.IN_FORCE:
        return []
    if sitting.version.standing is Standing.PROPOSED:
        text = N_("This is only proposed; a sandbox assumes it, and it pays nothing.")
        return [("proposed", sitting.line("grade", "review", text))]
    text = N_("Whether this version is in force is not known, so it never pays.")
    return [("status_unknown", sitting.line("grade", "review", text))]


def _grades(sitting: Sitting) -> list[tuple[str, Line]]:
    version = sitting.version
    fields = {"version": version.grade} | {
        key: version.field_grades[key] for key in LOOSENING if key in version.field_grades
    }
    found: list[tuple[str, Line]] = []
    for key, grade in fields.items():
        if not sitting.decides(grade):
            text = N_("Grade {grade} of {field} advises and never pays.")
            line = sitting.line("grade", "review", text, key, field=key, grade=grade.value)
            found.append((f"grade_{grade.value}", line))
    return found
