"""`hooksift.yaml`: what it says, what goes over it, what is wrong with it, and what is kept of personal data."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import json
import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from conftest import Real
from craft import MAIN, OLD, dumps, feature, flag, gzip_members, line, record, snapshot, trait
from oracle import COLUMNS, Settings, expect
from product import (
    EXIT_CANNOT_CREATE,
    EXIT_CONFIGURATION,
    EXIT_DONE,
    EXIT_NO_INPUT,
    EXIT_USAGE,
    CSVStyle,
    Hooksift,
    assert_published,
    fingerprint,
    parse_csv,
    published_rows,
)

PEPPER = "a pepper é☕"
VARIABLES = {"MAIN_SECRET": MAIN.key.decode(), "OLD_SECRET": OLD.key.decode(), "PEPPER": PEPPER}
SIGNATURE = "signature: {secrets: [{name: main, env: MAIN_SECRET}]}\n"
SEED = random.SystemRandom().randrange(2**32)


def write_archive(path: Path, lines: list[bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip_members(b"".join(line + b"\n" for line in lines), []))
    return path


def delivery(**changes: Any) -> bytes:
    return line(record(dumps(snapshot(**changes))))


def write_config(directory: Path, text: str, name: str = "hooksift.yaml") -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    (directory / name).write_text(text, "utf-8")
    return directory / name


@pytest.fixture
def here(hooksift: Hooksift, tmp_path: Path) -> Hooksift:
    """The binary in a directory of this test's."""
    return replace(hooksift, directory=tmp_path, secrets=(*hooksift.secrets, PEPPER.encode()))


def settings_of(here: Hooksift, *arguments: object, **variables: str) -> dict[str, tuple[str, str]]:
    """What `config` says of every key: the value, and where it comes from."""
    finished = here("config", "--json", *arguments, variables=VARIABLES | variables).requires(EXIT_DONE)
    return {row["key"]: (row["value"], row["from"]) for row in json.loads(finished.stdout)}


# The nightly case


def test_the_nightly_job(here: Hooksift, tmp_path: Path) -> None:
    config = write_config(
        tmp_path / "etc",
        """
archives: [../archives]
output: ../out
signature:
  secrets:
    - {name: main, env: MAIN_SECRET}
    - {name: old, file: old.secret, environment: 8, not_after: 2026-10-01T00:00:00Z}
window: {kind: session, size: 2h, timezone: Europe/Berlin}
exposures: all
top_values: 1
since: 2026-11-24
""",
    )
    (tmp_path / "etc" / "old.secret").write_bytes(OLD.key + b"\n")
    lines = [delivery(identity=f"someone {i % 5}", traits=[trait(value=i)]) for i in range(20)]
    lines += [line(record(dumps(snapshot()), received_at="2026-09-01T12:00:00Z", secret=OLD))]
    lines += [line(record(dumps(snapshot()), secret=OLD))]
    write_archive(tmp_path / "archives" / "a.jsonl.gz", lines)
    settings = Settings(
        window=timedelta(hours=2),
        window_kind="session",
        timezone="Europe/Berlin",
        exposures="all",
        top_values=1,
        since=date(2026, 11, 24),
    )
    expected = expect([tmp_path / "archives"], [MAIN, OLD], settings)
    here("run", "--config", config, variables=VARIABLES).requires(EXIT_DONE)
    assert_published(tmp_path / "out", expected)
    first = fingerprint(tmp_path / "out")
    here("ingest", variables=VARIABLES | {"HOOKSIFT_CONFIG": str(config)}).requires(EXIT_DONE)
    here("summarize", variables=VARIABLES | {"HOOKSIFT_CONFIG": str(config)}).requires(EXIT_DONE)
    assert fingerprint(tmp_path / "out") == first
    audited = here("verify", "--config", config, variables=VARIABLES).requires(EXIT_DONE)
    assert b",verified,21," in audited.stdout


def test_the_file_of_the_working_directory_is_found(here: Hooksift, real: Real, tmp_path: Path) -> None:
    write_config(tmp_path, f"archives: [{real.archives}]\n{SIGNATURE}output: there\n")
    # The captures have other secrets, of which the option is given: it goes over those of the file.
    here("run", "--secret-file", real.secret_file).requires(EXIT_DONE)
    assert_published(tmp_path / "there", expect([real.archives], real.secrets))


def test_archives_on_the_command_line_go_over_those_of_the_file(here: Hooksift, tmp_path: Path) -> None:
    write_archive(tmp_path / "a" / "a.jsonl.gz", [delivery(identity="of a")])
    write_archive(tmp_path / "b" / "b.jsonl.gz", [delivery(identity="of b")])
    write_config(tmp_path, f"archives: [a]\n{SIGNATURE}")
    here("run", "b", variables=VARIABLES).requires(EXIT_DONE)
    assert {row[2] for row in published_rows(tmp_path / "hooksift-out", "observations")} == {"of b"}


def test_a_signature_may_be_optional(here: Hooksift, tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "a.jsonl.gz", [line(record(dumps(snapshot()), headers={}))])
    write_config(tmp_path, "archives: [a.jsonl.gz]\nsignature: {required: false}\noutput: out\n")
    here("run").requires(EXIT_DONE)
    assert_published(tmp_path / "out", expect([archive], [], Settings(allow_unsigned=True)))


def test_exported_csv_is_as_the_file_says(here: Hooksift, tmp_path: Path) -> None:
    write_archive(tmp_path / "a.jsonl.gz", [delivery(identity="=1+1")])
    write_config(
        tmp_path,
        f"archives: [a.jsonl.gz]\n{SIGNATURE}output: out\ncsv: {{formulas: raw, delimiter: ';'}}\n",
    )
    here("run", variables=VARIABLES).requires(EXIT_DONE)
    rows = here("export", "observations").requires(EXIT_DONE).stdout.decode().splitlines()
    assert rows[0].startswith("date;environment;identity;")
    assert rows[1].split(";")[2] == "=1+1"
    rows = here("export", "observations", "--delimiter", ",", "--formulas", "escape").stdout.decode()
    assert rows.splitlines()[1].split(",")[2] == "'=1+1"
    assert here("export", "observations", "--format", "jsonl").requires(EXIT_DONE).stdout


def test_dates_of_the_file_are_not_meant_for_tables_without(here: Hooksift, tmp_path: Path) -> None:
    lines = [line(record(dumps(snapshot()), received_at=f"2026-11-{day}T12:00:00Z")) for day in (23, 24, 25)]
    write_archive(tmp_path / "a.jsonl.gz", lines)
    write_config(tmp_path, f"archives: [a.jsonl.gz]\n{SIGNATURE}output: out\nsince: 2026-11-24\n")
    here("run", variables=VARIABLES).requires(EXIT_DONE)
    days = [row.split(",")[0] for row in here("export", "observations").stdout.decode().splitlines()]
    assert days == ["date", "2026-11-24", "2026-11-25"]
    here("export", "archives").requires(EXIT_DONE)
    here("export", "archives", "--until", "2026-11-25").requires(EXIT_USAGE)


def test_exposures_of_listed_features(here: Hooksift, tmp_path: Path) -> None:
    names = ["button", "banner", "other"]
    kinds = {"button": "MULTIVARIATE", "banner": "STANDARD", "other": "MULTIVARIATE"}
    flags = [
        flag(feature=feature(id=i, name=name, type=kinds[name])) for i, name in enumerate(names, start=1)
    ]
    write_archive(tmp_path / "a.jsonl.gz", [delivery(flags=flags)])
    write_config(tmp_path, f"archives: [a.jsonl.gz]\n{SIGNATURE}output: out\nexposures: [banner, other]\n")

    def exposed(*arguments: object, **variables: str) -> set[Any]:
        here("run", *arguments, variables=VARIABLES | variables).requires(EXIT_DONE)
        feature_column = [name for name, _ in COLUMNS["exposures"]].index("feature")
        return {row[feature_column] for row in published_rows(tmp_path / "out", "exposures")}

    assert exposed() == {"banner", "other"}
    assert exposed(HOOKSIFT_EXPOSURES="button,banner") == {"button", "banner"}
    assert exposed("--exposures", "banner", HOOKSIFT_EXPOSURES="all") == {"banner"}
    assert exposed("--exposures", "all") == set(names)
    assert exposed("--exposures", "multivariate") == {"button", "other"}


# Precedence

FILE = """
archives: [a]
output: of-the-file
window: {kind: session, size: 1h, timezone: Europe/Berlin}
exposures: all
top_values: 9
jobs: 3
memory: 100MB
max_rejected: 0.5
settle: 1m
since: 2026-01-01
until: 2026-02-01
"""
# For every key: the variable and its value, the option and its value, what is without either.
LAYERS = {
    "window.size": ("HOOKSIFT_WINDOW", "2h", "--window", "3h", "1h"),
    "window.kind": ("HOOKSIFT_WINDOW_KIND", "tumbling", "--window-kind", "session", "session"),
    "window.timezone": ("HOOKSIFT_TIMEZONE", "Asia/Tokyo", "--timezone", "UTC", "Europe/Berlin"),
    "jobs": ("HOOKSIFT_JOBS", "4", "--jobs", "5", "3"),
    "memory": ("HOOKSIFT_MEMORY", "1GB", "--memory", "2GB", "100MB"),
    "max_rejected": ("HOOKSIFT_MAX_REJECTED", "0.25", "--max-rejected", "0.125", "0.5"),
    "exposures": ("HOOKSIFT_EXPOSURES", "a,b", "--exposures", "multivariate", "all"),
    "top_values": ("HOOKSIFT_TOP_VALUES", "8", "--top-values", "7", "9"),
    "since": ("HOOKSIFT_SINCE", "2026-01-02", "--since", "2026-01-03", "2026-01-01"),
    "until": ("HOOKSIFT_UNTIL", "2026-01-31", "--until", "2026-01-30", "2026-02-01"),
    "log_format": ("HOOKSIFT_LOG_FORMAT", "json", "--log-format", "text", "text"),
    "log_level": ("HOOKSIFT_LOG_LEVEL", "error", "--log-level", "warning", "info"),
}


@pytest.mark.parametrize("key", LAYERS)
def test_options_go_over_variables_and_these_over_the_file(here: Hooksift, tmp_path: Path, key: str) -> None:
    config = write_config(tmp_path, FILE)
    variable, of_variable, option, of_option, plain = LAYERS[key]
    value, origin = settings_of(here)[key]
    in_file = not key.startswith("log_")
    assert value == plain
    assert origin.startswith(f"{config}:") if in_file else origin == "default"
    assert settings_of(here, **{variable: of_variable})[key] == (of_variable, variable)
    assert settings_of(here, option, of_option, **{variable: of_variable})[key] == (of_option, option)
    assert settings_of(here, **{variable: ""})[key][0] == plain


def test_switches_may_be_variables(here: Hooksift, tmp_path: Path) -> None:
    write_archive(tmp_path / "a.jsonl.gz", [delivery()])
    arguments = ["run", "a.jsonl.gz", "--secret-env", "MAIN_SECRET"]
    assert here(*arguments, variables=VARIABLES).messages
    assert not here(*arguments, variables=VARIABLES | {"HOOKSIFT_QUIET": "true"}).messages
    logged = here(*arguments, variables=VARIABLES | {"HOOKSIFT_LOG_FORMAT": "json"}).messages
    assert all(isinstance(json.loads(text), dict) for text in logged.splitlines())
    found = settings_of(here, HOOKSIFT_QUIET="1", HOOKSIFT_NO_PROGRESS="yes", HOOKSIFT_SETTLE="10m")
    assert found["quiet"] == ("true", "HOOKSIFT_QUIET")
    assert found["no_progress"] == ("true", "HOOKSIFT_NO_PROGRESS")
    assert found["settle"] == ("10m", "HOOKSIFT_SETTLE")


def test_the_output_may_be_a_variable(here: Hooksift, tmp_path: Path) -> None:
    write_archive(tmp_path / "a.jsonl.gz", [delivery()])
    write_config(tmp_path, f"{SIGNATURE}output: of-the-file\n")
    variables = VARIABLES | {"HOOKSIFT_OUTPUT": "of-the-variable"}
    here("run", "a.jsonl.gz", variables=variables).requires(EXIT_DONE)
    here("export", "archives", variables=variables).requires(EXIT_DONE)
    here("export", "archives", variables=VARIABLES).requires(EXIT_NO_INPUT)
    assert not (tmp_path / "of-the-file").exists()


# What is wrong

COMMANDS = (["run"], ["ingest"], ["summarize"], ["export", "archives"], ["verify"], ["config"])


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_wrong_key_stops_every_command(here: Hooksift, tmp_path: Path, command: list[str]) -> None:
    config = write_config(tmp_path, "archives: [a]\nsignature:\n  secrets:\n  - {name: a, enw: A}\n")
    messages = here(*command, variables=VARIABLES).requires(EXIT_CONFIGURATION).messages
    assert f"{config}:4:15: signature.secrets[0].enw: unknown key; did you mean env?" in messages
    assert not (tmp_path / "hooksift-out").exists()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_named_file_must_be_there(here: Hooksift, tmp_path: Path, command: list[str]) -> None:
    messages = here(*command, "--config", "none.yaml").requires(EXIT_CONFIGURATION).messages
    assert f"{tmp_path / 'none.yaml'}: cannot be read: No such file or directory" in messages
    messages = here(*command, variables={"HOOKSIFT_CONFIG": "none.yaml"}).requires(EXIT_CONFIGURATION).messages
    assert str(tmp_path / "none.yaml") in messages


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        (SIGNATURE, {}),
        (SIGNATURE, {"MAIN_SECRET": ""}),
        ("signature: {secrets: [{name: main, file: none}]}\n", {}),
        (SIGNATURE + "identities: {pseudonymize: {env: PEPPER}}\n", {"MAIN_SECRET": "x"}),
        (SIGNATURE + "identities: {pseudonymize: {file: none}}\n", {"MAIN_SECRET": "x"}),
        ("", {}),
    ],
    ids=["no variable", "empty variable", "no file", "no pepper", "no pepper file", "no secret at all"],
)
def test_secrets_that_cannot_be_had(
    here: Hooksift, tmp_path: Path, text: str, variables: dict[str, str]
) -> None:
    write_archive(tmp_path / "a.jsonl.gz", [delivery()])
    config = write_config(tmp_path, "archives: [a.jsonl.gz]\n" + text)
    messages = here("run", variables=variables).requires(EXIT_CONFIGURATION).messages
    assert not text or f"{config}:" in messages
    assert not (tmp_path / "hooksift-out").exists()


@pytest.mark.parametrize("variable", [layer[0] for layer in LAYERS.values()] + ["HOOKSIFT_QUIET"])
def test_wrong_variables_are_named(here: Hooksift, tmp_path: Path, variable: str) -> None:
    write_archive(tmp_path / "a.jsonl.gz", [delivery()])
    arguments = ["run", "a.jsonl.gz", "--secret-env", "MAIN_SECRET"]
    finished = here(*arguments, variables=VARIABLES | {variable: ","}).requires(EXIT_CONFIGURATION)
    assert f'{variable}: ","' in finished.messages
    assert not (tmp_path / "hooksift-out").exists()


def test_no_archives_anywhere(here: Hooksift, tmp_path: Path) -> None:
    write_config(tmp_path, SIGNATURE)
    here("run", variables=VARIABLES).requires(EXIT_USAGE)
    write_config(tmp_path, SIGNATURE + "archives: [none]\n")
    assert str(tmp_path / "none") in here("run", variables=VARIABLES).requires(EXIT_NO_INPUT).messages


# init and config


def test_init_writes_what_can_be_read(here: Hooksift, tmp_path: Path) -> None:
    here("init").requires(EXIT_DONE)
    written = (tmp_path / "hooksift.yaml").read_text("utf-8")
    assert settings_of(here)["signature.secrets[0]"][0] == "main (variable FLAGSMITH_SECRET)"
    write_config(tmp_path, "mine")
    here("init").requires(EXIT_CANNOT_CREATE)
    assert (tmp_path / "hooksift.yaml").read_text("utf-8") == "mine"
    here("init", "--force").requires(EXIT_DONE)
    assert (tmp_path / "hooksift.yaml").read_text("utf-8") == written
    here("init", "--config", tmp_path / "none" / "there.yaml").requires(EXIT_CANNOT_CREATE)
    write_archive(tmp_path / "archives" / "a.jsonl.gz", [delivery()])
    here("run", variables={"FLAGSMITH_SECRET": VARIABLES["MAIN_SECRET"]}).requires(EXIT_DONE)
    assert_published(tmp_path / "hooksift-out", expect([tmp_path / "archives"], [MAIN]))


def test_config_names_secrets_alone(here: Hooksift, tmp_path: Path) -> None:
    write_config(tmp_path, SIGNATURE + "identities: {pseudonymize: {env: PEPPER}}\ntraits: {exclude: [email]}\n")
    found = settings_of(here)
    assert found["signature.secrets[0]"][0] == "main (variable MAIN_SECRET)"
    assert found["identities.pseudonymize"][0] == "variable PEPPER"
    assert found["traits"][0] == "all but email"
    text = here("config", variables=VARIABLES).requires(EXIT_DONE).stdout.decode()
    assert [row.split()[0] for row in text.splitlines()] == list(found)


# Personal data


def random_lines(count: int) -> list[bytes]:
    """Deliveries that come again and again, some as they were, some in bodies that must be decoded whole."""
    print(f"seed {SEED}")
    draw = random.Random(SEED)
    lines = []
    for _ in range(count):
        traits = [
            trait(key, draw.choice(["private@example.com", 7, True, None, "gold"]))
            for key in draw.sample(["email", "plan", "émail", "Email", "score"], draw.randint(0, 4))
        ]
        payload = snapshot(
            identity=draw.choice(["someone", "private@example.com", "josé ☕", "x" * 300]),
            flags=[flag(feature_state_value=draw.choice(["blue", "green"]))] if draw.random() < 0.9 else [],
            traits=traits,
        )
        body = dumps(payload) if draw.random() < 0.8 else json.dumps(payload)
        lines.append(line(record(body, received_at=f"2026-11-24T12:{draw.randrange(60):02d}:00Z")))
    return lines


def pseudonym(identity: str) -> str:
    return hmac.new(PEPPER.encode(), identity.encode(), hashlib.sha256).hexdigest()


def with_pseudonyms(table: str, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    names = [name for name, _ in COLUMNS[table]]
    if "identity" not in names:
        return rows
    place = names.index("identity")
    return [(*row[:place], pseudonym(row[place]), *row[place + 1 :]) for row in rows]


def as_set(rows: list[tuple[Any, ...]]) -> list[str]:
    return sorted(map(repr, rows))


WAYS = [[], ["--jobs", "1", *(f"--without-cache={cache}" for cache in ("flags", "tails", "parts", "records"))]]


@pytest.mark.parametrize("way", WAYS, ids=["recognised", "decoded"])
def test_identities_become_pseudonyms(here: Hooksift, tmp_path: Path, way: list[str]) -> None:
    lines = random_lines(400)
    archive = write_archive(tmp_path / "a.jsonl.gz", lines)
    write_config(
        tmp_path,
        f"archives: [a.jsonl.gz]\noutput: out\n{SIGNATURE}identities: {{pseudonymize: {{env: PEPPER}}}}\n"
        "traits: {exclude: [email]}\n",
    )
    here("run", *way, variables=VARIABLES).requires(EXIT_DONE)
    expected = expect([archive], [MAIN])
    for table in COLUMNS:
        rows = expected.tables[table]
        if table in ("trait_values", "trait_daily"):
            trait_column = [name for name, _ in COLUMNS[table]].index("trait")
            rows = [row for row in rows if row[trait_column] != "email"]
        found = published_rows(tmp_path / "out", table)
        assert as_set(found) == as_set(with_pseudonyms(table, rows)), table
        place = next((i for i, (name, _) in enumerate(COLUMNS[table]) if name == "identity"), None)
        if place is not None:
            assert found and all(len(row[place]) == 64 for row in found)


@pytest.mark.parametrize("choice", ["include: [plan, émail]", "exclude: [email, Email, score]"])
def test_only_chosen_traits_are_kept(here: Hooksift, tmp_path: Path, choice: str) -> None:
    write_archive(tmp_path / "a.jsonl.gz", random_lines(300))
    write_config(tmp_path, f"archives: [a.jsonl.gz]\noutput: out\n{SIGNATURE}traits: {{{choice}}}\n")
    here("run", variables=VARIABLES).requires(EXIT_DONE)
    for table in ("trait_values", "trait_daily"):
        column = [name for name, _ in COLUMNS[table]].index("trait")
        assert {row[column] for row in published_rows(tmp_path / "out", table)} == {"plan", "émail"}


def test_what_is_not_kept_is_in_no_file_but_the_quarantine(here: Hooksift, tmp_path: Path) -> None:
    private = "private.person@example.com"
    payload = dumps(snapshot(identity=private, traits=[trait("email", private), trait("plan", "gold")]))
    write_archive(tmp_path / "a.jsonl.gz", [line(record(payload)), line(record(payload, headers={}))])
    write_config(
        tmp_path,
        f"archives: [a.jsonl.gz]\noutput: out\n{SIGNATURE}identities: {{pseudonymize: {{env: PEPPER}}}}\n"
        "traits: {include: [plan]}\n",
    )
    here("run", variables=VARIABLES).requires(EXIT_DONE)
    assert {row[2] for row in published_rows(tmp_path / "out", "observations")} == {pseudonym(private)}
    for table in COLUMNS:
        text = here("export", table).requires(EXIT_DONE).stdout
        assert private.encode() not in text and b"email" not in text, table
        assert parse_csv(text.decode(), CSVStyle())
    for path in (tmp_path / "out").rglob("*"):
        if path.is_file() and "quarantine" not in path.parts:
            assert private.encode() not in path.read_bytes(), path
    (kept,) = (tmp_path / "out" / "quarantine").iterdir()
    assert private.encode() in gzip.decompress(kept.read_bytes())
