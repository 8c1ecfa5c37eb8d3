"""What new data moved, as blocks for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routes.outputs.documents.text_blocks import figures, paragraphs, table_of, words
from routes.outputs.handling import question_of
from routes.outputs.language import tr, trp
from routes.outputs.placenames import called, place_name
from routes.outputs.text import date, decimal, percent, points, probability, shortened
from routes.planning.alarms import PLAN, STATUS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from routes.outputs.documents.text_blocks import Block
    from routes.planning.alarms import Alarms

_NAMED = 8
_LEAST = 0.0005  # share


def changes_blocks(
    found: Alarms, before: Mapping[str, Any], after: Mapping[str, Any], top: int
) -> tuple[Block, ...]:
    """Tell whether somebody should look, and what moved."""
    return (
        *paragraphs(
            tr("Before: {question}", question=question_of(before)),
            tr("After: {question}", question=question_of(after)),
            " ".join(_verdict(found)),
            " ".join(_records(found)),
        ),
        *_status(found),
        *paragraphs(" ".join(_plan(found))),
        *_shares(found, top),
        *paragraphs(" ".join(_ageing(found))),
    )


def _verdict(found: Alarms) -> Iterator[str]:
    if not found.attention:
        yield tr("Nothing that asks for attention.")
        return
    if STATUS in found.attention:
        yield tr("Attention: listed crossings or gates stand otherwise ({number}).", number=len(found.status))
    if PLAN in found.attention:
        yield tr("Attention: the best plan has changed.")


def _records(found: Alarms) -> Iterator[str]:
    rows = found.records
    yield tr(
        "Records: {new} new, {altered} altered, {gone} gone; located events: {before} before, {after} now.",
        new=len(rows.new),
        altered=len(rows.altered),
        gone=len(rows.gone),
        before=rows.events_before,
        after=rows.events_after,
    )
    for template, names in ((tr("New: {names}."), rows.new), (tr("Gone: {names}."), rows.gone)):
        if names:
            more = [tr("{n} more", n=len(names) - _NAMED)] if len(names) > _NAMED else []
            yield template.format(names=", ".join([*map(shortened, names[:_NAMED]), *more]))


def _status(found: Alarms) -> tuple[Block, ...]:
    if not found.status:
        return ()
    rows = found.status
    return (
        table_of(
            words(tr("crossing or gate"), (place_name(row.id, shortened(row.name)) for row in rows)),
            words(tr("was"), (trp("crossing", row.was) for row in rows)),
            words(tr("is"), (trp("crossing", row.now) for row in rows)),
            words(tr("since"), (date(row.since, "day") if row.since else tr("not known") for row in rows)),
            words(tr("grade"), (row.grade for row in rows)),
            words(tr("source"), (shortened(row.source, 60) for row in rows), spare=True),
        ),
    )


def _plan(found: Alarms) -> Iterator[str]:
    plan = found.plan
    names = ", ".join(map(called, plan.after)) or tr("no post")
    if set(plan.before) == set(plan.after):
        yield tr("The best posts are the same: {posts}.", posts=names)
        return
    yield tr("Best posts before: {posts}.", posts=", ".join(map(called, plan.before)) or tr("no post"))
    yield tr("Best posts now: {posts}.", posts=names)
    yield tr(
        "If those before are kept, {kept} gets through; with those now {new}.",
        kept=percent(plan.kept_passing),
        new=percent(plan.new_passing),
    )
    yield tr("Those now let less through in {part} of the draws.", part=probability(plan.better_probability))
    if not plan.changes:
        yield tr("That is too little or too unsure to move a team.")


def _shares(found: Alarms, top: int) -> tuple[Block, ...]:
    rows = [row for row in found.shares if abs(row.after - row.before) >= _LEAST][:top]
    if not rows:
        return paragraphs(tr("No share has moved."))
    return (
        table_of(
            words(tr("gate or crossing"), (place_name(row.id, shortened(row.name)) for row in rows)),
            figures(tr("before"), (percent(row.before) for row in rows)),
            figures(tr("after"), (percent(row.after) for row in rows)),
            figures(tr("points"), (points(row.after - row.before) for row in rows)),
            figures(tr("by status"), (points(row.by_status) for row in rows), spare=True),
            figures(tr("by seizures"), (points(row.by_seizures) for row in rows), spare=True),
        ),
    )


def _ageing(found: Alarms) -> Iterator[str]:
    age = found.ageing
    if age.newest is None or age.mean_years is None:
        yield tr("No located event counts.")
        return
    yield tr(
        "The newest event that counts is of {day}; on average they are {years} years old.",
        day=date(age.newest, "day"),
        years=decimal(age.mean_years, 1),
    )
    if age.crossed_years is not None:
        yield tr(
            "The evidence has grown older than {years} years: confidence falls by a level.",
            years=decimal(age.crossed_years),
        )
