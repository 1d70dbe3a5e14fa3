"""Retention, cohorts by condition and flows of segments against a naive computation, date by date, over the lake's Parquet files."""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from craft import MAIN, write_secrets
from product import EXIT_CONFIGURATION, EXIT_DONE, EXIT_USAGE, Hooksift, fingerprint
from test_experiment_rules import archive

Who = tuple[int | None, str]
DAY = timedelta(days=1)


@dataclass
class Person:
    """All that the lake has of an identity in an environment, by date."""

    seen: dict[date, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    traits: dict[date, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))


class Lake:
    def __init__(self, lake: Path) -> None:
        self.people: dict[Who, Person] = defaultdict(Person)
        for table in ("observations", "trait_values"):
            for path in sorted((lake / table).glob("*/*.parquet")):
                day = date.fromisoformat(path.parent.name.removeprefix("date="))
                for row in pq.ParquetFile(path).read().to_pylist():
                    person = self.people[row["environment"], row["identity"]]
                    (person.seen if table == "observations" else person.traits)[day].append(row)
        self.people = {who: person for who, person in self.people.items() if person.seen}
        days = [day for person in self.people.values() for day in person.seen]
        self.first, self.last = min(days), max(days)
        self.flags: dict[str, dict[str, dict]] = defaultdict(dict)
        for row in pq.read_table(lake / "flag_states").to_pylist():
            self.flags[row["flag_state"]][row["feature"]] = row
        self.segments: dict[str, set[tuple[int, str]]] = defaultdict(set)
        for row in pq.read_table(lake / "segment_states").to_pylist():
            if row["member"]:
                self.segments[row["segment_state"]].add((row["segment_id"], row["segment"]))

    def days(self) -> list[date]:
        return [self.first + DAY * place for place in range((self.last - self.first).days + 1)]


@dataclass
class Known:
    """What is known of a person at the end of a date."""

    lake: Lake
    person: Person
    day: date

    def seen(self) -> dict[str, Any] | None:
        rows = [row for day, found in self.person.seen.items() if day <= self.day for row in found]
        return max(rows, key=lambda row: (row["last_at"], row["first_at"]), default=None)

    def trait(self, name: str) -> Any:
        rows = [row for day, found in sorted(self.person.traits.items()) if day <= self.day for row in found if row["trait"] == name]
        row = max(rows, key=lambda row: row["last_at"], default=None)
        return typed(row) if row else None

    def feature(self, name: str) -> Any:
        row = self.lake.flags[self.seen()["flag_state"]].get(name)
        return typed(row) if row and row["enabled"] else None

    def enabled(self, name: str) -> bool:
        row = self.lake.flags[self.seen()["flag_state"]].get(name)
        return bool(row and row["enabled"])

    def segment(self, name: str) -> bool:
        return any(found == name for _, found in self.lake.segments[self.seen()["segment_state"]])

    def active(self, days: int) -> bool:
        return any(self.day - DAY * days < day <= self.day for day in self.person.seen)


def typed(row: dict[str, Any]) -> Any:
    match row["value_type"]:
        case "integer" | "float":
            return float(row["value"])
        case "boolean":
            return row["value"] == "true"
        case _:
            return row["value"]


def is_number(value: Any) -> bool:
    return isinstance(value, float)


CONDITIONS: dict[str, tuple[str, Callable[[Known], bool]]] = {
    "pros": ('plan = "pro"', lambda k: k.trait("plan") == "pro"),
    "not pros": ('not plan = "pro"', lambda k: k.trait("plan") != "pro"),
    "other plans": ('trait plan != "pro"', lambda k: k.trait("plan") not in (None, "pro")),
    "blue vips": (
        'button = "blue" and segment "vips" and active in last 2 days',
        lambda k: k.feature("button") == "blue" and k.segment("vips") and k.active(2),
    ),
    "clickers": ("clicks >= 2 or clicks in (0)", lambda k: is_number(c := k.trait("clicks")) and (c >= 2 or c == 0)),
    "idle": ("not active in last 3 days", lambda k: not k.active(3)),
    "spenders": ("spent exists and not (spent = true or spent = false)", lambda k: k.trait("spent") not in (None, True, False) or k.trait("spent") in (1.0, 0.0) and is_number(k.trait("spent"))),
    "on": ("feature 'button' enabled", lambda k: k.enabled("button")),
}
RETENTIONS = [
    {"start": "first_seen", "period": "day"},
    {"start": "first_seen", "period": "week", "breakdown": {"trait": "plan"}},
    {"start": "first_seen", "period": "month", "breakdown": {"segment": "vips"}},
    {"start": {"exposure": "button"}, "period": "day", "breakdown": {"feature": "button"}},
    {"start": {"exposure": "button"}, "period": "week"},
]


def period_start(day: date, period: str) -> date:
    return {"day": day, "week": day - DAY * day.weekday(), "month": day.replace(day=1)}[period]


def next_period(day: date, period: str) -> date:
    return {"day": day + DAY, "week": day + 7 * DAY, "month": (day + 31 * DAY).replace(day=1)}[period]


def retention(lake: Lake, plan: dict[str, Any]) -> Counter[tuple]:
    """The rows of a retention, as a multiset."""
    period = plan["period"]
    feature = plan["start"]["exposure"] if isinstance(plan["start"], dict) else None
    cohorts: dict[tuple, list[set[date]]] = defaultdict(list)
    for (environment, _), person in lake.people.items():
        rows = [(day, row) for day, found in person.seen.items() for row in found]
        if feature:
            rows = [(day, row) for day, row in rows if lake.flags[row["flag_state"]].get(feature, {}).get("enabled")]
        if not rows:
            continue
        day, entry = min(rows, key=lambda pair: (pair[0], pair[1]["first_at"]))
        value = None
        match next(iter(plan.get("breakdown", {}).items()), None):
            case ("feature", name):
                row = lake.flags[entry["flag_state"]].get(name)
                value = "(absent)" if row is None else row["value"] if row["enabled"] else "(disabled)"
            case ("segment", name):
                member = any(found == name for _, found in lake.segments[entry["segment_state"]])
                value = "member" if member else "not a member"
            case ("trait", name):
                begun = [
                    row
                    for found in person.traits.values()
                    for row in found
                    if row["trait"] == name and row["first_at"] <= entry["first_at"]
                ]
                latest = max(begun, key=lambda row: (min(row["last_at"], entry["first_at"]), row["first_at"]), default=None)
                value = latest["value"] if latest else None
        periods = {period_start(seen, period) for seen in person.seen if seen >= day}
        cohorts[environment, period_start(day, period), value].append(periods)
    found: Counter[tuple] = Counter()
    kind = f"first_exposure:{feature}" if feature else "first_seen"
    breakdown = ":".join(next(iter(plan.get("breakdown", {}).items()), ()))
    for (environment, start, value), people in cohorts.items():
        index, at = 0, start
        while at <= lake.last:
            after = next_period(at, period)
            retained = sum(at in periods for periods in people)
            later = sum(max(periods) >= at for periods in people)
            row = (environment, kind, start, breakdown, value, period, index, len(people), after <= lake.last + DAY, retained, later)
            found[row] += 1
            index, at = index + 1, after
    return found


def members(lake: Lake, holds: Callable[[Known], bool]) -> dict[Who, set[date]]:
    """The dates at whose ends each person fulfils a condition."""
    return {
        who: {day for day in lake.days() if day >= min(person.seen) and holds(Known(lake, person, day))}
        for who, person in lake.people.items()
    }


def flows(dates: dict[Who, set[date]], lake: Lake) -> dict[tuple[date, int | None], tuple[int, int, int]]:
    """Members, and those who entered and left, by date and environment, from the first member on."""
    rows = {}
    for environment in {who[0] for who in dates}:
        begun = False
        for day in lake.days():
            now = {who for who, days in dates.items() if who[0] == environment and day in days}
            before = {who for who, days in dates.items() if who[0] == environment and day - DAY in days}
            begun |= bool(now)
            if begun:
                rows[day, environment] = (len(now), len(now - before), len(before - now))
    return rows


def summary(output: Path, table: str) -> list[tuple]:
    return [tuple(row.values()) for row in pq.read_table(output / f"summaries/{table}.parquet").to_pylist()]


def write(directory: Path, archives: Path, zone: str = "UTC") -> Path:
    cohorts = [{"name": name, "where": text} for name, (text, _) in CONDITIONS.items()]
    cohorts += [{"name": f"retention {place}", **plan} for place, plan in enumerate(RETENTIONS)]
    path = directory / "hooksift.yaml"
    settings = {"archives": [str(archives)], "window": {"timezone": zone}, "cohorts": cohorts, "segment_flows": True}
    path.write_text(json.dumps(settings), "utf-8")
    return path


@pytest.mark.parametrize("seed", range(4))
def test_cohorts_are_those_of_a_naive_computation(hooksift: Hooksift, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    (tmp_path / "a.jsonl").write_bytes(b"".join(line + b"\n" for line in archive(rng)))
    zone = rng.choice(["UTC", "Europe/Berlin"])
    path = write(tmp_path, tmp_path / "a.jsonl", zone)
    secrets = write_secrets(tmp_path / "secrets.json", [MAIN])
    output = tmp_path / "out"
    hooksift("run", "--config", path, "--output", output, "--secret-file", secrets).requires(EXIT_DONE)
    assert_tables(output)


def test_cohorts_of_real_captures(hooksift: Hooksift, real: Any, tmp_path: Path) -> None:
    path = write(tmp_path, real.archives)
    hooksift("run", "--config", path, "--output", tmp_path / "out", "--secret-file", real.secret_file).requires(EXIT_DONE)
    assert_tables(tmp_path / "out")


def assert_tables(output: Path) -> None:
    lake = Lake(output / "lake")
    expected: Counter[tuple] = sum((retention(lake, plan) for plan in RETENTIONS), Counter())
    rows = summary(output, "retention")
    assert Counter(rows) == expected
    keys = [[(value is not None, value) for value in (*row[:2], *map(str, row[2:3]), *row[3:7])] for row in rows]
    assert keys == sorted(keys) and len(keys) > 20
    everyone = {name: members(lake, holds) for name, (_, holds) in CONDITIONS.items()}
    daily = {(row[0], row[1], row[2]): row[3:] for row in summary(output, "cohort_daily")}
    wanted = {
        (day, environment, name): counts
        for name, dates in everyone.items()
        for (day, environment), counts in flows(dates, lake).items()
    }
    assert daily == wanted
    stays: dict[str, dict[Who, set[date]]] = {name: {who: set() for who in lake.people} for name in CONDITIONS}
    rows = summary(output, "cohort_members")
    assert rows == sorted(rows, key=lambda row: ((row[0] is not None, row[0]), row[1].encode(), row[2].encode(), row[3]))
    for environment, identity, name, entered, left in rows:
        end = left or lake.last + DAY
        days = {entered + DAY * place for place in range((end - entered).days)}
        known = stays[name][environment, identity]
        assert days and not days & known and entered - DAY not in known
        known |= days
    assert stays == everyone
    both = {
        (environment, one, other): (
            len(of_one := {who for who, days in everyone[one].items() if lake.last in days and who[0] == environment}),
            len(of_other := {who for who, days in everyone[other].items() if lake.last in days and who[0] == environment}),
            len(of_one & of_other),
        )
        for environment in {who[0] for who in lake.people}
        for one in CONDITIONS
        for other in CONDITIONS
        if one != other and any(lake.last in days for name in CONDITIONS for who, days in everyone[name].items() if who[0] == environment)
    }
    assert {row[:3]: row[3:] for row in summary(output, "cohort_overlap")} == both
    assert_trait_numbers(output, lake)
    found = {(row[0], row[1], row[2], row[3]): row[4:] for row in summary(output, "segment_flows")}
    segments = {segment for group in lake.segments.values() for segment in group}
    wanted = {}
    for number, name in segments:
        def is_member(known: Known, which: tuple[int, str] = (number, name)) -> bool:
            return which in lake.segments[known.seen()["segment_state"]]

        for (day, environment), counts in flows(members(lake, is_member), lake).items():
            wanted[day, environment, number, name] = counts
    assert found == wanted


def assert_trait_numbers(output: Path, lake: Lake) -> None:
    numbers: dict[tuple, list[float]] = defaultdict(list)
    for path in sorted((output / "lake/trait_values").glob("*/*.parquet")):
        day = date.fromisoformat(path.parent.name.removeprefix("date="))
        for row in pq.ParquetFile(path).read().to_pylist():
            if row["value_type"] in ("integer", "float"):
                numbers[day, row["environment"], row["trait"]].append(float(row["value"]))
    rows = summary(output, "trait_numbers")
    assert [row[:3] for row in rows] == sorted(numbers, key=lambda key: (key[0], key[1] is not None, key[1], key[2].encode()))
    for row in rows:
        values = numbers[row[:3]]
        quantiles = np.quantile(values, [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1])
        assert row[3] == len(values)
        assert row[4:] == pytest.approx((np.mean(values), *quantiles), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("name", ["pros", "blue vips"])
def test_members_as_of_a_date(hooksift: Hooksift, tmp_path: Path, name: str) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"".join(line + b"\n" for line in archive(random.Random(9))))
    path = write(tmp_path, tmp_path / "a.jsonl")
    secrets = write_secrets(tmp_path / "secrets.json", [MAIN])
    output = tmp_path / "out"
    hooksift("run", "--config", path, "--output", output, "--secret-file", secrets).requires(EXIT_DONE)
    lake = Lake(output / "lake")
    dates = members(lake, CONDITIONS[name][1])
    chosen = ["--where", f"cohort={name}", "--columns", "identity", "--format", "jsonl"]
    sizes = set()
    for day in lake.days():
        said = hooksift("export", "cohort_members", "--as-of", day.isoformat(), *chosen, "--output", output).requires(EXIT_DONE)
        found = [json.loads(line)["identity"] for line in said.stdout.splitlines()]
        assert found == sorted((who[1] for who, days in dates.items() if day in days), key=str.encode)
        sizes.add(len(found))
    assert len(sizes) > 3
    refused = hooksift("export", "exposures", "--as-of", "2026-10-24", "--output", output).requires(EXIT_USAGE)
    assert "it is for cohort_members" in refused.messages


def test_nights_give_what_one_run_gives(hooksift: Hooksift, tmp_path: Path) -> None:
    lines = archive(random.Random(7))
    half = len(lines) // 2
    for name, part in (("a", lines[:half]), ("b", lines[half:])):
        (tmp_path / f"{name}.jsonl").write_bytes(b"".join(line + b"\n" for line in part))
    path = write(tmp_path, tmp_path / "a.jsonl")
    common = ["--config", path, "--secret-file", write_secrets(tmp_path / "secrets.json", [MAIN])]
    hooksift("run", tmp_path / "a.jsonl", "--output", tmp_path / "nights", *common).requires(EXIT_DONE)
    hooksift("run", tmp_path / "a.jsonl", tmp_path / "b.jsonl", "--output", tmp_path / "nights", *common).requires(EXIT_DONE)
    hooksift("run", tmp_path / "a.jsonl", tmp_path / "b.jsonl", "--output", tmp_path / "whole", *common).requires(EXIT_DONE)
    assert fingerprint(tmp_path / "nights") == fingerprint(tmp_path / "whole")
    # Another condition is another table.
    text = path.read_text("utf-8").replace('plan = \\"pro\\"', 'plan = \\"free\\"')
    path.write_text(text, "utf-8")
    hooksift("summarize", "--output", tmp_path / "nights", *common[:2]).requires(EXIT_DONE)
    assert fingerprint(tmp_path / "nights") != fingerprint(tmp_path / "whole")


@pytest.mark.parametrize(
    ("cohort", "message"),
    [
        ({"where": "plan = pro"}, 'cohorts[0].where: column 8: expected a value; a text stands in quotes: "pro", not pro'),
        ({"where": 'plan = "pro" and'}, "column 17: expected a trait, a feature, segment, active, not or (, not the end"),
        ({"where": 'plan "pro"'}, 'column 6: expected =, !=, <, <=, >, >=, in, exists or enabled, not "pro"'),
        ({"where": "(a = 1"}, "column 7: expected and, or, or ), not the end"),
        ({"where": "a = 'x"}, "column 5: this text has no closing '"),
        ({"where": "a && b"}, "column 3: & means nothing here; write and"),
        ({"where": "active in last week days"}, "column 16: expected a number of days, not week"),
        ({"where": "trait a enabled"}, "column 9: expected a comparison; a trait is not enabled, not enabled"),
        ({"where": "a = 1", "period": "day"}, "cohorts[0].period: is given besides where"),
        ({"start": "first_seen"}, "cohorts[0].period: is missing; it is day, week or month"),
        ({"start": "first_sen", "period": "day"}, "cohorts[0].start: \"first_sen\" is not"),
        ({"start": {"exposed": "b"}, "period": "day"}, "cohorts[0].start.exposed: unknown key"),
        ({"period": "day"}, "cohorts[0]: needs where, a condition, or start"),
        ({"where": "a = 1", "wher": "x"}, "cohorts[0].wher: unknown key"),
    ],
)
def test_what_is_wrong_is_named(hooksift: Hooksift, tmp_path: Path, cohort: dict, message: str) -> None:
    path = tmp_path / "hooksift.yaml"
    path.write_text(json.dumps({"cohorts": [{"name": "c", **cohort}]}), "utf-8")
    finished = hooksift("config", "--config", path).requires(EXIT_CONFIGURATION)
    assert message in finished.messages
    assert f"{path}:1:" in finished.messages
