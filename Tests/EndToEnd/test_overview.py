"""The numbers on `index.html` are those of the published tables: the page by Python's HTML parser, the tables by pyarrow."""

from __future__ import annotations

import json
import shutil
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from conftest import SAMPLES, Real
from craft import MAIN, dumps, line, record, snapshot, trait, write_secrets
from product import EXIT_CONFIGURATION, EXIT_DONE, Hooksift, fingerprint

WEEK = timedelta(days=7)
ACCEPTED = ("verified", "reconstructed", "unsigned_accepted")
COHORTS = [
    {"name": "daily", "start": "first_seen", "period": "day"},
    {"name": "weekly", "start": "first_seen", "period": "week"},
    {"name": "by button", "start": {"exposure": "checkout_button"}, "period": "day", "breakdown": {"feature": "checkout_button"}},
    {"name": "buttons", "where": 'checkout_button = "blue"'},
    {"name": "recent", "where": "active in last 2 days"},
]


# The page


@dataclass
class Part:
    """A section: its texts, and its tables as rows of texts, a text beneath another after a bar."""

    text: str = ""
    tables: list[list[list[str]]] = field(default_factory=list)


class Page(HTMLParser):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self.parts: dict[str, Part] = defaultdict(Part)
        self.facts: dict[str, str] = {}
        self.links: list[str] = []
        self.section: str | None = None
        self.cell: list[str] | None = None
        self.term = self.open = ""
        self.source = path.read_text("utf-8")
        self.feed(self.source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.open = tag
        match tag:
            case "section":
                self.section = values["id"]
            case "table":
                self.parts[self.section].tables.append([])
            case "tr":
                self.parts[self.section].tables[-1].append([])
            case "th" | "td":
                self.cell = [""]
            case "span" if self.cell is not None and values.get("class") == "sub":
                self.cell.append("")
            case "a":
                self.links.append(values["href"] or "")
            case "dt" if self.section is None:
                self.term = ""
            case "dd" if self.section is None:
                self.facts[self.term] = ""

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "section":
                self.section = None
            case "th" | "td":
                self.parts[self.section].tables[-1][-1].append("|".join(self.cell or []))
                self.cell = None
        self.open = ""

    def handle_data(self, data: str) -> None:
        data = data.replace("\u202f", " ").replace("\u00a0", " ")
        if self.section is None:
            if self.open == "dt":
                self.term += data
            elif self.open == "dd":
                self.facts[self.term] += data
            return
        self.parts[self.section].text += data
        if self.cell is not None:
            self.cell[-1] += data


def count(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def day_text(day: date) -> str:
    return f"{day.day} {day:%b} {day.year}"


def share_text(part: int, whole: int, decimals: int = 1) -> str:
    """A share in per cent; what is not 0 is not called so."""
    share = part / max(1, whole)
    least = 0.0005 if decimals else 0.005
    if part and share < least:
        return "< 0.1 %" if decimals else "< 1 %"
    return f"{share * 100:.{decimals}f} %"


def points_text(points: float) -> str:
    text = f"{abs(points):.1f}"
    return f"{'' if float(text) == 0 else '+' if points > 0 else '−'}{text} pp"


def rows(output: Path, table: str) -> list[dict[str, Any]]:
    return pq.read_table(output / f"summaries/{table}.parquet").to_pylist()


# What it has to say


def expected_facts(output: Path) -> dict[str, str]:
    partitions = sorted((output / "lake/observations").glob("*/*.parquet"))
    days = [date.fromisoformat(path.parent.name.removeprefix("date=")) for path in partitions]
    observations = [pq.ParquetFile(path).read().to_pylist() for path in partitions]
    archives = pq.read_table(output / "lake/archives").to_pylist()
    last = max(row["last_received_at"] for row in archives if row["last_received_at"])
    return {
        "Dates": f"{day_text(days[0])} to {day_text(days[-1])}",
        "Last received": f"{day_text(last.date())}, {last:%H:%M} UTC",
        "Identities on the last date": count(len({(row["environment"], row["identity"]) for row in observations[-1]})),
        "Identities": count(len({(row["environment"], row["identity"]) for part in observations for row in part})),
        "Observations": count(sum(map(len, observations))),
        "Deliveries": count(sum(row["deliveries"] for part in observations for row in part)),
        "Archives": count(len(archives)),
    }


def assert_quality(page: Page, output: Path) -> None:
    table = rows(output, "delivery_quality")
    last = max(row["date"] for row in table if row["date"])
    lines, of_last = Counter(), Counter()
    for row in table:
        lines[row["outcome"]] += row["lines"]
        of_last[row["outcome"]] += row["lines"] if row["date"] == last else 0
    (head, *found) = page.parts["quality"].tables[0]
    assert head[4] == day_text(last)
    assert {row[0]: row[2:] for row in found} == {
        name: [
            count(lines[name]),
            share_text(lines[name], lines.total()),
            count(of_last[name]),
            share_text(of_last[name], of_last.total()),
        ]
        for name in lines
    }
    summary = page.parts["summary"].text
    for counts, what in ((of_last, f"of {day_text(last)}"), (lines, "of all dates")):
        rejected = sum(number for name, number in counts.items() if name not in ACCEPTED)
        warning = f"of the lines {what} were rejected, {count(rejected)} of {count(counts.total())}."
        assert (warning in summary) == (rejected > 0.01 * counts.total()), warning


def value_text(row: dict[str, Any]) -> str:
    text = "null" if row["value"] is None else row["value"] or "empty"
    return text if row["enabled"] else f"off: {text}"


def assert_features(page: Page, output: Path) -> None:
    features: dict[Any, dict[Any, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for row in rows(output, "feature_daily"):
        features[row["environment"]][row["feature_id"], row["feature"]].append(row)
    for environment, of_environment in features.items():
        part = page.parts["features" if len(features) == 1 else f"features-{environment}"]
        wanted = {}
        for (_, name), found in of_environment.items():
            several = len({(row["enabled"], row["value_type"], row["value"]) for row in found}) > 1
            if found[-1]["feature_type"] == "MULTIVARIATE" or several:
                wanted[name] = found
        assert len(wanted) <= 20
        seen = defaultdict(list)
        for name, *cells in part.tables[0][1:] if wanted else []:
            seen[name.split("|")[0]].append(cells)
        assert seen.keys() == wanted.keys()
        for name, found in wanted.items():
            last = max(row["date"] for row in found)
            totals, counts = Counter(), Counter()
            for row in found:
                totals[row["date"]] += row["identities"]
                counts[row["date"], row["enabled"], row["value_type"], row["value"]] = row["identities"]
            of_last = sorted((row for row in found if row["date"] == last), key=lambda row: -row["identities"])
            assert len(of_last) <= 5
            shown = [cells for cells in seen[name] if "others" not in cells[0]]
            expected = []
            for row in of_last:
                share = row["identities"] / totals[last]
                cell = (row["enabled"], row["value_type"], row["value"])
                before = counts[(last - WEEK, *cell)] / totals[last - WEEK] if totals[last - WEEK] else None
                change = "no data then" if before is None else points_text((share - before) * 100)
                expected.append([value_text(row), count(row["identities"]), f"{share * 100:.1f} %", change])
            assert shown == expected, name
            gone = any(number for cell, number in counts.items() if (last, *cell[1:]) not in counts)
            assert gone == (len(seen[name]) > len(shown)), name


def assert_members(part: Part, found: list[dict[str, Any]], name: str) -> None:
    """The first table of a part, from rows with members, entered and left."""
    last = max(row["date"] for row in found)
    members = {(row["date"], row[name]): row["members"] for row in found}
    wanted = {}
    for row in found:
        if row["date"] == last:
            before = members.get((last - WEEK, row[name]))
            change = row["members"] - (before or 0)
            sign = "+" if change > 0 else "−" if change < 0 else ""
            text = "no data then" if before is None else sign + count(abs(change))
            flows = [count(row[key]) for key in ("entered", "left") if row[key] is not None]
            wanted[row[name]] = [count(row["members"]), text, *flows]
    assert {row[0]: row[1:] for row in part.tables[0][1:]} == wanted


def assert_retention(part: Part, output: Path) -> None:
    groups: dict[Any, dict[date, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for row in rows(output, "retention"):
        key = (row["cohort_kind"], row["period"], row["breakdown"])
        groups[key, row["breakdown_value"]][row["cohort"]].append(row)
    wanted = []
    for (key, value), cohorts in groups.items():
        width = max(len(cells) for cells in cohorts.values())
        table, together = [], [[0, 0] for _ in range(width)]
        for start, cells in sorted(cohorts.items()):
            size = cells[0]["cohort_identities"]
            texts = []
            for cell in cells:
                if cell["elapsed"]:
                    texts.append(f"{share_text(cell['retained'], size, 0)}|{count(cell['retained'])}")
                    together[cell["period_index"]][0] += cell["retained"]
                    together[cell["period_index"]][1] += size
            table.append([day_text(start), count(size), *texts, *["…"] * (width - len(texts))])
        whole = sum(cells[0]["cohort_identities"] for cells in cohorts.values())
        sums = [f"{share_text(*pair, 0)}|{count(pair[0])}" if pair[1] else "…" for pair in together]
        # The page has the first thirteen periods.
        wanted.append([row[:15] for row in [*table, ["Together", count(whole), *sums]]])
    found = [table[1:] for table in part.tables]
    assert sorted(found) == sorted(wanted)


def assert_tables(page: Page, output: Path) -> None:
    table = page.parts["tables"].tables[0][1:]
    files = {path.stem for path in (output / "summaries").glob("*.parquet")}
    assert {row[0]: row[2] for row in table} == {
        name: count(pq.ParquetFile(output / f"summaries/{name}.parquet").metadata.num_rows) for name in files
    }
    assert len(table) == len(files) == 11


def assert_links(page: Page, output: Path) -> None:
    assert page.links
    for link in page.links:
        assert (output / link).is_file() if not link.startswith("#") else f'id="{link[1:]}"' in page.source, link


def test_real_captures(real_output: Path) -> None:
    page = Page(real_output / "index.html")
    facts = expected_facts(real_output)
    # Without a retention nobody counts identities over all dates.
    facts.pop("Identities")
    assert page.facts == facts
    assert_quality(page, real_output)
    assert_features(page, real_output)
    assert_tables(page, real_output)
    assert_links(page, real_output)
    daily = [{**row, "members": row["identities"], "entered": None, "left": None} for row in rows(real_output, "segment_daily")]
    for environment in {row["environment"] for row in daily}:
        of_environment = [row for row in daily if row["environment"] == environment]
        latest: dict[str, date] = {}
        members: Counter[tuple[date, str]] = Counter()
        for row in of_environment:
            latest[row["segment"]] = row["date"]
            members[row["date"], row["segment"]] += row["identities"] if row["member"] else 0
        found = {row[0].split("|")[0]: row[1] for row in page.parts[f"segments-{environment}"].tables[0][1:]}
        assert found == {name: count(members[day, name]) for name, day in latest.items()}
    assert "No experiment is configured" in page.parts["experiments"].text
    assert "No retention is counted" in page.parts["retention"].text


@pytest.fixture(scope="module")
def shop(hooksift: Hooksift, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The sample experiments with cohorts: the workspace, and the options."""
    directory = tmp_path_factory.mktemp("shop")
    shutil.copytree(SAMPLES / "experiments", directory / "samples")
    configuration = directory / "samples/hooksift.yaml"
    text, _, _ = configuration.read_text("utf-8").partition("segment_flows:")
    text += f"segment_flows: true\ncohorts: {json.dumps(COHORTS)}\n"
    configuration.write_text(text, "utf-8")
    options = ["--config", str(configuration), "--output", str(directory / "out")]
    hooksift("run", *options).requires(EXIT_DONE)
    return directory / "out", options


def test_a_shop_with_cohorts_and_experiments(shop: tuple[Path, list[str]]) -> None:
    output, _ = shop
    page = Page(output / "index.html")
    assert page.facts == expected_facts(output)
    assert_quality(page, output)
    assert_features(page, output)
    assert_members(page.parts["cohorts"], rows(output, "cohort_daily"), "cohort")
    assert_members(page.parts["segments"], rows(output, "segment_flows"), "segment")
    assert_retention(page.parts["retention"], output)
    assert page.parts["cohorts"].tables[1][1:] == [
        [
            row["cohort"], row["other"], count(row["members"]), count(row["other_members"]), count(row["both"]),
            share_text(row["both"], row["members"]),
        ]
        for row in rows(output, "cohort_overlap")
    ]
    assert_tables(page, output)
    assert_links(page, output)
    table = page.parts["experiments"].tables[0][1:]
    assert [row[0] for row in table] == ["checkout_button", "search_ranking", "free_shipping_banner"]
    for name, verdict, dates, until, identities in table:
        report = json.loads((output / f"experiments/{name}/report.json").read_text("utf-8"))
        assert (dates, until) == ("1 Nov 2026 to 14 Nov 2026", "14 Nov 2026")
        assert identities == count(sum(arm["identities"] for arm in report["arms"]))
        assert f"experiments/{name}/report.html" in page.links
        # The headline is that of the experiment's own page.
        headline = verdict.split(" ", 1)[1]
        assert headline in Page(output / f"experiments/{name}/report.html").parts["verdict"].text


def test_every_command_leaves_the_same_page(hooksift: Hooksift, shop: tuple[Path, list[str]]) -> None:
    output, options = shop
    before = fingerprint(output)
    for command in ("summarize", "report", "run"):
        (output / "index.html").unlink()
        hooksift(command, *options).requires(EXIT_DONE)
        assert fingerprint(output) == before, command


def test_what_could_not_be_reported(hooksift: Hooksift, shop: tuple[Path, list[str]], tmp_path: Path) -> None:
    output, options = shop
    configuration = Path(options[1])
    head, _, tail = configuration.read_text("utf-8").partition("  - name: free_shipping_banner\n")
    other = configuration.with_name("other.yaml")
    other.write_text(f"{head}  - name: shipping\n{tail.replace('orders.csv', 'gone.csv')}", "utf-8")
    copy = tmp_path / "out"
    shutil.copytree(output, copy)
    hooksift("report", "--config", other, "--output", copy).requires(EXIT_CONFIGURATION)
    table = Page(copy / "index.html").parts["experiments"].tables[0][1:]
    assert [row[0] for row in table] == [
        "checkout_button",
        "search_ranking",
        "shipping",
        "free_shipping_banner|not configured any more",
    ]
    assert "No report" in table[2][1]
    # A report that was made by another version, or damaged.
    (copy / "experiments/search_ranking/report.json").write_text("{}", "utf-8")
    hooksift("summarize", "--config", other, "--output", copy).requires(EXIT_DONE)
    assert "cannot be read" in Page(copy / "index.html").parts["experiments"].tables[0][2][1]


def test_a_workspace_that_was_not_summarised(hooksift: Hooksift, real: Real, tmp_path: Path) -> None:
    output = tmp_path / "out"
    common = ["--output", output, "--secret-file", real.secret_file]
    hooksift("ingest", real.archives, *common).requires(EXIT_DONE)
    assert not (output / "index.html").exists()
    hooksift("forget", "--output", output, "nobody").requires(EXIT_DONE)
    assert not (output / "index.html").exists()
    hooksift("summarize", "--output", output).requires(EXIT_DONE)
    assert_tables(Page(output / "index.html"), output)


def test_forgetting_takes_identities_off_the_page(hooksift: Hooksift, tmp_path: Path) -> None:
    """Also where a value of a trait is who somebody is."""
    lines = [
        line(record(dumps(snapshot(identity=f"{name}@example.org", traits=[trait(key="mail", value=f"{name}@example.org")])),
                    secret=MAIN, received_at=f"2026-10-0{day}T10:00:00Z"))
        for day in (1, 2)
        for name in ("ada", "bob")
    ]
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    cohorts = [{"name": "mails", "start": "first_seen", "period": "day", "breakdown": {"trait": "mail"}}]
    (tmp_path / "hooksift.yaml").write_text(json.dumps({"cohorts": cohorts}), "utf-8")
    common = ["--config", tmp_path / "hooksift.yaml", "--output", tmp_path / "out"]
    secrets = write_secrets(tmp_path / "secrets.json", [MAIN])
    hooksift("run", tmp_path / "a.jsonl", *common, "--secret-file", secrets).requires(EXIT_DONE)
    page = (tmp_path / "out/index.html").read_text("utf-8")
    assert "ada@example.org" in page and "bob@example.org" in page
    hooksift("forget", *common, "ada@example.org").requires(EXIT_DONE)
    page = (tmp_path / "out/index.html").read_text("utf-8")
    assert "ada@example.org" not in page and "bob@example.org" in page
    assert Page(tmp_path / "out/index.html").facts["Identities"] == "1"
