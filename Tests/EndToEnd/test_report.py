"""Reports of the sample experiments, against an independent computation over the lake's Parquet files and the events."""

from __future__ import annotations

import csv
import json
import math
import shutil
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from experiment_oracle import Experiment, Metric, results, units
from product import EXIT_DONE, Hooksift

SAMPLES = Path(__file__).parents[2] / "samples/experiments"
PURCHASE = ("events", "purchase")
SEARCH = ("events", "search")

EXPERIMENTS = {
    "checkout_button": Experiment(
        "checkout_button",
        2,
        date(2026, 11, 1),
        date(2026, 11, 15),
        {"control": "control", "blue": "blue"},
        [
            Metric("purchased", "proportion", PURCHASE, "occurrence"),
            Metric("revenue", "mean", PURCHASE, "sum", winsorize=0.999),
            Metric("searches", "mean", SEARCH, "count"),
        ],
    ),
    "search_ranking": Experiment(
        "search_ranking",
        2,
        date(2026, 11, 1),
        date(2026, 11, 15),
        {"classic": "classic", "fresh": "fresh", "popular": "popular"},
        [
            Metric("searches", "mean", SEARCH, "count"),
            Metric("results_a_search", "ratio", SEARCH, "ratio", denominator=(SEARCH, "count")),
        ],
    ),
    "free_shipping_banner": Experiment(
        "free_shipping_banner",
        2,
        date(2026, 11, 1),
        date(2026, 11, 15),
        {"hidden": "hidden", "shown": "shown"},
        [
            Metric("purchased", "proportion", PURCHASE, "occurrence"),
            Metric("revenue_trait", "mean", ("trait", "revenue"), "last"),
        ],
    ),
}


class Reported:
    """A run over the sample archives, and the reports of its experiments."""

    def __init__(self, hooksift: Hooksift, directory: Path) -> None:
        self.samples = directory / "samples"
        shutil.copytree(SAMPLES, self.samples)
        self.workspace = directory / "out"
        options = ["--config", str(self.samples / "hooksift.yaml"), "--output", str(self.workspace)]
        hooksift("run", *options).requires(EXIT_DONE)
        hooksift("report", *options).requires(EXIT_DONE)

    def report(self, name: str) -> dict:
        return json.loads((self.workspace / "experiments" / name / "report.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def reported(hooksift: Hooksift, tmp_path_factory: pytest.TempPathFactory) -> Reported:
    return Reported(hooksift, tmp_path_factory.mktemp("reported"))


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_units_are_those_of_the_oracle(reported: Reported, name: str) -> None:
    experiment = EXPERIMENTS[name]
    truth = units(experiment, reported.workspace / "lake", reported.samples / "orders.csv")
    table = pq.read_table(reported.workspace / "experiments" / name / "units.parquet").to_pylist()
    assert [row["identity"] for row in table] == sorted(truth)
    metrics = {metric["name"]: metric for metric in reported.report(name)["metrics"]}
    for row in table:
        unit = truth[row["identity"]]
        assert (row["fate"], row["variant"]) == (unit.fate, unit.variant), row
        if unit.fate != "analysed":
            continue
        assert row["first_exposed_at"] == unit.first
        for metric in experiment.metrics:
            value, denominator = unit.values[metric.name]
            cap = metrics[metric.name].get("cap")
            assert row[metric.name] == pytest.approx(min(value, cap or math.inf), rel=1e-12), row
            if metric.denominator:
                assert row[f"{metric.name}_denominator"] == pytest.approx(denominator, rel=1e-12)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_fates_add_up_to_the_population(reported: Reported, name: str) -> None:
    report = reported.report(name)
    truth = units(EXPERIMENTS[name], reported.workspace / "lake", reported.samples / "orders.csv")
    counts = {fate["fate"]: fate["identities"] for fate in report["fates"]}
    assert sum(counts.values()) == report["population"] == len(truth)
    for fate, count in counts.items():
        assert count == sum(unit.fate == fate for unit in truth.values()), fate


@pytest.mark.parametrize("name", EXPERIMENTS)
@pytest.mark.parametrize("days", [3, 9, 14])
def test_results_as_of_a_day_are_those_of_the_oracle(reported: Reported, name: str, days: int) -> None:
    experiment = EXPERIMENTS[name]
    until = experiment.start + timedelta(days=days)
    lake, orders = reported.workspace / "lake", reported.samples / "orders.csv"
    truth = results(experiment, units(experiment, lake, orders, until))
    rows = [
        row for row in reported.report(name)["series"] if row["as_of"] == (until - timedelta(days=1)).isoformat()
    ]
    assert len(rows) == len(truth)
    for row in rows:
        result = truth[row["metric"], row["treatment"]]
        assert (row["control_count"], row["treatment_count"]) == (result.n_control, result.n_treatment)
        for key, value in {
            "control_value": result.value_control,
            "treatment_value": result.value_treatment,
            "effect": result.effect,
            "standard_error": result.se,
            "degrees_of_freedom": result.df,
            "p_value": result.p_value,
            "effect_low": result.low,
            "effect_high": result.high,
        }.items():
            assert row[key] == pytest.approx(value, rel=1e-9, abs=1e-9 * result.se), (row["metric"], key)


def test_the_truth_is_found(reported: Reported) -> None:
    button = reported.report("checkout_button")
    purchased = next(row for row in button["results"] if row["metric"] == "purchased" and not row["dimension"])
    assert purchased["holm_p_value"] < 0.05 and purchased["effect"] > 0
    assert button["sample_ratio"]["status"] == "ok"
    ranking = reported.report("search_ranking")
    assert all(row["holm_p_value"] > 0.05 for row in ranking["results"] if row["role"] == "goal")
    assert ranking["sample_ratio"] | {"status": "ok", "source": "seen"} == ranking["sample_ratio"]
    banner = reported.report("free_shipping_banner")
    assert banner["sample_ratio"]["status"] == "mismatch"


def test_a_report_does_not_depend_on_how_the_lake_was_made(
    hooksift: Hooksift, reported: Reported, tmp_path: Path
) -> None:
    shutil.copytree(SAMPLES, tmp_path / "samples")
    archives = sorted((tmp_path / "samples/archives").iterdir())
    options = ["--config", str(tmp_path / "samples/hooksift.yaml"), "--output", str(tmp_path / "out")]
    for archive in archives[::-5] + archives:
        hooksift("run", str(archive), *options).requires(EXIT_DONE)
    hooksift("report", *options, "--memory", "64MB").requires(EXIT_DONE)
    for name in EXPERIMENTS:
        for file in ("report.json", "units.parquet"):
            other = tmp_path / "out/experiments" / name / file
            assert other.read_bytes() == (reported.workspace / "experiments" / name / file).read_bytes()


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"use_dictionary": False, "data_page_size": 500, "write_batch_size": 50},
        {"data_page_version": "2.0", "data_page_size": 500, "write_batch_size": 50, "row_group_size": 1000},
    ],
    ids=["by default", "many plain pages", "version 2"],
)
def test_events_may_be_parquet_in_snappy(
    hooksift: Hooksift, reported: Reported, tmp_path: Path, written: dict
) -> None:
    shutil.copytree(SAMPLES, tmp_path / "samples")
    orders, file = tmp_path / "samples/orders.csv", tmp_path / "samples/orders.parquet"
    table = pyarrow.csv.read_csv(orders)
    table = table.set_column(1, "time", table["time"].cast(pa.timestamp("us", "UTC")))
    pq.write_table(table, file, compression="snappy", **written)
    group = pq.ParquetFile(file).metadata.row_group(0)
    assert {group.column(place).compression for place in range(4)} == {"SNAPPY"}
    orders.unlink()
    configuration = tmp_path / "samples/hooksift.yaml"
    configuration.write_text(configuration.read_text("utf-8").replace("orders.csv", "orders.parquet"), "utf-8")
    options = ["--config", str(configuration), "--output", str(reported.workspace)]
    assert hooksift("report", "--check", *options).requires(EXIT_DONE).messages == ""
    shutil.copytree(reported.workspace / "lake", tmp_path / "out/lake")
    options[-1] = str(tmp_path / "out")
    hooksift("report", *options).requires(EXIT_DONE)
    for name in EXPERIMENTS:
        units = Path("experiments") / name / "units.parquet"
        assert (tmp_path / "out" / units).read_bytes() == (reported.workspace / units).read_bytes()


def test_rows_that_are_not_csv_are_named_and_the_others_used(
    hooksift: Hooksift, reported: Reported, tmp_path: Path
) -> None:
    shutil.copytree(SAMPLES, tmp_path / "samples")
    orders = tmp_path / "samples/orders.csv"
    lines = orders.read_text("utf-8").splitlines(keepends=True)
    bad = {7: 'shopper-1,"2026-11-02T00:00:00Z,purchase,1\n', 9: 'shopper-1,2026-11-02T00:00:00Z,b"uy,1\n'}
    for number, line in bad.items():
        lines.insert(number - 1, line)
    orders.write_text("".join(lines), "utf-8")
    shutil.copytree(reported.workspace / "lake", tmp_path / "out/lake")
    options = ["--config", str(tmp_path / "samples/hooksift.yaml"), "--output", str(tmp_path / "out")]
    hooksift("report", *options, "checkout_button").requires(EXIT_DONE)
    folder = "experiments/checkout_button"
    report = json.loads((tmp_path / "out" / folder / "report.json").read_text("utf-8"))
    purchased = report["metrics"][0]
    assert purchased["bad_rows"] == 2
    assert [text.split(":")[0] for text in purchased["bad_row_examples"]] == [f"{orders}, line {n}" for n in bad]
    units = f"{folder}/units.parquet"
    assert (tmp_path / "out" / units).read_bytes() == (reported.workspace / units).read_bytes()


def test_rows_of_events_are_counted(hooksift: Hooksift, tmp_path: Path) -> None:
    shutil.copytree(SAMPLES, tmp_path / "samples")
    orders = tmp_path / "samples/orders.csv"
    with orders.open("a", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(
            [["", "2026-11-02T00:00:00Z", "purchase", 1], ["shopper-00001", "yesterday", "purchase", 1]]
        )
    options = ["--config", str(tmp_path / "samples/hooksift.yaml"), "--output", str(tmp_path / "out")]
    hooksift("ingest", *options).requires(EXIT_DONE)
    hooksift("report", *options, "checkout_button").requires(EXIT_DONE)
    report = json.loads((tmp_path / "out/experiments/checkout_button/report.json").read_text("utf-8"))
    purchased = report["metrics"][0]
    lines = orders.read_text("utf-8").count("\n")
    assert purchased["bad_rows"] == 2
    assert purchased["bad_row_examples"] == [
        f"{orders}, line {lines - 1}: identity is empty",
        f"{orders}, line {lines}: time `yesterday` is no time",
    ]
    assert purchased["foreign_rows"] == 1
    assert not (tmp_path / "out/experiments/search_ranking").exists()
