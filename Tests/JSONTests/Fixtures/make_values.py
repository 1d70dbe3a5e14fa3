"""Writes what Python makes of random numbers, strings and damaged documents; see each part."""
import fractions
import json
import math
import pathlib
import random
import struct

here = pathlib.Path(__file__).parent
rng = random.Random(8259)


def write(name, rows):
    (here / name).write_text("".join("\t".join(row) + "\n" for row in rows))
    print(name, len(rows))


def bits(value):
    return struct.pack(">d", value).hex()


def from_bits(number):
    return struct.unpack(">d", struct.pack(">Q", number))[0]


def digits(count):
    return "".join(rng.choice("0123456789") for _ in range(count))


# numbers.tsv: a JSON number and the bits of float() of it.
texts = {"0", "-0", "0.0", "-0.0", "0e5", "-0e-5", "0.000e999", "1e308", "1e309", "-1e309", "1e400", "1e-400",
         "-1e-400", "1e999999999999", "1e-999999999999", "1.7976931348623157e308",
         "1.7976931348623158e308", "1.7976931348623159e308", "179769313486231580793e289",
         "4.9406564584124654e-324", "2.4703282292062327e-324", "2.4703282292062328e-324",
         "2.2250738585072011e-308", "2.2250738585072014e-308", "9007199254740991", "9007199254740992",
         "9007199254740993", "9007199254740994", "9007199254740995", "999999999999999",
         "9999999999999999", "0.1", "0.2", "0.3", "1e22", "1e23", "8.5e22", "123456789012345e15",
         "0.000000000000001", "0.00000000000001", "99999999999999.9", "9.99999999999999",
         "999999999999999.9", "9223372036854775807", "9223372036854775808", "18446744073709551615",
         "0." + "0" * 400 + "1e401", "1" + "0" * 400 + "e-400", "1" * 800, "0." + "9" * 800}


def decimal(value):
    """The exact decimal text of a fraction whose denominator is a power of two."""
    shift = value.denominator.bit_length() - 1
    scaled = value.numerator * 5 ** shift
    text = str(abs(scaled)).rjust(shift + 1, "0")
    sign = "-" if value < 0 else ""
    return sign + (text[:-shift] + "." + text[-shift:] if shift else text)


while len(texts) < 400:  # half-way between neighbours, and a little beside
    exponent = rng.randint(-60, 60) if rng.random() < 0.9 else rng.choice((-1074, -1022, -300, 300))
    low = from_bits((exponent + 1023 if exponent > -1023 else 0) << 52 | rng.getrandbits(52))
    high = math.nextafter(low, math.inf)
    middle = decimal((fractions.Fraction(low) + fractions.Fraction(high)) / 2)
    if "." not in middle:
        middle += ".0"
    texts |= {middle, middle + "0000001", middle[:-1] + str(max(int(middle[-1]) - 1, 0)) + "9"}
while len(texts) < 1100:  # any digits
    text = rng.choice(("", "-")) + rng.choice("123456789") + digits(rng.randint(0, 24))
    if rng.random() < 0.7:
        text += "." + digits(rng.randint(1, 24))
    if rng.random() < 0.7:
        text += rng.choice("eE") + rng.choice(("", "+", "-")) + str(rng.randint(0, 330))
    texts.add(text)
while len(texts) < 1500:  # about as many digits as a double has
    count = rng.randint(13, 18)
    text = str(rng.randint(1, 9)) + digits(count - 1)
    point = rng.randint(1, count)
    texts.add(text if point == count else text[:point] + "." + text[point:])
    zeros = "0" * rng.randint(0, 8)
    texts.add("0." + zeros + text)
while len(texts) < 2000:  # the shortest text of any bits, and it with one digit more
    value = from_bits(rng.getrandbits(64))
    if math.isfinite(value):
        text = repr(value)
        texts.add(text)
        mantissa, _, exponent = text.partition("e")
        texts.add(mantissa + rng.choice("123456789") + (f"e{exponent}" if exponent else ""))
write("numbers.tsv", [[text, bits(float(text))] for text in sorted(texts)[:2001]])

# doubles.tsv: the bits of a double and json.dumps of it.
values = {0.0: 0, math.inf: 0, -math.inf: 0, 5e-324: 0, math.nan: 0}
out = [0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, -5e-324, 1.7976931348623157e308,
       2.2250738585072014e-308, 2.225073858507201e-308, 0.1, 0.2, 0.1 + 0.2, 1 / 3, 2 / 3, 100.0, 1e16 + 2,
       9007199254740991.0, 9007199254740992.0, 9007199254740994.0, 123456789012345680.0, 9.5e-05]
out += [float(f"{sign}{m}e{e}") for sign in ("", "-") for m in ("1", "9.5", "1.2345678901234567")
        for e in list(range(-9, 24))]
out += [float(f"1e{e}") for e in range(-323, 309)]
out += [2.0 ** e for e in range(-1074, 1024, 3)]
out += [float(10 ** e - 1) for e in range(1, 23)]
out += [float(10 ** e + 1) for e in range(1, 23)]
while len(out) < 3200:
    value = from_bits(rng.getrandbits(64))
    if math.isfinite(value):
        out.append(value)
while len(out) < 4200:
    out.append(round(rng.uniform(-1e6, 1e6), rng.randint(0, 6)))
while len(out) < 5000:
    out.append(rng.uniform(-1, 1) * 10 ** rng.randint(-20, 25))
write("doubles.tsv", [[bits(value), json.dumps(value)] for value in out])


# strings.tsv: a text (WTF-8, hexadecimal), json.dumps of it, and of it with ensure_ascii=False.
def wobbly(text):
    return text.encode("utf-8", "surrogatepass")


points = [0, 1, 8, 9, 10, 12, 13, 0x1F, 0x20, 0x22, 0x27, 0x2F, 0x5C, 0x7E, 0x7F, 0x80, 0x9F, 0xA0,
          0xFF, 0x7FF, 0x800, 0x2028, 0x2029, 0xD7FF, 0xE000, 0xFEFF, 0xFFFD, 0xFFFE, 0xFFFF,
          0x10000, 0x10FFFF, 0x1F600, 0xE9, 0x301]
lone = [0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0xD83D]
strings = [chr(point) for point in range(0x180)] + [chr(point) for point in points + lone]
while len(strings) < 800:
    count = rng.randint(2, 24)
    choice = points + lone if rng.random() < 0.3 else points + list(range(0x20, 0x7F))
    text = "".join(chr(rng.choice(choice)) for _ in range(count))
    # What UTF-16 would join cannot come of a JSON text.
    strings.append(text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass"))
write("strings.tsv", [
    [wobbly(s).hex(), json.dumps(s), wobbly(json.dumps(s, ensure_ascii=False)).hex()] for s in strings])

# escapes.tsv: a JSON string (hexadecimal), its text (WTF-8, hexadecimal), and how many bytes after the
# opening quote its first lone surrogate stands, or -1.
plain = list("abc /{}:,'") + ["\u00e9", "\u20ac", "\U0001f600", "\x7f", "z" * 7, "y" * 15, "w" * 16]
escapes = ['\\"', "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t", "\\u0000", "\\u0041", "\\u00e9",
           "\\u20AC", "\\ud83d\\ude00", "\\uD800\\uDC00", "\\uffff", "\\u005c", "\\u0022"]
halves = ["\\ud800", "\\udfff", "\\uDBFF", "\\udc00"]
rows = []


def first_lone(body):
    offset, units = 0, []
    while offset < len(body):
        if body[offset] != 0x5C:
            offset += 1
        elif body[offset + 1] != 0x75:
            offset += 2
        else:
            unit = int(body[offset + 2:offset + 6], 16)
            joined = False
            if 0xD800 <= unit < 0xDC00 and body[offset + 6:offset + 8] == b"\\u":
                joined = 0xDC00 <= int(body[offset + 8:offset + 12], 16) < 0xE000
            if 0xD800 <= unit < 0xE000 and not joined:
                return offset
            offset += 12 if joined else 6
    return -1


for number in range(300):
    weights = rng.choice(((8, 1, 0), (3, 3, 0), (0, 1, 0), (4, 3, 1), (0, 2, 1)))
    body = "".join(
        rng.choice(rng.choices((plain, escapes, halves), weights)[0]) for _ in range(rng.randint(1, 24)))
    text = json.loads(f'"{body}"')
    rows.append([f'"{body}"'.encode().hex(), wobbly(text).hex(), str(first_lone(body.encode()))])
    assert (int(rows[-1][2]) >= 0) == any(0xD800 <= ord(c) < 0xE000 for c in text)
write("escapes.tsv", rows)


# damage.tsv: a document; for every length whether it is JSON when cut there; for every byte whether it
# is JSON without it; and for every byte which bytes in its place leave JSON (ranges of hexadecimal).
def refuse(text):
    raise ValueError(text)


def accepts(data):
    try:
        json.loads(data.decode("utf-8"), parse_constant=refuse)
        return True
    except ValueError:
        return False


def random_text(depth):
    kind = rng.randrange(4 if depth == 0 else 7)
    space = lambda: rng.choice(("", "", "", " ", "\n", "\t"))
    if kind == 0:
        return rng.choice(("null", "true", "false"))
    if kind == 1:
        return rng.choice(("0", "-1", "12", "0.5", "-2.5e-3", "1E+9", "3e7", "-0"))
    if kind in (2, 3):
        return '"' + "".join(rng.choice(plain[:14] + escapes) for _ in range(rng.randint(0, 4))) + '"'
    parts = [space() + random_text(depth - 1) + space() for _ in range(rng.randint(0, 3))]
    if kind in (4, 5):
        parts = [f'{space()}"{rng.choice(("a", "b", "é", chr(92) + "n"))}"{space()}:{part}' for part in parts]
        return "{" + ",".join(parts) + "}"
    return "[" + ",".join(parts) + "]"


def ranges(values):
    parts = []
    for value in values:
        if parts and parts[-1][1] == value - 1:
            parts[-1][1] = value
        else:
            parts.append([value, value])
    return ",".join(f"{a:02x}-{b:02x}" for a, b in parts)


documents, rows = [b'{"a":[1,-2.5e+3,"\\u00e9\xc3\xa9"],"b":null}', b"\xf0\x9f\x98\x80"[:0] + b'"\xf0\x9f\x98\x80\xed\x9f\xbf"',
                           b"-10.25E-07", b'[true,false,null]', b' {"\\"":"\\ud83d\\ude00"} '], []
while len(documents) < 24:
    data = random_text(3).encode()
    if 20 <= len(data) <= 48 and data not in documents:
        documents.append(data)
for data in documents:
    assert accepts(data)
    n = len(data)
    rows.append([
        data.hex(),
        "".join(str(int(accepts(data[:k]))) for k in range(n)),
        "".join(str(int(accepts(data[:k] + data[k + 1:]))) for k in range(n)),
        ";".join(ranges([b for b in range(256) if accepts(data[:k] + bytes([b]) + data[k + 1:])])
                 for k in range(n))])
write("damage.tsv", rows)
