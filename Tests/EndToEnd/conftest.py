"""What the tests share: the binary, the captures of a real server, and a run over each."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from craft import SECRETS
from faults import Faults
from oracle import Expectation, Secret, expect
from product import EXIT_DONE, Hooksift

SAMPLES = Path(__file__).parents[2] / "samples"


def read_secrets(path: Path) -> list[Secret]:
    entries = json.loads(path.read_text("utf-8"))
    return [
        Secret(entry["name"], entry["secret"].encode("utf-8"), entry.get("environment")) for entry in entries
    ]


@dataclass(frozen=True)
class Real:
    """The captures of a real server."""

    archives: Path = SAMPLES / "archives"
    parsed_bodies: Path = SAMPLES / "parsed-body"
    secret_file: Path = SAMPLES / "secrets.json"

    @property
    def secrets(self) -> list[Secret]:
        return read_secrets(self.secret_file)


@pytest.fixture(scope="session")
def real() -> Real:
    assert Real().archives.is_dir(), f"{SAMPLES} holds no captures"
    return Real()


@pytest.fixture(scope="session")
def real_expectation(real: Real) -> Expectation:
    return expect([real.archives], real.secrets)


@pytest.fixture(scope="session")
def parsed_expectations(real: Real) -> dict[str, Expectation]:
    files = {tool: real.parsed_bodies / f"{tool}-json.jsonl.gz" for tool in ("js", "python")}
    return {tool: expect([file], real.secrets) for tool, file in files.items()}


@pytest.fixture(scope="session")
def hooksift(real: Real, tmp_path_factory: pytest.TempPathFactory) -> Hooksift:
    binary = os.environ.get("HOOKSIFT")
    assert binary, "the environment variable HOOKSIFT must name the binary"
    assert os.access(binary, os.X_OK), f"{binary} cannot be run"
    secrets = {secret.key for secret in [*real.secrets, *SECRETS]}
    return Hooksift(Path(binary).resolve(), tmp_path_factory.mktemp("cwd"), tuple(sorted(secrets)))


@pytest.fixture(scope="session")
def real_output(hooksift: Hooksift, real: Real, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a run over the real captures published."""
    output = tmp_path_factory.mktemp("real") / "out"
    hooksift("run", real.archives, "--output", output, "--secret-file", real.secret_file).requires(EXIT_DONE)
    return output


@pytest.fixture(scope="session")
def faults(tmp_path_factory: pytest.TempPathFactory) -> Faults:
    if sys.platform != "linux" or not shutil.which("cc"):
        pytest.skip("needs Linux and a C compiler")
    shim = tmp_path_factory.mktemp("shim") / "fail_at.so"
    source = Path(__file__).with_name("fail_at.c")
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", shim, source, "-ldl"], check=True)
    return Faults(shim)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mounts a disk, or gives it another size."""
    disk = tmp_path / "disk"
    disk.mkdir()

    def resize(size: str) -> Path:
        remount = "remount," if disk.is_mount() else ""
        mount = ["mount", "-t", "tmpfs", "-o", f"{remount}size={size}", "tmpfs", str(disk)]
        finished = subprocess.run(mount, capture_output=True, text=True, check=False)
        if finished.returncode:
            pytest.skip(f"may not mount: {finished.stderr.strip()}")
        return disk

    yield resize
    if disk.is_mount():
        subprocess.run(["umount", str(disk)], check=True)
