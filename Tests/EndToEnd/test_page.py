"""Pages of experiments in a browser: nothing is refused, cut off, too pale to read or out of its place.

The pages are those in the directory that HOOKSIFT_PAGES names, by default those that `make unit-tests` leaves.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from browser import Browser

FOLDER = Path(os.environ.get("HOOKSIFT_PAGES") or Path(__file__).parents[2] / ".build/pages")
PAGES = sorted(FOLDER.rglob("*.html"))
NAMES = [page.relative_to(FOLDER).as_posix() for page in PAGES]

# Texts that leave the window, or their box where it does not scroll; each with what it says.
CUT_OFF = """
(() => {
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    if (element.closest(".scroll table, .skip, svg title, svg desc") || !element.textContent.trim()) continue;
    const box = element.getBoundingClientRect();
    if (box.width && (box.left < -0.5 || box.right > innerWidth + 0.5)) found.push(element.textContent.slice(0, 80));
  }
  for (const cell of document.querySelectorAll("th, td")) {
    if (cell.scrollWidth > cell.clientWidth + 1) found.push(cell.textContent.slice(0, 80));
  }
  return found;
})()
"""

# Texts of a chart that overlap each other.
OVERLAPS = """
(() => {
  const found = [];
  for (const chart of document.querySelectorAll("svg.chart")) {
    const texts = [...chart.querySelectorAll("text")].map(text => [text, text.getBoundingClientRect()]);
    texts.forEach(([text, a], place) => {
      for (const [other, b] of texts.slice(place + 1)) {
        const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (width > 1 && height > 4) found.push([text.textContent, other.textContent]);
      }
    });
  }
  return found;
})()
"""

# Texts, and colors of charts, with less contrast to what is behind them than WCAG 2.2 asks for (4.5 and 3).
PALE = """
(() => {
  const rgb = color => (color.match(/[\\d.]+/g) || []).map(Number);
  const light = color => {
    const [r, g, b] = rgb(color).map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = element => {
    for (let node = element; node; node = node.parentElement) {
      const color = getComputedStyle(node).backgroundColor;
      if ((rgb(color)[3] ?? 1) > 0) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const contrast = (a, b) => {
    const [low, high] = [light(a), light(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const style = getComputedStyle(element);
    const says = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    const draws = element.matches(".whisker, .point, .trend, .bar, .zero, .edge");
    if (element.closest("svg title, svg desc") || !(says || draws)) continue;
    let color = style.color;
    if (element.closest("svg")) color = draws && style.fill === "none" || element.matches("line") ? style.stroke : style.fill;
    const ratio = contrast(color, behind(element));
    if (ratio < (draws ? 3 : 4.5)) found.push([element.className.baseVal ?? element.className, color, ratio]);
  }
  return found;
})()
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    browser = Browser()
    yield browser
    browser.close()


def test_there_are_pages() -> None:
    assert PAGES, f"{FOLDER} has no pages: `make unit-tests` leaves them there"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1400])
@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_looks_as_it_should(browser: Browser, page: Path, width: int, scheme: str) -> None:
    browser.show(page, width, scheme)
    assert browser.evaluate("innerWidth") == width
    assert browser.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") == (scheme == "dark")
    # The style was not refused.
    assert browser.evaluate("getComputedStyle(document.body).margin") == "0px"
    assert browser.evaluate("document.documentElement.scrollWidth") <= width
    assert browser.evaluate(CUT_OFF) == []
    assert browser.evaluate(OVERLAPS) == []
    assert browser.evaluate(PALE) == []
    assert browser.complaints == []


def test_a_browser_runs_nothing_of_others(browser: Browser, tmp_path: Path) -> None:
    """The policy holds even if something of others came into a page, and the checks above see it."""
    hostile = '<script>document.title = "run"</script><img src="https://example.org/x.png"/><p style="color:#999">pale</p>'
    damaged = tmp_path / "damaged.html"
    damaged.write_text(PAGES[0].read_text("utf-8").replace("<main>", f"<main>{hostile}"), "utf-8")
    browser.show(damaged, 1400, "light")
    assert browser.evaluate("document.title") != "run"
    assert sum("Content Security Policy" in complaint for complaint in browser.complaints) >= 3


def test_the_checks_find_what_is_wrong(browser: Browser, tmp_path: Path) -> None:
    page = PAGES[0].read_text("utf-8")
    damaged = tmp_path / "damaged.html"
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    wide = '<div style="width:2000px">wide</div><p style="color:#999">pale</p>'
    texts = '<svg class="chart"><text x="0" y="20">one</text><text x="5" y="20">two</text></svg>'
    damaged.write_text(page.replace("<main>", f"<main>{wide}{texts}"), "utf-8")
    browser.show(damaged, 1400, "light")
    assert browser.evaluate("document.documentElement.scrollWidth") > 1400
    assert "wide" in browser.evaluate(CUT_OFF)
    assert ["one", "two"] in browser.evaluate(OVERLAPS)
    assert any(color == "rgb(153, 153, 153)" for _, color, _ in browser.evaluate(PALE))


class Outline(HTMLParser):
    """Headings, and what is not closed."""

    VOID = {"meta", "line", "rect", "circle", "polyline", "polygon"}

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("h1", "h2", "h3"):
            self.headings.append(tag)
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self.VOID, tag

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_a_second_parser_sees_the_same_page(page: Path) -> None:
    outline = Outline()
    outline.feed(page.read_text("utf-8"))
    outline.close()
    assert outline.open == []
    assert outline.headings[:2] == ["h1", "h2"] and outline.headings.count("h1") == 1
