"""Erasing identities: before, after or between runs the result is that of archives without them, and nothing of them is left."""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import html
import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from conftest import Real
from craft import SECRETS, dumps, flag, line, record, snapshot, trait, write_secrets
from oracle import Settings, expect
from faults import KILLED, Calls, Faults, read_as_readers_do
from product import (
    EXIT_CONFIGURATION,
    EXIT_DATA,
    EXIT_DONE,
    EXIT_NO_INPUT,
    EXIT_USAGE,
    Hooksift,
    assert_published,
    fingerprint,
    quarantine_records,
    settings_arguments,
)
from random_archives import write_random_archives


SEEDS = [int(seed) for seed in os.environ.get("HOOKSIFT_SEEDS", "1 2 3").split()]
PERSON = 'ada "the\\cat" 🚚 lovelace'
KEY = ".forgotten-key"
FILES = {".lock", ".seen", KEY, "lake", "quarantine", "summaries", "index.html", "runs.jsonl"}
ERASED = "erased by forget"

SETTINGS = {
    "tumbling": Settings(),
    "sessions": Settings(window_kind="session", timezone="Europe/Berlin", allow_unsigned=True),
}


class Workshop:
    """A directory with secrets, from which workspaces are made that share a key."""

    def __init__(self, hooksift: Hooksift, directory: Path, settings: Settings = Settings()) -> None:
        self.hooksift = hooksift
        self.directory = directory
        self.settings = settings
        self.secrets = write_secrets(directory / "secrets.json", SECRETS)

    def workspace(self, name: str) -> Path:
        output = self.directory / name
        output.mkdir()
        if (self.directory / KEY).exists():
            shutil.copy(self.directory / KEY, output / KEY)
        return output

    def run(self, output: Path, *archives: object, options: tuple[object, ...] = (), code: int = EXIT_DONE) -> Any:
        arguments = ["run", *archives, "--output", output, "--secret-file", self.secrets, *options]
        return self.hooksift(*arguments, *settings_arguments(self.settings)).requires(code)

    def forget(self, output: Path, *identities: str, code: int = EXIT_DONE, **options: Any) -> Any:
        summaries = ["--exposures", self.settings.exposures, "--top-values", self.settings.top_values]
        said = self.hooksift("forget", "--output", output, *summaries, "--", *identities, **options).requires(code)
        if (output / KEY).exists():
            shutil.copy(output / KEY, self.directory / KEY)
        return said

    def status(self, output: Path) -> dict[str, Any]:
        said = self.hooksift("status", "--output", output, "--json", "--verify").requires(EXIT_DONE)
        status = json.loads(said.stdout)
        assert status["faults"] == []
        return status


@pytest.fixture
def workshop(hooksift: Hooksift, tmp_path: Path) -> Workshop:
    return Workshop(hooksift, tmp_path)


def last_run(output: Path) -> dict[str, Any]:
    return json.loads((output / "runs.jsonl").read_text().splitlines()[-1])


def tombstones(output: Path) -> int:
    records = [
        json.loads(text)
        for path in (output / "quarantine").iterdir()
        for text in gzip.decompress(path.read_bytes()).splitlines()
    ]
    erased = [record for record in records if record["detail"] == ERASED]
    assert all(list(record) == ["archive", "line", "offset", "reason", "detail"] for record in erased)
    assert all(("raw" in record) != ("raw_base64" in record) for record in records if record not in erased)
    return len(erased)


# The law


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("seed", SEEDS)
def test_before_after_or_between(hooksift: Hooksift, tmp_path: Path, seed: int, name: str) -> None:
    workshop = Workshop(hooksift, tmp_path, SETTINGS[name])
    archives = write_random_archives(tmp_path, seed)
    draw = random.Random(seed)
    people = ["person-1", "Ñandú ☕", "🚚", 'a,"b"\n', "someone", "person-2", "=1+1"]
    people = draw.sample(people, 4)
    settings = replace(SETTINGS[name], forgotten=frozenset(people))
    before, after, between = (workshop.workspace(name) for name in ("before", "after", "between"))
    workshop.forget(before, *people, "nobody")
    workshop.run(before, *archives)
    for output in (after, between):
        shutil.copy(before / KEY, output / KEY)
    workshop.run(after, *archives)
    workshop.forget(after, *people, "nobody")
    workshop.forget(between, people[0])
    workshop.run(between, archives[0], options=("--jobs", "3"))
    workshop.forget(between, *people[1:3])
    workshop.run(between, archives[1], options=("--jobs", "2", "--memory", "64MB"))
    workshop.forget(between, people[3], "nobody", people[0])
    assert fingerprint(before) == fingerprint(after)
    assert fingerprint(before) == fingerprint(between)
    expected = expect(archives, SECRETS, settings)
    assert_published(after, expected)
    erased = sum(1 for records in expected.quarantine.values() for made in records if len(made) == 4)
    assert erased == tombstones(after) > 0
    kept = sum(row[-1] for row in expected.tables["observations"])
    status = workshop.status(after)
    assert status["forgotten_identities"] == 5
    assert status["forgotten_deliveries"] == status["identity_deliveries"] - kept > 0
    # Once more there is nothing to do.
    workshop.forget(after, *people)
    assert fingerprint(before) == fingerprint(after)


def test_the_report_is_right(workshop: Workshop, real: Real, tmp_path: Path) -> None:
    output = workshop.workspace("out")
    options = ["--output", output, "--secret-file", real.secret_file]
    workshop.hooksift("run", real.archives, *options).requires(EXIT_DONE)
    tables = expect([real.archives], real.secrets).tables
    people = sorted({row[2] for row in tables["observations"]})[3:40:7]
    settings = Settings(forgotten=frozenset(people))
    expected = expect([real.archives], real.secrets, settings)
    said = workshop.hooksift("forget", *people, "--output", output, "--log-format", "json").requires(EXIT_DONE)
    assert_published(output, expected)

    def lost(table: str, measure: Callable[[Any], int] = lambda row: 1) -> int:
        return sum(map(measure, tables[table])) - sum(map(measure, expected.tables[table]))

    report = next(found for text in said.messages.splitlines() if "observations" in (found := json.loads(text)))
    states = [{row[0] for row in t[s]} for s in ("flag_states", "segment_states") for t in (tables, expected.tables)]
    days = {row[0] for row in tables["observations"] if row[2] in people}
    truth = {
        "identities": len(people),
        "found": len(people),
        "observations": lost("observations"),
        "deliveries": lost("observations", lambda row: row[-1]),
        "trait_values": lost("trait_values"),
        "states": len(states[0]) - len(states[1]) + len(states[2]) - len(states[3]),
        "partitions": sum(len({row[0] for row in tables[t]} & days) for t in ("observations", "trait_values")),
    }
    assert {name: int(report[name]) for name in truth} == truth
    assert truth["observations"] > 5
    text = (output / "runs.jsonl").read_text()
    assert last_run(output)["erased"] | truth == last_run(output)["erased"]
    assert not any(person in text for person in people)
    assert "archives themselves" in said.messages


# How identities are given


def test_by_value_from_a_file_and_from_standard_input(workshop: Workshop, tmp_path: Path) -> None:
    archive = tmp_path / "a.jsonl"
    people = ["one", "two", "Zoë", " three ", "-four"]
    bodies = [snapshot(identity=person) for person in [*people, "kept"]]
    archive.write_bytes(b"".join(line(record(dumps(body))) + b"\n" for body in bodies))
    first = workshop.workspace("first")
    workshop.run(first, archive)
    output = workshop.directory / "by value"
    shutil.copytree(first, output)
    workshop.forget(output, *people)
    truth = fingerprint(output)
    listed = tmp_path / "people.txt"
    for number, end in enumerate(("\n", "\r\n")):
        text = "\ufeff" * number + end.join(people) + end * number
        listed.write_bytes(text.encode())
        for source, stdin in ((listed, b""), ("-", text.encode())):
            output = workshop.directory / f"from {number}{source == '-'}"
            shutil.copytree(first, output)
            shutil.copy(workshop.directory / KEY, output / KEY)
            workshop.hooksift("forget", "--from", source, "--output", output, stdin=stdin).requires(EXIT_DONE)
            assert fingerprint(output) == truth
    assert [row["identity"] for row in observations(output)] == ["kept"]


def observations(output: Path) -> list[dict[str, Any]]:
    paths = sorted((output / "lake" / "observations").rglob("*.parquet"))
    return [row for path in paths for row in pq.ParquetFile(path).read().to_pylist()]


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "words"),
    [
        ([], b"", EXIT_USAGE, "no identity given"),
        ([""], b"", EXIT_USAGE, "empty"),
        (["--from", "-"], b"", EXIT_USAGE, "no identity"),
        (["--from", "-"], b"a\n\nb\n", EXIT_USAGE, ":2"),
        (["--from", "-"], b"a\n\xff\n", EXIT_USAGE, "UTF-8"),
        (["--from", "/nowhere/at/all"], b"", EXIT_NO_INPUT, "/nowhere/at/all"),
    ],
)
def test_what_is_no_identity(
    workshop: Workshop, real_output: Path, arguments: list[str], stdin: bytes, code: int, words: str
) -> None:
    before = fingerprint(real_output)
    said = workshop.hooksift("forget", *arguments, "--output", real_output, stdin=stdin).requires(code).messages
    assert words in said
    assert fingerprint(real_output) == before


def test_who_is_not_known_is_named_and_remembered(workshop: Workshop, tmp_path: Path) -> None:
    archive, later = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    archive.write_bytes(line(record(dumps(snapshot(identity="here")))) + b"\n")
    later.write_bytes(line(record(dumps(snapshot(identity="hidden person")))) + b"\n")
    output = workshop.workspace("out")
    workshop.run(output, archive)
    assert "'hidden person'" in workshop.forget(output, "here", "hidden person").messages
    # A line of a file is not what was typed.
    said = workshop.hooksift("forget", "--from", "-", "--output", output, stdin=b"here\nhidden person").messages
    assert "hidden" not in said
    assert "standard input:2" in said
    assert workshop.run(output, archive, later).messages.count("forgotten") == 1
    assert observations(output) == []
    assert workshop.status(output)["forgotten_deliveries"] == 2


def test_a_dry_run_changes_nothing(workshop: Workshop, real: Real, tmp_path: Path) -> None:
    output = workshop.workspace("out")
    workshop.hooksift("run", real.archives, "--output", output, "--secret-file", real.secret_file).requires(EXIT_DONE)
    person = observations(output)[0]["identity"]
    before = fingerprint(output)
    arguments = ["forget", person, "--output", output]
    dry = workshop.hooksift(*arguments, "--dry-run").requires(EXIT_DONE).messages
    assert fingerprint(output) == before
    assert len((output / "runs.jsonl").read_text().splitlines()) == 1
    real_run = workshop.hooksift(*arguments).requires(EXIT_DONE).messages
    tables = [[row for row in said.splitlines() if row.startswith(" ") and "seconds" not in row] for said in (dry, real_run)]
    assert tables[0] == tables[1]
    assert "dry run" in dry
    assert workshop.hooksift("forget", "x", "--dry-run", "--output", tmp_path / "none").requires(EXIT_DONE)
    assert not (tmp_path / "none").exists()


# Pseudonyms


@pytest.mark.parametrize("gives_pseudonym", [False, True])
def test_a_lake_of_pseudonyms(workshop: Workshop, tmp_path: Path, gives_pseudonym: bool) -> None:
    settings = tmp_path / "settings.yaml"
    settings.write_text("identities: {pseudonymize: {env: PEPPER}}\n")
    variables = {"PEPPER": "salt and pepper"}
    pseudonym = hmac.new(b"salt and pepper", b"someone", hashlib.sha256).hexdigest()
    given = pseudonym if gives_pseudonym else "someone"
    archive = tmp_path / "a.jsonl"
    bodies = [snapshot(identity=person) for person in ("someone", "other")]
    lines = [line(record(dumps(body), **change)) for body in bodies for change in ({}, {"headers": {}})]
    archive.write_bytes(b"\n".join(lines) + b"\n")
    options = ["--config", settings, "--secret-file", workshop.secrets]
    outputs = [workshop.workspace(name) for name in ("after", "before")]
    forget = ["forget", given, "--config", settings, "--output"]
    workshop.hooksift("run", archive, *options, "--output", outputs[0], variables=variables).requires(EXIT_DONE)
    # Without the pepper it cannot be told who is meant.
    workshop.hooksift("forget", given, "--output", outputs[0]).requires(EXIT_CONFIGURATION)
    workshop.hooksift(*forget, outputs[0], variables=variables).requires(EXIT_DONE)
    shutil.copy(outputs[0] / KEY, outputs[1] / KEY)
    workshop.hooksift(*forget, outputs[1], variables=variables).requires(EXIT_DONE)
    workshop.hooksift("run", archive, *options, "--output", outputs[1], variables=variables).requires(EXIT_DONE)
    assert fingerprint(outputs[0]) == fingerprint(outputs[1])
    assert len(observations(outputs[0])) == 1
    assert observations(outputs[0])[0]["identity"] != pseudonym
    assert tombstones(outputs[0]) == 1


# The key


def test_the_key_is_private_and_outside_the_lake(workshop: Workshop, real: Real, tmp_path: Path) -> None:
    output = workshop.workspace("out")
    workshop.forget(output, PERSON)
    assert (output / KEY).stat().st_mode & 0o777 == 0o600
    key = bytes.fromhex((output / KEY).read_text().strip())
    assert len(key) == 32
    stored = json.loads((output / "lake" / "forgotten.json").read_text())
    assert stored["identities"] == [hmac.new(key, PERSON.encode(), hashlib.sha256).hexdigest()]
    other = workshop.directory / "other"
    workshop.hooksift("forget", PERSON, "--output", other).requires(EXIT_DONE)
    assert (other / KEY).read_bytes() != (output / KEY).read_bytes()


@pytest.mark.parametrize("change", ["lost", "another", "damaged"])
def test_without_the_key_nothing_is_ingested(workshop: Workshop, real: Real, tmp_path: Path, change: str) -> None:
    output = workshop.workspace("out")
    options = ["--output", output, "--secret-file", real.secret_file]
    workshop.hooksift("run", real.archives, *options).requires(EXIT_DONE)
    person = observations(output)[0]["identity"]
    workshop.hooksift("forget", person, "--output", output).requires(EXIT_DONE)
    kept = (output / KEY).read_bytes()
    texts = {"lost": None, "another": b"0" * 64, "damaged": b"0" * 63}
    (output / KEY).unlink()
    if (text := texts[change]) is not None:
        (output / KEY).write_bytes(text)
    before = fingerprint(output)
    for arguments in (
        ["run", real.archives, *options],
        ["ingest", real.archives, "--rebuild", *options],
        ["replay", *options],
        ["forget", "other", "--output", output],
        ["forget", "other", "--dry-run", "--output", output],
    ):
        said = workshop.hooksift(*arguments).requires(EXIT_CONFIGURATION).messages
        assert str(output / KEY) in said
        assert "restore it" in said
        assert fingerprint(output) == before
    workshop.status(output)
    (output / KEY).write_bytes(kept)
    workshop.hooksift("run", real.archives, *options).requires(EXIT_DONE)


# What comes back


def test_old_archives_bring_nobody_back(workshop: Workshop, tmp_path: Path) -> None:
    archive = tmp_path / "a.jsonl"
    lines = [signed_line(person) for person in (PERSON, "other")] + [line({"of": PERSON, "to": "nobody"})]
    archive.write_bytes(b"\n".join(lines) + b"\n")
    output = workshop.workspace("out")
    workshop.run(output, archive)
    workshop.forget(output, PERSON)
    assert_nothing_is_left(output, PERSON)
    # The same lines with others, so that it is another archive.
    copy = tmp_path / "copy.jsonl.gz"
    copy.write_bytes(gzip.compress(b"\n".join([*lines, signed_line("late")]), mtime=0))
    workshop.run(output, archive, copy)
    assert_nothing_is_left(output, PERSON)
    assert {row["identity"] for row in observations(output)} == {"other", "late"}
    # It grows, and its quarantine gets another name.
    archive.write_bytes(archive.read_bytes() + signed_line(PERSON) + b"\n" + line({"of": PERSON}) + b"\n")
    workshop.run(output, archive, copy)
    assert_nothing_is_left(output, PERSON)
    assert tombstones(output) == 3
    before = fingerprint(output)
    workshop.run(output, archive, copy, options=("--rebuild",))
    assert fingerprint(output) == before
    status = workshop.status(output)
    assert (status["forgotten_deliveries"], status["quarantined"]) == (3, 3)
    expected = expect([archive, copy], SECRETS, Settings(forgotten=frozenset([PERSON])))
    assert_published(output, expected)


def signed_line(person: str, **changes: Any) -> bytes:
    return line(record(dumps(snapshot(identity=person, traits=[trait("name", person)])), **changes))


def texts_of(path: Path) -> Iterator[bytes]:
    """All that a reader may find in a file."""
    content = path.read_bytes()
    yield content
    yield path.name.encode()
    if path.suffix == ".gz":
        yield gzip.decompress(content)
    if path.suffix == ".parquet":
        for row in pq.ParquetFile(path).read().to_pylist():
            yield from (str(cell).encode() for cell in row.values())


def forms(person: str) -> set[bytes]:
    """An identity as it may stand somewhere: with quotes doubled or escaped, in hexadecimal or in base 64."""
    found = {person, person.replace('"', '""')}
    for _ in range(4):
        found |= {json.dumps(form, ensure_ascii=ascii_only)[1:-1] for form in found for ascii_only in (True, False)}
    plain = person.encode()
    # As it stands in a page.
    found |= {html.escape(form, quote=True).replace("&#x27;", "&#39;") for form in found}
    coded = {base64.b64encode(b"x" * shift + plain)[4:-4] for shift in range(3)}
    return {form.encode() for form in found} | coded | {plain.hex().encode()}


def assert_nothing_is_left(output: Path, *people: str) -> None:
    wanted = set().union(*map(forms, people))
    for path in output.rglob("*"):
        for text in texts_of(path) if path.is_file() else [path.name.encode()]:
            assert not any(form in text for form in wanted), path


# The quarantine


def deep(value: Any, depth: int) -> Any:
    """A value as the text of JSON in JSON."""
    for _ in range(depth):
        value = json.dumps({"body": value})
    return value


def rejected_lines(person: str) -> dict[str, bytes]:
    """Lines that are rejected, and in which somebody stands as a JSON string."""
    body = dumps(snapshot(identity=person, flags=[flag()]))
    unsigned = line(record(body, headers={}))
    coded = base64.b64encode(body.encode()).decode()
    latin = body.encode().replace(b"blue", b"bl\xfce")
    return {
        "unsigned": unsigned,
        "mismatch": line(record(body) | {"body": body + " "}),
        "malformed": line(record(body, headers={"X-Flagsmith-Signature": "?"})),
        "not ascii": json.dumps(record(body, headers={}), ensure_ascii=False).encode(),
        "parsed body": line(record(body, headers={}) | {"body": json.loads(body)}),
        "base 64": line({"received_at": 5, "body_base64": coded}),
        "base 64 in a body": line({"body": dumps({"body": coded, "is_base64": True})}),
        "base 64 with escaped slashes": line({"body": coded}).replace(b"/", b"\\/"),
        "not a capture": line({"user": person}),
        "a key": line({"people": {person: 1}}),
        "an element": line([[[person]]]),
        "a string": line(person),
        "deep": line({"a": deep(person, 5)}),
        "payload": line(record(dumps({"identity": person}))),
        "payload that is not JSON": line(record(body[:-1])),
        "cut off": unsigned[: unsigned.rindex(b"segments")],
        "cut off after the identity": unsigned[: unsigned.rindex(b'\\", \\"segments')],
        "cut off in front": unsigned[unsigned.index(b"feature_segment") :],
        "cut off deep": line({"a": deep(person, 4)})[:-3],
        "cut off in base 64": line({"body_base64": coded})[:-7],
        "not UTF-8": line({"x": 1})[:-1] + b', "\xff": ' + line(person) + b"}",
        "not UTF-8 inside": line(record(latin, headers={}))[:-1] + b"\xff}",
        "single quotes around": b"{'x': " + line(person) + b"}",
        "escaped otherwise": b'{"x": "' + "".join(f"\\u{u:04X}" for u in utf16(person)).encode() + b'"}',
    }


def utf16(text: str) -> list[int]:
    coded = text.encode("utf-16-be")
    return [int.from_bytes(coded[place : place + 2]) for place in range(0, len(coded), 2)]


@pytest.mark.parametrize("person", [PERSON, "ana", "ñ", "back\\slash", '"', "\\", "a/b", "\n\t"])
def test_every_kind_of_rejected_line(workshop: Workshop, tmp_path: Path, person: str) -> None:
    erased, others = rejected_lines(person), rejected_lines(person + "x")
    # A part of a string, and what is not a string, are somebody else.
    others |= {"number": b'{"x": 1234}', "text": line({"x": "to " + person}), "bare": person.split("\n")[0].encode()}
    lines = [text for pair in zip(erased.values(), others.values()) for text in pair] + list(others.values())[len(erased) :]
    lines = [text for text in lines if b"\n" not in text and text.strip()]
    archive = tmp_path / "a.jsonl"
    archive.write_bytes(b"\n".join(lines) + b"\n")
    whole, output = workshop.workspace("whole"), workshop.workspace("out")
    workshop.run(whole, archive)
    workshop.forget(output, person)
    shutil.copy(output / KEY, whole / KEY)
    workshop.forget(whole, person, "1234")
    workshop.forget(output, "1234")
    workshop.run(output, archive)
    assert fingerprint(output) == fingerprint(whole)
    (records,) = quarantine_records(output).values()
    gone = {lines[made["line"] - 1] for made in records if len(made) == 4}
    kinds = {kind for kind, text in erased.items() if text not in gone}
    assert not kinds, "still there"
    strangers = {kind for kind, text in others.items() if text in gone}
    assert not strangers, "erased, but somebody else"
    assert last_run(whole)["erased"]["quarantined_lines"] == len(erased)
    assert tombstones(whole) == len(erased)
    workshop.status(whole)
    # Nothing is left to be tried again.
    before = fingerprint(whole)
    workshop.hooksift("replay", "--output", whole, "--secret-file", workshop.secrets).requires(EXIT_DONE)
    assert fingerprint(whole) == before


def test_what_is_replayed_stays_erased(workshop: Workshop, tmp_path: Path) -> None:
    archive = tmp_path / "a.jsonl"
    archive.write_bytes(b"".join(signed_line(person) + b"\n" for person in (PERSON, "other")))
    few = write_secrets(tmp_path / "few.json", SECRETS[1:2])
    output = workshop.workspace("out")
    workshop.hooksift("run", archive, "--output", output, "--secret-file", few).requires(EXIT_DONE)
    workshop.forget(output, PERSON)
    assert tombstones(output) == 1
    assert_nothing_is_left(output, PERSON)
    replay = ["replay", "--output", output, "--secret-file", workshop.secrets]
    assert "1 line moved into the lake, 1 still" in workshop.hooksift(*replay).requires(EXIT_DONE).messages
    assert [row["identity"] for row in observations(output)] == ["other"]
    assert tombstones(output) == 1
    assert_nothing_is_left(output, PERSON)
    workshop.status(output)


def test_lines_that_are_too_long(workshop: Workshop, tmp_path: Path) -> None:
    filler = b"x" * (65 << 20)
    hidden = line({"body": dumps(snapshot(identity=PERSON))})
    coded = line({"body_base64": base64.b64encode(filler[: 1 << 20] + hidden).decode()})
    lines = [
        b'{"a": "' + filler + b'", "b": ' + hidden + b"}",
        hidden[:-1] + b', "a": "' + filler + b'"}',
        b'{"a": "' + filler + b'", "b": ' + coded + b"}",
        b'{"a": "' + filler + b'"}',
    ]
    archive = tmp_path / "a.jsonl.gz"
    archive.write_bytes(gzip.compress(b"\n".join(lines), 1, mtime=0))
    outputs = [workshop.workspace(name) for name in ("after", "before")]
    workshop.run(outputs[0], archive)
    workshop.forget(outputs[0], PERSON)
    shutil.copy(outputs[0] / KEY, outputs[1] / KEY)
    workshop.forget(outputs[1], PERSON)
    workshop.run(outputs[1], archive)
    assert fingerprint(outputs[0]) == fingerprint(outputs[1])
    for output in outputs:
        (records,) = quarantine_records(output).values()
        assert [len(made) for made in records] == [4, 4, 4, 5]
        assert base64.b64decode(records[3]["raw_base64"]) == lines[3]


# Failures


class Failing:
    """A workspace with much to erase: rows in some partitions, a whole one, states, rejected lines."""

    def __init__(self, workshop: Workshop, directory: Path) -> None:
        self.workshop = workshop
        self.archive = directory / "a.jsonl"
        visits = [(PERSON, 1), ("other", 1), (PERSON, 2), ("other", 3), (PERSON, 3)]
        lines = [
            signed_line(person, received_at=f"2026-10-0{day}T10:00:00Z", **change)
            for person, day in visits
            for change in ({}, {"headers": {}})
        ]
        self.archive.write_bytes(b"\n".join(lines) + b"\n")
        self.before = workshop.workspace("before")
        workshop.run(self.before, self.archive)

    def forget(self, output: Path, variables: dict[str, str] | None = None) -> Any:
        arguments = ["forget", "--from", "-", "--output", output]
        return self.workshop.hooksift(*arguments, stdin=PERSON.encode(), variables=variables)


@pytest.mark.parametrize("has_key", [True, False])
def test_forget_killed_at_every_call(workshop: Workshop, faults: Faults, tmp_path: Path, has_key: bool) -> None:
    failing = Failing(workshop, tmp_path)
    if has_key:
        workshop.forget(failing.before, "somebody else")
    after = tmp_path / "after"
    shutil.copytree(failing.before, after)
    counting = {"LD_PRELOAD": str(faults.shim), "FAIL_CALLS": Calls.CHANGES, "FAIL_COUNT": str(tmp_path / "count")}
    failing.forget(after, counting | faults.place(None, after)).requires(EXIT_DONE)
    assert_nothing_is_left(after, PERSON)

    def stable(output: Path) -> dict[str, str]:
        """Without a key before, each has a key of its own."""
        own = () if has_key else (KEY, "lake/forgotten.json", "lake/manifest.json")
        return {name: digest for name, digest in fingerprint(output).items() if name not in own}

    states = [stable(failing.before), stable(after)]
    assert states[0] != states[1]
    calls = int((tmp_path / "count").read_text())
    assert calls > 30
    ends = set()
    for number in range(1, calls + 1):
        output = tmp_path / f"{number}"
        shutil.copytree(failing.before, output)
        variables = {"LD_PRELOAD": str(faults.shim), "FAIL_CALLS": Calls.CHANGES, "FAIL_AT": str(number), "FAIL_HOW": "kill"}
        assert failing.forget(output, variables | faults.place(None, output)).code == KILLED, f"call {number}"
        read_as_readers_do(output)
        copy = tmp_path / f"{number} copy"
        shutil.copytree(output, copy)
        # Any other run ends what was decided, or takes back what was not.
        workshop.run(copy, failing.archive)
        ends.add(states.index(stable(copy)))
        failing.forget(output).requires(EXIT_DONE)
        assert stable(output) == states[1], f"call {number} of {calls}"
        assert {path.name for path in output.iterdir()} <= FILES, f"call {number}"
        assert_nothing_is_left(output, PERSON)
        for made in (output, copy):
            workshop.status(made)
            shutil.rmtree(made)
    assert ends == {0, 1}


def test_before_there_is_a_lake(workshop: Workshop, tmp_path: Path) -> None:
    output = workshop.workspace("out")
    said = workshop.forget(output, PERSON).messages
    assert "no lake" in said
    workshop.hooksift("status", "--output", output).requires(EXIT_NO_INPUT)
    archive = tmp_path / "a.jsonl.gz"
    archive.write_bytes(gzip.compress(signed_line(PERSON))[:-3])
    workshop.run(output, archive, options=("--settle", "0s"), code=EXIT_DATA)
    # What could not be read is not counted.
    assert "forgotten_deliveries" not in workshop.status(output)
