"""Why a corridor or place stands where it does, as blocks for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routes.outputs.documents.text_blocks import figures, paragraphs, table_of, words
from routes.outputs.icd203 import CONFIDENCE_NOTE, LIKELIHOOD_NOTE, confidence, likelihood
from routes.outputs.language import message, tr
from routes.outputs.placenames import called, country_name, country_tag, town_name
from routes.outputs.text import capital, date, interval_text, percent, points, probability, shortened
from routes.outputs.vocabulary import data_word, unused_words

if TYPE_CHECKING:
    import pandas as pd

    from routes.outputs.documents.text_blocks import Block
    from routes.trust.explanation import Explanation

_STANDS = {
    "corridor": message(
        "{name}: corridor {rank} of {ranked}, tier {tier}, with {share} of the inflow (90 %: {span}); the "
        "prior, without seizures, gave {prior}."
    ),
    "crossing": message(
        "{name}: crossing {rank} of {ranked}, tier {tier}, with {share} of the inflow (90 %: {span}); the "
        "prior, without seizures, gave {prior}."
    ),
    "gate": message(
        "{name}: gate {rank} of {ranked}, tier {tier}, with {share} of the inflow (90 %: {span}); the prior, "
        "without seizures, gave {prior}."
    ),
    "processing_area": message(
        "{name}: processing area {rank} of {ranked}, tier {tier}, with {share} of the inflow (90 %: {span}); "
        "the prior, without seizures, gave {prior}."
    ),
}
_NIL = {
    "corridor": message("{name}: no listed corridor passes this corridor, so its share is nil: {why}"),
    "crossing": message("{name}: no listed corridor passes this crossing, so its share is nil: {why}"),
    "gate": message("{name}: no listed corridor passes this gate, so its share is nil: {why}"),
    "processing_area": message(
        "{name}: no listed corridor passes this processing area, so its share is nil: {why}"
    ),
}
_LONGEST = 60


def explanation_blocks(
    found: Explanation, seizures: pd.DataFrame, top: int, product: str
) -> tuple[Block, ...]:
    """Explanation in words, with the seizures for and against it in a table; `product` of the region."""
    name = called(found.target)
    if found.unused:
        return paragraphs(tr(_NIL[found.kind], name=name, why=unused_words(found.unused)))
    by_event = seizures.drop_duplicates("event_id").set_index("event_id")
    listed = found.influences[:top]
    records: list[Any] = [by_event.loc[x.event_id] for x in listed]
    table = table_of(
        figures(tr("adds, points"), (points(x.change) for x in listed)),
        words(tr("date"), (_day(record) for record in records)),
        words(
            tr("place"), (f"{_town(record) or '-'} ({country_tag(record['country'])})" for record in records)
        ),
        words(tr("substance"), (data_word(record["substance"]) for record in records)),
        words(tr("grade"), (record["source_grade"] or "-" for record in records)),
        figures(tr("record holds"), (probability(x.truth) for x in listed)),
    )
    where = tr(
        _STANDS[found.kind],
        name=name,
        rank=found.rank,
        ranked=found.ranked,
        tier=found.tier,
        share=percent(found.posterior_share),
        span=interval_text(*found.interval_90),
        prior=percent(found.prior_share),
    )
    sure = tr(
        "That it is among the first ten: {ten} ({chance_of_ten}). That it is the first: {first} "
        "({chance_of_first}). {confidence}.",
        ten=likelihood(found.top_10_probability),
        chance_of_ten=probability(found.top_10_probability),
        first=likelihood(found.first_probability),
        chance_of_first=probability(found.first_probability),
        confidence=capital(str(confidence(found.grounds))),
    )
    reading = tr(
        "adds: percentage points of share by which the event speaks for it or, below nought, against it. "
        "record holds: chance that it is a seizure on its way to {product}, made where it says.",
        product=data_word(product),
    )
    care = tr("A seizure shows policing as much as traffic.")
    notes = (
        reading,
        _what_would_change(found, by_event),
        f"{tr(LIKELIHOOD_NOTE)} {tr(CONFIDENCE_NOTE)} {care}",
    )
    if not listed:
        return paragraphs(where, sure, *notes[1:])
    return (*paragraphs(where, sure), table, *paragraphs(*notes))


def _day(record: Any) -> str:  # noqa: ANN401 - a row of a table
    return date(record["date"], record["date_precision"])


def _town(record: Any) -> str:  # noqa: ANN401
    return town_name(shortened(record["place"], _LONGEST))


def _what_would_change(found: Explanation, by_event: pd.DataFrame) -> str:
    strongest = max(found.influences, key=lambda x: x.change, default=None)
    if strongest is None or strongest.change <= 0:
        return tr("No seizure speaks for it: its rank is the prior's.")
    record = by_event.loc[strongest.event_id]
    place = {"place": _town(record) or country_name(str(record["country"])), "date": _day(record)}
    without, another = found.rank_without_strongest, found.rank_with_another
    if without is None and another is None:
        return tr(
            "No single seizure would change its rank: neither the loss of the seizure at {place} ({date}), "
            "which speaks most for it, nor a second one like it.",
            **place,
        )
    if another is None:
        return tr(
            "What would change its rank: without the seizure at {place} ({date}) it would stand at "
            "{without}.",
            without=without,
            **place,
        )
    if without is None:
        return tr(
            "What would change its rank: with a second one like the seizure at {place} ({date}) it would "
            "stand at {another}.",
            another=another,
            **place,
        )
    return tr(
        "What would change its rank: without the seizure at {place} ({date}) it would stand at {without}, "
        "with a second one like it at {another}.",
        without=without,
        another=another,
        **place,
    )
