"""What goes with every output: handling mark, assumptions, provenance, attribution."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from routes.outputs.language import Language, long_day, message, message_p, short_day, spoken, tr, trp
from routes.outputs.palette import TLP
from routes.outputs.text import clean
from routes.support.files import FOR_ALL, FOR_OWNER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from routes.results import Post, StatusChange

ATTRIBUTION = message(
    "Roads © OpenStreetMap contributors, ODbL 1.0; borders Natural Earth; places GeoNames, CC BY 4.0"
)
ASSUMPTIONS = (
    message("A seizure shows policing as much as traffic; seizures alone cannot tell one from the other."),
    message("Prior shares come from a route-choice model whose penalties and scale are assumptions."),
    message(
        "Intervals hold the uncertainty of gates, crossings, areas, cost and detection, not that of the "
        "road network or of the seizure records."
    ),
)


class Mark(StrEnum):
    """Handling mark: Traffic Light Protocol 2.0 (FIRST, 2022)."""

    clear = "clear"
    green = "green"
    amber = "amber"
    amber_strict = "amber+strict"
    red = "red"

    @property
    def label(self) -> str:
        """How the mark is written.

        Examples
        --------
        >>> Mark("amber+strict").label
        'TLP:AMBER+STRICT'
        """
        return f"TLP:{self.value.upper()}"

    @property
    def meaning(self) -> str:
        """Who may have what carries the mark."""
        return tr(_MEANINGS[self])

    @property
    def colour(self) -> str:
        """Colour of the letters, on black, as the protocol has it."""
        return TLP[self.value]


_MEANINGS = {
    Mark.clear: message("may be shared with everyone"),
    Mark.green: message("for the recipients' community, not by public channels"),
    Mark.amber: message("for the recipients' organisation and its clients, as far as they need to know"),
    Mark.amber_strict: message("for the recipients' organisation alone, as far as it needs to know"),
    Mark.red: message("for the named recipients alone"),
}


def rights(mark: Mark) -> int:
    """Mode of a new file that carries a mark: what is not for a community is its owner's alone to read.

    Examples
    --------
    >>> oct(rights(Mark.green)), oct(rights(Mark.amber))
    ('0o666', '0o600')
    """
    return FOR_ALL if mark in (Mark.clear, Mark.green) else FOR_OWNER


def shut_posts(posts: Iterable[Post]) -> str:
    """Tell which posts stand where it is not open; empty if all is.

    Examples
    --------
    >>> from routes.results import Post
    >>> post = Post(id="torkham", name="", lon=71.1, lat=34.1, detection=0.5, status="closed")
    >>> print(shut_posts([post]))
    Not open in the time asked about: torkham (closed). A post there catches those who cross all the same.
    """
    shut = (f"{post.id} ({status_word(post.status)})" for post in posts if post.status != "open")
    told = ", ".join(dict.fromkeys(shut))
    return (
        tr(
            "Not open in the time asked about: {posts}. A post there catches those who cross all the same.",
            posts=told,
        )
        if told
        else ""
    )


_STATUSES = (
    message_p("crossing", "open"),
    message_p("crossing", "restricted"),
    message_p("crossing", "closed"),
    message_p("crossing", "unknown"),
)


def status_word(status: object) -> str:
    """Say how a crossing stands.

    Examples
    --------
    >>> status_word("closed"), status_word(None)
    ('closed', '')
    """
    return trp("crossing", clean(status)) if clean(status) else ""


def digest(provenance: Mapping[str, Any]) -> str:
    """SHA-256 of a provenance block, whatever the order of its keys.

    Examples
    --------
    >>> digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    True
    """
    written = json.dumps(provenance, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(written.encode()).hexdigest()


def stamp(provenance: Mapping[str, Any]) -> str:
    """Time for formats that demand one: not now, but the last day of the period.

    So the same input gives the same bytes.

    Examples
    --------
    >>> stamp({"period": {"until": "2020-11-30", "as_of": None}})
    '2020-11-30T00:00:00.000Z'
    """
    period = provenance.get("period") or {}
    return f"{period.get('as_of') or period.get('until') or '2000-01-01'}T00:00:00.000Z"


def question_of(provenance: Mapping[str, Any]) -> str:
    """Say for what time an answer holds, and to what it is limited: the first line of every output.

    Examples
    --------
    >>> question_of({"period": {"question": "As of 15 January 2026, on seizures of 2008."}})
    'As of 15 January 2026, on seizures of 2008.'
    >>> question_of({"period": "2008-2020", "question": {"substance": "acetyl chloride"},
    ...              "listed": {"gate": "karachi", "processing_area": None}})
    '2008-2020 Only seizures of acetyl chloride. Only corridors from karachi.'
    """
    given = provenance.get("period")
    when = _when(given) if isinstance(given, dict) else clean(given)
    substance = clean((provenance.get("question") or {}).get("substance"))
    listed = provenance.get("listed") or {}
    gate, area = clean(listed.get("gate")), clean(listed.get("processing_area"))
    limits = (
        substance and tr("Only seizures of {substance}.", substance=tr(substance)),
        "" if area or not gate else tr("Only corridors from {gate}.", gate=gate),
        "" if gate or not area else tr("Only corridors into {area}.", area=area),
        gate and area and tr("Only corridors from {gate} into {area}.", gate=gate, area=area),
    )
    return " ".join(filter(None, (when, *limits)))


def _when(period: Mapping[str, Any]) -> str:
    """Say for what time an answer holds; as it was said, where no days are given."""
    said = spoken() is Language.en and clean(period.get("question"))
    day = period.get("as_of") and long_day(date.fromisoformat(period["as_of"]))
    if not said and day and not period.get("since"):
        return tr("As of {day}, without seizures.", day=day)
    if said or not period.get("since") or not period.get("until"):
        return clean(period.get("question"))
    first, last = (long_day(date.fromisoformat(period[name])) for name in ("since", "until"))
    if not day:
        return tr("For the period of the seizures, {first} to {last}.", first=first, last=last)
    return tr("As of {day}, on seizures of {first} to {last}.", day=day, first=first, last=last)


def status_heading(provenance: Mapping[str, Any]) -> str:
    """Head of a column that tells the status of crossings: of when it is.

    Examples
    --------
    >>> status_heading({"period": {"since": "2008-03-01", "until": "2020-11-30", "as_of": "2026-01-15"}})
    'status on 15 Jan 2026'
    >>> status_heading({"period": {"since": "2008-03-01", "until": "2020-11-30", "as_of": None}})
    'status in 2008-2020'
    """
    period = provenance.get("period")
    if not isinstance(period, dict) or not (period.get("as_of") or period.get("until")):
        return tr("status")
    if period.get("as_of"):
        return tr("status on {day}", day=short_day(date.fromisoformat(period["as_of"])))
    first, last = clean(period.get("since"))[:4], clean(period["until"])[:4]
    return tr("status in {years}", years=last if first == last else f"{first}-{last}")


def change_lines(changes: Sequence[StatusChange]) -> list[str]:
    """Tell what has changed since the evidence, one line for all that changed alike on one day.

    Examples
    --------
    >>> from routes.results import StatusChange
    >>> day = date(2025, 10, 12)
    >>> shut = [StatusChange(n.lower(), n, "open", "closed", day, "a paper") for n in ("A", "B")]
    >>> change_lines(shut)
    ['shut since 12 Oct 2025 (open before): A, B']
    """
    alike: dict[tuple[str, str, date | None], list[str]] = {}
    for change in changes:
        alike.setdefault((change.was, change.now, change.since), []).append(clean(change.name))
    lines = []
    for (was, now, since), names in alike.items():
        told = {"now": _shut(now), "was": _shut(was), "names": ", ".join(names)}
        lines.append(
            tr("{now} since {day} ({was} before): {names}", day=short_day(since), **told)
            if since
            else tr("{now} ({was} before): {names}", **told)
        )
    return lines


_STAND = {
    "closed": message_p("several crossings", "shut"),
    "open": message_p("several crossings", "open"),
    "restricted": message_p("several crossings", "restricted"),
}


def _shut(status: str) -> str:
    """Say how crossings stand as one says it in a sentence."""
    return trp("several crossings", _STAND[status])


def provenance_line(provenance: Mapping[str, Any]) -> str:
    """Say in one line what was asked, and what made the answer, from what.

    Examples
    --------
    >>> line = provenance_line({"package_version": "1.0", "seed": 7,
    ...                         "period": {"question": "As of 1 July 2012, on seizures of 2008."}})
    >>> line[:68]
    'As of 1 July 2012, on seizures of 2008. routes 1.0, seed 7, provenan'
    """
    parts = [f"routes {clean(provenance.get('package_version'))}".strip()]
    if provenance.get("operation"):
        parts.append(tr("operation {name}", name=clean(provenance["operation"])))
    if provenance.get("seed") is not None:
        parts.append(tr("seed {number}", number=clean(provenance["seed"])))
    made = ", ".join([*parts, tr("provenance {digest}", digest=digest(provenance)[:12])])
    return f"{question_of(provenance)} {made}".strip()


def provenance_items(provenance: Mapping[str, Any], mark: Mark) -> list[tuple[str, str]]:
    """List mark, assumptions, attribution and provenance as pairs of name and value.

    Examples
    --------
    >>> provenance_items({"inputs": {"a.csv": "00"}, "seed": 1}, Mark.green)[-2:]
    [('inputs.a.csv', '00'), ('seed', '1')]
    """
    head = [("handling", mark.label), ("handling.meaning", mark.meaning), ("attribution", ATTRIBUTION)]
    assumed = [(f"assumption.{i}", text) for i, text in enumerate(ASSUMPTIONS, 1)]
    return [*head, *assumed, ("provenance.sha256", digest(provenance)), *_flat("", provenance)]


def _flat(prefix: str, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _flat(f"{prefix}{clean(name)}.", value)
        elif isinstance(value, list | tuple):
            yield f"{prefix}{clean(name)}", " ".join(clean(part) for part in value)
        else:
            yield f"{prefix}{clean(name)}", clean(value)
