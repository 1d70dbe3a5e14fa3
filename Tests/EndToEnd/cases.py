"""One line for every rule: what it looks like, and what has to become of it under `craft.SECRETS`."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from craft import (
    BOUNDED_SECRETS,
    MAIN,
    NEW,
    NOON,
    OLD,
    STAGING,
    dumps,
    feature,
    flag,
    line,
    parsed,
    record,
    segment,
    sign,
    signed,
    snapshot,
    trait,
    without,
)
from oracle import Secret


@dataclass(frozen=True)
class Case:
    """A line of an archive and its outcome: a verdict, or a reason of rejection."""

    label: str
    line: bytes
    outcome: str


SIGNATURE = "X-Flagsmith-Signature"
PLAIN = dumps(snapshot())
PROOF = sign(MAIN.key, PLAIN.encode())
OTHER_PROOF = sign(MAIN.key, b"another body")
UNKNOWN = Secret("unknown", b"a secret that nobody configured")


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


def cases_of(outcome: str, lines: dict[str, bytes]) -> list[Case]:
    return [Case(f"{outcome}: {label}", content, outcome) for label, content in lines.items()]


# The line and its envelope


def json_cases() -> list[Case]:
    good = line(record(PLAIN))
    with_extra = good[:-1] + b', "extra": %s}'
    broken = {
        "a brace": b"{",
        "cut off": good[:-1],
        "two values": good + b" {}",
        "trailing comma": good[:-1] + b",}",
        "comment": good + b" // no",
        "single quotes": b"{'received_at': 1}",
        "bare key": b"{received_at: 1}",
        "byte-order mark": b"\xef\xbb\xbf" + good,
        "no-break space": b"\xc2\xa0" + good,
        "form feed": b"\x0c" + good,
        "NUL": good + b"\0",
        "text": b"hello",
    }
    values = {
        "NaN": b"NaN",
        "Infinity": b"[-Infinity]",
        "leading zero": b"01",
        "plus": b"+1",
        "no whole part": b".5",
        "no fraction": b"1.",
        "no exponent": b"1e",
        "minus": b"-",
        "True": b"True",
        "control character": b'"\x1f"',
        "raw tab": b'"\t"',
        "unknown escape": rb'"\x41"',
        "short escape": rb'"\u12"',
        "not hexadecimal": rb'"\u00g0"',
        "Latin-1": b'"\xe9"',
        "overlong": b'"\xc0\xaf"',
        "encoded surrogate": b'"\xed\xa0\x80"',
        "beyond Unicode": b'"\xf4\x90\x80\x80"',
        "cut UTF-8": b'"\xe2\x82"',
        "too deep": nested(512).encode(),
    }
    fine = {
        "deepest": nested(511).encode(),
        "white space": b"\t [ 1 , \r 2 ] ",
        "numbers": b"[-0, 0.0, 1e400, -1E-5, 12345678901234567890123456789012345678901234567890]",
        "escapes": rb'"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude9a"',
        "lone surrogate": rb'"\udc00"',
        "DEL and U+2028": '"\x7f\u2028"'.encode(),
        "U+FEFF": '"\ufeff"'.encode(),
    }
    return (
        cases_of("not_json", broken | {label: with_extra % value for label, value in values.items()})
        + cases_of("verified", {label: with_extra % value for label, value in fine.items()})
        + cases_of("verified", {"carriage return": good + b"\r", "spaces around": b" \t" + good + b" \t\r"})
    )


def envelope_cases() -> list[Case]:
    strangers = {
        "array": b"[]",
        "array of records": b"[" + line(record(PLAIN)) + b"]",
        "number": b"5",
        "string": b'"received_at"',
        "null": b"null",
        "false": b"false",
        "empty object": b"{}",
        "other keys": b'{"timestamp": "2026-11-24T12:00:00Z", "message": "{}"}',
        "other case": b'{"Received_At": "2026-11-24T12:00:00Z", "Body": "{}", "HEADERS": {}}',
    }
    again = line(record(PLAIN))[:-1] + b', "received_at": "never"}'
    first_wrong = b'{"body": "x", "received_at": false, ' + line(record(PLAIN))[1:]
    return [
        *cases_of("envelope_unrecognised", strangers),
        Case("of duplicate keys the last counts, for worse", again, "time_invalid"),
        Case("of duplicate keys the last counts, for better", first_wrong, "verified"),
    ]


# Times


def raw_time(text: str) -> bytes:
    """A record whose time is exactly the given JSON."""
    return line(record(PLAIN, received_at="@")).replace(b'"@"', text.encode(), 1)


def time_cases() -> list[Case]:
    moments = {
        "verified": [
            '"2026-11-24T12:00:00Z"',
            '"2026-11-24t12:00:00z"',
            '"2026-11-24 12:00:00Z"',
            '"2026-11-24T12:00:00.1Z"',
            '"2026-11-24T12:00:00.123456Z"',
            '"2026-11-24T12:00:00.123456999Z"',
            '"2026-11-24T23:59:59.999999999Z"',
            '"2026-11-24T12:00:00+05:30"',
            '"2026-11-24T12:00:00.5-23:59"',
            '"2026-11-24T12:00:00+23:59"',
            '"2026-11-24T12:00:00-00:00"',
            '"2026-11-24T23:59:60Z"',
            '"2026-12-31T23:59:60.75Z"',
            '"2028-02-29T00:00:00Z"',
            '"2000-02-29T00:00:00Z"',
            '"2000-01-01T00:00:00Z"',
            '"1999-12-31T23:00:00-01:00"',
            '"1999-12-31T23:59:60Z"',
            '"2099-12-31T23:59:59.999999999Z"',
            '"2100-01-01T00:30:00+01:00"',
            "946684800",
            "1795608000",
            "1795608000.123456",
            "1795608000.9999999",
            "1.795608e9",
            "1795608000123",
            "1795608000123.4567",
            "1795608000123456",
            "1795608000123456.9",
            "4102444799999999",
            "4102444799.999999999",
        ],
        "time_invalid": [
            '""',
            '"now"',
            '"1795608000"',
            '"2026-11-24"',
            '"2026-11-24T12:00:00"',
            '"2026-11-24T12:00Z"',
            '"2026-11-24T12:00:00.1234567890Z"',
            '"2026-11-24T12:00:00.Z"',
            '"2026-11-24T12:00:00,5Z"',
            '"2026-11-24T12:00:00+0530"',
            '"2026-11-24T12:00:00+05"',
            '"2026-11-24T12:00:00+24:00"',
            '"2026-11-24T12:00:00+05:60"',
            '"2026-11-24T24:00:00Z"',
            '"2026-11-24T12:60:00Z"',
            '"2026-11-24T12:00:61Z"',
            '"2026-13-01T12:00:00Z"',
            '"2026-00-01T12:00:00Z"',
            '"2026-11-00T12:00:00Z"',
            '"2026-11-31T12:00:00Z"',
            '"2026-02-29T12:00:00Z"',
            '"2100-02-29T12:00:00Z"',
            '"26-11-24T12:00:00Z"',
            '"+2026-11-24T12:00:00Z"',
            '" 2026-11-24T12:00:00Z"',
            '"2026-11-24T12:00:00Z "',
            '"2026-11-24T12:00:00 Z"',
            '"2026-11-24  12:00:00Z"',
            '"2026-11-24_12:00:00Z"',
            '"2026-11-24T12:00:00Z\\u0000"',
            '"２０２６-11-24T12:00:00Z"',
            '"2026-11-24T12:00:00−01:00"',
            "true",
            "[]",
            "{}",
            '["2026-11-24T12:00:00Z"]',
        ],
        "time_out_of_range": [
            '"1999-12-31T23:59:59.999999Z"',
            '"2000-01-01T00:30:00+01:00"',
            '"2100-01-01T00:00:00Z"',
            '"2099-12-31T23:30:00-01:00"',
            '"2099-12-31T23:59:60Z"',
            '"0000-02-29T00:00:00Z"',
            '"9999-12-31T23:59:60-23:59"',
            "0",
            "-1",
            "-1795608000000",
            "946684799.999999",
            "4102444800",
            "99999999999",
            "100000000000",
            "946684799999",
            "4102444800000",
            "99999999999999",
            "100000000000000",
            "4102444800000000",
            "1e400",
            "-1e400",
            "1e18",
            "1e-400",
            "123456789012345678901234567890",
        ],
    }
    timed = [
        Case(f"{outcome}: {t}", raw_time(t), outcome) for outcome, texts in moments.items() for t in texts
    ]
    untimed = without(record(PLAIN), "received_at")
    others = {
        "timestamp": untimed | {"timestamp": NOON},
        "time": untimed | {"time": NOON, "created_at": "never"},
        "created_at": untimed | {"created_at": 1795608000},
        "after null": untimed | {"received_at": None, "timestamp": None, "time": None, "created_at": NOON},
        "received_at goes first": untimed | {"timestamp": "never", "received_at": NOON},
    }
    return [
        *timed,
        *cases_of("verified", {label: line(capture) for label, capture in others.items()}),
        Case("no time", line(untimed), "time_missing"),
        Case("no time but null", line(untimed | {"received_at": None, "time": None}), "time_missing"),
        Case("a wrong time is not passed over", line(record(PLAIN, "never", timestamp=NOON)), "time_invalid"),
        Case("time before body", line({"received_at": "never"}), "time_invalid"),
    ]


# Bodies


def body_cases() -> list[Case]:
    encoded = base64.b64encode(PLAIN.encode()).decode()
    unpadded = dumps(snapshot(identity="pad"))
    while len(unpadded) % 3 != 1:
        unpadded = unpadded + " "
    padded = base64.b64encode(unpadded.encode()).decode()
    capture = record(PLAIN)
    bodiless = without(capture, "body")
    unicode_body = json.dumps(snapshot(identity="Ñandú ☕ 🚚"), ensure_ascii=False)
    fine = {
        "base64": signed(PLAIN.encode()),
        "base64 with padding": line(record(unpadded, body_base64=padded)),
        "base64 goes before body": line(capture | {"body": "nonsense", "body_base64": encoded}),
        "base64 true": line(capture | {"body": encoded, "body_base64": True}),
        "base64 false": line(capture | {"body_base64": False}),
        "base64 of a wrong type": line(capture | {"body_base64": 5}),
        "base64 null": line(capture | {"body_base64": None}),
        "not ASCII": signed(unicode_body),
        "not ASCII, not escaped": json.dumps(record(unicode_body), ensure_ascii=False).encode(),
    }
    odd = {
        "unpadded": padded.rstrip("="),
        "line break": encoded[:76] + "\n" + encoded[76:],
        "space": encoded + " ",
        "URL alphabet": "-_-_",
        "padding only": "====",
        "one digit": "A",
        "padding inside": "QQ==QQ==",
        "not ASCII": "é" * 4,
    }
    wrong = {label: line(capture | {"body_base64": text}) for label, text in odd.items()}
    wrong |= {f"{label}, true": line(capture | {"body": t, "body_base64": True}) for label, t in odd.items()}
    wrong["lone high surrogate"] = line(capture | {"body": PLAIN + "\ud83d"})
    wrong["lone low surrogate"] = line(capture | {"body": "\ude9a" + PLAIN})
    wrong["before the signature"] = line(capture | {"body": "\ud83d", "headers": {}})
    absent = {
        "no body": line(bodiless),
        "null": line(capture | {"body": None}),
        "base64 true alone": line(bodiless | {"body_base64": True}),
        "base64 of nothing known": line(bodiless | {"body_base64": 5}),
        "before the signature": line({"received_at": NOON}),
    }
    return [
        *cases_of("verified", fine),
        *cases_of("body_encoding", wrong),
        *cases_of("body_missing", absent),
        Case("base64 of bytes that are not UTF-8", signed(b'{"\xff": 1}'), "payload_not_json"),
        Case("base64 of nothing", signed(b""), "payload_not_json"),
    ]


# Signatures


def with_headers(headers: Any, **changes: Any) -> bytes:
    return line(record(PLAIN, headers=headers, **changes))


def signature_cases() -> list[Case]:
    shapes = {
        "object": {SIGNATURE: PROOF},
        "object of arrays": {SIGNATURE: [PROOF]},
        "twice the same": {SIGNATURE: [PROOF, PROOF]},
        "lower case": {"x-flagsmith-signature": PROOF},
        "upper case": {"X-FLAGSMITH-SIGNATURE": PROOF},
        "underscores": {"x_flagsmith_signature": PROOF},
        "CGI": {"HTTP_X_FLAGSMITH_SIGNATURE": PROOF},
        "two names, one value": {SIGNATURE: PROOF, "http-x-flagsmith-signature": PROOF},
        "null beside": {SIGNATURE: PROOF, "x-flagsmith-signature": None},
        "pairs": [["Host", "a"], [SIGNATURE, PROOF]],
        "named": [{"name": "Host", "value": "a"}, {"name": SIGNATURE, "value": PROOF}],
        "keyed": [{"key": SIGNATURE, "value": PROOF}],
        "pairs twice": [[SIGNATURE, PROOF], ["x-flagsmith-signature", PROOF]],
    }
    absent = {
        "other header": {"Host": "a"},
        "empty object": {},
        "empty array": [],
        "null": {SIGNATURE: None},
        "empty value array": {SIGNATURE: []},
        "pair of null": [[SIGNATURE, None]],
        "named null": [{"name": SIGNATURE, "value": None}],
        "other prefix": {"https-" + SIGNATURE: PROOF},
        "text instead of headers": f"{SIGNATURE}: {PROOF}",
        "number instead of headers": 5,
        "pair of one": [[SIGNATURE]],
        "prefix twice": {"HTTP_HTTP_X_FLAGSMITH_SIGNATURE": PROOF},
    }
    malformed = {
        "upper-case digits": PROOF.upper(),
        "short": PROOF[:-1],
        "long": PROOF + "0",
        "empty": "",
        "space before": " " + PROOF,
        "line feed after": PROOF + "\n",
        "not hexadecimal": "g" + PROOF[1:],
        "prefixed": "sha256=" + PROOF,
        "joined": f"{PROOF},{PROOF}",
        "full-width digit": "０" + PROOF[1:],
        "number": 5,
        "true": True,
        "object": {"value": PROOF},
        "two values": [PROOF, OTHER_PROOF],
        "good and bad": ["nonsense", PROOF],
    }
    twice = {
        "two names, two values": {SIGNATURE: PROOF, SIGNATURE.lower(): OTHER_PROOF},
        "pairs": [[SIGNATURE, OTHER_PROOF], [SIGNATURE, PROOF]],
    }
    bare = without(record(PLAIN), "headers")
    forged = PROOF[:-1] + ("0" if PROOF[-1] != "0" else "1")
    empty_body = {"received_at": NOON, "body": ""}
    return [
        *cases_of("verified", {label: with_headers(headers) for label, headers in shapes.items()}),
        *cases_of("unsigned", {label: with_headers(headers) for label, headers in absent.items()}),
        *cases_of("malformed_signature", {k: with_headers({SIGNATURE: v}) for k, v in malformed.items()}),
        *cases_of("malformed_signature", {k: with_headers(headers) for k, headers in twice.items()}),
        Case("signature at the root", line(bare | {"HTTP_X_FLAGSMITH_SIGNATURE": PROOF}), "verified"),
        Case("null headers are none", line(bare | {"headers": None, SIGNATURE: PROOF}), "verified"),
        Case("no signature at the root", line(bare), "unsigned"),
        Case("headers go before the root", with_headers({}, **{SIGNATURE: PROOF}), "unsigned"),
        Case("one digit off", with_headers({SIGNATURE: forged}), "signature_mismatch"),
        Case("another body", with_headers({SIGNATURE: OTHER_PROOF}), "signature_mismatch"),
        Case("unknown secret", signed(snapshot(), secret=UNKNOWN), "signature_mismatch"),
        Case("a body with one more byte", line(record(PLAIN) | {"body": PLAIN + "\n"}), "signature_mismatch"),
        Case("unsigned before not JSON", line(empty_body), "unsigned"),
        Case("forged before not JSON", line(record("nonsense", secret=UNKNOWN)), "signature_mismatch"),
    ]


def secret_cases() -> list[Case]:
    empty = snapshot(flags=[], identity="nowhere")
    timed = [
        (OLD, "2026-10-01T00:00:00Z", "verified"),
        (OLD, "2026-10-01T00:00:00.000001Z", "signature_mismatch"),
        (NEW, "2026-11-30T22:59:59.999999Z", "signature_mismatch"),
        (NEW, "2026-11-30T23:00:00Z", "verified"),
        (NEW, "2026-12-31T23:59:59.999999Z", "verified"),
        (NEW, "2027-01-01T00:00:00Z", "signature_mismatch"),
    ]
    return [
        Case("any active secret", signed(snapshot(), secret=STAGING), "verified"),
        Case("environment of the secret", signed(empty, secret=STAGING), "verified"),
        Case("no environment at all", signed(empty, secret=MAIN), "verified"),
        *(Case(f"{s.name} at {t}", signed(empty, received_at=t, secret=s), o) for s, t, o in timed),
        *(Case(f"{s.name} at noon", signed(PLAIN, secret=s), "signature_mismatch") for s in BOUNDED_SECRETS),
    ]


# Parsed bodies


def reconstruction_cases() -> list[Case]:
    def whole_traits(values: list[Any]) -> str:
        return dumps(snapshot(traits=[trait(f"t{i}", value) for i, value in enumerate(values)]))

    javascript = dumps(snapshot(traits=[trait("a", 5.0), trait("b", 7), trait("c", 0.5)]))
    twelve = whole_traits([float(i) if i % 3 else i for i in range(12)])
    all_floats = whole_traits([float(i) for i in range(12)])
    many = whole_traits(list(range(40)))
    odd = whole_traits([1e16, 1e21, 1e-07, 12345678901234567890, 5e-324])
    strange_text = dumps(snapshot() | {"note": 'é\x7f\u2028🚚"\\/\b\f\n\r\t\x01\ud800'})
    changed = dumps(snapshot(flags=[flag(percentage_allocation=34.0)]))
    change = dumps({"data": {"x": [{"percentage_allocation": 50.0}]}, "event_type": "FLAG_UPDATED"})
    lone = dumps(snapshot(identity="\ud800"))
    infinite = dumps(snapshot(traits=[trait("a", float("inf"))]))
    reordered = json.dumps(dict(reversed(json.loads(PLAIN).items())))
    stored = {
        "as stored": parsed(PLAIN, PLAIN),
        "keys in any order": parsed(reordered, PLAIN),
        "float percentage": parsed(PLAIN.replace("33.0", "33"), PLAIN),
        "float traits": parsed(javascript.replace("5.0", "5").replace("33.0", "33"), javascript),
        "integer trait": parsed(javascript.replace(" 7,", " 7.0,"), javascript),
        "twelve": parsed(twelve.replace(".0", ""), twelve),
        "twelve floats": parsed(all_floats.replace(".0", ""), all_floats),
        "as stored, many whole traits": parsed(many, many),
        "only the percentage, many": parsed(many.replace("33.0", "33"), many),
        "numbers of JavaScript": parsed(
            odd.replace("1e+16", "10000000000000000").replace("1e-07", "1e-7").replace("33.0", "33"), odd
        ),
        "escapes": parsed(strange_text, strange_text),
        "other webhook": parsed(change.replace("50.0", "50"), change),
        "infinite": parsed(infinite, infinite),
    }
    as_text = line(record(PLAIN) | {"body": json.loads(PLAIN), "body_base64": True})
    shapes = {"number": "5", "float": "5.0", "true": "true", "false": "false", "array": "[]", "object": "{}"}
    return [
        *cases_of("reconstructed", stored),
        Case("base64 true beside an object", as_text, "reconstructed"),
        Case("a changed body", parsed(PLAIN, changed), "signature_mismatch"),
        Case("an unsigned parsed body", parsed(PLAIN, PLAIN, headers={}), "unsigned"),
        Case("lone surrogate in a parsed body", parsed(lone, lone), "payload_shape"),
        *(Case(f"parsed {label}", parsed(text, text), "payload_shape") for label, text in shapes.items()),
    ]


# Payloads


def payload_text_cases() -> list[Case]:
    def prefixed(text: str) -> str:
        return '{"extra": ' + text + ", " + PLAIN[1:]

    bad = {
        "empty": "",
        "text": "nonsense",
        "cut off": PLAIN[:-1],
        "two values": PLAIN + "{}",
        "byte-order mark": "\ufeff" + PLAIN,
        "form": "payload=%7B%7D",
        "too deep": prefixed(nested(512)),
        "control character": prefixed('"\n"'),
        "nan": prefixed("nan"),
        "-NaN": prefixed("-NaN"),
        "+Infinity": prefixed("+Infinity"),
        "infinity": prefixed("infinity"),
        "Inf": prefixed("Inf"),
        "leading zero": prefixed("-01"),
        "comment": prefixed("1 /* one */"),
    }
    good = {
        "deepest": prefixed(nested(511)),
        "constants": prefixed("[NaN, Infinity, -Infinity]"),
        "white space": "\n\t " + PLAIN + " \r\n",
        "lone surrogate where nothing is kept": prefixed(r'"\ud800"'),
        "duplicate keys": '{"identity": 5, "flags": null, ' + PLAIN[1:],
        "long number": prefixed("9" * 5000),
    }
    return [
        *cases_of("payload_not_json", {label: signed(text) for label, text in bad.items()}),
        *cases_of("verified", {label: signed(text) for label, text in good.items()}),
        Case(
            "of duplicate keys the last, for worse", signed(PLAIN[:-1] + ', "identity": 5}'), "payload_shape"
        ),
    ]


def flag_shapes() -> tuple[dict[str, Any], dict[str, Any]]:
    """Flags that are right and flags that are not."""
    right = {
        "override of an identity": flag(identity=77, feature_segment=5),
        "override of a segment": flag(feature_segment=5),
        "integer value": flag(feature_state_value=-5),
        "no value": without(flag(), "feature_state_value"),
        "null value": flag(feature_state_value=None),
        "float value": flag(feature_state_value=1.5),
        "boolean value": flag(feature_state_value=False),
        "empty value": flag(feature_state_value=""),
        "no percentage": without(flag(), "percentage_allocation"),
        "null percentage": flag(percentage_allocation=None),
        "whole percentage": flag(percentage_allocation=33),
        "percentage of zero": flag(percentage_allocation=0.0),
        "percentage of minus zero": flag(percentage_allocation=-0.0),
        "infinite percentage": flag(percentage_allocation=float("inf")),
        "percentage that is no number": flag(percentage_allocation=float("nan")),
        "no initial value": flag(feature=without(feature(), "initial_value")),
        "null initial value": flag(feature=feature(initial_value=None)),
        "standard": flag(feature=feature(id=12, name="banner", type="STANDARD")),
        "a type to come": flag(feature=feature(id=13, type="")),
        "no name": flag(feature=feature(id=14, name="")),
        "largest id": flag(feature=feature(id=2**63 - 1)),
        "smallest id": flag(feature=feature(id=-(2**63))),
        "no override keys": without(without(flag(), "identity"), "feature_segment"),
        "unknown keys": flag(colour="red", feature=feature(colour=["red"])),
        "null environment": flag(environment=None),
        "no environment": without(flag(), "environment"),
        "spreadsheet formula": flag(feature_state_value='=HYPERLINK("x")'),
        "line breaks and quotes": flag(feature_state_value='a "b", c;\r\nd\te\n'),
    }
    wrong = {
        "not an object": 5,
        "no enabled": without(flag(), "enabled"),
        "enabled is 1": flag(enabled=1),
        "enabled is null": flag(enabled=None),
        "no feature": without(flag(), "feature"),
        "feature is null": flag(feature=None),
        "feature is a name": flag(feature="button"),
        "feature without id": flag(feature=without(feature(), "id")),
        "feature id is a float": flag(feature=feature(id=11.0)),
        "feature id is a text": flag(feature=feature(id="11")),
        "feature id is true": flag(feature=feature(id=True)),
        "feature id too large": flag(feature=feature(id=2**63)),
        "feature id too small": flag(feature=feature(id=-(2**63) - 1)),
        "feature without name": flag(feature=without(feature(), "name")),
        "feature name is null": flag(feature=feature(name=None)),
        "feature without type": flag(feature=without(feature(), "type")),
        "feature type is a number": flag(feature=feature(type=1)),
        "initial value is a number": flag(feature=feature(initial_value=5)),
        "environment is a text": flag(environment="2"),
        "environment is a float": flag(environment=2.0),
        "environment too large": flag(environment=2**64),
        "identity is a text": flag(identity="77"),
        "identity is a float": flag(identity=1e3),
        "feature segment is an object": flag(feature_segment={"id": 5}),
        "feature segment too large": flag(feature_segment=2**63),
        "value is an array": flag(feature_state_value=[]),
        "value is an object": flag(feature_state_value={}),
        "percentage is a text": flag(percentage_allocation="33"),
        "percentage is true": flag(percentage_allocation=True),
        "lone surrogate in the value": flag(feature_state_value="\ud800"),
        "lone surrogate in the name": flag(feature=feature(name="a\udfff")),
        "lone surrogate in the type": flag(feature=feature(type="\udfff\ud800")),
        "lone surrogate in the initial value": flag(feature=feature(initial_value="\ud800")),
    }
    return right, wrong


def snapshot_shapes() -> tuple[dict[str, Any], dict[str, Any]]:
    """Snapshots that are right and snapshots that are not."""
    two = [flag(), flag(feature=feature(id=12, name="banner", type="STANDARD"), feature_state_value=None)]
    right = {
        "no segments": without(snapshot(), "segments"),
        "no traits": without(snapshot(), "traits"),
        "empty everything": snapshot(flags=[], segments=[], traits=[]),
        "unknown keys": snapshot() | {"colour": {}},
        "event type beside": snapshot() | {"event_type": "SOMETHING", "data": None},
        "two flags": snapshot(flags=two),
        "two flags the other way round": snapshot(flags=two[::-1]),
        "a flag twice": snapshot(flags=[two[0], two[0]]),
        "a feature twice": snapshot(flags=[two[0], flag(percentage_allocation=34.0)]),
        "segments of either kind": snapshot(segments=[segment(), segment(id=32, name="é", member=False)]),
        "a segment twice": snapshot(segments=[segment(), segment(), segment(member=False)]),
        "a trait twice": snapshot(traits=[trait("k", "first"), trait("j"), trait("k", 2)]),
        "empty trait key": snapshot(traits=[trait("", "")]),
        "unknown keys in traits": snapshot(traits=[trait(colour=1)], segments=[segment(colour=1)]),
        "another environment": snapshot(flags=[flag(environment=-3)]),
    }
    wrong = {
        "no identity": without(snapshot(), "identity"),
        "no flags": without(snapshot(), "flags"),
        "identity alone": {"identity": "someone"},
        "empty identity": snapshot(identity=""),
        "null identity": snapshot(identity=None),
        "identity is a number": snapshot(identity=5),
        "lone surrogate in the identity": snapshot(identity="\udc00"),
        "null flags": snapshot(flags=None),
        "flags are an object": snapshot(flags={}),
        "null segments": snapshot(segments=None),
        "null traits": snapshot(traits=None),
        "traits are an object": snapshot(traits={}),
        "two environments": snapshot(flags=[flag(), flag(environment=3)]),
        "segment is a text": snapshot(segments=["people"]),
        "segment without id": snapshot(segments=[without(segment(), "id")]),
        "segment id is a float": snapshot(segments=[segment(id=31.0)]),
        "segment id too large": snapshot(segments=[segment(id=10**30)]),
        "segment without name": snapshot(segments=[without(segment(), "name")]),
        "segment name is null": snapshot(segments=[segment(name=None)]),
        "lone surrogate in a segment": snapshot(segments=[segment(name="\ud800")]),
        "segment without member": snapshot(segments=[without(segment(), "member")]),
        "member is 1": snapshot(segments=[segment(member=1)]),
        "trait is a text": snapshot(traits=["plan"]),
        "trait without key": snapshot(traits=[without(trait(), "trait_key")]),
        "trait key is null": snapshot(traits=[trait(None)]),
        "lone surrogate in a trait key": snapshot(traits=[trait("\ud800")]),
        "trait without value": snapshot(traits=[without(trait(), "trait_value")]),
        "trait value is an array": snapshot(traits=[trait(value=[])]),
        "trait value is an object": snapshot(traits=[trait(value={})]),
        "lone surrogate in a trait": snapshot(traits=[trait(value="\ud800")]),
        "a wrong trait before a right one": snapshot(traits=[trait(value=[]), trait()]),
        "an event of another kind": {"event_type": "FLAG_CREATED", "data": {}},
        "an event in lower case": {"event_type": "flag_updated", "data": {}},
        "an event without data": {"event_type": "FLAG_UPDATED"},
        "an event with null data": {"event_type": "FLAG_UPDATED", "data": None},
        "an event with an array": {"event_type": "FLAG_UPDATED", "data": []},
        "an event without type": {"data": {}},
        "an event type of a wrong type": {"event_type": 5, "data": {}},
        "empty object": {},
        "array": [],
        "number": 5,
        "string": '"identity"',
        "null": None,
    }
    events = ("FLAG_UPDATED", "FLAG_DELETED", "NEW_VERSION_PUBLISHED", "AUDIT_LOG_CREATED")
    right |= {event: {"event_type": event, "data": {}, "more": 1} for event in events}
    return right, wrong


def payload_cases() -> list[Case]:
    right_flags, wrong_flags = flag_shapes()
    right, wrong = snapshot_shapes()
    right |= {
        label: snapshot(flags=[value], identity=f"flag: {label}") for label, value in right_flags.items()
    }
    wrong |= {label: snapshot(flags=[value]) for label, value in wrong_flags.items()}
    return [
        *cases_of("verified", {label: signed(payload) for label, payload in right.items()}),
        *cases_of("payload_shape", {label: signed(payload) for label, payload in wrong.items()}),
    ]


TRAIT_NUMBERS = """
    0 -0 0.0 -0.0 0e5 -0e5 7 7.0 7e0 7E2 -7 0.1 0.30000000000000004 1e15 1e16 1e22 1e23 1.5e300
    0.0001 0.00001 1e-7 5e-324 2e-324 -2e-324 2.2250738585072014e-308 1.7976931348623157e308
    1.7976931348623159e308 1e400 -1e400 NaN Infinity -Infinity 9007199254740993 9007199254740993.0
    9223372036854775807 9223372036854775808 -9223372036854775809 18446744073709551616
    123456789012345678901234567890 123456789012345678901234567890.0 100000000000000000000000 0.1e1
    1E+2 123456789.125 3.14159265358979323846264338327950288 8.41e21 4.35 2.5e-5 1e-400 -1e-400
    5e-325
""".split()  # noqa: SIM905
TRAIT_TEXTS = (
    "",
    " ",
    "gold",
    "true",
    "null",
    "1",
    "(other)",
    "=1+1",
    "+1",
    "-1",
    "@cmd",
    "\tx",
    "\rx",
    "\nx",
    "＝x",
    "＋x",
    "－x",
    "＠x",
    "'=x",
    "a=b",
    'say "hi"',
    "a,b;c",
    "a\r\nb",
    "\x00\x01\x7f",
    "é",
    "e\u0301",
    "\u2028",
    "\ufeffx",
    "～",
    "\uffff",
    "🚚",
    "\U0010ffff",
    "z" * 2000,
)


def value_cases() -> list[Case]:
    def number_line(index: int, text: str) -> bytes:
        payload = dumps(snapshot(identity=f"number {index}", traits=[trait("number", "@")]))
        return signed(payload.replace('"@"', text))

    numbers = {text: number_line(index, text) for index, text in enumerate(TRAIT_NUMBERS)}
    numbers["5000 digits"] = number_line(len(numbers), "9" * 5000)
    numbers["-400 digits"] = number_line(len(numbers), "-1" + "0" * 400)
    texts = {
        ascii(text): signed(snapshot(identity=text or "empty", traits=[trait(text, text)]))
        for text in TRAIT_TEXTS
    }
    others = {str(value): signed(snapshot(traits=[trait("mixed", value)])) for value in (True, False, None)}
    return cases_of("verified", numbers | texts | others)


def all_cases() -> list[Case]:
    return [
        *json_cases(),
        *envelope_cases(),
        *time_cases(),
        *body_cases(),
        *signature_cases(),
        *secret_cases(),
        *reconstruction_cases(),
        *payload_text_cases(),
        *payload_cases(),
        *value_cases(),
    ]
