"""How often a run allocates memory for a line like others before it."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from craft import MAIN, SECRETS, dumps, feature, flag, line, record, segment, snapshot, trait, write_secrets
from product import EXIT_DONE, Hooksift

LINES = 6_000
# What swift-crypto allocates for a signature: it copies two hash states.
OF_SIGNATURES = 2.0
# What blocks of lines take, and what grows by doubling.
OF_BLOCKS = 0.25


def repeating_archive(path: Path, count: int) -> Path:
    """Few people in one window, who are sent few states of forty flags."""
    draw = random.Random(3)
    states = [
        [flag(feature=feature(id=i, name=f"feature {i}"), enabled=draw.random() < 0.5) for i in range(40)]
        for _ in range(6)
    ]
    people = [
        {"identity": f"person {i}", "traits": [trait()] * (i % 3 > 0), "segments": [segment()] * (i % 2)}
        for i in range(30)
    ]
    bodies = [dumps(snapshot(flags=flags, **person)) for flags in states for person in people]
    lines = [line(record(body, secret=MAIN)) + b"\n" for body in bodies]
    path.write_bytes(b"".join(draw.choice(lines) for _ in range(count)))
    return path


@pytest.mark.skipif(sys.platform != "linux" or not shutil.which("cc"), reason="needs glibc and a C compiler")
def test_known_lines_allocate_nothing(hooksift: Hooksift, tmp_path: Path) -> None:
    shim = tmp_path / "count.so"
    source = Path(__file__).with_name("count_allocations.c")
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", shim, source], check=True)
    secrets = write_secrets(tmp_path / "secrets.json", SECRETS)

    def allocations(count: int) -> int:
        archive = repeating_archive(tmp_path / f"{count}.jsonl", count)
        variables = {"LD_PRELOAD": str(shim), "ALLOCATIONS": str(tmp_path / "count")}
        arguments = ["ingest", archive, "--jobs", "1", "--output", tmp_path / "out", "--rebuild"]
        hooksift(*arguments, "--secret-file", secrets, variables=variables).requires(EXIT_DONE)
        return int((tmp_path / "count").read_text())

    per_line = (allocations(2 * LINES) - allocations(LINES)) / LINES
    print(f"{per_line:.3f} allocations a line")
    assert OF_SIGNATURES - 0.1 < per_line < OF_SIGNATURES + OF_BLOCKS
