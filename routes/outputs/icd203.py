"""Words for probabilities and for confidence, kept apart as analysts keep them.

*Likelihood* says how probable a statement is, in the seven classes of Intelligence Community Directive
203, Analytic Standards (Office of the Director of National Intelligence, 2015). *Confidence* says how good
the ground is on which the statement stands; a likely thing may be said with low confidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from routes.evidence.reweighting import TRUSTED_K
from routes.outputs.language import figures, message, message_p, tr, trn, trp
from routes.outputs.placenames import place_name
from routes.outputs.text import listed, signed

if TYPE_CHECKING:
    from routes.results import Disagreement, Grounds, Ranking

Level = Literal["low", "moderate", "high"]
Ground = Literal["none", "learnt", "age", "status"]

_LIKELIHOODS = (
    (0.05, message("almost no chance")),
    (0.20, message("very unlikely")),
    (0.45, message("unlikely")),
    (0.55, message("roughly even chance")),
    (0.80, message("likely")),
    (0.95, message("very likely")),
)
_HIGHEST = message("almost certain")
_THAT = (
    message("There is almost no chance that"),
    message("It is very unlikely that"),
    message("It is unlikely that"),
    message("There is a roughly even chance that"),
    message("It is likely that"),
    message("It is very likely that"),
    message("It is almost certain that"),
)
_LEVELS: tuple[Level, ...] = ("low", "moderate", "high")
_LEVEL_WORDS = (
    message_p("confidence", "low"),
    message_p("confidence", "moderate"),
    message_p("confidence", "high"),
)
_LEARNT = (0.25, 0.5)  # from which on what was learnt allows for moderate, and for high confidence
_YEARS = (10.0, 3.0)  # up to which age
_GRADES = ("ABC", "123"), ("AB", "12")  # with which letters and digits
FEW_EVENTS = 5
"""Located events below which a ranking is the prior and little else."""

LIKELIHOOD_NOTE = message(
    "Words of likelihood follow ICD 203: almost no chance under 5 %, very unlikely under 20 %, unlikely "
    "under 45 %, roughly even chance under 55 %, likely under 80 %, very likely under 95 %, almost certain "
    "above. None is told as surer than 99 %."
)
CONFIDENCE_NOTE = message(
    "Confidence is apart from it; the weakest of three grounds decides. High: the seizures took half of what "
    "was unsure of the log share, are at most 3 years old on average, and the status is graded A-B and 1-2. "
    "Moderate: a quarter, 10 years, A-C and 1-3. Otherwise low."
)


@dataclass(frozen=True, slots=True)
class Confidence:
    """How far a share is to be trusted, and why."""

    level: Annotated[Level, "Low, moderate or high."]
    reason: Annotated[str, "Why."]

    def __str__(self) -> str:
        """Level first, then why."""
        return tr("{level} confidence: {reason}", level=level_word(self.level), reason=self.reason)


def likelihood(probability: float) -> str:
    """Put a probability into words (ICD 203).

    A bound belongs to the class above it.

    Raises
    ------
    ValueError
        If `probability` is not between 0 and 1.

    Examples
    --------
    >>> likelihood(0.02), likelihood(0.5), likelihood(0.79), likelihood(0.95)
    ('almost no chance', 'roughly even chance', 'likely', 'almost certain')
    """
    if not 0 <= probability <= 1:
        message = f"probability: wanted 0 to 1, got {probability}."
        raise ValueError(message)
    return tr(next((words for bound, words in _LIKELIHOODS if probability < bound), _HIGHEST))


def level_word(level: Level) -> str:
    """Say how high confidence is.

    Examples
    --------
    >>> level_word("moderate")
    'moderate'
    """
    return trp("confidence", level)


def likely_that(probability: float) -> str:
    """Open a sentence with the words for a probability.

    Examples
    --------
    >>> likely_that(0.7), likely_that(0.5), likely_that(0.01)
    ('It is likely that', 'There is a roughly even chance that', 'There is almost no chance that')
    """
    return tr(_THAT[next((i for i, (bound, _) in enumerate(_LIKELIHOODS) if probability < bound), -1)])


def confidence(grounds: Grounds) -> Confidence:
    """Say how well grounded an estimated share is.

    The level is that of the weakest ground, and the reason names all of them.

    Parameters
    ----------
    grounds : Grounds
        What the share rests on.

    Examples
    --------
    >>> from routes.results import Grounds
    >>> print(confidence(Grounds(0.34, 12.0, 6.2, "B2")).reason)
    the seizures took 34 % of what was unsure; they are 6 years old on average; the status is graded B2
    >>> confidence(Grounds(0.6, 20.0, 2.0, "B1")).level, confidence(Grounds(0.6, 20.0, 14.0, "B1")).level
    ('high', 'low')
    >>> print(confidence(Grounds(0.0, 0.0, None, "F6")))
    low confidence: no seizure bears on it; the status is graded F6
    """
    told = _grounds_told(grounds)
    return Confidence(_LEVELS[min(level for level, *_ in told)], "; ".join(words for *_, words in told))


def weakest_ground(grounds: Grounds) -> Ground:
    """Name the ground that holds the level of confidence down, the first of those that do.

    Examples
    --------
    >>> from routes.results import Grounds
    >>> weakest_ground(Grounds(0.34, 12.0, 6.2, "F6")), weakest_ground(Grounds(0.1, 12.0, 6.2, "B2"))
    ('status', 'learnt')
    """
    return min(_grounds_told(grounds), key=lambda ground: ground[0])[1]


def _grounds_told(grounds: Grounds) -> list[tuple[int, Ground, str]]:
    """Level that each ground allows for, from 0 for low, and the ground in words."""
    letter, digit = grounds.status_grade[:1], grounds.status_grade[1:2]
    graded = sum(letter in letters and digit in digits for letters, digits in _GRADES)
    grade: tuple[int, Ground, str] = (
        graded,
        "status",
        tr("the status is graded {grade}", grade=grounds.status_grade),
    )
    years = grounds.evidence_age_years
    if years is None:
        return [(0, "none", tr("no seizure bears on it")), grade]
    learnt = sum(grounds.learnt >= least for least in _LEARNT)
    young = sum(years <= most for most in _YEARS)
    took = f"{100 * max(0.0, grounds.learnt):.0f}"
    age = trn("they are {n} year old on average", "they are {n} years old on average", round(years))
    return [
        (learnt, "learnt", tr("the seizures took {part} % of what was unsure", part=took)),
        (young, "age", age),
        grade,
    ]


def only_prior(ranking: Ranking) -> str:
    """Say that an answer is the prior and nothing else, where it rests on fewer than `FEW_EVENTS` events.

    And on no log of inspections.
    """
    events = ranking.provenance.get("events", FEW_EVENTS)
    if events >= FEW_EVENTS or ranking.provenance.get("inspections", {}).get("inspected"):
        return ""
    rests = (
        trn("It rests on {n} located event.", "It rests on {n} located events.", events)
        if events
        else tr("It rests on no located event.")
    )
    prior = tr(
        "This is the prior and nothing else: route choice and the weights of gates and processing areas."
    )
    few = tr("Fewer than {few} say next to nothing.", few=FEW_EVENTS)
    return f"{prior} {rests} {few}"


def cautions(ranking: Ranking) -> list[str]:
    """Say where prior and seizures disagree, and whether the draws can be trusted."""
    told = []
    if ranking.disagreements:
        off = listed([_off(found) for found in ranking.disagreements])
        told.append(
            tr(
                "Prior and seizures disagree on {effects}: by that many standard deviations of the prior, "
                "where more than 2 are told. Look at these assumptions and seizures first.",
                effects=off,
            )
        )
    k = ranking.provenance.get("pareto_k")
    if k is not None and k > TRUSTED_K:
        told.append(
            tr(
                "Intervals and chances cannot be trusted here: the draws behind them are too uneven (Pareto "
                "k {k}, over {most}).",
                k=figures(f"{k:.2f}"),
                most=figures(f"{TRUSTED_K:g}"),
            )
        )
    return told


def _off(found: Disagreement) -> str:
    what = f"{trp('effect', found.kind.replace('_', ' '))} {place_name(found.name, found.name)}".strip()
    return f"{what} ({signed(found.prior_deviations, 1)})"


_EFFECTS = (
    message_p("effect", "gate"),
    message_p("effect", "crossing"),
    message_p("effect", "area"),
    message_p("effect", "cost"),
    message_p("effect", "penalty"),
    message_p("effect", "detection"),
    message_p("effect", "passage"),
)
