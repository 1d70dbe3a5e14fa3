"""Units of random experiments, with every fate, source, aggregation and window, against the oracle."""

from __future__ import annotations

import gzip
import json
import math
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from craft import MAIN, flag, segment, signed, snapshot, trait, write_secrets
from experiment_oracle import Experiment, Lake, Metric, events, results, units_of
from product import EXIT_DONE, Hooksift

START = datetime(2026, 10, 20, tzinfo=UTC)
FIRST, END = date(2026, 10, 23), date(2026, 10, 29)  # the clocks go back in Berlin on the 25th
DAYS = 11
PEOPLE = 160
BUY, LOOK = ("events", "buy"), ("events", "look")


def archive(rng: random.Random) -> list[bytes]:
    lines = []
    for number in range(PEOPLE):
        usual = rng.choice(["control", "blue", "blue", "green", None])
        kind = rng.choices(["plain", "off", "override", "switch", "strange", "without"], [10, 2, 1, 2, 1, 1])[0]
        for visit in range(rng.randrange(1, 8)):
            time = START + timedelta(seconds=rng.randrange(DAYS * 86_400), microseconds=rng.randrange(10**6))
            if rng.random() < 0.2:
                time = time.replace(hour=rng.choice([21, 22, 23, 0]), minute=rng.choice([0, 29, 30, 59]))
            value = rng.choice(["blue", "control"]) if kind == "switch" and visit % 3 == 2 else usual
            shown = flag(
                enabled=not (kind == "off" and rng.random() < 0.9),
                feature_state_value="strange" if kind == "strange" and visit else value,
                percentage_allocation=None if value == "control" else 30.0,
                identity=9 if kind == "override" and visit > 1 else None,
            )
            other = flag(feature={"id": 12, "name": "other", "type": "STANDARD", "initial_value": None})
            traits = [trait("plan", rng.choice(["free", "pro", None])), trait("clicks", rng.randrange(4))]
            if rng.random() < 0.5:
                traits.append(trait("spent", rng.choice([0, 1.25, 7, 40.5, True, False, "much", None])))
            payload = snapshot(
                identity=f"person {number}",
                flags=[other] if kind == "without" and visit else [shown, other],
                segments=[segment(member=rng.random() < 0.5), segment(id=32, name="vips", member=rng.random() < 0.2)],
                traits=traits,
            )
            lines.append(signed(payload, received_at=time.isoformat().replace("+00:00", "Z")))
    rng.shuffle(lines)
    return lines


def orders(rng: random.Random) -> list[tuple[str, datetime, str, float]]:
    found = []
    for _ in range(PEOPLE * 6):
        time = START + timedelta(seconds=rng.randrange(DAYS * 86_400), microseconds=rng.randrange(10**6))
        who = f"person {rng.randrange(PEOPLE + 20)}"
        found.append((who, time, rng.choice(["buy", "look", "look", "other"]), rng.randrange(1, 9999) / 100))
    return found


def write_events(rows: list[tuple[str, datetime, str, float]], path: Path) -> None:
    text = [(who, time.isoformat().replace("+00:00", "Z"), event, value) for who, time, event, value in rows]
    if path.name.endswith(".csv") or path.name.endswith(".csv.gz"):
        content = "identity,time,event,value\n" + "".join(f'"{a}",{b},{c},{d}\n' for a, b, c, d in text)
        path.write_bytes(gzip.compress(content.encode()) if path.suffix == ".gz" else content.encode())
    elif path.suffix == ".jsonl":
        keys = ("identity", "time", "event", "value")
        path.write_text("".join(json.dumps(dict(zip(keys, row, strict=True))) + "\n" for row in text), "utf-8")
    else:
        who, time, event, value = zip(*rows, strict=True)
        columns = {
            "identity": pa.array(who),
            "time": pa.array(time, pa.timestamp("us", "UTC")),
            "event": pa.array(event),
            "value": pa.array(value),
        }
        pq.write_table(pa.table(columns), path, compression="gzip")


def experiment(rng: random.Random) -> Experiment:
    def metric(name: str, kind: str, source: tuple[str, str], aggregation: str, **more) -> Metric:
        return Metric(
            name,
            kind,
            source,
            aggregation,
            window=rng.choice([None, timedelta(hours=30), timedelta(days=2)]),
            covariate=rng.choice([None, timedelta(days=3), timedelta(hours=50)]),
            **more,
        )

    return Experiment(
        "button",
        2,
        FIRST,
        END,
        {"control": "control", "blue": "blue", "nothing": None},
        [
            metric("bought", "proportion", BUY, "occurrence"),
            metric("paid", "mean", BUY, "sum", winsorize=rng.choice([None, 0.95])),
            metric("looks", "mean", LOOK, "count"),
            metric("mean_paid", "mean", BUY, "mean"),
            metric("last_paid", "mean", BUY, "last"),
            metric("rate", "ratio", BUY, "ratio", denominator=(LOOK, "count")),
            metric("spent", "mean", ("trait", "spent"), "last"),
            metric("spends", "proportion", ("trait", "spent"), "occurrence"),
            metric("clicks", "mean", ("trait", "clicks"), "sum"),
            metric("days_with_clicks", "mean", ("trait", "clicks"), "count"),
            metric("vip", "proportion", ("segment", "vips"), "occurrence"),
            metric("vip_windows", "mean", ("segment", "vips"), "count"),
            metric("vip_share", "mean", ("segment", "vips"), "mean"),
            metric("vip_last", "mean", ("segment", "vips"), "last"),
        ],
        always=rng.random() < 0.3,
        slices=[("trait", "plan"), ("segment", "people")],
        zone=rng.choice(["UTC", "Europe/Berlin"]),
    )


def configuration(experiment: Experiment, event_file: str) -> str:
    def source(pair: tuple[str, str]) -> dict:
        return {"events": event_file, "event": pair[1]} if pair[0] == "events" else {pair[0]: pair[1]}

    def length(span: timedelta) -> str:
        return f"{int(span.total_seconds() // 3600)}h"

    metrics = []
    for metric in experiment.metrics:
        entry = {"name": metric.name, "source": source(metric.source), "aggregation": metric.aggregation}
        if metric.denominator:
            entry["denominator"] = {"source": source(metric.denominator[0]), "aggregation": metric.denominator[1]}
        if metric.window:
            entry["conversion_window"] = length(metric.window)
        if metric.covariate:
            entry["covariate"] = length(metric.covariate)
        if metric.winsorize:
            entry["winsorize"] = metric.winsorize
        metrics.append(entry)
    plan = {
        "name": "random",
        "feature": experiment.feature,
        "environment": experiment.environment,
        "start": experiment.start.isoformat(),
        "end": experiment.end.isoformat(),
        "exposed_when": "always" if experiment.always else "enabled",
        "variants": {name: {"value": value} for name, value in experiment.variants.items()},
        "metrics": metrics,
        "slices": [{kind: name} for kind, name in experiment.slices],
    }
    return json.dumps({"window": {"timezone": experiment.zone}, "experiments": [plan]})


@pytest.mark.parametrize("seed", range(12))
def test_units_and_results_are_those_of_the_oracle(hooksift: Hooksift, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    (tmp_path / "a.jsonl").write_bytes(b"".join(line + b"\n" for line in archive(rng)))
    rows = orders(rng)
    file = tmp_path / ("orders" + [".csv", ".csv.gz", ".jsonl", ".parquet"][seed % 4])
    write_events(rows, file)
    truth_file = tmp_path / "truth.csv"
    write_events(rows, truth_file)
    plan = experiment(rng)
    (tmp_path / "hooksift.yaml").write_text(configuration(plan, file.name), "utf-8")
    secrets = write_secrets(tmp_path / "secrets.json", [MAIN])
    hooksift(
        "run", str(tmp_path / "a.jsonl"), "--config", str(tmp_path / "hooksift.yaml"), "--output",
        str(tmp_path / "out"), "--secret-file", str(secrets), "--window", ["30m", "7m", "2h"][seed % 3],
    ).requires(EXIT_DONE)
    report = json.loads((tmp_path / "out/experiments/random/report.json").read_text("utf-8"))
    table = pq.read_table(tmp_path / "out/experiments/random/units.parquet").to_pylist()
    lake = Lake(plan, tmp_path / "out/lake", events(truth_file))
    truth = units_of(plan, lake)
    caps = {metric["name"]: metric.get("cap", math.inf) for metric in report["metrics"]}
    assert {row["identity"]: row["fate"] for row in table} == {who: unit.fate for who, unit in truth.items()}
    assert len({unit.fate for unit in truth.values()}) >= 5
    for row in table:
        unit = truth[row["identity"]]
        if unit.fate != "analysed":
            continue
        assert (row["variant"], row["first_exposed_at"]) == (unit.variant, unit.first)
        assert [row["trait:plan"], row["segment:people"]] == unit.slices
        for metric in plan.metrics:
            value, denominator = unit.values[metric.name]
            near = {"rel": 1e-12, "abs": 1e-12}
            assert row[metric.name] == pytest.approx(min(value, caps[metric.name]), **near), (metric, row)
            if metric.denominator:
                assert row[f"{metric.name}_denominator"] == pytest.approx(denominator, **near)
            if metric.covariate:
                covariate, below = unit.covariates[metric.name]
                assert row[f"{metric.name}_covariate"] == pytest.approx(covariate, **near), (metric, row)
                if metric.denominator:
                    assert row[f"{metric.name}_covariate_denominator"] == pytest.approx(below, **near)
    plain = [metric for metric in plan.metrics if not metric.covariate]
    for days in range(1, (END - FIRST).days + 1):
        until = FIRST + timedelta(days=days)
        known = units_of(plan, lake, until)
        expected = {name: sum(unit.variant == name for unit in known.values()) for name in plan.variants}
        series = [row for row in report["series"] if row["as_of"] == (until - timedelta(days=1)).isoformat()]
        for row in series:
            assert row["control_count"] == expected["control"] and row["treatment_count"] == expected[row["treatment"]]
        if min(expected.values()) < 5:
            continue
        plan_without = Experiment(**{**vars(plan), "metrics": plain})
        for (name, treatment), result in results(plan_without, known).items():
            row = next(row for row in series if (row["metric"], row["treatment"]) == (name, treatment))
            assert row["effect"] == pytest.approx(result.effect, rel=1e-9, abs=1e-9 * result.se), (name, until)
            assert row["standard_error"] == pytest.approx(result.se, rel=1e-9), (name, until)
            assert row["p_value"] == pytest.approx(result.p_value, rel=1e-8), (name, until)
