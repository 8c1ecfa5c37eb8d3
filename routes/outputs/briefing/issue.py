"""Who issues a briefing, under which number, when, and until when it holds: the head of page 1.

::

    [briefing]
    office = "Regional Office"
    number = "14/2026"
    issued = 2026-10-05
    information_cutoff = 2026-10-04
    next_review = 2027-01-05
    handling = "amber"
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from routes.errors import Fault, InputError, RoutesError
from routes.outputs.handling import Mark
from routes.outputs.language import long_day, tr
from routes.outputs.text import shortened
from routes.planning.deployments import checked_values, section_of

if TYPE_CHECKING:
    from pathlib import Path

    from routes.results import Ranking

REVIEW_DAYS = 90
"""After the day of the question: from then on a ranking is told to be of a day long past."""
_DAYS = ("issued", "information_cutoff", "next_review")
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Issue:
    """What stands in the head; None and empty where it is not given.

    ``information_cutoff`` is by default that of the data, ``next_review`` `REVIEW_DAYS` after the day of the
    question. Without ``issued`` a briefing is a draft.
    """

    office: str = ""
    number: str = ""
    issued: date | None = None
    information_cutoff: date | None = None
    next_review: date | None = None
    handling: Mark | None = None


@dataclass(frozen=True, slots=True)
class _Section:
    """The section ``[briefing]`` as it stands in a file."""

    office: str = ""
    number: str = ""
    issued: date | str = ""
    information_cutoff: date | str = ""
    next_review: date | str = ""
    handling: str = ""


def read_issue(path: Path) -> Issue:
    """Read the section ``[briefing]`` of a config file.

    Raises
    ------
    InputError
        With every unknown name, and every value of the wrong kind.
    """
    values = section_of(path, "briefing")
    given = _Section(**checked_values(path, "briefing", values, _Section()))
    faults = [
        Fault(
            str(path),
            f"wanted a day such as 2026-10-05, without quotes, got {value!r}",
            column=f"briefing.{name}",
        )
        for name in _DAYS
        if not _is_day(value := getattr(given, name)) and value != ""
    ]
    texts = {name: getattr(given, name) for name in ("office", "number", "handling")}
    faults += [
        Fault(str(path), f"wanted a text, in quotes, got {value!r}", column=f"briefing.{name}")
        for name, value in texts.items()
        if not isinstance(value, str)
    ]
    marks = [mark.value for mark in Mark]
    if given.handling and given.handling not in marks:
        wrong = f"wanted one of {', '.join(marks)}, got {given.handling!r}"
        faults.append(Fault(str(path), wrong, column="briefing.handling"))
    if faults:
        raise InputError(faults)
    days = {name: value if _is_day(value := getattr(given, name)) else None for name in _DAYS}
    mark = Mark(given.handling) if given.handling else None
    return Issue(given.office, given.number, handling=mark, **days)


def _is_day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def over(given: Issue, options: Issue) -> Issue:
    """Let options go before a config file.

    Examples
    --------
    >>> over(Issue("A", "1"), Issue(number="2"))
    Issue(office='A', number='2', issued=None, information_cutoff=None, next_review=None, handling=None)
    """
    stated = {name: value for name in options.__slots__ if (value := getattr(options, name))}
    return replace(given, **stated)


def check_issue(issue: Issue, newest: date | None) -> None:
    """Refuse days that contradict one another, or the evidence.

    Raises
    ------
    RoutesError
        If the review lies before the issue, or a record that is used lies behind the cut-off.
    """
    cutoff, issued, review = issue.information_cutoff, issue.issued, issue.next_review
    if cutoff and newest and newest > cutoff:
        raise RoutesError(
            f"information cut-off: {cutoff}, but a seizure that counts is of {newest}. "
            f"Give --until {cutoff}, or a later cut-off."
        )
    if issued and review and review <= issued:
        raise RoutesError(f"next review: {review} is not after the day of issue, {issued}. Give a later day.")
    if issued and cutoff and issued < cutoff:
        raise RoutesError(f"day of issue: {issued} is before the information cut-off, {cutoff}.")


def head_rows(issue: Issue, ranking: Ranking, newest: date | None, mark: Mark) -> tuple[tuple[str, str], ...]:
    """Write the head as pairs of name and value."""
    period = ranking.provenance.get("period") or {}
    asked = date.fromisoformat(period["as_of"]) if period.get("as_of") else None
    review = issue.next_review or (asked + timedelta(days=REVIEW_DAYS) if asked else None)
    return (
        (tr("Office"), shortened(issue.office, _LONGEST) or tr("not stated")),
        (tr("Number"), shortened(issue.number, _LONGEST) or tr("not stated")),
        (tr("Issued"), long_day(issue.issued) if issue.issued else tr("draft, not issued")),
        (tr("Information cut-off"), _cutoff(issue, asked, newest)),
        (tr("Next review"), long_day(review) if review else tr("not stated")),
        (tr("Handling"), f"{mark.label}: {mark.meaning}"),
    )


def _cutoff(issue: Issue, asked: date | None, newest: date | None) -> str:
    if issue.information_cutoff:
        return long_day(issue.information_cutoff)
    parts = (
        tr("crossings {day}", day=long_day(asked)) if asked else "",
        tr("seizures {day}", day=long_day(newest)) if newest else "",
    )
    return "; ".join(filter(None, parts)) or tr("not stated")
