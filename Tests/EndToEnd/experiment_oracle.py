"""Units and results of experiments, computed from a lake's Parquet files and from events, by the rules and by SciPy.

It shares nothing with the product but the lake and the rules in `Rules.md`; it is as plain as it can be.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow.parquet as pq
from scipy import stats

DAY = timedelta(days=1)


Source = tuple[str, str]  # ("events", event), ("trait", name) or ("segment", name)


@dataclass
class Metric:
    name: str
    kind: str  # mean, proportion, ratio
    source: Source
    aggregation: str
    denominator: tuple[Source, str] | None = None
    winsorize: float | None = None
    window: timedelta | None = None
    covariate: timedelta | None = None


@dataclass
class Experiment:
    feature: str
    environment: int
    start: date
    end: date
    variants: dict[str, Any]  # name -> value; the control first
    metrics: list[Metric]
    always: bool = False
    slices: list[Source] = field(default_factory=list)
    zone: str = "UTC"

    def midnight(self, day: date) -> datetime:
        return datetime.combine(day, datetime.min.time(), ZoneInfo(self.zone)).astimezone(UTC)


@dataclass
class Unit:
    fate: str
    variant: str | None
    first: datetime | None
    values: dict[str, tuple[float, float]] = field(default_factory=dict)
    covariates: dict[str, tuple[float, float]] = field(default_factory=dict)
    slices: list[str | None] = field(default_factory=list)


@dataclass
class Point:
    """A value that held from one time to another."""

    first: datetime
    last: datetime
    number: float | None
    occurs: bool


@dataclass
class Facts:
    """What a lake and events say of one identity, on the dates that are looked at."""

    sightings: list[tuple[date, dict[str, Any]]] = field(default_factory=list)
    traits: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    events: dict[str, list[Point]] = field(default_factory=dict)


def rows(path: Path) -> list[dict[str, Any]]:
    return pq.ParquetFile(path).read().to_pylist()


def partitions(lake: Path, table: str) -> dict[date, list[dict[str, Any]]]:
    return {
        date.fromisoformat(path.parent.name.removeprefix("date=")): rows(path)
        for path in sorted(lake.glob(f"{table}/date=*/*.parquet"))
    }


def events(path: Path) -> dict[tuple[str, str], list[tuple[datetime, float]]]:
    found: dict[tuple[str, str], list[tuple[datetime, float]]] = {}
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            time = datetime.fromisoformat(row["time"].replace("Z", "+00:00"))
            found.setdefault((row["identity"], row["event"]), []).append((time, float(row["value"])))
    return found


def trait_point(row: dict[str, Any]) -> Point:
    number: float | None = row["number"]
    if row["value_type"] == "boolean":
        number = 1.0 if row["value"] == "true" else 0.0
    occurs = row["value"] not in (None, "", "false") and not (number == 0 and row["value_type"] != "string")
    return Point(row["first_at"], row["last_at"], number, occurs)


class Lake:
    """The facts of all identities in an environment."""

    def __init__(self, experiment: Experiment, lake: Path, occurred: dict[tuple[str, str], list]) -> None:
        self.flags = {
            row["flag_state"]: row
            for row in rows(next(lake.glob("flag_states/*.parquet")))
            if row["feature"] == experiment.feature and row["environment"] == experiment.environment
        }
        self.members: dict[str, set[str]] = {}
        for row in rows(next(lake.glob("segment_states/*.parquet"))):
            if row["member"]:
                self.members.setdefault(row["segment_state"], set()).add(row["segment"])
        self.facts: dict[str, Facts] = {}
        longest = max((metric.covariate or timedelta() for metric in experiment.metrics), default=timedelta())
        first = experiment.start - timedelta(days=math.ceil(longest / DAY))
        for day, observations in partitions(lake, "observations").items():
            for row in observations:
                if first <= day < experiment.end and row["environment"] == experiment.environment:
                    self.of(row["identity"]).sightings.append((day, row))
        for day, values in partitions(lake, "trait_values").items():
            for row in values:
                if first <= day < experiment.end and row["environment"] == experiment.environment:
                    self.of(row["identity"]).traits.setdefault(row["trait"], []).append(row)
        for (identity, event), points in occurred.items():
            self.of(identity).events[event] = [Point(time, time, value, True) for time, value in points]

    def of(self, identity: str) -> Facts:
        return self.facts.setdefault(identity, Facts())

    def points(self, facts: Facts, source: Source) -> list[Point]:
        kind, name = source
        if kind == "events":
            return facts.events.get(name, [])
        if kind == "trait":
            return [trait_point(row) for row in facts.traits.get(name, [])]
        return [
            Point(row["first_at"], row["last_at"], float(member), member)
            for _, row in facts.sightings
            for member in [name in self.members.get(row["segment_state"], set())]
        ]


def units(experiment: Experiment, lake: Path, orders: Path, until: date | None = None) -> dict[str, Unit]:
    """All identities that were seen with the feature, as known at the end of the day before `until`."""
    return units_of(experiment, Lake(experiment, lake, events(orders)), until)


def units_of(experiment: Experiment, lake: Lake, until: date | None = None) -> dict[str, Unit]:
    end = min(until or experiment.end, experiment.end)
    limit = experiment.midnight(end)
    names = {value: name for name, value in experiment.variants.items()}
    found = {}
    for identity, facts in lake.facts.items():
        known = [
            (day, row, lake.flags[row["flag_state"]])
            for day, row in facts.sightings
            if row["flag_state"] in lake.flags and day < end
        ]
        if not known:
            continue
        on_dates = [(row, flag) for day, row, flag in known if day >= experiment.start]
        exposed = [(row, flag) for row, flag in on_dates if flag["enabled"] or experiment.always]
        shown = {flag["value"] for _, flag in exposed}
        if not on_dates:
            found[identity] = Unit("outside_window", None, None)
        elif not exposed:
            found[identity] = Unit("disabled", None, None)
        elif any(flag["override"] != "none" for _, flag in exposed):
            found[identity] = Unit("override", None, None)
        elif len(shown) > 1:
            found[identity] = Unit("multiple_variants", None, None)
        elif next(iter(shown)) not in names:
            found[identity] = Unit("unknown_value", None, None)
        else:
            first = min(row["first_at"] for row, _ in exposed)
            unit = Unit("analysed", names[next(iter(shown))], first)
            for metric in experiment.metrics:
                measure(metric, unit, facts, lake, first, limit)
            unit.slices = [slice_of(source, facts, lake, first) for source in experiment.slices]
            found[identity] = unit
    return found


def measure(
    metric: Metric, unit: Unit, facts: Facts, lake: Lake, first: datetime, limit: datetime
) -> None:
    end = min(limit, first + metric.window) if metric.window else limit
    pairs = []
    for counts in (
        lambda point: point.last >= first and max(point.first, first) < end,
        lambda point: point.first < first and point.last >= first - (metric.covariate or timedelta()),
    ):
        numbers = []
        for source, aggregation in [(metric.source, metric.aggregation)] + (
            [metric.denominator] if metric.denominator else []
        ):
            points = [point for point in lake.points(facts, source) if counts(point)]
            numbers.append(aggregate(points, aggregation, source[0]))
        pairs.append((numbers[0], numbers[1] if metric.denominator else 1.0))
    unit.values[metric.name] = pairs[0]
    if metric.covariate:
        unit.covariates[metric.name] = pairs[1]


def slice_of(source: Source, facts: Facts, lake: Lake, first: datetime) -> str | None:
    kind, name = source
    if kind == "segment":
        row = max(
            (row for _, row in facts.sightings if row["first_at"] <= first),
            key=lambda row: (min(row["last_at"], first), row["first_at"]),
        )
        return "member" if name in lake.members.get(row["segment_state"], set()) else "not a member"
    known = [row for row in facts.traits.get(name, []) if row["first_at"] <= first]
    if not known:
        return None
    return max(known, key=lambda row: (min(row["last_at"], first), row["first_at"]))["value"]


def aggregate(points: list[Point], aggregation: str, kind: str) -> float:
    numbers = [point.number for point in points if point.number is not None]
    match aggregation:
        case "occurrence":
            return 1.0 if any(point.occurs for point in points) else 0.0
        case "count":
            return float(sum(point.occurs for point in points) if kind == "segment" else len(points))
        case "sum" | "ratio":
            return math.fsum(numbers)
        case "mean":
            return math.fsum(numbers) / len(numbers) if numbers else 0.0
        case "last":
            last = [point for point in points if point.number is not None]
            return max(last, key=lambda point: (point.last, point.first)).number if last else 0.0
    raise ValueError(aggregation)


@dataclass
class Result:
    n_control: int
    n_treatment: int
    value_control: float
    value_treatment: float
    effect: float
    se: float
    df: float
    p_value: float
    low: float
    high: float


def results(experiment: Experiment, found: dict[str, Unit], alpha: float = 0.05) -> dict[tuple[str, str], Result]:
    """Of every metric and treatment; nothing where there is no variance."""
    names = list(experiment.variants)
    by_metric = {}
    for metric in experiment.metrics:
        analysed = [unit for unit in found.values() if unit.fate == "analysed"]
        cap = math.inf
        if metric.winsorize:
            cap = float(np.quantile([unit.values[metric.name][0] for unit in analysed], metric.winsorize))
        arms = {}
        for name in names:
            pairs = [unit.values[metric.name] for unit in analysed if unit.variant == name]
            numerators = np.array([min(value, cap) for value, _ in pairs])
            denominators = np.array([value for _, value in pairs])
            arms[name] = arm(metric.kind, numerators, denominators)
        n0, r0, v0 = arms[names[0]]
        for name in names[1:]:
            n1, r1, v1 = arms[name]
            effect = r1 - r0
            squared = v1 / n1 + v0 / n0
            if not squared > 0 or math.isinf(squared):
                continue
            df = squared**2 / ((v1 / n1) ** 2 / (n1 - 1) + (v0 / n0) ** 2 / (n0 - 1))
            se = math.sqrt(squared)
            p = 2 * stats.t.sf(abs(effect) / se, df)
            t = stats.t.isf(alpha / 2, df)
            by_metric[metric.name, name] = Result(n0, n1, r0, r1, effect, se, df, p, effect - t * se, effect + t * se)
    return by_metric


def arm(kind: str, numerators: np.ndarray, denominators: np.ndarray) -> tuple[int, float, float]:
    n = len(numerators)
    if kind == "proportion":
        p = float(numerators.mean())
        return n, p, p * (1 - p)
    if kind == "mean":
        return n, float(numerators.mean()), float(numerators.var(ddof=1))
    if denominators.sum() == 0:
        return n, math.nan, math.nan
    ratio = float(numerators.sum() / denominators.sum())
    covariance = np.cov(numerators, denominators)
    variance = covariance[0, 0] - 2 * ratio * covariance[0, 1] + ratio**2 * covariance[1, 1]
    return n, ratio, float(variance / denominators.mean() ** 2)
