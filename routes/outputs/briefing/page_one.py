"""What stands on the first page of a briefing: every sentence one fact, made from the figures it states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from routes.outputs.briefing.statements import (
    Fact,
    Statement,
    about,
    chance,
    day,
    interval,
    likely,
    named,
    share,
    state,
    whole,
    word,
)
from routes.outputs.icd203 import confidence, level_word, only_prior, weakest_ground
from routes.outputs.language import message, tr
from routes.outputs.placenames import country_name, place_name
from routes.outputs.text import date, decimal, listed, shortened
from routes.outputs.vocabulary import data_word
from routes.trust.judgements import CROSSING, GATE, NEIGHBOUR

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from routes.outputs.briefing.material import Material
    from routes.planning.outcomes import Plan
    from routes.results import Grounds, PlaceChange, StatusChange
    from routes.trust.judgements import Judgement

_GROUPS = 3  # of changes that are told alike
_NAMED = 4  # places of each
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class PageOne:
    """The sentences of the first page; ``warning`` is None where there are events enough."""

    warning: Statement | None
    headline: Statement
    judgements: tuple[tuple[Statement, ...], ...]
    changed: tuple[Statement, ...]
    orders: tuple[Statement, ...]
    doubts: tuple[Statement, ...]

    def every(self) -> tuple[Statement, ...]:
        """All of them, in the order in which they are read."""
        first = (self.warning,) if self.warning else ()
        judged = (said for group in self.judgements for said in group)
        return (*first, self.headline, *judged, *self.changed, *self.orders, *self.doubts)


def page_one(material: Material) -> PageOne:
    """Say in plain sentences what was found, what has changed, what to do, and what would change it."""
    warning = only_prior(material.ranking)
    events = int(material.ranking.provenance.get("events", 0))
    fact = Fact("located events", "", events, f"{events}" if events else "no located event")
    return PageOne(
        warning=Statement(warning, (fact,)) if warning else None,
        headline=_headline(material),
        judgements=tuple(_judged(material, found) for found in material.judgements),
        changed=(*_changed(material.ranking.changes), *_age(material)),
        orders=tuple(_orders(material)),
        doubts=tuple(_doubts(material)),
    )


def _headline(material: Material) -> Statement:
    goods = word("goods", "", data_word(material.region.goods))
    where = word(
        "destination", "", country_name(material.region.destination, material.region.destination_name)
    )
    side = next((found for found in material.judgements if found.kind == NEIGHBOUR), None)
    if side is None:
        return state("No way for {goods} into {where} was found.", goods=goods, where=where)
    template = (
        message("Most {goods} enter {where} from {side}: {part} of the inflow.")
        if side.share > _HALF
        else message("More {goods} enter {where} from {side} than from any other neighbour: {part} of all.")
    )
    return state(
        template,
        goods=goods,
        where=where,
        side=named(side.id, country_name(side.id)),
        part=about(side.id, side.share),
    )


_FIRST = {
    NEIGHBOUR: message(
        "{likely} more of the inflow enters from {place} than from any other neighbour ({chance})."
    ),
    CROSSING: message("{likely} {place} carries more than any other crossing into {where} ({chance})."),
    GATE: message("{likely} more enters the region at {place} than at any other gate ({chance})."),
}
_CONFIDENCE = {
    "none": message("Confidence is {level}: no seizure bears on it."),
    "learnt": message("Confidence is {level}: the seizures settle {learnt} of what was unsure."),
    "age": message("Confidence is {level}: its seizures are {age} years old on average."),
    "status": message(
        "Confidence is {level}: how its crossings stand today is poorly known (grade {grade})."
    ),
}


def _judged(material: Material, found: Judgement) -> tuple[Statement, ...]:
    place = named(found.id, material.name_of(found.id))
    facts = {
        "place": place,
        "where": word(
            "destination", "", country_name(material.region.destination, material.region.destination_name)
        ),
    }
    used = {name: fact for name, fact in facts.items() if f"{{{name}}}" in _FIRST[found.kind]}
    first = state(
        _FIRST[found.kind],
        likely=likely(found.id, found.first_probability),
        chance=chance(found.id, found.first_probability),
        **used,
    )
    part = state(
        "Its share is {part} (90 % interval: {span}).",
        part=about(found.id, found.share),
        span=interval(found.id, found.interval_90),
    )
    return first, part, confidence_of(found.id, found.grounds)


def confidence_of(of: str, grounds: Grounds) -> Statement:
    """Say in a sentence of its own how far a share is to be trusted, and what holds it back."""
    template = _CONFIDENCE[weakest_ground(grounds)]
    years, level = grounds.evidence_age_years or 0.0, confidence(grounds).level
    facts = {
        "level": Fact("confidence", of, level, level_word(level)),
        "learnt": share(of, max(0.0, grounds.learnt), "learnt"),
        "age": Fact("age in years", of, years, f"{years:.0f}"),
        "grade": word("grade", of, grounds.status_grade),
    }
    return state(template, **{name: fact for name, fact in facts.items() if f"{{{name}}}" in template})


_STANDS = {
    ("closed", True): message("Shut since {since}: {places}."),
    ("closed", False): message("Shut: {places}."),
    ("restricted", True): message("Restricted since {since}: {places}."),
    ("restricted", False): message("Restricted: {places}."),
    ("open", True): message("Open since {since}: {places}."),
    ("open", False): message("Open: {places}."),
}


def _changed(changes: Sequence[StatusChange]) -> Iterator[Statement]:
    groups: dict[tuple[str, object], list[StatusChange]] = {}
    for change in changes:
        groups.setdefault((change.now, change.since), []).append(change)
    told = 0
    for (now, since), alike in list(groups.items())[:_GROUPS]:
        told += len(alike)
        names = [named(change.id, place_name(change.id, change.name)) for change in alike[:_NAMED]]
        more = [tr("{n} more", n=len(alike) - _NAMED)] if len(alike) > _NAMED else []
        places = Fact("changed", now, len(alike), listed([*(name.text for name in names), *more]))
        template = _STANDS[now, since is not None]
        facts = {"since": day(alike[0].id, alike[0].since, "changed on")} if alike[0].since else {}
        yield state(template, places=places, **facts)
    left = len(changes) - told
    if left > 0:
        yield state("In the annex: {number} more.", number=whole("changes not told", left))
    if not changes:
        yield state("No crossing that carries a share has changed.")


def _age(material: Material) -> Iterator[Statement]:
    newest = material.newest_evidence
    if newest is not None:
        yield state(
            "The newest seizure that counts is of {newest}.", newest=day("", newest, "newest evidence")
        )


def _orders(material: Material) -> Iterator[Statement]:
    plan = material.plan
    if plan is None:
        yield from _without_plan(material)
        return
    if not plan.posts:
        yield state("No post is worth a team: none that the plan could choose lets less through.")
        return
    yield from _standing(plan)
    if plan.rotation is not None:
        yield state(
            "Let {teams} teams take turns at {places} places, by the roster behind this page.",
            teams=whole("teams", material.teams),
            places=whole("places that take turns", len(plan.posts)),
        )
    else:
        for number, post in enumerate(plan.posts, 1):
            yield state(
                "Post team {number} at {place}.",
                number=whole("team", number, post.id),
                place=named(post.id, place_name(post.id, post.name)),
            )
    yield from _passing(plan)
    yield from _watch_next(plan)
    yield from _caught(plan)


def _standing(plan: Plan) -> Iterator[Statement]:
    if not plan.standing:
        return
    names = [shortened(place_name(post.id, post.name)) for post in plan.standing[:_NAMED]]
    left = len(plan.standing) - _NAMED
    names += [tr("{n} more", n=left)] if left > 0 else []
    yield state(
        "Keep the posts that stand: {places}.", places=Fact("standing", "", len(plan.standing), listed(names))
    )
    yield state(
        "With them alone {part} gets through.",
        part=share("", plan.passing_before, "not caught by standing posts"),
    )


def _without_plan(material: Material) -> Iterator[Statement]:
    into = material.crossings_in[: material.teams]
    if not into:
        yield state("No plan for teams was asked for.")
    for place in into:
        yield state(
            "Look at {place} first: {part} of the inflow passes it.",
            place=named(place.id, place_name(place.id, place.name)),
            part=share(place.id, place.posterior_share),
        )
    if into:
        yield state("This is no plan: traffickers would go elsewhere.")


def _passing(plan: Plan) -> Iterator[Statement]:
    by = {answer.response: answer for answer in plan.answers}
    if "logit" in by:
        moved = by["logit"]
        yield state(
            "Then {part} still gets through (90 % interval: {span}).",
            part=share("logit", moved.passing, "not caught"),
            span=interval("logit", moved.interval_90, "interval of not caught"),
        )
    else:
        yield state("Then {part} still gets through.", part=share("", plan.passing, "passing"))
    if "best" in by:
        yield state(
            "If traffickers know every post, {part} gets through.",
            part=share("best", by["best"].passing, "not caught"),
        )


def _watch_next(plan: Plan) -> Iterator[Statement]:
    grown = rises_most(plan)
    if grown is not None:
        yield state(
            "Look at {place} next: its share rises from {before} to {after}.",
            place=named(grown.id, place_name(grown.id, grown.name)),
            before=share(grown.id, grown.before, "share before"),
            after=share(grown.id, grown.after, "share after"),
        )


def rises_most(plan: Plan) -> PlaceChange | None:
    """Crossing without a post whose share rises most once the posts stand; None where none does."""
    watched = {post.id for post in (*plan.posts, *plan.standing)}
    others = [row for row in plan.displacement.crossings if row.id not in watched]
    grown = max(others, key=lambda row: row.after - row.before, default=None)
    return grown if grown is not None and grown.after > grown.before else None


def _caught(plan: Plan) -> Iterator[Statement]:
    assumed = [post for post in plan.posts if post.basis == "assumed"]
    if assumed:
        yield state(
            "What a post catches is assumed, not measured: {part} of what passes.",
            part=share(assumed[0].id, assumed[0].detection, "detection"),
        )


def _doubts(material: Material) -> Iterator[Statement]:
    yield from _strongest(material)
    yield from _reopened(material)
    yield from _other_plan(material)
    silent = material.ranking.silent_countries
    if silent:
        names = listed([country_name(code) for code in silent])
        yield state(
            "A first published seizure from {countries} would: none with a place is known.",
            countries=Fact("silent countries", "", len(silent), names),
        )


def _strongest(material: Material) -> Iterator[Statement]:
    """Say what the seizure does that speaks most for the first crossing."""
    found = material.explanation
    strongest = max(found.influences, key=lambda x: x.change, default=None) if found else None
    if found is None or strongest is None or strongest.change <= 0:
        return
    rows = material.seizures[material.seizures["event_id"] == strongest.event_id]
    row = rows.iloc[0]
    where = shortened(row["place"], 40) or country_name(row["country"])
    seizure = f"{where}, {date(row['date'], row['date_precision'])}"
    yield state(
        "One seizure ({seizure}) adds {points} points to the share of {place}.",
        seizure=Fact("strongest event", found.target, strongest.event_id, seizure),
        points=Fact("points of share", found.target, strongest.change, decimal(100 * strongest.change)),
        place=named(found.target, material.name_of(found.target)),
    )
    if found.rank_without_strongest is not None:
        yield state(
            "Without it {place} would stand in place {rank}.",
            place=named(found.target, material.name_of(found.target)),
            rank=whole("rank without", found.rank_without_strongest, found.target),
        )


def _reopened(material: Material) -> Iterator[Statement]:
    found = material.reopening
    gains = found.gains_most() if found else ""
    if found and gains:
        yield state(
            "If what has shut stood open again, {country} would carry {after}, not {before}.",
            country=named(gains, country_name(gains)),
            after=share(gains, found.after[gains], "share if reopened"),
            before=share(gains, found.before.get(gains, 0.0), "share"),
        )


def _other_plan(material: Material) -> Iterator[Statement]:
    plan = material.plan
    if plan is None or plan.certainty is None or not plan.posts:
        return
    sure = plan.certainty
    yield state(
        "These posts are the best in {part} of the draws of the model.",
        part=share("", sure.best_in, "best in"),
    )
    posted = {post.id for post in plan.posts}
    rival = next((name for name in sure.membership if name not in posted), None)
    if rival is not None:
        yield state(
            "Finds at {place} would move a team there: it is in {part} of the best plans.",
            place=named(rival, material.name_of(rival)),
            part=share(rival, sure.membership[rival], "in best plans"),
        )
