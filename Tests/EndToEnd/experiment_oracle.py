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

import numpy as np
import pyarrow.parquet as pq
from scipy import stats

DAY = timedelta(days=1)


@dataclass
class Metric:
    name: str
    kind: str  # mean, proportion, ratio
    source: tuple[str, str]  # ("events", event) or ("trait", name)
    aggregation: str
    denominator: tuple[tuple[str, str], str] | None = None
    winsorize: float | None = None


@dataclass
class Experiment:
    feature: str
    environment: int
    start: date
    end: date
    variants: dict[str, str]  # name -> value; the control first
    metrics: list[Metric]


@dataclass
class Unit:
    fate: str
    variant: str | None
    first: datetime | None
    values: dict[str, tuple[float, float]] = field(default_factory=dict)


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


def units(experiment: Experiment, lake: Path, orders: Path, until: date | None = None) -> dict[str, Unit]:
    """All identities that were seen with the feature, as known at the end of the day before `until`."""
    flags = {
        row["flag_state"]: row
        for row in rows(next(lake.glob("flag_states/*.parquet")))
        if row["feature"] == experiment.feature and row["environment"] == experiment.environment
    }
    end = min(until or experiment.end, experiment.end)
    limit = datetime.combine(end, datetime.min.time(), UTC)
    seen: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {}
    for day, observations in partitions(lake, "observations").items():
        if not experiment.start <= day < end:
            continue
        for row in observations:
            if row["environment"] == experiment.environment and row["flag_state"] in flags:
                seen.setdefault(row["identity"], []).append((row, flags[row["flag_state"]]))
    traits: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for day, values in partitions(lake, "trait_values").items():
        if experiment.start <= day < end:
            for row in values:
                traits.setdefault((row["identity"], row["trait"]), []).append(row)
    occurred = events(orders)
    names = {value: name for name, value in experiment.variants.items()}
    found = {}
    for identity, sightings in seen.items():
        exposed = [(row, flag) for row, flag in sightings if flag["enabled"]]
        shown = {flag["value"] for _, flag in exposed}
        if not exposed:
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
                def number(source: tuple[str, str], aggregation: str) -> float:
                    if source[0] == "events":
                        points = [
                            value
                            for time, value in sorted(occurred.get((identity, source[1]), []))
                            if first <= time < limit
                        ]
                    else:
                        points = [
                            row["number"]
                            for row in sorted(traits.get((identity, source[1]), []), key=lambda row: row["last_at"])
                            if row["last_at"] >= first and row["number"] is not None
                        ]
                    return aggregate(points, aggregation)

                denominator = number(*metric.denominator) if metric.denominator else 1.0
                unit.values[metric.name] = (number(metric.source, metric.aggregation), denominator)
            found[identity] = unit
    return found


def aggregate(points: list[float], aggregation: str) -> float:
    match aggregation:
        case "occurrence":
            return 1.0 if points else 0.0
        case "count":
            return float(len(points))
        case "sum" | "ratio":
            return math.fsum(points)
        case "mean":
            return math.fsum(points) / len(points) if points else 0.0
        case "last":
            return points[-1] if points else 0.0
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
    ratio = float(numerators.sum() / denominators.sum())
    covariance = np.cov(numerators, denominators)
    variance = covariance[0, 0] - 2 * ratio * covariance[0, 1] + ratio**2 * covariance[1, 1]
    return n, ratio, float(variance / denominators.mean() ** 2)
