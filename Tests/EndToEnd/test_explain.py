"""`verify --explain`: what it says of lines that do not verify, each made to fail in one known way."""

import base64
import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from craft import NOON
from oracle import sign
from product import EXIT_DONE, Hooksift

BODY = {"flags": [], "identity": "someone", "segments": [], "traits": []}
TEXT = json.dumps(BODY, sort_keys=True)
COMPACT = json.dumps(BODY, sort_keys=True, separators=(",", ":"))
KEY = "k3y-of-main"
OLD_KEY = "k3y-of-old"
SPACIOUS_KEY = "k3y-of-spacious"


def signed(text: str, stored: str, key: str = KEY, **headers: str) -> dict[str, Any]:
    """A record that claims the signature of one text and holds another as its body."""
    claim = {"X-Flagsmith-Signature": sign(key.encode(), text.encode())}
    return {"received_at": NOON, "headers": claim | headers, "body": stored}


FAULTS = {
    "no header": (
        {"received_at": NOON, "headers": {}, "body": TEXT},
        "there is no X-Flagsmith-Signature header",
    ),
    "not a signature": (
        {"received_at": NOON, "headers": {"X-Flagsmith-Signature": "0f"}, "body": TEXT},
        "2 bytes instead of 64",
    ),
    "line feed added": (signed(TEXT, TEXT + "\n"), "main matches, if the body is taken without"),
    "line feed lost": (signed(TEXT + "\n", TEXT), "main matches, if the body is given a line feed"),
    "written again": (signed(TEXT, json.dumps(BODY, indent=2)), "main matches, if the body is written again"),
    "compact": (signed(COMPACT, TEXT), "main matches, if the body is written without spaces"),
    "base 64": (
        signed(TEXT, base64.b64encode(TEXT.encode()).decode()),
        "main matches, if the body is decoded from base 64",
    ),
    "cut off": (
        signed(TEXT, TEXT[:30], **{"Content-Length": str(len(TEXT))}),
        f"the body has 30 bytes of {len(TEXT)}",
    ),
    "space at the end of the secret": (
        signed(TEXT, TEXT, key=SPACIOUS_KEY),
        "the secret spacious without the white space at its end matches",
    ),
    "inactive": (signed(TEXT, TEXT, key=OLD_KEY), "the secret old matches, which is not active at that time"),
    "another secret": (signed(TEXT, TEXT, key="k3y-of-nobody"), "no secret matches the body in any form"),
}


@pytest.mark.parametrize(("fault", "explanation"), FAULTS.values(), ids=FAULTS.keys())
def test_explains(hooksift: Hooksift, tmp_path: Path, fault: dict[str, Any], explanation: str) -> None:
    (tmp_path / "a.jsonl").write_text("\n" + json.dumps(fault) + "\n", "utf-8")
    secrets = [
        {"name": "main", "secret": KEY},
        {"name": "spacious", "secret": SPACIOUS_KEY + " \n"},
        {"name": "old", "secret": OLD_KEY, "not_after": "2026-01-01T00:00:00Z"},
    ]
    (tmp_path / "secrets.json").write_text(json.dumps(secrets), "utf-8")
    arguments = [tmp_path / "a.jsonl", "--secret-file", tmp_path / "secrets.json", "--explain"]
    result = hooksift("verify", *arguments).requires(EXIT_DONE)
    rows = list(csv.DictReader(io.StringIO(result.stdout.decode())))
    assert [(row["line"], row["offset"]) for row in rows] == [("2", "1")]
    assert explanation in rows[0]["explanation"]
    assert b"k3y-of" not in result.stdout + result.stderr
