"""Two periods or files beside each other, as blocks for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routes.outputs.documents.text_blocks import figures, paragraphs, table_of, words
from routes.outputs.documents.trust_document import likelihood_of
from routes.outputs.icd203 import FEW_EVENTS, LIKELIHOOD_NOTE
from routes.outputs.language import message_n, tr, trn
from routes.outputs.placenames import called
from routes.outputs.text import date, decimal, percent, points
from routes.trust.comparison import BY_CHANCE, NIL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from routes.outputs.documents.text_blocks import Block
    from routes.trust.comparison import Change, LogRows

_PLACES = ("gate", "crossing", "processing_area")
_SIDES = (
    message_n(
        "Before: {n} located event, {since} to {until};", "Before: {n} located events, {since} to {until};"
    ),
    message_n(
        "after: {n} located event, {since} to {until}.", "after: {n} located events, {since} to {until}."
    ),
)


def comparison_blocks(
    changes: Sequence[Change], provenance: Sequence[dict[str, Any]], top: int, log: LogRows | None = None
) -> tuple[Block, ...]:
    """Comparison as tables of corridors and of crossings and gates."""
    reading = tr(
        "by status: percentage points that crossings opened or closed made, at unchanged evidence; by "
        "seizures: points that the seizures made, at unchanged crossings. likelihood: that the seizures' "
        "part has this sign. It is told where that part is {least} points or more and where seizures dealt "
        "out at random to the two sides move no row as far in {cases} of 100 cases, since many rows are "
        "looked at; else: not told.",
        least=points(NIL).lstrip("+"),
        cases=f"{100 - 100 * BY_CHANCE:.0f}",
    )
    corridors = [change for change in changes if change.kind == "corridor"][:top]
    places = [change for change in changes if change.kind in _PLACES][:top]
    told = tr(LIKELIHOOD_NOTE) if any(change.told for change in (*corridors, *places)) else ""
    return (
        *paragraphs(
            " ".join(_side(*templates, of) for templates, of in zip(_SIDES, provenance, strict=True)),
            _log_rows_words(log, provenance),
            _warning(provenance),
        ),
        _changed(tr("corridor"), corridors),
        _changed(tr("gate, crossing or area"), places),
        *paragraphs(reading, told),
    )


def _side(one: str, many: str, provenance: Mapping[str, Any]) -> str:
    since, until = (date(provenance["period"][end], "") for end in ("since", "until"))
    return trn(one, many, provenance["events"], since=since, until=until)


def _warning(provenance: Sequence[Mapping[str, Any]]) -> str:
    before, after = (
        side["events"] < FEW_EVENTS and not side.get("inspections", {}).get("rows") for side in provenance
    )
    if before and after:
        return tr(
            "Fewer than {few} located events before and after: both sides are the prior and nothing else.",
            few=FEW_EVENTS,
        )
    if before:
        return tr(
            "Fewer than {few} located events before: that side is the prior and nothing else.", few=FEW_EVENTS
        )
    if after:
        return tr(
            "Fewer than {few} located events after: that side is the prior and nothing else.", few=FEW_EVENTS
        )
    return ""


def _log_rows_words(log: LogRows | None, provenance: Sequence[Mapping[str, Any]]) -> str:
    if log is None:
        return ""
    counted = [side.get("inspections", {"rows": 0, "inspected": 0, "found": 0}) for side in provenance]
    said = [
        tr(
            "Rows of the log of inspections count with the seizures of the time that their days lie in: "
            "before {before}; after {after}.",
            before=counted_rows(counted[0]),
            after=counted_rows(counted[1]),
        )
    ]
    if log.both:
        said.append(tr("{rows} of them on both sides, whose times overlap.", rows=log.both))
    if log.neither:
        said.append(tr("{rows} with a day outside of either time: on no side.", rows=log.neither))
    return " ".join(said)


def counted_rows(log: Mapping[str, Any]) -> str:
    """Count the rows of a log of inspections, and what was inspected and found."""
    return tr(
        "{rows} ({inspected} inspected, {found} found)",
        rows=log["rows"],
        inspected=decimal(log["inspected"]),
        found=decimal(log["found"]),
    )


def _changed(head: str, rows: Sequence[Change]) -> Block:
    return table_of(
        words(head, (called(row.id) for row in rows)),
        figures(tr("before"), (percent(row.before) for row in rows)),
        figures(tr("after"), (percent(row.after) for row in rows)),
        figures(tr("by status"), (points(row.by_status) for row in rows)),
        figures(tr("by seizures"), (points(row.by_seizures) for row in rows)),
        words(tr("likelihood"), map(_direction, rows)),
    )


def _direction(change: Change) -> str:
    likely = likelihood_of(change)
    if likely is None:
        return tr("not told")
    if change.by_seizures >= 0:
        return tr("rose: {likely}", likely=likely)
    return tr("fell: {likely}", likely=likely)
