"""Writes what tables must look like: as CSV that Python's csv reads back, and as Python's JSON Lines.

cells.tsv holds the rows: text (hexadecimal; - is null), integer, double (bits), boolean, date (days),
time (microseconds). The CSV is put together here from RFC 4180's grammar, not by csv.writer, which
cannot tell null from an empty text; csv.reader then has to give back every cell.
"""
import csv
import datetime
import io
import json
import pathlib
import random
import struct

here = pathlib.Path(__file__).parent
rng = random.Random(4180)
names = ["text", "whole", "number", "flag", "day", "at"]
epoch = datetime.datetime(1970, 1, 1)

texts = ["plain", "", None, "a,b", "a;b", "a\tb", 'say "hi"', '"', '""', "line\nbreak", "line\r\nbreak", "cr\rhere",
         " lead", "trail ", "Mu\u00f1oz \u2615", "\U0001f600", "=1+1", "+1", "-1", "@a", "\tx", "\rx", "\nx",
         "\uff1dx", "\uff0bx", "\uff0dx", "\uff20x", "a=b", " =1", "'=1", "'", "null", "NULL", "0", "true",
         ",", ";", "\\", "\\N", "\x01\x7f", "\u2028", "=", '="a,b"', "-", "e\u0301", "#REF!", '=HYPERLINK("x","y")']
rows = []
for number in range(160):
    if number < len(texts):
        text = texts[number]
    else:
        text = "".join(rng.choice('ab,;"\n\r\t =+-@\u00e9\uff1d') for _ in range(rng.randint(0, 8)))
    null = lambda: rng.random() < 0.15
    whole = None if null() else rng.choice((0, -1, 2**63 - 1, -2**63, rng.randint(-10**9, 10**9)))
    double = None if null() else rng.choice((0.0, -0.0, 0.1, 1e21, 1e-7, 5e-324, 100.0, rng.uniform(-1e3, 1e3),
                                             1.7976931348623157e308, 1e16, 2 / 3))
    flag = None if null() else rng.random() < 0.5
    day = None if null() else rng.randint(10957, 47481)
    at = None if null() else rng.randint(946684800 * 10**6, 4102444800 * 10**6 - 1)
    rows.append((text, whole, double, flag, day, at))
rows.append(("last", 1, 1.5, True, 0, -1))


def cell(value):
    return "-" if value is None else str(value)


(here / "cells.tsv").write_text("".join("\t".join([
    "-" if t is None else t.encode().hex(), cell(w), "-" if d is None else struct.pack(">d", d).hex(),
    "-" if f is None else str(int(f)), cell(y), cell(a)]) + "\n" for t, w, d, f, y, a in rows))

dangerous = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"


def neutral(text, escape):
    return "'" + text if escape and text and text[0] in dangerous else text


def iso_day(days):
    return (epoch + datetime.timedelta(days=days)).date().isoformat()


def iso_time(at, excel):
    moment = epoch + datetime.timedelta(microseconds=at)
    return moment.strftime("%Y-%m-%d %H:%M:%S") if excel else moment.isoformat(timespec="microseconds") + "Z"


def as_texts(row, escape, excel):
    t, w, d, f, y, a = row
    return [None if t is None else neutral(t, escape), None if w is None else str(w),
            None if d is None else repr(d), None if f is None else ("true" if f else "false"),
            None if y is None else iso_day(y), None if a is None else iso_time(a, excel)]


def field(value, delimiter):
    if value is None:
        return ""
    if value == "" or any(c in value for c in ('"', "\n", "\r", delimiter)):
        return '"' + value.replace('"', '""') + '"'
    return value


def write(name, delimiter=",", escape=True, excel=False):
    header = [n + " (UTC)" if excel and n == "at" else n for n in names]
    table = [header] + [as_texts(row, escape, excel) for row in rows]
    end = "\r\n" if excel else "\n"
    text = "".join(delimiter.join(field(v, delimiter) for v in row) + end for row in table)
    data = (b"\xef\xbb\xbf" if excel else b"") + text.encode()
    read = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=delimiter, strict=True))
    assert read == [["" if v is None else v for v in row] for row in table], name
    (here / name).write_bytes(data)


write("plain.csv")
write("raw.csv", escape=False)
write("semicolon.csv", delimiter=";")
write("tab.csv", delimiter="\t")
write("excel.csv", excel=True)
write("excel_semicolon.csv", delimiter=";", excel=True, escape=False)

(here / "rows.jsonl").write_bytes("".join(json.dumps(
    dict(zip(names, [t, w, d, f, None if y is None else iso_day(y), None if a is None else iso_time(a, False)])),
    ensure_ascii=False, separators=(",", ":")) + "\n" for t, w, d, f, y, a in rows).encode())
print(len(rows))
