"""What `inspect` finds in archives, against the oracle's reading of the same lines."""

from __future__ import annotations

import gzip
import json
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cases import all_cases
from conftest import Real
from craft import MAIN, flag, signed, snapshot, trait
from oracle import (
    LONGEST_LINE,
    BadShape,
    NotJSON,
    ParsedBody,
    Rejected,
    Snapshot,
    body_of,
    find_archives,
    lines_of,
    parse_body,
    parse_record,
    read_payload,
    received_at,
    signature_of,
)
from product import EXIT_DATA, EXIT_DONE, EXIT_USAGE, Hooksift

KEYS = ("received_at", "headers", "body", "body_base64")


def look(line: bytes) -> tuple[int, str, bool, Snapshot | str]:
    """When a line was received, what it says of its signature, whether its body was parsed, and its payload."""
    if len(line) > LONGEST_LINE:
        raise Rejected("line_too_long")
    try:
        record = parse_record(line)
    except NotJSON:
        raise Rejected("not_json") from None
    if not isinstance(record, dict) or not any(key in record for key in KEYS):
        raise Rejected("envelope_unrecognised")
    moment, body = received_at(record), body_of(record)
    try:
        claim = "unsigned" if signature_of(record) is None else "signed"
    except Rejected:
        claim = "malformed"
    is_parsed = isinstance(body, ParsedBody)
    try:
        payload = body.value if isinstance(body, ParsedBody) else parse_body(body)
        return moment, claim, is_parsed, read_payload(payload, None) or payload["event_type"]
    except NotJSON:
        raise Rejected("payload_not_json") from None
    except BadShape:
        raise Rejected("payload_shape") from None


def expected(*paths: Path) -> dict[str, Any]:
    counts: dict[str, Counter[Any]] = defaultdict(Counter)
    features: dict[tuple, tuple[set, Counter]] = defaultdict(lambda: (set(), Counter()))
    members: Counter[tuple] = Counter()
    times, identities, lines = [], set(), 0
    for archive in find_archives(paths, None, None):
        for line in lines_of(archive):
            lines += 1
            try:
                moment, claim, is_parsed, payload = look(line.raw)
            except Rejected as rejection:
                counts["rejected"][rejection.reason] += 1
                continue
            times.append(moment)
            counts["claim"][claim] += 1
            counts["parsed"][is_parsed] += 1
            if isinstance(payload, str):
                counts["events"][payload] += 1
                continue
            identities.add(payload.identity)
            counts["environments"][payload.environment if payload.flags else None] += 1
            for row in {*payload.flags}:
                values, deliveries = features[row[:4]]
                values.add(row[5:7])
                deliveries["all"] += 1
            for row in {*payload.segments}:
                counts["segments"][row[:2]] += 1
                members[row[:2]] += row[2]
            counts["traits"].update(row[0] for row in payload.traits)

    def time(moment: int) -> str:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=moment)).isoformat()

    return {
        "lines": lines,
        "rejected": dict(counts["rejected"]),
        "first": time(min(times)),
        "last": time(max(times)),
        "signed": counts["claim"]["signed"],
        "unsigned": counts["claim"]["unsigned"],
        "malformed_signatures": counts["claim"]["malformed"],
        "parsed_bodies": counts["parsed"][True],
        "identity_deliveries": sum(counts["environments"].values()),
        "other_deliveries": dict(counts["events"]),
        "environments": dict(counts["environments"]),
        "identities": len(identities),
        "features": {key: (len(values), found["all"]) for key, (values, found) in features.items()},
        "segments": {key: (count, members[key]) for key, count in counts["segments"].items()},
        "traits": dict(counts["traits"]),
    }


def found(text: str) -> dict[str, Any]:
    said = json.loads(text)
    same = ("lines", "rejected", "signed", "unsigned", "malformed_signatures", "parsed_bodies")
    same += ("identity_deliveries", "other_deliveries", "identities")
    return {key: said[key] for key in same} | {
        "first": datetime.fromisoformat(said["first_received_at"]).isoformat(),
        "last": datetime.fromisoformat(said["last_received_at"]).isoformat(),
        "environments": {entry.get("environment"): entry["deliveries"] for entry in said["environments"]},
        "features": {
            (entry.get("environment"), entry["feature_id"], entry["feature"], entry["feature_type"]): (
                entry["values"],
                entry["deliveries"],
            )
            for entry in said["features"]
        },
        "segments": {
            (entry["segment_id"], entry["segment"]): (entry["deliveries"], entry["members"])
            for entry in said["segments"]
        },
        "traits": {entry["trait"]: entry["deliveries"] for entry in said["traits"]},
    }


def test_real_captures(hooksift: Hooksift, real: Real) -> None:
    said = hooksift("inspect", real.archives, real.parsed_bodies, "--json").requires(EXIT_DONE)
    assert found(said.stdout.decode()) == expected(real.archives, real.parsed_bodies)


def test_a_line_for_every_rule(hooksift: Hooksift, tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl.gz"
    path.write_bytes(gzip.compress(b"".join(case.line + b"\n" for case in all_cases())))
    said = hooksift("inspect", path, "--json").requires(EXIT_DONE)
    assert found(said.stdout.decode()) == expected(path)


def test_text_for_people(hooksift: Hooksift, tmp_path: Path) -> None:
    """It names things, shortens what is long, and leaves out what a terminal would obey."""
    flags = [flag(feature={"id": n, "name": f"flag {n}", "type": "STANDARD", "initial_value": None}) for n in range(30)]
    lines = [signed(snapshot(flags=flags, identity=f"p{n}", traits=[trait("e\x1b[31mvil", n)])) for n in range(3)]
    (tmp_path / "a.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    text = hooksift("inspect", tmp_path).requires(EXIT_DONE).stdout.decode()
    assert "identities: 3" in text
    assert "1 archive, 3 lines" in text
    assert "2            flag 7   STANDARD       1           3" in text
    assert "and 10 more; --json has all" in text
    assert "\x1b" not in text and "e\ufffd[31mvil" in text
    assert MAIN.key not in text.encode()


def test_what_cannot_be_read_is_named(hooksift: Hooksift, tmp_path: Path) -> None:
    whole = gzip.compress(signed(snapshot()) + b"\n")
    (tmp_path / "cut.jsonl.gz").write_bytes(whole[:-9])
    (tmp_path / "whole.jsonl.gz").write_bytes(whole)
    said = hooksift("inspect", tmp_path, "--json").requires(EXIT_DATA)
    assert "cut.jsonl.gz" in said.messages
    assert json.loads(said.stdout)["archives"] == 2
    hooksift("inspect").requires(EXIT_USAGE)


def test_standard_input(hooksift: Hooksift) -> None:
    said = hooksift("inspect", "-", "--json", stdin=signed(snapshot()) + b"\n").requires(EXIT_DONE)
    assert json.loads(said.stdout)["identity_deliveries"] == 1
