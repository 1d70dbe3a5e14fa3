"""Writes the fixtures of CapturesTests with Python's datetime, decimal and hmac.

times.tsv: a text and what it means: microseconds since the epoch, invalid, or out_of_range.
unix_times.tsv: the same of JSON numbers.
hmac.tsv: RFC 4231 §4: key, message and code in hexadecimal; test 5's code is cut to 128 bits.
signed.tsv: a name, a key (hexadecimal), a body (hexadecimal) and the body's HMAC-SHA256.
"""
import datetime
import decimal
import hashlib
import hmac
import json
import pathlib
import random

here = pathlib.Path(__file__).parent
rng = random.Random(3339)
decimal.getcontext().prec = 1000
least, most = 946_684_800_000_000, 4_102_444_800_000_000
epoch = datetime.datetime(1970, 1, 1)


def write(name, rows):
    (here / name).write_text("".join("\t".join(row) + "\n" for row in rows), "utf-8")
    print(name, len(rows))


def judge(microseconds):
    return str(microseconds) if least <= microseconds < most else "out_of_range"


def meant(y, mo, d, h, mi, s, fraction, offset):
    """A leap second is the next second; digits past the microsecond are cut off."""
    moment = datetime.datetime(y, mo, d, h, mi, min(s, 59)) + datetime.timedelta(seconds=s == 60)
    moment -= datetime.timedelta(minutes=offset)
    return judge((moment - epoch) // datetime.timedelta(microseconds=1) + int((fraction + "000000")[:6]))


def text(y, mo, d, h, mi, s, fraction="", offset=0, zone=None, joint="T"):
    point = "." + fraction if fraction else ""
    if zone is None:
        zone = f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02}:{abs(offset) % 60:02}"
    written = f"{y:04}-{mo:02}-{d:02}{joint}{h:02}:{mi:02}:{s:02}{point}{zone}"
    return [written, meant(y, mo, d, h, mi, s, fraction, offset)]


rows = [
    text(2026, 11, 22, 13, 5, 9, "123456", zone="Z"),
    text(2026, 11, 22, 13, 5, 9, zone="Z"), text(2026, 11, 22, 13, 5, 9, zone="z"),
    text(2026, 11, 22, 13, 5, 9, zone="Z", joint="t"), text(2026, 11, 22, 13, 5, 9, zone="Z", joint=" "),
    text(2026, 11, 22, 13, 5, 9, joint=" ", offset=0), text(2026, 11, 22, 13, 5, 9, zone="-00:00"),
    *(text(2026, 11, 22, 13, 5, 9, "123456789"[:n], zone="Z") for n in range(1, 10)),
    *(text(2026, 11, 22, 13, 5, 9, f, zone="Z") for f in ("0", "000000000", "999999999", "000000999", "5", "000001")),
    text(2026, 11, 22, 0, 0, 0, offset=60), text(2026, 11, 22, 23, 59, 59, offset=-60),
    text(2026, 11, 22, 0, 0, 0, offset=1439), text(2026, 11, 22, 0, 0, 0, offset=-1439),
    text(2026, 11, 22, 12, 0, 0, offset=345), text(2026, 11, 22, 12, 0, 0, offset=-210),
    text(2024, 2, 29, 0, 0, 0, zone="Z"), text(2096, 2, 29, 23, 59, 59, "999999", zone="Z"),
    text(2000, 2, 29, 12, 0, 0, zone="Z"), text(2024, 3, 1, 0, 0, 0, offset=1),
    # leap seconds
    text(2016, 12, 31, 23, 59, 60, zone="Z"), text(2016, 12, 31, 23, 59, 60, "999999", zone="Z"),
    text(2017, 1, 1, 0, 59, 60, offset=60), text(2015, 6, 30, 16, 59, 60, "5", offset=-420),
    text(2026, 11, 22, 13, 5, 60, zone="Z"), text(2099, 12, 31, 23, 59, 60, zone="Z"),
    text(1999, 12, 31, 23, 59, 60, zone="Z"), text(2024, 2, 28, 23, 59, 60, zone="Z"),
    # the range
    text(2000, 1, 1, 0, 0, 0, zone="Z"), text(1999, 12, 31, 23, 59, 59, "999999", zone="Z"),
    text(1999, 12, 31, 23, 59, 59, "999999999", zone="Z"), text(2099, 12, 31, 23, 59, 59, "999999", zone="Z"),
    text(2099, 12, 31, 23, 59, 59, "999999999", zone="Z"), text(2100, 1, 1, 0, 0, 0, zone="Z"),
    text(2000, 1, 1, 1, 0, 0, offset=60), text(2000, 1, 1, 0, 59, 59, offset=60),
    text(1999, 12, 31, 23, 0, 0, offset=-60), text(2100, 1, 1, 0, 59, 59, offset=60),
    text(2099, 12, 31, 23, 0, 0, offset=-60), text(1970, 1, 1, 0, 0, 0, zone="Z"),
    text(1, 1, 1, 12, 0, 0, zone="Z"), text(9999, 12, 31, 12, 0, 0, zone="Z"), text(1985, 4, 12, 23, 20, 50, "52", zone="Z"),
    text(1996, 12, 19, 16, 39, 57, offset=-480), text(1990, 12, 31, 15, 59, 60, offset=-480),
    ["0000-01-01T00:00:00Z", "out_of_range"], ["0000-02-29T00:00:00Z", "out_of_range"],
]
good = "2026-11-22T13:05:09"
for bad in (
        "", "Z", "now", "2026", "2026-11-22", "2026-11-22Z", good, good + ".5", good + ".", good + ".Z",
        good + ".+00:00", good + ",5Z", good + ".1234567890Z", good + ".12a4Z", good + ".5", good + "ZZ",
        good + "Z ", " " + good + "Z", good + " Z", good + "Z\\n", good + "UTC", good + "GMT", good + "A",
        good + "+", good + "+0", good + "+00", good + "+0000", good + "+00:0", good + "+00:000",
        good + "+24:00", good + "+00:60", good + "-24:00", good + "+99:99", good + "+0a:00", good + "+00:00Z",
        good + "+00.00", good + "\u221200:00", good + "Z+00:00", good + "[UTC]", good + "-0:00",
        "2026-11-22T13:05Z", "2026-11-22T13Z", "2026-11-22T13:05:9Z", "2026-11-22T13:5:09Z",
        "2026-11-22T1:05:09Z", "2026-11-2T13:05:09Z", "2026-1-22T13:05:09Z", "26-11-22T13:05:09Z",
        "02026-11-22T13:05:09Z", "+2026-11-22T13:05:09Z", "-2026-11-22T13:05:09Z", "20261122T130509Z",
        "2026-11-22T130509Z", "2026/11/22T13:05:09Z", "2026-11-22_13:05:09Z", "2026-11-22  13:05:09Z",
        "2026-11-2213:05:09Z", "2026-W47-7T13:05:09Z", "2026-326T13:05:09Z", "22-11-2026T13:05:09Z",
        "2026-11-22T13.05.09Z", "2026-11-22T24:00:00Z", "2026-11-22T25:05:09Z", "2026-11-22T13:60:09Z",
        "2026-11-22T13:05:61Z", "2026-11-22T13:05:99Z", "2026-00-22T13:05:09Z", "2026-13-22T13:05:09Z",
        "2026-11-00T13:05:09Z", "2026-11-31T13:05:09Z", "2026-02-29T13:05:09Z", "2100-02-29T13:05:09Z",
        "1900-02-29T13:05:09Z", "2026-02-30T13:05:09Z", "2026-04-31T13:05:09Z", "2026-11-22T-1:05:09Z",
        "2026-11-22T13:05:-9Z", "2026-11-22t13:05:09y", "\uff12026-11-22T13:05:09Z", "1763816709",
        "2026-11-22T13:05:09.\u0661Z", "Sun, 22 Nov 2026 13:05:09 GMT", "Nov 22 2026", "0"):
    rows.append([bad, "invalid"])
for _ in range(400):
    y = rng.choice((rng.randint(2000, 2099), rng.randint(1998, 2101)))
    mo, d = rng.randint(1, 12), rng.randint(1, 28)
    fraction = "".join(rng.choice("0123456789") for _ in range(rng.randint(0, 9)))
    offset = rng.choice((0, rng.randint(-1439, 1439)))
    second = rng.choice((rng.randint(0, 59),) * 9 + (60,))
    rows.append(text(y, mo, d, rng.randint(0, 23), rng.randint(0, 59), second, fraction, offset,
                     rng.choice(("Z", "z", None)) if offset == 0 else None, rng.choice("Tt ")))
write("times.tsv", rows)


def unix(number):
    """Seconds below 1e11, milliseconds below 1e14, else microseconds; cut off."""
    try:
        value = decimal.Decimal(number)
    except decimal.InvalidOperation:  # an exponent beyond even Decimal
        return [number, "out_of_range"]
    if value < 0 or value >= decimal.Decimal("1e20"):
        return [number, "out_of_range"]
    shift = 6 if value < 10 ** 11 else 3 if value < 10 ** 14 else 0
    return [number, judge(int(value.scaleb(shift).to_integral_value(decimal.ROUND_FLOOR)))]


numbers = """0 -0 0.0 1 -1 -1763816709 1763816709 1763816709.0 1763816709.5 1763816709.123456 1763816709.1234567
1763816709.123456999999 1763816709.999999999 1763816709123 1763816709123.0 1763816709123.456 1763816709123.4567
1763816709123.4569 1763816709123456 1763816709123456.0 1763816709123456.789 1.763816709e9 1.763816709E9
1.763816709e+9 1.763816709123e12 1.763816709123456e15 17638167.09e2 1763816709000e-3 1763816709123456000000e-9
176381670912345600e-2 0.1763816709e10 0.0000000001763816709e19 0.00000000000000000000000001763816709e35
1763816709e0 1763816709E+00 1763816709e-0 946684800 946684799 946684799.999999 946684799.9999999 946684800.0
946684799999 946684800000 946684799999.999 946684799999.9999 946684800000000 946684799999999 946684799999999.9
4102444799 4102444800 4102444799.999999 4102444799.9999999 4102444799999 4102444800000 4102444799999.999
4102444799999.9999 4102444799999999 4102444800000000 4102444799999999.9 99999999999 100000000000 99999999999.9
100000000000.1 99999999999999 100000000000000 99999999999999.9 9999999999999999 10000000000000000
99999999999999999 1e9 1e10 1e11 1e12 1e13 1e14 1e15 1e16 1e17 1e18 1e19 1e100 1e400 1e-400 1e999999999999
1e-999999999999 1e99999999999999999999999 9e8 9.5e8 9.46684800e8 9.46684800e11 9.46684800e14 4.1024448e9 4.1024448e12
2e9 2e12 2e15 20e8 200e7 0.2e10 0.02e11 2000000000.000000000000000000000001 9223372036854775807 9223372036854775808
18446744073709551616 1763816709123456789 -1e9 -1.5 -0.0 -1e-9 0.000001 1e0 12345 123456789 1234567890
1000000000.0000000000000000000000000000000000000001e0 1763816709.000000e0""".split()
rows = [unix(number) for number in dict.fromkeys(numbers)]
rows += [[number, "out_of_range"] for number in ("1" * 400, "0" + "." + "0" * 400 + "1", "9" * 30 + "e9")]
rows.append(["1763816709" + "0" * 200 + "e-200", "1763816709000000"])
rows.append(["0." + "0" * 200 + "1763816709e210", "1763816709000000"])
for _ in range(300):
    scale = rng.choice((0, 3, 6))
    value = decimal.Decimal(rng.randint(least // 2, most + least // 4)).scaleb(scale - 6)
    value += decimal.Decimal(rng.randint(0, 999)).scaleb(-rng.randint(3, 12))
    digits = format(value, "f")
    if rng.random() < 0.4:
        exponent = rng.randint(-12, 12)
        digits = f"{value.scaleb(-exponent):f}{rng.choice('eE')}{rng.choice(('', '+')) if exponent >= 0 else ''}{exponent}"
    rows.append(unix(digits))
for number, _ in rows:
    json.loads(number)
write("unix_times.tsv", rows)

# RFC 4231 §4.2-4.8.
vectors = [
    (b"\x0b" * 20, b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    (b"Jefe", b"what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    (b"\xaa" * 20, b"\xdd" * 50, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
    (bytes(range(1, 26)), b"\xcd" * 50, "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
    (b"\x0c" * 20, b"Test With Truncation", "a3b6167473100ee06e0c796c2955552b"),
    (b"\xaa" * 131, b"Test Using Larger Than Block-Size Key - Hash Key First",
     "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
    (b"\xaa" * 131, b"This is a test using a larger than block-size key and a larger than block-size "
     b"data. The key needs to be hashed before being used by the HMAC algorithm.",
     "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
]
for key, message, code in vectors:
    assert hmac.new(key, message, hashlib.sha256).hexdigest().startswith(code)
rows = [[key.hex(), message.hex(), code] for key, message, code in vectors]
# Keys about as long as a block.
for count in (1, 31, 32, 33, 63, 64, 65, 127, 128, 129, 1000):
    key, message = bytes(rng.randbytes(count)), bytes(rng.randbytes(count % 70))
    rows.append([key.hex(), message.hex(), hmac.new(key, message, hashlib.sha256).hexdigest()])
write("hmac.tsv", rows)


def signed(name, key, body):
    key = key.encode() if isinstance(key, str) else key
    body = body.encode() if isinstance(body, str) else body
    return [name, key.hex(), body.hex(), hmac.new(key, body, hashlib.sha256).hexdigest()]


def dumped(value):
    return json.dumps(value, sort_keys=True)


floats = {"flags": [{"id": n, "percentage_allocation": 30.0, "value": 7} for n in range(2)],
          "traits": [{"trait_key": "a", "trait_value": 1.0}, {"trait_key": "b", "trait_value": 2},
                     {"trait_key": "c", "trait_value": 3.0}, {"trait_key": "d", "trait_value": 0.5}]}
write("signed.tsv", [
    signed("plain", "first", '{"a": 1}'),
    signed("plain under second", "second", '{"a": 1}'),
    signed("empty body", "first", ""),
    signed("non-ascii body", "first", '{"name": "Mu\u00f1oz \u2615"}'),
    signed("binary body", "first", bytes(range(256))),
    signed("non-ascii secret", "organisation webhook secret \u2615", '{"a": 1}'),
    signed("trailing space", "first ", '{"a": 1}'),
    signed("long secret", "s" * 100, '{"a": 1}'),
    signed("as stored", "first", dumped({"b": [1, 2.5, None], "a": {"\u00e9": "\U0001f600", "z": True}})),
    signed("not finite", "first", dumped({"a": float("nan"), "b": [float("inf"), -float("inf")]})),
    signed("lone surrogate", "first", dumped({"a": "\ud83d"})),
    signed("floats", "first", dumped(floats)),
    signed("large numbers", "first", dumped({"a": 1e21, "b": 1e-7, "c": 12345678901234567890, "d": 1e16})),
    signed("scalar", "first", "3"),
    signed("boolean", "first", "true"),
    signed("unsorted", "first", '{"b": 1, "a": 2}'),
])
