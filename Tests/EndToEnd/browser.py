"""Chromium without a window, driven over a pipe by its DevTools protocol.

    python browser.py PAGE.html PICTURE.png FIRST-SELECTOR LAST-SELECTOR    draws a part of a page
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# The protocol is spoken on the descriptors 3 and 4; neither end may stand on one of them before the other has moved.
ON_3_AND_4 = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3]]
os.dup2(ends[0], 3)
os.dup2(ends[1], 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


class Browser:
    """A browser with one page; what a page complains of is in `complaints`."""

    def __init__(self) -> None:
        binary = next(filter(None, map(shutil.which, NAMES)), None)
        assert binary, f"this test needs a browser: one of {', '.join(NAMES)}"
        self.profile = tempfile.mkdtemp(prefix="hooksift-browser-")
        to_read, self.write_end = os.pipe()
        self.read_end, to_write = os.pipe()
        options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--hide-scrollbars"]
        arguments = [binary, *options, f"--user-data-dir={self.profile}", "about:blank"]
        self.process = subprocess.Popen(
            [sys.executable, "-c", ON_3_AND_4, str(to_read), str(to_write), *arguments],
            pass_fds=(to_read, to_write),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_read)
        os.close(to_write)
        self.buffer = b""
        self.number = 0
        self.session: str | None = None
        self.complaints: list[str] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.read_end)
        os.close(self.write_end)
        shutil.rmtree(self.profile, ignore_errors=True)

    def show(self, page: Path, width: int, scheme: str) -> None:
        """Loads a page at a width, in the scheme `light` or `dark`."""
        self.complaints.clear()
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.call("Page.navigate", url=page.resolve().as_uri())
        while self.receive().get("method") != "Page.loadEventFired":
            pass

    def evaluate(self, expression: str) -> Any:
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def call(self, method: str, **parameters: Any) -> dict:
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write_end, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                assert "error" not in answer, (method, answer["error"])
                return answer["result"]

    def receive(self) -> dict:
        while b"\0" not in self.buffer:
            received = os.read(self.read_end, 1 << 16)
            assert received, "the browser went away"
            self.buffer += received
        message, _, self.buffer = self.buffer.partition(b"\0")
        answer = json.loads(message)
        parameters = answer.get("params", {})
        match answer.get("method"):
            case "Log.entryAdded":
                self.complaints.append(parameters["entry"]["text"])
            case "Runtime.consoleAPICalled" | "Runtime.exceptionThrown":
                self.complaints.append(json.dumps(parameters))
            case "Network.requestWillBeSent" if not parameters["request"]["url"].startswith("file:"):
                self.complaints.append(f"request for {parameters['request']['url']}")
        return answer


def picture(page: Path, path: Path, first: str, last: str) -> None:
    """Draws a page from an element to the end of another."""
    browser = Browser()
    try:
        browser.show(page, 1000, "light")
        edges = "[document.querySelector(%s).getBoundingClientRect().top, document.querySelector(%s).getBoundingClientRect().bottom]"
        top, bottom = browser.evaluate(edges % (json.dumps(first), json.dumps(last)))
        clip = {"x": 0, "y": max(0, top - 16), "width": 1000, "height": bottom - top + 32, "scale": 1}
        drawn = browser.call("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(drawn["data"]))
    finally:
        browser.close()


if __name__ == "__main__":
    picture(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4])
