"""Seizure records -> located events: what counts as evidence, and what does not and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from routes.errors import RoutesError
from routes.results import SeizureUse

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from routes.parameters import Evidence, Parameters
    from routes.read import Region
    from routes.support.arrays import Floats, Ints


DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """Located seizure events: records of one event count once.

    Parameters
    ----------
    ids : tuple of str
    lon, lat : ndarray of float, shape (events,)
        Degrees.
    footprint_km : ndarray of float, shape (events,)
        Standard deviation of the true place about the stated one.
    weight : ndarray of float, shape (events,)
    kind : tuple of str
        Kind of place: port, crossing, road, city, laboratory, storage; empty where it is not known.
    truth : ndarray of float, shape (events,)
        Chance that the event is a seizure on its way to the product and was made where the record says.
    last_day : ndarray of datetime64, shape (events,)
        The last day that the date can mean.
    """

    ids: tuple[str, ...]
    lon: Floats
    lat: Floats
    footprint_km: Floats
    weight: Floats
    kind: tuple[str, ...]
    truth: Floats
    last_day: NDArray[np.datetime64]

    @property
    def years(self) -> Ints:
        """Year of each last day, shape (events,)."""
        return np.asarray(self.last_day.astype("datetime64[Y]").astype(int) + 1970)

    def take(self, which: Ints) -> Events:
        """Take some of the events, with their weights as they are."""
        return Events(
            ids=tuple(self.ids[i] for i in which),
            lon=self.lon[which],
            lat=self.lat[which],
            footprint_km=self.footprint_km[which],
            weight=self.weight[which],
            kind=tuple(self.kind[i] for i in which),
            truth=self.truth[which],
            last_day=self.last_day[which],
        )


def joined(one: Events, other: Events) -> Events:
    """Events of both, one after the other, weights as they are; an event of both is there twice."""
    arrays = {
        name: np.concatenate([getattr(one, name), getattr(other, name)])
        for name in ("lon", "lat", "footprint_km", "weight", "truth", "last_day")
    }
    return Events(ids=one.ids + other.ids, kind=one.kind + other.kind, **arrays)


_OF_EVENTS = [
    *("event_id", "date_until", "lat", "lon", "location_precision", "place_kind"),
    *("substance", "quantity_kg", "source_grade"),
]


def choose_seizures(
    seizures: pd.DataFrame, since: date | None, until: date | None, substance: str | None
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Part the records that the question is about from the others, with the reason why they are not.

    A record whose date is known to the month or year counts if all of that time lies in the period.

    Raises
    ------
    RoutesError
        If no record has the substance.
    """
    reasons = pd.Series("", index=seizures.index)
    if substance is not None:
        wanted = seizures["substance"].str.casefold() == substance.casefold()
        if not wanted.any():
            known = ", ".join(sorted(set(seizures["substance"])))
            message = f"--substance: no seizure of {substance!r}. Substances in the file: {known}."
            raise RoutesError(message)
        reasons[~wanted] = "other substance"
    if since is not None:
        reasons[seizures["date_from"] < pd.Timestamp(since)] = "outside the period"
    if until is not None:
        reasons[seizures["date_until"] > pd.Timestamp(until)] = "outside the period"
    left_out = reasons != ""
    chosen = seizures[~left_out] if left_out.any() else seizures
    return chosen, dict(zip(seizures["seizure_id"][left_out], reasons[left_out], strict=True))


def locate_events(
    seizures: pd.DataFrame, region: Region, parameters: Parameters
) -> tuple[Events, dict[str, str]]:
    """Events that have a place in the modelled countries, and for other records why they are no evidence.

    The place of an event is that of its first located record, its quantity the sum over its records, its
    truth the highest of its records. What came by air is no evidence on roads.

    Examples
    --------
    >>> from routes.parameters import Parameters
    >>> from routes.read.inputs import load_inputs
    >>> inputs = load_inputs()
    >>> events, not_used = locate_events(inputs.seizures, inputs.region, Parameters())
    >>> len(events.ids), sorted(set(not_used.values()))
    (75, ['by air', 'no location', 'outside the modelled countries'])
    """
    parameters = region.parameters(parameters)
    reasons = pd.Series("", index=seizures.index)
    reasons[seizures["place_kind"] == "airport"] = "by air"
    reasons[~seizures["country"].isin(region.countries)] = "outside the modelled countries"
    reasons[seizures["lat"].isna()] = "no location"
    unused = reasons != ""
    not_used = dict(zip(seizures["seizure_id"][unused], reasons[unused], strict=True))
    located = seizures[_OF_EVENTS][~unused]
    first = located.drop_duplicates("event_id")
    quantity = located.groupby("event_id")["quantity_kg"].sum(min_count=1).reindex(first["event_id"])
    truth = _truth(located, parameters).groupby(located["event_id"]).max().reindex(first["event_id"])
    p = parameters.evidence
    events = Events(
        ids=tuple(first["event_id"]),
        lon=first["lon"].to_numpy(float),
        lat=first["lat"].to_numpy(float),
        footprint_km=_footprints(first["location_precision"], p),
        weight=_weights(first["date_until"], quantity.to_numpy(float), p),
        kind=tuple(first["place_kind"]),
        truth=np.asarray(truth, float),
        last_day=first["date_until"].to_numpy("datetime64[D]"),
    )
    return events, not_used


def unnamed_substances(seizures: pd.DataFrame, events: Events, parameters: Parameters) -> list[str]:
    """Substances of the events that ``[substances]`` does not name, so that they count as its ``other``.

    Examples
    --------
    >>> from routes.parameters import Parameters
    >>> from routes.read.inputs import load_inputs
    >>> inputs = load_inputs()
    >>> parameters = inputs.region.parameters()
    >>> events, _ = locate_events(inputs.seizures, inputs.region, parameters)
    >>> unnamed_substances(inputs.seizures.assign(substance="cocaine"), events, parameters)
    ['cocaine']
    """
    known = {name.casefold() for name in parameters.substances}
    unnamed = [name for name in seizures["substance"].unique().tolist() if name.casefold() not in known]
    if not unnamed:
        return []
    doubtful = seizures[seizures["substance"].isin(unnamed)]
    return sorted(set(doubtful["substance"][doubtful["event_id"].isin(events.ids)]))


def _truth(records: pd.DataFrame, parameters: Parameters) -> pd.Series[float]:
    """Chance that a record is what it says: reliability x credibility x what the substance is used for."""
    reliability, credibility, known = parameters.reliability, parameters.credibility, parameters.substances
    columns = [pd.factorize(records[name]) for name in ("source_grade", "substance", "place_kind")]
    grades, names, kinds = (texts.tolist() for _, texts in columns)
    certain = [
        reliability[source] * credibility[information] for source, information in (g or "F6" for g in grades)
    ]
    use = [known.get(name.casefold(), known["other"]) for name in names]
    made = [kind in ("laboratory", "storage") for kind in kinds]
    grade, name, kind = (codes for codes, _ in columns)
    used = np.where(np.array(made, bool)[kind], 1.0, np.array(use, float)[name])
    return pd.Series(np.array(certain, float)[grade] * used, index=records.index, dtype=float)


def _footprints(precision: pd.Series[str], parameters: Evidence) -> Floats:
    names = ("exact", "crossing", "city", "district", "province")
    km = {name: getattr(parameters, f"footprint_{name}_km") for name in names}
    return precision.map(km).fillna(parameters.footprint_province_km).to_numpy(float)


def _weights(last_day: pd.Series[pd.Timestamp], quantity_kg: Floats, parameters: Evidence) -> Floats:
    """Weights with a mean of one; an unknown quantity counts as the median of the known ones."""
    known = quantity_kg[~np.isnan(quantity_kg)]
    kg = np.where(np.isnan(quantity_kg), np.median(known) if len(known) else 1.0, quantity_kg)
    weight = {"count": np.ones(len(kg)), "log": np.log1p(kg), "quantity": kg}[parameters.weight]
    if parameters.half_life_years and len(kg):
        age = (last_day.max() - last_day).dt.days.to_numpy(float) / DAYS_A_YEAR
        weight = weight * 0.5 ** (age / parameters.half_life_years)
    return np.asarray(weight / weight.mean()) if weight.sum() else weight


def seizure_uses(seizures: pd.DataFrame, events: Events, not_used: dict[str, str]) -> tuple[SeizureUse, ...]:
    """Say what became of every record, in the order of the file."""
    weight = dict(zip(events.ids, events.weight.tolist(), strict=True))
    records = (seizures[name].to_numpy(object).tolist() for name in ("seizure_id", "event_id"))
    return tuple(
        SeizureUse(
            seizure,
            event,
            not_used.get(seizure, "evidence"),
            0.0 if seizure in not_used else weight[event],
        )
        for seizure, event in zip(*records, strict=True)
    )
