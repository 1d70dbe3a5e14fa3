"""Making archives: payloads, signed records, lines and gzip members."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path
from typing import Any

from oracle import Secret, parse_rfc3339, sign

MAIN = Secret("main", "the main secret of these tests é☕ ".encode())
STAGING = Secret("staging", b"a secret of environment seven", environment=7)
OLD = Secret(
    "old",
    b"a secret that has been replaced",
    environment=8,
    not_after=parse_rfc3339("2026-10-01T00:00:00Z"),
)
NEW = Secret(
    "new",
    b"a secret that is yet to come",
    not_before=parse_rfc3339("2026-12-01T00:00:00+01:00"),
    not_after=parse_rfc3339("2026-12-31T23:59:59.999999Z"),
)
SECRETS = [MAIN, STAGING, OLD, NEW]
BOUNDED_SECRETS = [OLD, NEW]
SECRET_TIMES = {
    "old": {"not_after": "2026-10-01T00:00:00Z"},
    "new": {"not_before": "2026-12-01T00:00:00+01:00", "not_after": "2026-12-31T23:59:59.999999Z"},
}

NOON = "2026-11-24T12:00:00Z"


def write_secrets(path: Path, secrets: list[Secret]) -> Path:
    """A file of secrets in JSON."""
    entries = []
    for secret in secrets:
        entry: dict[str, Any] = {"name": secret.name, "secret": secret.key.decode("utf-8")}
        if secret.environment is not None:
            entry["environment"] = secret.environment
        entries.append(entry | SECRET_TIMES.get(secret.name, {}))
    path.write_text(json.dumps(entries), "utf-8")
    return path


# Payloads


def feature(**changes: Any) -> dict[str, Any]:
    return {"id": 11, "name": "button", "type": "MULTIVARIATE", "initial_value": "control"} | changes


def flag(**changes: Any) -> dict[str, Any]:
    plain = {
        "enabled": True,
        "environment": 2,
        "feature": feature(),
        "feature_segment": None,
        "feature_state_value": "blue",
        "id": 501,
        "identity": None,
        "percentage_allocation": 33.0,
    }
    return plain | changes


def segment(**changes: Any) -> dict[str, Any]:
    return {"id": 31, "member": True, "name": "people"} | changes


def trait(key: str | None = "plan", value: Any = "gold", **changes: Any) -> dict[str, Any]:
    return {"id": None, "trait_key": key, "trait_value": value, "transient": False} | changes


def snapshot(**changes: Any) -> dict[str, Any]:
    plain = {"flags": [flag()], "identity": "someone", "segments": [segment()], "traits": [trait()]}
    return plain | changes


def without(payload: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in payload.items() if name != key}


def dumps(payload: Any) -> str:
    """The body that Flagsmith sends for a payload."""
    return json.dumps(payload, sort_keys=True)


# Records


def record(
    body: str | bytes,
    received_at: Any = NOON,
    secret: Secret = MAIN,
    headers: Any = None,
    **changes: Any,
) -> dict[str, Any]:
    """A signed capture of a body; `headers` takes the place of the usual ones, changes to null stay."""
    data = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
    usual = {"content-type": "application/json", "X-Flagsmith-Signature": sign(secret.key, data)}
    capture: dict[str, Any] = {
        "received_at": received_at,
        "method": "POST",
        "path": "/hook",
        "headers": usual if headers is None else headers,
    }
    if isinstance(body, bytes):
        capture["body_base64"] = base64.b64encode(body).decode("ascii")
    else:
        capture["body"] = body
    return capture | changes


def line(capture: Any) -> bytes:
    return json.dumps(capture).encode("ascii")


def signed(payload: Any, **options: Any) -> bytes:
    """The line of a payload as Flagsmith writes and signs it."""
    return line(record(payload if isinstance(payload, (str, bytes)) else dumps(payload), **options))


def parsed(stored: str, sent: str, **options: Any) -> bytes:
    """The line of a capture that holds the JSON text `stored` for a body that was sent as `sent`."""
    capture = record(sent, **options)
    capture["body"] = "@"
    return line(capture).replace(b'"@"', stored.encode("utf-8"))


# Archives


def gzip_member(content: bytes) -> bytes:
    """A gzip member without name and time."""
    deflater = zlib.compressobj(wbits=31)
    return deflater.compress(content) + deflater.flush()


def gzip_members(content: bytes, cuts: list[int]) -> bytes:
    """A gzip file whose members end at the cuts."""
    bounds = [0, *sorted(cuts), len(content)]
    return b"".join(gzip_member(content[start:end]) for start, end in zip(bounds, bounds[1:]))
