"""The oracle by itself: published vectors, tables of cases, and what is known of the real captures."""

from __future__ import annotations

import pytest

from cases import Case, all_cases
from craft import SECRETS, gzip_members
from oracle import (
    COLUMNS,
    REASONS,
    Delivery,
    Expectation,
    Number,
    Rejected,
    Row,
    Settings,
    canonical_value,
    inflate,
    judge,
    parse_body,
    parse_rfc3339,
    parse_unix_time,
    python_dumps,
    session_starts,
    sign,
    state_digest,
)
from product import CSVStyle, parse_csv


@pytest.mark.parametrize(
    ("key", "data", "digest"),
    [
        (b"\x0b" * 20, b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        (
            b"Jefe",
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (b"\xaa" * 20, b"\xdd" * 50, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        (
            bytes(range(1, 26)),
            b"\xcd" * 50,
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
        ),
        (
            b"\xaa" * 131,
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
        (
            b"\xaa" * 131,
            b"This is a test using a larger than block-size key and a larger than block-size data. "
            b"The key needs to be hashed before being used by the HMAC algorithm.",
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
        ),
    ],
)
def test_signs_as_rfc_4231(key: bytes, data: bytes, digest: str) -> None:
    assert sign(key, data) == digest


@pytest.mark.parametrize(
    ("text", "microseconds"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1985-04-12T23:20:50.52Z", 482_196_050_520_000),
        ("1996-12-19T16:39:57-08:00", 851_042_397_000_000),
        ("1990-12-31T23:59:60Z", 662_688_000_000_000),
        ("1990-12-31T15:59:60-08:00", 662_688_000_000_000),
        ("1937-01-01T12:00:27.87+00:20", -1_041_337_172_130_000),
        ("2000-02-29T00:00:00.0000019Z", 951_782_400_000_001),
        ("0000-03-01T00:00:00Z", -62_162_035_200_000_000),
        ("2026-02-29T00:00:00Z", None),
        ("2026-11-24T12:00:00", None),
    ],
)
def test_reads_rfc_3339(text: str, microseconds: int | None) -> None:
    assert parse_rfc3339(text) == microseconds


@pytest.mark.parametrize(
    ("text", "microseconds"),
    [
        ("1795608000", 1_795_608_000_000_000),
        ("1795608000.1234569", 1_795_608_000_123_456),
        ("99999999999", 99_999_999_999_000_000),
        ("100000000000", 100_000_000_000_000),
        ("1795608000123.4567", 1_795_608_000_123_456),
        ("1e14", 100_000_000_000_000),
        ("1795608000123456.9", 1_795_608_000_123_456),
        ("-5", -1),
        ("1e99999999999999999999", -1),
    ],
)
def test_reads_unix_times(text: str, microseconds: int) -> None:
    assert parse_unix_time(Number(text)) == microseconds


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("-0", ("integer", "0", 0.0)),
        ("33.0", ("float", "33.0", 33.0)),
        ("1e16", ("float", "1e+16", 1e16)),
        ("0.00001", ("float", "1e-05", 1e-05)),
        ("-0.0", ("float", "-0.0", -0.0)),
        ("1e400", ("float", "Infinity", float("inf"))),
        ("1" + "0" * 400, ("integer", "1" + "0" * 400, float("inf"))),
        ('"x"', ("string", "x", None)),
        ("true", ("boolean", "true", None)),
        ("null", ("null", None, None)),
    ],
)
def test_values_have_one_text(text: str, canonical: Row) -> None:
    assert canonical_value(parse_body(text.encode())) == canonical


def test_writes_what_python_writes() -> None:
    numbers = "[1, -0.0, 33.0, 1e-07, 1e+16, NaN, -Infinity, true, null]"
    text = r'{"a": %s, "b": "\u00e9\u007f\ud83d\ude9a\"\\/\n"}' % numbers
    assert python_dumps(parse_body(text.encode())) == text


def test_states_do_not_depend_on_order_and_repetition() -> None:
    rows: list[Row] = [(1, "é", True), (2, '"', False)]
    assert state_digest(rows) == state_digest([rows[1], rows[0], rows[1]])
    assert state_digest([]) == "e3b0c44298fc1c149afbf4c8996fb924"


def test_sessions_end_at_gaps_and_midnight() -> None:
    minute = 60_000_000
    before_midnight = parse_rfc3339("2026-11-24T22:50:00Z") or 0
    moments = [before_midnight + m * minute for m in (0, 5, 9, 10, 20, 31)]
    starts = session_starts(moments, 10 * minute, "Europe/Berlin")
    assert [starts[moment] for moment in moments] == [*[moments[0]] * 3, *[moments[3]] * 2, moments[5]]


@pytest.mark.parametrize(
    ("data", "content", "is_whole"),
    [
        (gzip_members(b"abcdef", [2, 2, 4]), b"abcdef", True),
        (gzip_members(b"abcdef", [3]) + b"\0" * 100, b"abcdef", True),
        (gzip_members(b"abcdef", [3]) + b"x", b"abcdef", False),
        (gzip_members(b"abcdef", [3])[:-1], b"abcdef", False),
        (gzip_members(b"abcdef", [3])[:-8] + b"\1" * 8, b"abcdef", False),
        (b"\x1f\x8b", b"", False),
    ],
)
def test_inflates_all_members(data: bytes, content: bytes, is_whole: bool) -> None:
    assert inflate(data) == (content, is_whole)


def test_reads_csv() -> None:
    text = 'a;"b;""c\r\n";;""\r\n1;2;3;4\r\n'
    style = CSVStyle(delimiter=";", line_end="\r\n")
    assert parse_csv(text, style) == [["a", 'b;"c\r\n', None, ""], ["1", "2", "3", "4"]]


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.label)
def test_every_case_ends_where_it_says(case: Case) -> None:
    assert outcome_of(case.line, Settings()) == case.outcome


def test_the_cases_cover_every_reason_that_one_line_can_have() -> None:
    outcomes = {case.outcome for case in all_cases()}
    assert outcomes == {*REASONS, "verified", "reconstructed"} - {"line_too_long", "no_secret"}


def outcome_of(line: bytes, settings: Settings) -> str:
    try:
        delivery: Delivery = judge(line, SECRETS, settings)
    except Rejected as rejection:
        return rejection.reason
    return delivery.verdict


def ledger_total(expectation: Expectation, column: str) -> int:
    index = [name for name, _ in COLUMNS["archives"]].index(column)
    return sum(row[index] for row in expectation.tables["archives"])


@pytest.mark.parametrize(
    ("column", "total"),
    [
        ("lines", 1_955),
        ("verified", 1_365),
        ("identity_deliveries", 934),
        ("other_deliveries", 431),
        ("rejected_unsigned", 588),
        ("rejected_signature_mismatch", 2),
        ("quarantined", 590),
    ],
)
def test_counts_of_the_real_captures(real_expectation: Expectation, column: str, total: int) -> None:
    assert ledger_total(real_expectation, column) == total


def test_observations_of_the_real_captures(real_expectation: Expectation) -> None:
    assert len(real_expectation.tables["observations"]) == 882


@pytest.mark.parametrize("tool", ["js", "python"])
def test_parsed_bodies_are_reconstructed(parsed_expectations: dict[str, Expectation], tool: str) -> None:
    expectation = parsed_expectations[tool]
    totals = {
        c: ledger_total(expectation, c)
        for c in ("lines", "reconstructed", "rejected_unsigned", "quarantined")
    }
    assert totals == {"lines": 900, "reconstructed": 444, "rejected_unsigned": 455, "quarantined": 456}
