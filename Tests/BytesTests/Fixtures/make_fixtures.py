"""Writes the fixtures of BytesTests: dates and times as Python's datetime knows them."""
import datetime
import hashlib
import pathlib
import random

here = pathlib.Path(__file__).parent
epoch = datetime.date(1970, 1, 1)
day = datetime.timedelta(days=1)
rng = random.Random(19700101)

# Every date of a whole Gregorian cycle: per year its first day and the SHA-256 of its dates.
rows = []
for year in range(1800, 2200):
    first = datetime.date(year, 1, 1)
    count = (datetime.date(year + 1, 1, 1) - first).days
    text = "".join(f"{first + k * day}\n" for k in range(count))
    rows.append(f"{(first - epoch).days}\t{count}\t{hashlib.sha256(text.encode()).hexdigest()}")
(here / "years.tsv").write_text("\n".join(rows) + "\n")

# Dates over all that Python knows.
least, most = (datetime.date.min - epoch).days, (datetime.date.max - epoch).days
days = {least, most, -1, 0, 1, 10956, 10957, 11016, 11017, 47481, 47482}
for year in (1, 4, 100, 400, 1600, 1700, 1900, 2000, 2024, 2100, 9999):
    for month, date in ((1, 1), (2, 28), (3, 1), (12, 31)):
        days.add((datetime.date(year, month, date) - epoch).days)
while len(days) < 1500:
    days.add(rng.randint(least, most))
(here / "dates.tsv").write_text(
    "".join(f"{n}\t{(epoch + n * day).isoformat()}\n" for n in sorted(days)))

# Times, in microseconds.
start = datetime.datetime(1970, 1, 1)
times = {0, 1, 999_999, 1_000_000, -1, -1_000_000, 86_400_000_000, 946_684_800_000_000,
         4_102_444_799_999_999, 1_709_164_799_999_999, 1_709_164_800_000_000}
while len(times) < 500:
    times.add(rng.randint(-2_000_000_000_000_000, 4_102_444_800_000_000))
(here / "times.tsv").write_text("".join(
    f"{n}\t{(start + datetime.timedelta(microseconds=n)).isoformat(timespec='microseconds')}Z\n"
    for n in sorted(times)))
