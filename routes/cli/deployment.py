"""The deployment that a user has: the section ``[posts]`` of a config, with options over it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from routes.cli.console import say
from routes.cli.names import country_code, place_ids, values_by_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from routes.cli.reading import Asked
    from routes.planning.deployments import PostsSection
    from routes.planning.posts import Deployment
    from routes.read.inputs import Inputs
    from routes.read.paths import Source


@dataclass(frozen=True, slots=True)
class Told:
    """What options say of the posts, by names as they were typed; it goes before what the section says."""

    have: Sequence[str] = ()
    must: Sequence[str] = ()
    never: Sequence[str] = ()
    jurisdiction: Sequence[str] = ()
    cost: Mapping[str, float] = field(default_factory=dict)
    detection: Mapping[str, float] = field(default_factory=dict)
    inspections: float | None = None
    gates: bool = False
    published: bool = False


_NOTHING = Told()


def posts_section(config: Path | None) -> PostsSection:
    """Read the section ``[posts]``, empty without a config."""
    from routes.planning.deployments import PostsSection, read_posts_section

    return read_posts_section(config) if config else PostsSection()


def asked_posts(asked: Asked, inputs: Inputs, told: Told = _NOTHING) -> tuple[PostsSection, Deployment]:
    """Read the section ``[posts]`` of a question's config, and join it with what the options say."""
    section = posts_section(asked.config)
    day = asked.question.as_of or asked.question.until or inputs.region.status_checked
    return section, deployment_of(section, inputs, asked.source, day, told, quiet=asked.quiet)


def spend_of(given: float | None, section: PostsSection, usual: float) -> float:
    """Say what the posts may cost: as the option says, else the section, else as usual."""
    return next(value for value in (given, section.budget, usual) if value is not None)


def deployment_of(
    section: PostsSection, inputs: Inputs, source: Source, day: date, told: Told = _NOTHING, *, quiet: bool
) -> Deployment:
    """Join what the section says and what the options say.

    Parameters
    ----------
    section : PostsSection
    inputs : Inputs
        With the places that are named.
    source : Source
        Holds the published units.
    day : date
        On which published units count.
    told : Told
        The options.
    quiet : bool
        Whether to keep silent on which published units stand.
    """
    from routes.planning.deployments import standing_posts
    from routes.planning.posts import Deployment

    standing = standing_posts((*section.have, *told.have))
    ids = dict(zip(standing, place_ids("--have", standing, inputs), strict=True))
    stand: dict[str, float | None] = {ids[name]: p for name, p in standing.items()}
    wanted, barred = (
        tuple(dict.fromkeys(place_ids(option, names, inputs)))
        for option, names in (
            ("--must", (*section.must, *told.must)),
            ("--never", (*section.never, *told.never)),
        )
    )
    if told.published or section.have_published:
        known = [x for x in _published(source, day, quiet=quiet) if x not in {*wanted, *barred, *stand}]
        stand |= dict.fromkeys(known)
    countries = (
        country_code("--jurisdiction", name, inputs.region.countries)
        for name in (*section.jurisdiction, *told.jurisdiction)
    )
    return Deployment(
        detect=values_by_id("--detect", {**section.detection, **told.detection}, inputs),
        cost=values_by_id("--cost", {**section.cost, **told.cost}, inputs),
        have=stand,
        must=wanted,
        never=barred,
        jurisdiction=tuple(countries),
        inspections=section.inspections_a_day if told.inspections is None else told.inspections,
        gates=told.gates or section.gates,
    )


def _published(source: Source, day: date, *, quiet: bool) -> Iterable[str]:
    from routes.planning.deployments import published_posts
    from routes.read import read_posts

    found = published_posts(read_posts(source.file("posts.csv")), day)
    say(f"Published as standing on {day}: {', '.join(found)}.", quiet=quiet)
    return found
