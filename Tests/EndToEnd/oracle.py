"""The tables that hooksift owes for given archives, computed a second time.

This is the independent truth of the end-to-end tests. It follows Rules.md and shares nothing with the
product: pure standard library, everything in memory, and wherever there was a choice, the obvious way
rather than the fast one.

Rows are tuples in the order of `COLUMNS`; timestamps are aware UTC datetimes, dates are `datetime.date`,
doubles are floats.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import math
import os
import re
import sys
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

sys.setrecursionlimit(10_000)

MICROSECONDS = 1_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST_LINE = 64 * 1024 * 1024
DEEPEST_JSON = 512
MOST_COMBINATIONS = 4_096

REASONS = (
    "not_json",
    "envelope_unrecognised",
    "time_missing",
    "time_invalid",
    "time_out_of_range",
    "body_missing",
    "body_encoding",
    "line_too_long",
    "unsigned",
    "malformed_signature",
    "signature_mismatch",
    "no_secret",
    "payload_not_json",
    "payload_shape",
)

ACCEPTED = ("verified", "reconstructed", "unsigned_accepted")

COLUMNS: dict[str, list[tuple[str, str]]] = {
    "observations": [
        ("date", "date"),
        ("environment", "int64"),
        ("identity", "string"),
        ("window_start", "timestamp"),
        ("flag_state", "string"),
        ("segment_state", "string"),
        ("first_at", "timestamp"),
        ("last_at", "timestamp"),
        ("deliveries", "int64"),
    ],
    "trait_values": [
        ("date", "date"),
        ("environment", "int64"),
        ("identity", "string"),
        ("trait", "string"),
        ("value_type", "string"),
        ("value", "string"),
        ("number", "double"),
        ("first_at", "timestamp"),
        ("last_at", "timestamp"),
    ],
    "flag_states": [
        ("flag_state", "string"),
        ("environment", "int64"),
        ("feature_id", "int64"),
        ("feature", "string"),
        ("feature_type", "string"),
        ("enabled", "bool"),
        ("value_type", "string"),
        ("value", "string"),
        ("percentage_allocation", "double"),
        ("initial_value", "string"),
        ("override", "string"),
    ],
    "segment_states": [
        ("segment_state", "string"),
        ("segment_id", "int64"),
        ("segment", "string"),
        ("member", "bool"),
    ],
    "archives": [
        ("archive", "string"),
        ("path", "string"),
        ("bytes", "int64"),
        ("bytes_uncompressed", "int64"),
        ("lines", "int64"),
        ("identity_deliveries", "int64"),
        ("other_deliveries", "int64"),
        ("quarantined", "int64"),
        ("verified", "int64"),
        ("reconstructed", "int64"),
        ("unsigned_accepted", "int64"),
        ("status", "string"),
        *((f"rejected_{reason}", "int64") for reason in REASONS),
        ("first_received_at", "timestamp"),
        ("last_received_at", "timestamp"),
    ],
    "delivery_counts": [("date", "date"), ("outcome", "string"), ("lines", "int64")],
    "feature_daily": [
        ("date", "date"),
        ("environment", "int64"),
        ("feature_id", "int64"),
        ("feature", "string"),
        ("feature_type", "string"),
        ("enabled", "bool"),
        ("value_type", "string"),
        ("value", "string"),
        ("identities", "int64"),
        ("windows", "int64"),
        ("deliveries", "int64"),
    ],
    "segment_daily": [
        ("date", "date"),
        ("environment", "int64"),
        ("segment_id", "int64"),
        ("segment", "string"),
        ("member", "bool"),
        ("identities", "int64"),
        ("windows", "int64"),
        ("deliveries", "int64"),
    ],
    "trait_daily": [
        ("date", "date"),
        ("environment", "int64"),
        ("trait", "string"),
        ("value_type", "string"),
        ("value", "string"),
        ("identities", "int64"),
    ],
    "exposures": [
        ("environment", "int64"),
        ("feature_id", "int64"),
        ("feature", "string"),
        ("enabled", "bool"),
        ("value_type", "string"),
        ("value", "string"),
        ("identity", "string"),
        ("first_exposed_at", "timestamp"),
        ("last_exposed_at", "timestamp"),
        ("windows", "int64"),
        ("deliveries", "int64"),
    ],
    "delivery_quality": [
        ("date", "date"),
        ("outcome", "string"),
        ("lines", "int64"),
        ("share", "double"),
    ],
}

PARTITIONED = ("observations", "trait_values")
LAKE_TABLES = (*PARTITIONED, "flag_states", "segment_states", "archives", "delivery_counts")
SUMMARY_TABLES = ("feature_daily", "segment_daily", "trait_daily", "exposures", "delivery_quality")

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Secret:
    """A signing secret; `not_before` and `not_after` are microseconds since the epoch, both inclusive."""

    name: str
    key: bytes
    environment: int | None = None
    not_before: int | None = None
    not_after: int | None = None

    def is_active(self, moment: int) -> bool:
        """Whether the secret counts for something received at `moment`."""
        after_start = self.not_before is None or self.not_before <= moment
        before_end = self.not_after is None or moment <= self.not_after
        return after_start and before_end


@dataclass(frozen=True)
class Settings:
    """What a user may set; `since` is inclusive and `until` exclusive."""

    window: timedelta = timedelta(minutes=30)
    window_kind: str = "tumbling"
    timezone: str = "UTC"
    allow_unsigned: bool = False
    exposures: str = "multivariate"
    top_values: int = 50
    since: date | None = None
    until: date | None = None
    salvage: bool = False
    forgotten: frozenset[str] = frozenset()


@dataclass
class Expectation:
    """Everything that a run over the archives must publish."""

    tables: dict[str, list[Row]]
    quarantine: dict[str, list[dict[str, Any]]]
    unreadable: list[str]


# Numbers and JSON


@dataclass(frozen=True)
class Number:
    """A JSON number as it was written, or one of `NaN`, `Infinity` and `-Infinity`."""

    text: str

    @property
    def is_integer(self) -> bool:
        return re.fullmatch(r"-?[0-9]+", self.text) is not None

    @property
    def is_constant(self) -> bool:
        return self.text in ("NaN", "Infinity", "-Infinity")

    @property
    def as_float(self) -> float:
        return float(self.integer_text if self.is_integer else self.text)

    @property
    def integer_text(self) -> str:
        """The digits of an integer."""
        return "0" if self.text == "-0" else self.text


class NotJSON(ValueError):
    """The bytes are not a JSON text."""


def nesting_depth(text: str) -> int:
    """How many arrays and objects lie inside each other at the deepest place."""
    depth = deepest = 0
    for token in re.finditer(r'"(?:[^"\\]++|\\.)*+"|[\[\]{}]', text, re.DOTALL):
        if token.group() in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif token.group() in "]}":
            depth -= 1
    return deepest


def parse_json(data: bytes, on_constant: Callable[[str], Any]) -> Any:
    """A JSON text as RFC 8259 has it; `on_constant` decides on `NaN` and the infinities."""
    try:
        text = data.decode("utf-8")
        if nesting_depth(text) > DEEPEST_JSON:
            raise NotJSON("too deep")
        return json.loads(text, parse_int=Number, parse_float=Number, parse_constant=on_constant)
    except (ValueError, RecursionError) as error:
        raise NotJSON(str(error)) from error


def parse_body(data: bytes) -> Any:
    """A body: JSON, and the three constants that Python adds to it."""
    return parse_json(data, on_constant=Number)


def constants_in(value: Any) -> int:
    """How many `NaN` and infinities a value holds."""
    if isinstance(value, Number):
        return int(value.is_constant)
    if isinstance(value, dict):
        return sum(constants_in(member) for member in value.values())
    if isinstance(value, list):
        return sum(constants_in(element) for element in value)
    return 0


def parse_record(line: bytes) -> Any:
    """A line of an archive: JSON, with Python's constants in a parsed body only."""
    seen: list[str] = []

    def remember(name: str) -> Number:
        seen.append(name)
        return Number(name)

    record = parse_json(line, on_constant=remember)
    body = record.get("body") if isinstance(record, dict) else None
    if len(seen) != constants_in(body):
        raise NotJSON("a constant outside of the body")
    return record


def float_text(number: float) -> str:
    """A double as Python's `json.dumps` writes it."""
    return json.dumps(number)


def python_dumps(value: Any) -> str:
    """What Python's `json.dumps(value, sort_keys=True)` writes for what it reads from the same text."""
    if isinstance(value, Number):
        return value.integer_text if value.is_integer else float_text(value.as_float)
    if isinstance(value, dict):
        members = [json.dumps(key) + ": " + python_dumps(value[key]) for key in sorted(value)]
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list):
        return "[" + ", ".join([python_dumps(element) for element in value]) + "]"
    return json.dumps(value)


def has_lone_surrogate(text: str) -> bool:
    """Whether a text has no UTF-8 form."""
    return any("\ud800" <= character <= "\udfff" for character in text)


# Times


TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?"
    r"(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))"
)
MONTH_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_since_epoch(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 in the Gregorian calendar, the year 0 included."""
    whole_years = 365 * year + (year + 3) // 4 - (year + 99) // 100 + (year + 399) // 400
    whole_months = sum(MONTH_LENGTHS[: month - 1]) + int(month > 2 and is_leap(year))
    return whole_years + whole_months + day - 1 - 719_528


def parse_rfc3339(text: str) -> int | None:
    """Microseconds since the epoch; null where the text is no RFC 3339 time."""
    match = TIME.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    fraction, sign, offset_hour, offset_minute = match.groups()[6:]
    if not 1 <= month <= 12 or hour > 23 or minute > 59 or second > 60:
        return None
    if not 1 <= day <= MONTH_LENGTHS[month - 1] + int(month == 2 and is_leap(year)):
        return None
    offset = 0
    if sign is not None:
        if int(offset_hour) > 23 or int(offset_minute) > 59:
            return None
        offset = (int(offset_hour) * 60 + int(offset_minute)) * 60 * (1 if sign == "+" else -1)
    seconds = ((days_since_epoch(year, month, day) * 24 + hour) * 60 + minute) * 60 + second - offset
    return seconds * MICROSECONDS + int((fraction or "").ljust(9, "0")[:6])


def parse_unix_time(number: Number) -> int:
    """Microseconds since the epoch of Unix seconds, milliseconds or microseconds; -1 far out of range."""
    if not 1.0 <= number.as_float < 1e18:
        return -1
    value = Fraction(number.text)
    if value < 10**11:
        return math.floor(value * MICROSECONDS)
    if value < 10**14:
        return math.floor(value * 1_000)
    return math.floor(value)


EARLIEST = days_since_epoch(2000, 1, 1) * 86_400 * MICROSECONDS
FIRST_TOO_LATE = days_since_epoch(2100, 1, 1) * 86_400 * MICROSECONDS


def to_datetime(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)


def local_date(microseconds: int, zone: str) -> date:
    return to_datetime(microseconds).astimezone(ZoneInfo(zone)).date()


# Archives and lines


@dataclass(frozen=True)
class Archive:
    """The bytes of an archive, what can be read of them, and whether that is everything."""

    path: str
    data: bytes
    inflated: bytes
    whole: bool

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Line:
    number: int
    offset: int
    raw: bytes


def inflate_member(data: bytes) -> tuple[bytes, bytes | None]:
    """The content of the first member and the bytes after it, or null where the member is damaged."""
    inflater = zlib.decompressobj(wbits=31)
    try:
        content = inflater.decompress(data)
        return content, inflater.unused_data if inflater.eof else None
    except zlib.error:
        return content_before_damage(data), None


def content_before_damage(data: bytes) -> bytes:
    """What a damaged member yields when it is read byte by byte."""
    inflater = zlib.decompressobj(wbits=31)
    content = bytearray()
    try:
        for position in range(len(data)):
            content += inflater.decompress(data[position : position + 1])
    except zlib.error:
        pass
    return bytes(content)


def inflate(data: bytes) -> tuple[bytes, bool]:
    """All that can be inflated of a gzip file, and whether that is the whole of it."""
    content = bytearray()
    rest: bytes | None = data
    while rest:
        if not rest.startswith(b"\x1f\x8b"):
            return bytes(content), not rest.strip(b"\0")
        member, rest = inflate_member(rest)
        content += member
    return bytes(content), rest is not None


def open_archive(path: str, data: bytes) -> Archive:
    if data.startswith(b"\x1f\x8b"):
        inflated, whole = inflate(data)
        return Archive(path, data, inflated, whole)
    is_readable = data == b"" or not path.endswith(".gz")
    return Archive(path, data, data if is_readable else b"", is_readable)


def files_under(directory: str, exclude: str | None) -> Iterator[str]:
    """The archives of a directory at any depth, links followed."""
    suffixes = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz", ".json.gz")
    for folder, folders, names in os.walk(directory, followlinks=True):
        folders[:] = [name for name in folders if os.path.join(folder, name) != exclude]
        yield from (os.path.join(folder, name) for name in names if name.endswith(suffixes))


def find_archives(paths: Iterable[str | Path], stdin: bytes | None, output: str | None) -> list[Archive]:
    """All archives in the order of their paths, standard input last, each content once."""
    files: set[str] = set()
    for path in paths:
        absolute = os.path.abspath(path)
        files.update(files_under(absolute, output) if os.path.isdir(absolute) else [absolute])
    archives = [open_archive(path, Path(path).read_bytes()) for path in sorted(files, key=os.fsencode)]
    if stdin is not None:
        archives.append(open_archive("-", stdin))
    first_of_copies: dict[str, Archive] = {}
    for archive in archives:
        first_of_copies.setdefault(archive.digest, archive)
    return list(first_of_copies.values())


def lines_of(archive: Archive) -> list[Line]:
    """The lines that are not blank; of a damaged archive only those that end in a line feed."""
    content = archive.inflated
    offset = 3 if content.startswith(b"\xef\xbb\xbf") else 0
    pieces = content[offset:].split(b"\n")
    if not archive.whole:
        pieces.pop()
    lines = []
    for number, piece in enumerate(pieces, start=1):
        if piece.strip(b" \t\r"):
            lines.append(Line(number, offset, piece))
        offset += len(piece) + 1
    return lines


# From a line to a delivery


class Rejected(Exception):
    """Why a line goes to quarantine, and when it was received as far as that is known."""

    def __init__(self, reason: str, received_at: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.received_at = received_at


@dataclass(frozen=True)
class Snapshot:
    environment: int | None
    identity: str
    flags: tuple[Row, ...]
    segments: tuple[Row, ...]
    traits: tuple[Row, ...]


@dataclass(frozen=True)
class Delivery:
    """A line that went on; `snapshot` is null for the webhooks that are not about an identity."""

    verdict: str
    received_at: int
    snapshot: Snapshot | None


def received_at(record: dict[str, Any]) -> int:
    names = ("received_at", "timestamp", "time", "created_at")
    value = next((record[name] for name in names if record.get(name) is not None), None)
    if value is None:
        raise Rejected("time_missing")
    moment: int | None = None
    if isinstance(value, str):
        moment = parse_rfc3339(value)
    elif isinstance(value, Number):
        moment = parse_unix_time(value)
    if moment is None:
        raise Rejected("time_invalid")
    if not EARLIEST <= moment < FIRST_TOO_LATE:
        raise Rejected("time_out_of_range")
    return moment


BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


def decode_base64(text: str) -> bytes:
    if BASE64.fullmatch(text) is None:
        raise Rejected("body_encoding")
    return base64.b64decode(text)


@dataclass(frozen=True)
class ParsedBody:
    """A body that the capture tool parsed."""

    value: Any


def body_of(record: dict[str, Any]) -> bytes | ParsedBody:
    encoded = record.get("body_base64")
    if isinstance(encoded, str):
        return decode_base64(encoded)
    body = record.get("body")
    if body is None:
        raise Rejected("body_missing")
    if not isinstance(body, str):
        return ParsedBody(body)
    if encoded is True:
        return decode_base64(body)
    if has_lone_surrogate(body):
        raise Rejected("body_encoding")
    return body.encode("utf-8")


def is_signature_name(name: Any) -> bool:
    if not isinstance(name, str):
        return False
    plain = "".join(c.lower() if c.isascii() else c for c in name).replace("_", "-")
    return plain.removeprefix("http-") == "x-flagsmith-signature"


def header_pairs(headers: Any) -> Iterator[tuple[Any, Any]]:
    """The names and values of headers in any of their shapes; of several values each with the name."""
    if isinstance(headers, dict):
        for name, value in headers.items():
            yield from ((name, each) for each in (value if isinstance(value, list) else [value]))
    elif isinstance(headers, list):
        for header in headers:
            if isinstance(header, list) and len(header) == 2:
                yield header[0], header[1]
            elif isinstance(header, dict):
                yield header.get("name", header.get("key")), header.get("value")


def signature_of(record: dict[str, Any]) -> str | None:
    """The one value of the signature header; null where there is none."""
    headers = record.get("headers")
    pairs = record.items() if headers is None else header_pairs(headers)
    found = [value for name, value in pairs if is_signature_name(name)]
    present = [value for value in found if value not in (None, [])]
    if not present:
        return None
    signature = present[0]
    if any(value != signature for value in present):
        raise Rejected("malformed_signature")
    if not isinstance(signature, str) or re.fullmatch(r"[0-9a-f]{64}", signature) is None:
        raise Rejected("malformed_signature")
    return signature


# Reconstruction of parsed bodies


def with_float_percentages(value: Any) -> Any:
    """A value with every `percentage_allocation` as a float."""
    if isinstance(value, list):
        return [with_float_percentages(element) for element in value]
    if not isinstance(value, dict):
        return value
    return {
        key: as_float(member)
        if key == "percentage_allocation" and isinstance(member, Number)
        else with_float_percentages(member)
        for key, member in value.items()
    }


def as_float(number: Number) -> Number:
    """The same number, written with a fraction or an exponent."""
    return Number(float_text(number.as_float))


def as_integer(number: Number) -> Number:
    """The same whole number, written in digits."""
    return Number(str(int(Decimal(number.text))))


def is_whole(value: Any) -> bool:
    if not isinstance(value, Number) or not math.isfinite(value.as_float):
        return False
    decimal = Decimal(value.text)
    return decimal == decimal.to_integral_value()


def reconstructions(body: Any) -> Iterator[bytes]:
    """The ways in which Flagsmith may have written a body, likelier ones first."""
    yield python_dumps(body).encode("ascii")
    body = with_float_percentages(body)
    yield python_dumps(body).encode("ascii")
    traits = body.get("traits") if isinstance(body, dict) else None
    if not isinstance(traits, list):
        return
    whole = [t for t in traits if isinstance(t, dict) and is_whole(t.get("trait_value"))]
    stored = [trait["trait_value"] for trait in whole]
    choices = itertools.product((as_integer, as_float), repeat=len(whole))
    for choice in itertools.islice(choices, MOST_COMBINATIONS):
        for trait, number, write in zip(whole, stored, choice):
            trait["trait_value"] = write(number)
        yield python_dumps(body).encode("ascii")


def sign(key: bytes, body: bytes) -> str:
    return hmac.new(key, body, hashlib.sha256).hexdigest()


# Payloads


class BadShape(Exception):
    """A payload is not what Flagsmith sends."""


def require(condition: bool) -> None:
    if not condition:
        raise BadShape


def text_at(value: Any) -> str:
    require(isinstance(value, str) and not has_lone_surrogate(value))
    return value


def optional_text_at(value: Any) -> str | None:
    return None if value is None else text_at(value)


def boolean_at(value: Any) -> bool:
    require(isinstance(value, bool))
    return value


def integer_at(value: Any) -> int:
    require(isinstance(value, Number) and value.is_integer and len(value.text) <= 20)
    number = int(value.text)
    require(-(2**63) <= number < 2**63)
    return number


def optional_integer_at(value: Any) -> int | None:
    return None if value is None else integer_at(value)


def optional_number_at(value: Any) -> float | None:
    require(value is None or isinstance(value, Number))
    return None if value is None else value.as_float


def object_at(value: Any) -> dict[str, Any]:
    require(isinstance(value, dict))
    return value


def array_at(value: Any) -> list[Any]:
    require(isinstance(value, list))
    return value


def canonical_value(value: Any) -> tuple[str, str | None, float | None]:
    """The type, text and number of a trait's or a flag's value."""
    if value is None:
        return "null", None, None
    if isinstance(value, bool):
        return "boolean", "true" if value else "false", None
    if isinstance(value, str):
        return "string", text_at(value), None
    require(isinstance(value, Number))
    if value.is_integer:
        return "integer", value.integer_text, value.as_float
    return "float", float_text(value.as_float), value.as_float


def flag_row(flag: Any) -> Row:
    flag = object_at(flag)
    feature = object_at(flag.get("feature"))
    identity = optional_integer_at(flag.get("identity"))
    segment = optional_integer_at(flag.get("feature_segment"))
    override = "identity" if identity is not None else "segment" if segment is not None else "none"
    value_type, value, _ = canonical_value(flag.get("feature_state_value"))
    return (
        optional_integer_at(flag.get("environment")),
        integer_at(feature.get("id")),
        text_at(feature.get("name")),
        text_at(feature.get("type")),
        boolean_at(flag.get("enabled")),
        value_type,
        value,
        optional_number_at(flag.get("percentage_allocation")),
        optional_text_at(feature.get("initial_value")),
        override,
    )


def segment_row(segment: Any) -> Row:
    segment = object_at(segment)
    return (
        integer_at(segment.get("id")),
        text_at(segment.get("name")),
        boolean_at(segment.get("member")),
    )


def trait_rows(traits: list[Any]) -> tuple[Row, ...]:
    """(trait, value_type, value, number) of each trait; of one key the last counts."""
    last: dict[str, Row] = {}
    for trait in map(object_at, traits):
        require("trait_value" in trait)
        last[text_at(trait.get("trait_key"))] = canonical_value(trait["trait_value"])
    return tuple((key, *value) for key, value in last.items())


def snapshot_of(payload: dict[str, Any], secret_environment: int | None) -> Snapshot:
    identity = text_at(payload.get("identity"))
    require(identity != "")
    flags = tuple(flag_row(flag) for flag in array_at(payload.get("flags")))
    segments = tuple(segment_row(segment) for segment in array_at(payload.get("segments", [])))
    traits = trait_rows(array_at(payload.get("traits", [])))
    environments = {flag[0] for flag in flags} or {secret_environment}
    require(len(environments) == 1)
    return Snapshot(environments.pop(), identity, flags, segments, traits)


OTHER_EVENTS = ("FLAG_UPDATED", "FLAG_DELETED", "NEW_VERSION_PUBLISHED", "AUDIT_LOG_CREATED")


def read_payload(payload: Any, secret_environment: int | None) -> Snapshot | None:
    """The snapshot of an identity, or null for another webhook of Flagsmith's."""
    payload = object_at(payload)
    if "flags" in payload or "identity" in payload:
        return snapshot_of(payload, secret_environment)
    require(payload.get("event_type") in OTHER_EVENTS)
    object_at(payload.get("data"))
    return None


# The checks, in order


def judge(line: bytes, secrets: list[Secret], settings: Settings) -> Delivery:
    """The delivery that a line is, or why it is none."""
    if len(line) > LONGEST_LINE:
        raise Rejected("line_too_long")
    try:
        record = parse_record(line)
    except NotJSON:
        raise Rejected("not_json") from None
    keys = ("received_at", "headers", "body", "body_base64")
    if not isinstance(record, dict) or not any(key in record for key in keys):
        raise Rejected("envelope_unrecognised")
    moment = received_at(record)
    try:
        verdict, payload, environment = authenticate(record, moment, secrets, settings)
        return Delivery(verdict, moment, read_payload(payload, environment))
    except BadShape:
        raise Rejected("payload_shape", moment) from None
    except NotJSON:
        raise Rejected("payload_not_json", moment) from None
    except Rejected as rejection:
        raise Rejected(rejection.reason, moment) from None


def authenticate(
    record: dict[str, Any], moment: int, secrets: list[Secret], settings: Settings
) -> tuple[str, Any, int | None]:
    """The verdict on a record, its payload and the environment of the secret that it was signed with."""
    body = body_of(record)
    signature = signature_of(record)
    active = [secret for secret in secrets if secret.is_active(moment)]
    if signature is None or not active:
        if not settings.allow_unsigned:
            raise Rejected("unsigned" if signature is None else "no_secret")
        payload = body.value if isinstance(body, ParsedBody) else parse_body(body)
        return "unsigned_accepted", payload, None
    if isinstance(body, ParsedBody):
        verdict, candidates = "reconstructed", reconstructions(body.value)
    else:
        verdict, candidates = "verified", iter([body])
    for candidate in candidates:
        for secret in active:
            if hmac.compare_digest(sign(secret.key, candidate), signature):
                return verdict, parse_body(candidate), secret.environment
    raise Rejected("signature_mismatch")


# The lake


def state_digest(rows: Iterable[Row]) -> str:
    """The name of a state: a digest of the digests of its distinct rows, by the numbers they begin with and their texts."""
    keyed = set()
    for row in rows:
        text = json.dumps(row, separators=(",", ":"), ensure_ascii=False).encode("utf-8") + b"\n"
        # Rows of flags begin with their environment and a number, rows of segments with a number.
        numbers = row[:2] if len(row) > 3 else (None, row[0])
        keyed.add((*(cell_key(number) for number in numbers), text))
    digests = b"".join(hashlib.sha256(text).digest()[:16] for *_, text in sorted(keyed))
    return hashlib.sha256(digests).hexdigest()[:32]


def cell_key(cell: Any) -> tuple[Any, ...]:
    """The place of a cell in the canonical order: nulls first, text by UTF-8 bytes."""
    if cell is None:
        return (0,)
    if isinstance(cell, str):
        return 1, cell.encode("utf-8")
    if isinstance(cell, float):
        return 1, math.isnan(cell), 0.0 if math.isnan(cell) else cell
    return 1, cell


def in_order(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: [cell_key(cell) for cell in row])


@dataclass
class Span:
    """From when to when something was seen, and how often."""

    first: int
    last: int
    count: int = 1

    def include(self, other: Span) -> Span:
        return Span(min(self.first, other.first), max(self.last, other.last), self.count + other.count)


def add_span(spans: dict[Row, Span], key: Row, span: Span) -> None:
    spans[key] = spans[key].include(span) if key in spans else span


def tumbling_start(moment: int, size: int) -> int:
    return moment // size * size


def session_starts(moments: Iterable[int], size: int, zone: str) -> dict[int, int]:
    """The window of each moment at which something of one identity was received."""
    starts: dict[int, int] = {}
    start = previous = -math.inf
    for moment in sorted(set(moments)):
        is_new = moment - previous > size or local_date(moment, zone) != local_date(int(previous), zone)
        start = moment if is_new else start
        starts[moment] = int(start)
        previous = moment
    return starts


@dataclass(frozen=True)
class Sighting:
    """The state of an identity at one time."""

    moment: int
    snapshot: Snapshot

    @property
    def owner(self) -> Row:
        return self.snapshot.environment, self.snapshot.identity


def window_starts(sightings: list[Sighting], settings: Settings) -> list[int]:
    """The start of the window of each sighting."""
    size = settings.window // timedelta(microseconds=1)
    if settings.window_kind == "tumbling":
        return [tumbling_start(sighting.moment, size) for sighting in sightings]
    moments: dict[Row, list[int]] = defaultdict(list)
    for sighting in sightings:
        moments[sighting.owner].append(sighting.moment)
    starts = {owner: session_starts(m, size, settings.timezone) for owner, m in moments.items()}
    return [starts[sighting.owner][sighting.moment] for sighting in sightings]


def fold(sightings: list[Sighting], settings: Settings) -> dict[str, list[Row]]:
    """The tables of the lake that come from the snapshots."""
    observations: dict[Row, Span] = {}
    traits: dict[Row, Span] = {}
    flag_states: list[Row] = []
    segment_states: list[Row] = []
    for sighting, start in zip(sightings, window_starts(sightings, settings)):
        snapshot = sighting.snapshot
        day = local_date(start, settings.timezone)
        flag_state, segment_state = state_digest(snapshot.flags), state_digest(snapshot.segments)
        flag_states += [(flag_state, *flag) for flag in snapshot.flags]
        segment_states += [(segment_state, *segment) for segment in snapshot.segments]
        owner = (day, *sighting.owner)
        seen = Span(sighting.moment, sighting.moment)
        add_span(observations, (*owner, to_datetime(start), flag_state, segment_state), seen)
        for trait, value_type, value, number in snapshot.traits:
            add_span(traits, (*owner, trait, value_type, value, float_bits(number)), seen)
    return {
        "observations": in_order(
            (*key, to_datetime(s.first), to_datetime(s.last), s.count) for key, s in observations.items()
        ),
        "trait_values": in_order(
            (*key[:-1], float_of(key[-1]), to_datetime(s.first), to_datetime(s.last))
            for key, s in traits.items()
        ),
        "flag_states": in_order(distinct(flag_states)),
        "segment_states": in_order(distinct(segment_states)),
    }


def float_bits(number: float | None) -> str | None:
    """A double as a text that equals itself, `NaN` too."""
    return None if number is None else repr(number)


def float_of(text: str | None) -> float | None:
    return None if text is None else float(text)


def distinct(rows: Iterable[Row]) -> list[Row]:
    """Rows that differ in their text; `NaN` is one value, `0.0` and `-0.0` are two."""
    return list({repr(row): row for row in rows}.values())


# Summaries


def in_range(day: date | None, settings: Settings) -> bool:
    if day is None:
        return settings.since is None and settings.until is None
    after_start = settings.since is None or settings.since <= day
    return after_start and (settings.until is None or day < settings.until)


@dataclass
class Tally:
    """Distinct identities and windows, and the sum of deliveries."""

    identities: set[str] = field(default_factory=set)
    windows: set[tuple[str, datetime]] = field(default_factory=set)
    deliveries: int = 0

    @property
    def measures(self) -> Row:
        return len(self.identities), len(self.windows), self.deliveries


def rows_by_state(rows: list[Row]) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row[0]].append(row[1:])
    return grouped


def tally_daily(
    observations: list[Row], states: dict[str, list[Row]], state_column: int, key_of: Callable[[Row], Row]
) -> list[Row]:
    """Counts per date, environment and whatever `key_of` takes of the rows of a state."""
    tallies: dict[Row, Tally] = defaultdict(Tally)
    for observation in observations:
        day, environment, identity, window = observation[:4]
        for key in {key_of(row) for row in states[observation[state_column]]}:
            tally = tallies[(day, environment, *key)]
            tally.identities.add(identity)
            tally.windows.add((identity, window))
            tally.deliveries += observation[8]
    return in_order((*key, *tally.measures) for key, tally in tallies.items())


def trait_daily(trait_values: list[Row], top_values: int) -> list[Row]:
    identities: dict[Row, dict[Row, set[str]]] = defaultdict(lambda: defaultdict(set))
    for day, environment, identity, trait, value_type, value, *_ in trait_values:
        identities[(day, environment, trait)][(value_type, value)].add(identity)
    rows: list[Row] = []
    for key, values in identities.items():
        ranked = sorted(values, key=lambda v: (-len(values[v]), [cell_key(cell) for cell in v]))
        rows += [(*key, *value, len(values[value])) for value in ranked[:top_values]]
        rest = set().union(*(values[value] for value in ranked[top_values:]))
        if rest:
            rows.append((*key, "other", "(other)", len(rest)))
    return in_order(rows)


def exposures(observations: list[Row], states: dict[str, list[Row]], which: str) -> list[Row]:
    spans: dict[Row, Span] = {}
    windows: dict[Row, set[datetime]] = defaultdict(set)
    for _, environment, identity, window, flag_state, _, first, last, deliveries in observations:
        keys = {
            (environment, *flag[1:3], *flag[4:7], identity)
            for flag in states[flag_state]
            if which == "all" or flag[3] == "MULTIVARIATE"
        }
        for key in keys:
            windows[key].add(window)
            add_span(spans, key, Span(first, last, deliveries))
    return in_order((*key, s.first, s.last, len(windows[key]), s.count) for key, s in spans.items())


def delivery_quality(delivery_counts: list[Row], settings: Settings) -> list[Row]:
    totals: dict[date | None, int] = defaultdict(int)
    for day, _, lines in delivery_counts:
        totals[day] += lines
    return [
        (day, outcome, lines, lines / totals[day])
        for day, outcome, lines in delivery_counts
        if in_range(day, settings)
    ]


def summarize(tables: dict[str, list[Row]], settings: Settings) -> dict[str, list[Row]]:
    observations = [row for row in tables["observations"] if in_range(row[0], settings)]
    trait_values = [row for row in tables["trait_values"] if in_range(row[0], settings)]
    flags, segments = rows_by_state(tables["flag_states"]), rows_by_state(tables["segment_states"])
    flags, segments = defaultdict(list, flags), defaultdict(list, segments)
    return {
        "feature_daily": tally_daily(observations, flags, 4, lambda flag: flag[1:7]),
        "segment_daily": tally_daily(observations, segments, 5, lambda segment: segment),
        "trait_daily": trait_daily(trait_values, settings.top_values),
        "exposures": exposures(observations, flags, settings.exposures),
        "delivery_quality": delivery_quality(tables["delivery_counts"], settings),
    }


# Erased identities


ESCAPE = re.compile(rb'\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|["\\/bfnrt])')


def unescaped(text: bytes) -> bytes:
    """A text with all escapes of JSON decoded, wherever they stand."""

    def decoded(match: re.Match[bytes]) -> bytes:
        return json.loads(b'"' + match.group() + b'"').encode("utf-8", "surrogatepass")

    return ESCAPE.sub(decoded, text)


def split_at_quotes(text: bytes) -> list[bytes]:
    """What stands before, between and after the quotes that no backslash escapes."""
    pieces, start, position = [], 0, 0
    while position < len(text):
        if text[position] == ord('"'):
            pieces.append(text[start:position])
            start = position + 1
        position += 2 if text[position] == ord("\\") else 1
    return [*pieces, text[start:]]


def mentions(text: bytes, names: frozenset[bytes]) -> bool:
    """Whether a name stands in a text as a whole JSON string, at any depth of strings in strings."""
    if b'"' not in text:
        return False
    try:
        parse_body(text)
    except NotJSON:
        while not any(is_or_holds(unescaped(piece), names, False) for piece in split_at_quotes(text)[1:]):
            text, before = unescaped(text), text
            if text == before:
                return False
        return True
    return any(is_or_holds(unescaped(piece), names, True) for piece in split_at_quotes(text)[1::2])


def is_or_holds(text: bytes, names: frozenset[bytes], looks_inside: bool) -> bool:
    """Whether a string is a name, or holds one: in base 64, or as a text of its own."""
    if text in names or (looks_inside and mentions(text, names)):
        return True
    try:
        return mentions(base64.b64decode(text[: len(text) // 4 * 4], validate=True), names)
    except ValueError:
        return False


# All of it


def quarantine_record(
    digest: str, line: Line, reason: str, forgotten: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """What the quarantine keeps of a line, the free text of its detail apart."""
    record = {"archive": digest, "line": line.number, "offset": line.offset, "reason": reason}
    if forgotten and mentions(line.raw, frozenset(name.encode("utf-8") for name in forgotten)):
        return record
    try:
        if reason == "line_too_long":
            raise ValueError(reason)
        return record | {"raw": line.raw.decode("utf-8")}
    except ValueError:
        return record | {"raw_base64": base64.b64encode(line.raw).decode("ascii")}


@dataclass(frozen=True)
class Outcome:
    """What became of a line: a verdict or a reason of rejection."""

    name: str
    received_at: int | None
    is_snapshot: bool


def ledger_row(archive: Archive, outcomes: list[Outcome]) -> Row:
    """The row of an archive, given what became of its lines."""
    count: dict[str, int] = defaultdict(int)
    for outcome in outcomes:
        count[outcome.name] += 1
    accepted = sum(count[verdict] for verdict in ACCEPTED)
    snapshots = sum(outcome.is_snapshot for outcome in outcomes)
    moments = [outcome.received_at for outcome in outcomes if outcome.received_at is not None]
    return (
        archive.digest,
        archive.path,
        len(archive.data),
        len(archive.inflated),
        len(outcomes),
        snapshots,
        accepted - snapshots,
        len(outcomes) - accepted,
        *(count[verdict] for verdict in ACCEPTED),
        "complete" if archive.whole else "salvaged",
        *(count[reason] for reason in REASONS),
        to_datetime(min(moments)) if moments else None,
        to_datetime(max(moments)) if moments else None,
    )


def expect(
    paths: Iterable[str | Path],
    secrets: list[Secret],
    settings: Settings = Settings(),
    stdin: bytes | None = None,
    output: str | None = None,
) -> Expectation:
    """All tables that the archives yield; `output` is a directory that is not searched for archives."""
    ledger: list[Row] = []
    sightings: list[Sighting] = []
    counts: dict[tuple[date | None, str], int] = defaultdict(int)
    quarantine: dict[str, list[dict[str, Any]]] = {}
    unreadable: list[str] = []
    for archive in find_archives(paths, stdin, output):
        if not archive.whole:
            unreadable.append(archive.path)
            if not (settings.salvage and archive.data.startswith(b"\x1f\x8b")):
                continue
        outcomes: list[Outcome] = []
        rejected: list[dict[str, Any]] = []
        for line in lines_of(archive):
            try:
                delivery = judge(line.raw, secrets, settings)
            except Rejected as rejection:
                rejected.append(quarantine_record(archive.digest, line, rejection.reason, settings.forgotten))
                outcomes.append(Outcome(rejection.reason, rejection.received_at, False))
                continue
            outcomes.append(Outcome(delivery.verdict, delivery.received_at, delivery.snapshot is not None))
            snapshot = delivery.snapshot
            if snapshot is not None and snapshot.identity not in settings.forgotten:
                sightings.append(Sighting(delivery.received_at, snapshot))
        for outcome in outcomes:
            moment = outcome.received_at
            day = None if moment is None else local_date(moment, settings.timezone)
            counts[(day, outcome.name)] += 1
        ledger.append(ledger_row(archive, outcomes))
        if rejected:
            quarantine[archive.digest] = rejected
    tables = fold(sightings, settings)
    tables["archives"] = in_order(ledger)
    tables["delivery_counts"] = in_order((*key, lines) for key, lines in counts.items())
    return Expectation(tables | summarize(tables, settings), quarantine, unreadable)
