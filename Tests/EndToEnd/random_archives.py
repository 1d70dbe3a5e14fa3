"""Archives of a few people's traffic, drawn from a seed, with every kind of damage strewn in."""

from __future__ import annotations

import base64
import json
import os
import random
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from cases import all_cases
from craft import (
    MAIN,
    NEW,
    OLD,
    STAGING,
    dumps,
    feature,
    flag,
    gzip_members,
    line,
    record,
    segment,
    snapshot,
    trait,
)

LINES_PER_ARCHIVE = 500
START = datetime(2026, 10, 24, tzinfo=UTC)
DAYS = 3
VISITS = 15
STATES = 60
NIGHTLY_HOURS = (21.5, 23.5, 46.5, 47.5)  # around midnight in UTC and, as the clocks go back, in Berlin


class Traffic:
    """Draws lines; the same seed gives the same lines."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.cases = all_cases()
        self.visits = [self.random.randrange(DAYS * 86_400) for _ in range(VISITS)]
        self.visits += [int(hour * 3_600) for hour in NIGHTLY_HOURS]
        self.people = [f"person-{i}" for i in range(12)]
        self.people += ["", "Ñandú ☕", "=1+1", "🚚", "～", 'a,"b"\n']
        self.states = [self.drawn_snapshot() for _ in range(STATES)]

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    # Times

    def moment(self) -> datetime:
        """Within the hour after a visit began, often on the edge of a window or of a day."""
        seconds = self.random.choice(self.visits) + self.random.randrange(3_600)
        if self.chance(0.3):
            seconds -= seconds % self.random.choice([900, 1800, 3600])
        microseconds = self.random.choice([0, 0, 1, 999_999, self.random.randrange(1_000_000)])
        return START + timedelta(seconds=seconds, microseconds=microseconds - self.random.choice([0, 0, 1]))

    def written_time(self, moment: datetime) -> Any:
        """A moment in one of the notations that keep its microseconds."""
        microseconds = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
        offset = timezone(timedelta(minutes=self.random.randrange(-1439, 1440)))
        return self.random.choice(
            [
                moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                moment.strftime("%Y-%m-%d %H:%M:%S.%f999z"),
                moment.astimezone(offset).isoformat(),
                microseconds,
                microseconds / 1000 if microseconds % 1000 == 0 else microseconds,
            ]
        )

    # Payloads

    def drawn_flag(self, feature_id: int, environment: int) -> dict[str, Any]:
        kind = "MULTIVARIATE" if feature_id % 2 else "STANDARD"
        value = self.random.choice([None, True, False, 0, 7, "", "control", "blue", "green", "=SUM(A1)"])
        return flag(
            enabled=self.chance(0.8),
            environment=environment,
            feature=feature(id=feature_id, name=f"feature {feature_id}", type=kind),
            feature_state_value=value,
            feature_segment=self.random.choice([None, None, 5]),
            identity=self.random.choice([None, None, None, 77]),
            percentage_allocation=self.random.choice([None, 33.0, 0.1, 100.0]),
        )

    def drawn_trait(self) -> dict[str, Any]:
        values = [
            None,
            True,
            False,
            0,
            1,
            1.0,
            -0.0,
            1e400,
            float("nan"),
            10**20,
            0.1,
            "",
            "gold",
            "(other)",
            "@x",
        ]
        return trait(self.random.choice(["plan", "age", "ñ", "-"]), self.random.choice(values))

    def drawn_snapshot(self) -> dict[str, Any]:
        environment = self.random.choice([2, 2, 2, 3])
        features = self.random.sample([1, 2, 3], self.random.choice([0, 1, 2, 3, 3]))
        payload = snapshot(
            flags=[self.drawn_flag(feature_id, environment) for feature_id in features],
            identity=self.random.choice(self.people),
            segments=[
                segment(id=i, name=f"s{i}", member=self.chance(0.5)) for i in range(self.random.randrange(3))
            ],
            traits=[self.drawn_trait() for _ in range(self.random.randrange(4))],
        )
        if self.chance(0.05):
            del payload[self.random.choice(sorted(payload))]
        return payload

    def drawn_body(self) -> str:
        if self.chance(0.1):
            kind = self.random.choice(["FLAG_UPDATED", "FLAG_DELETED", "AUDIT_LOG_CREATED", "OTHER"])
            return dumps({"data": {"n": self.random.randrange(3)}, "event_type": kind})
        return dumps(self.random.choice(self.states) if self.chance(0.8) else self.drawn_snapshot())

    # Records

    def reshaped_headers(self, headers: dict[str, str]) -> Any:
        pairs = list(headers.items())
        return self.random.choice(
            [
                headers,
                {name: [value] for name, value in pairs},
                {"HTTP_" + name.upper().replace("-", "_"): value for name, value in pairs},
                [list(pair) for pair in pairs],
                [{"name": name, "value": value} for name, value in pairs],
                [{"key": name, "value": value} for name, value in pairs],
            ]
        )

    def drawn_record(self) -> bytes:
        body, moment = self.drawn_body(), self.moment()
        secret = self.random.choice([*[MAIN] * 12, *[STAGING] * 5, OLD, NEW])
        if secret is OLD:
            moment -= timedelta(days=self.random.choice([0, 40]))
        capture = record(body, self.written_time(moment), secret)
        capture["headers"] = {} if self.chance(0.05) else self.reshaped_headers(capture["headers"])
        form = self.random.random()
        if form < 0.1:
            capture["body_base64"] = base64.b64encode(body.encode()).decode("ascii")
        elif form < 0.2:
            capture["body"] = json.loads(body)
        elif form < 0.25:
            capture["body"] = json.loads(
                body, parse_float=lambda t: int(float(t)) if t.endswith(".0") else float(t)
            )
        return line(capture)

    def damaged(self, content: bytes) -> bytes:
        """The content with a byte changed, added or lost."""
        position = self.random.randrange(len(content))
        byte = bytes([self.random.choice([0x22, 0x30, 0x5C, 0x7B, 0x80, 0xFF, self.random.randrange(256)])])
        byte = b" " if byte == b"\n" else byte
        kept = self.random.choice([position, position + 1])
        return content[:position] + self.random.choice([b"", byte]) + content[kept:]

    def drawn_line(self) -> bytes:
        kind = self.random.random()
        if kind < 0.1:
            return self.random.choice(self.cases).line
        if kind < 0.15:
            return self.damaged(self.drawn_record())
        if kind < 0.2:
            return self.random.choice([b"", b" ", b"\t \r"])
        return self.drawn_record()

    def content(self, count: int) -> bytes:
        """Lines with line ends of both kinds and some repeats; the last may lack its end."""
        lines: list[bytes] = []
        while len(lines) < count:
            repeats = self.random.choice([1, 1, 1, 2, 4])
            lines += [self.drawn_line()] * repeats
        ends = [b"\r\n" if self.chance(0.2) else b"\n" for _ in lines]
        ends[-1] = self.random.choice([b"", b"\n"])
        start = b"\xef\xbb\xbf" if self.chance(0.5) else b""
        return start + b"".join(text + end for text, end in zip(lines, ends))

    def gzipped(self, content: bytes) -> bytes:
        """Members that end anywhere, some of them empty."""
        cuts = [self.random.randrange(len(content)) for _ in range(self.random.randrange(20))]
        return gzip_members(content, cuts + cuts[:3]) + b"\0" * self.random.choice([0, 0, 7])


def write_random_archives(folder: Path, seed: int) -> list[Path]:
    """A folder and two files of archives, copies and strangers among them."""
    traffic = Traffic(seed)
    directory = folder / "archives"
    (directory / "deep" / "er").mkdir(parents=True)
    first = traffic.gzipped(traffic.content(LINES_PER_ARCHIVE))
    (directory / "b.jsonl.gz").write_bytes(first)
    (directory / "deep" / "copy.ndjson.gz").write_bytes(first)
    (directory / "deep" / "er" / "plain.ndjson").write_bytes(traffic.content(LINES_PER_ARCHIVE))
    (directory / "A.json.gz").write_bytes(traffic.gzipped(traffic.content(LINES_PER_ARCHIVE // 5)))
    (directory / "empty.jsonl").write_bytes(b"")
    (directory / "settings.json").write_bytes(traffic.content(5))
    (directory / "notes.txt").write_bytes(traffic.content(5))
    odd_name = folder / "it is gzip.log"
    odd_name.write_bytes(traffic.gzipped(traffic.content(LINES_PER_ARCHIVE // 5)))
    # Not just now, so that a last line without a line feed is a line.
    os.utime(directory / "deep" / "er" / "plain.ndjson", (1e9, 1e9))
    (directory / "link.jsonl.gz").symlink_to(odd_name)
    return [odd_name, directory]
