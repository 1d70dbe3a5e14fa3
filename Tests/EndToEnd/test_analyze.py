"""`hooksift analyze` against values computed at 120 digits, and against what can be wrong with its files."""

from __future__ import annotations

import csv
import io
import json
import math
import random
from pathlib import Path

import pytest

from product import EXIT_CONFIGURATION, EXIT_DATA, EXIT_NO_INPUT, EXIT_USAGE, Finished, Hooksift

FIXTURES = Path(__file__).parent.parent / "StatisticsTests" / "Fixtures"
NAMES = sorted(path.name.removesuffix(".config.json") for path in FIXTURES.glob("*.config.json"))
SETTINGS = '{"control": "a", "variants": [{"key": "a", "weight": 1}, {"key": "b", "weight": 1}]}'
UNITS = "identity,variant,numerator\n1,a,3\n2,a,5\n3,a,4\n4,b,6\n5,b,8\n6,b,7\n"


def analyze(hooksift: Hooksift, units: Path | str, settings: Path, *options: str) -> Finished:
    return hooksift("analyze", str(units), "--settings", str(settings), *options)


def written(directory: Path, units: str | bytes = UNITS, settings: str = SETTINGS) -> tuple[Path, Path]:
    (directory / "units.csv").write_bytes(units if isinstance(units, bytes) else units.encode())
    (directory / "settings.json").write_text(settings)
    return directory / "units.csv", directory / "settings.json"


def pairs(run: Finished) -> dict[str, str]:
    rows = list(csv.reader(io.StringIO(run.requires(0).stdout.decode())))
    assert rows[0] == ["key", "value"]
    assert len({row[0] for row in rows}) == len(rows), "a key twice"
    return {key: value for key, value in rows[1:]}


def is_reached(found: str, value: str, kind: str, tolerance: str) -> bool:
    if kind == "exact":
        return found == value
    size = abs(float(value)) if kind == "rel" else 1
    return abs(float(found) - float(value)) <= float(tolerance) * size


def reference(name: str) -> list[list[str]]:
    with (FIXTURES / f"{name}.expected.csv").open(newline="") as file:
        return list(csv.reader(file))[1:]


@pytest.mark.parametrize("name", NAMES)
def test_every_value_of_the_reference(hooksift: Hooksift, name: str) -> None:
    run = analyze(hooksift, FIXTURES / f"{name}.csv", FIXTURES / f"{name}.config.json", "--format", "keyvalue")
    found = pairs(run)
    wrong = [
        (key, value, found.get(key))
        for key, value, kind, tolerance in reference(name)
        if key not in found or not is_reached(found[key], value, kind, tolerance)
    ]
    assert not wrong


@pytest.mark.parametrize("name", NAMES)
def test_json_and_csv_say_the_same(hooksift: Hooksift, name: str) -> None:
    units, settings = FIXTURES / f"{name}.csv", FIXTURES / f"{name}.config.json"
    found = pairs(analyze(hooksift, units, settings, "--format", "keyvalue"))

    def flat(value: object, key: str) -> dict[str, str]:
        if isinstance(value, dict):
            return {k: v for name, part in value.items() for k, v in flat(part, f"{key}.{name}" if key else name).items()}
        if isinstance(value, list):
            return {k: v for place, part in enumerate(value) for k, v in flat(part, f"{key}[{place}]").items()}
        return {key: str(value).lower() if isinstance(value, bool) else str(value)}

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    whole = json.loads(analyze(hooksift, units, settings, "--format", "json").requires(0).stdout, parse_constant=refuse)
    assert flat(whole, "") == found
    rows = list(csv.DictReader(io.StringIO(analyze(hooksift, units, settings, "--format", "csv").requires(0).stdout.decode())))
    columns = {
        "n_control": "n_control", "value_control": "control_value", "effect_abs": "absolute.estimate", "se": "absolute.se",
        "df": "absolute.df", "ci_abs_low": "absolute.ci_low", "ci_lift_high": "relative_fieller.ci_high", "p_value": "absolute.p_value",
        "log10_p": "absolute.log10_p_value", "p_delta": "relative_delta.p_value", "ci_log_low": "relative_log.ci_low", "seq_p": "sequential_absolute.p_value",
        "chance_to_win": "bayes_absolute_prior.chance_to_win", "theta": "theta", "mde": "achieved_mde_relative", "status": "status",
    }
    assert len(rows) == len({key.split(".")[0] for key in found if "|" in key})
    for row in rows:
        prefix = f"{row['treatment']}|{row['metric']}|{row['adjustment']}"
        assert {column: row[column] for column in columns} == {
            column: found.get(f"{prefix}.{key}", "") for column, key in columns.items()
        }


def test_table_keeps_to_its_words(hooksift: Hooksift) -> None:
    for name in NAMES:
        text = analyze(hooksift, FIXTURES / f"{name}.csv", FIXTURES / f"{name}.config.json").requires(0).stdout.decode()
        assert "no effect" not in text.lower()
        assert "nan" not in text.split() and "inf" not in text.split()
        assert "intention to treat" in text
    p03 = analyze(hooksift, FIXTURES / "p03_zero_variance.csv", FIXTURES / "p03_zero_variance.config.json")
    assert "Not computed: all identities have the same value." in p03.stdout.decode()
    p05 = analyze(hooksift, FIXTURES / "p05_ratio_correlated_denominator.csv", FIXTURES / "p05_ratio_correlated_denominator.config.json")
    assert "No difference detected; effects beyond ±" in p05.stdout.decode()


def test_order_quotes_and_line_ends_change_nothing(hooksift: Hooksift, tmp_path: Path) -> None:
    with (FIXTURES / "p01_medium_two_arms.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    random.Random(5).shuffle(rows)
    places = [5, 2, 0, 4, 1, 3]
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([[row[place] for place in places] for row in [header, *rows]])
    units, _ = written(tmp_path, b"\xef\xbb\xbf" + text.getvalue().encode())
    found = pairs(analyze(hooksift, units, FIXTURES / "p01_medium_two_arms.config.json", "--format", "keyvalue"))
    for key, value, kind, tolerance in reference("p01_medium_two_arms"):
        assert is_reached(found[key], value, kind, tolerance), key


def test_columns_that_are_missing_have_their_standards(hooksift: Hooksift, tmp_path: Path) -> None:
    units, settings = written(tmp_path, "variant,numerator\na,3\na,5\nb,6\nb,8\n")
    found = pairs(analyze(hooksift, units, settings, "--format", "keyvalue"))
    assert found["b|ratio|none.control_value"] == "4.0"
    assert found["b|mean|cuped.theta"] == "0.0"
    assert math.isclose(float(found["b|mean|none.absolute.se"]), 2**0.5)


def test_variants_that_are_not_named_are_counted_and_named(hooksift: Hooksift, tmp_path: Path) -> None:
    units, settings = written(tmp_path, UNITS + '7,c,1\n8,"d,e",1\n9,c,1\n10,,1\n')
    run = analyze(hooksift, units, settings, "--format", "keyvalue")
    assert "4 rows of variants" in run.messages and "c (2)" in run.messages and "d,e (1)" in run.messages
    found = pairs(run)
    assert (found["unknown_variants[1].name"], found["unknown_variants[1].count"]) == ("c", "2")
    assert found["srm.total"] == "6"


@pytest.mark.parametrize(
    ("units", "message"),
    [
        ("", "has no rows"),
        ("identity,numerator\n", "line 1: no column is called variant"),
        ("variant,numerator,numerator\n", "the column numerator is there twice"),
        ("variant,numerator,covariate_denominator\n", "none that is called covariate"),
        ("variant,numerator\na,1\nb\n", "line 3: 1 cells, but the header has 2"),
        ("variant,numerator\na,1\nb,1,2\n", "line 3: 3 cells"),
        ("variant,numerator\na,\n", "line 2, column numerator: is empty"),
        ("variant,numerator\na,1\n\nb,1x\n", 'line 4, column numerator: "1x" is not a number'),
        ("variant,numerator\na,nan\n", 'line 2, column numerator: "nan" is not a number'),
        ("variant,numerator\na,1e999\n", "is not a number"),
        ("variant,numerator\nz,inf\n", "is not a number"),
        ('variant,numerator\n"a,1\n', "line 2, byte 1: a quote that is never closed"),
        ("identity,variant,numerator\n1,a,1\n1,b,1\n", "line 3: an identity that an earlier row has"),
        ("variant,numerator\n" + "a" * 2_000_000, "a row of more than 1048576 bytes"),
    ],
)
def test_what_is_wrong_with_units(hooksift: Hooksift, tmp_path: Path, units: str, message: str) -> None:
    path, settings = written(tmp_path, units)
    run = analyze(hooksift, path, settings).requires(EXIT_DATA)
    assert message in run.messages and str(path) in run.messages
    assert not run.stdout


def test_standard_input(hooksift: Hooksift, tmp_path: Path) -> None:
    units, settings = written(tmp_path)
    arguments = ["--settings", str(settings), "--format", "keyvalue"]
    piped = hooksift("analyze", "-", *arguments, stdin=units.read_bytes())
    assert pairs(piped) == pairs(hooksift("analyze", str(units), *arguments))
    failed = hooksift("analyze", "-", *arguments, stdin=b"variant\n").requires(EXIT_DATA)
    assert "standard input: line 1" in failed.messages


def test_what_is_wrong_with_files(hooksift: Hooksift, tmp_path: Path) -> None:
    units, settings = written(tmp_path)
    analyze(hooksift, tmp_path / "none.csv", settings).requires(EXIT_NO_INPUT)
    assert "none.json" in analyze(hooksift, units, tmp_path / "none.json").requires(EXIT_CONFIGURATION).messages
    hooksift("analyze", str(units)).requires(EXIT_USAGE)
    analyze(hooksift, units, settings, "--format", "xml").requires(EXIT_USAGE)
    _, settings = written(tmp_path, settings=SETTINGS.replace("control", "contrl"))
    run = analyze(hooksift, units, settings).requires(EXIT_CONFIGURATION)
    assert f"{settings}:1:2: contrl: unknown key; did you mean control?" in run.messages


@pytest.mark.parametrize("seed", range(40))
def test_hostile_units_never_leak(hooksift: Hooksift, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    numbers = ["0", "-0", "1", "-1", "1e308", "-1e308", "5e-324", "1e-300", "1e154", "0.1", "1e18", "3"]
    rows = [",".join([rng.choice("aab"), *(rng.choice(numbers) for _ in range(4))]) for _ in range(rng.choice([0, 1, 2, 3, 8]))]
    units, settings = written(tmp_path, "\n".join(["variant,numerator,denominator,covariate,covariate_denominator", *rows]))
    for form in ("table", "json", "csv", "keyvalue"):
        text = analyze(hooksift, units, settings, "--format", form).requires(0).stdout.decode().lower()
        assert not any(word in text for word in ("nan", "infinity", ",inf", "-inf")), (seed, form)
