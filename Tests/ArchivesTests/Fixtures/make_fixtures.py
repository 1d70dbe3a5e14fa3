"""Makes the gzip files of this directory and fixtures.json, which says what is in them.

Python's gzip and zlib write the members, and a split of the plain bytes gives the lines: neither knows anything of
the code under test. Run it without arguments; the same Python and zlib give the same files.
"""

import binascii
import hashlib
import json
import pathlib
import struct
import zlib

FOLDER = pathlib.Path(__file__).parent


def member(data, level=9, flags=0, extra=b"", name=b"", comment=b"", header_crc=False):
    """One member (RFC 1952) with the optional fields that are asked for."""
    flags |= (4 if extra else 0) | (8 if name else 0) | (16 if comment else 0)
    flags |= 2 if header_crc else 0
    header = struct.pack("<BBBBIBB", 0x1F, 0x8B, 8, flags, 0, 2, 255)
    if extra:
        header += struct.pack("<H", len(extra)) + extra
    if name:
        header += name + b"\0"
    if comment:
        header += comment + b"\0"
    if header_crc:
        header += struct.pack("<H", binascii.crc32(header) & 0xFFFF)
    deflate = zlib.compressobj(level, zlib.DEFLATED, -15)
    body = deflate.compress(data) + deflate.flush()
    return header + body + struct.pack("<II", binascii.crc32(data), len(data) & 0xFFFFFFFF)


def lines_of(plain):
    """(number, offset, bytes) of the lines that are not blank."""
    found, offset = [], 0
    pieces = plain.split(b"\n")
    if pieces and pieces[-1] == b"":
        pieces.pop()
    for number, piece in enumerate(pieces, 1):
        start, text = offset, piece
        offset += len(piece) + 1
        if number == 1 and text.startswith(b"\xef\xbb\xbf"):
            start, text = start + 3, text[3:]
        if text.strip(b" \t\r"):
            found.append((number, start, text))
    return found


def framing(plain):
    """SHA-256 over every line with its number and its offset in front of it."""
    digest = hashlib.sha256()
    for number, offset, line in lines_of(plain):
        digest.update(b"%d %d " % (number, offset) + line + b"\n")
    return digest.hexdigest()


A = b'{"a": 1}\n'
B = b'{"b": "\xc3\xa9"}\n'
LINES = [b'{"line": %d, "text": "%s"}\n' % (i, b"xyz" * (i % 7)) for i in range(200)]
ALL = b"".join(LINES)
BIG = b"".join(
    hashlib.sha256(b"%d" % i).hexdigest().encode() * (1 + i % 5) + b"\n" for i in range(3000)
)

FIXTURES = {
    "one-member.jsonl.gz": (member(ALL), ALL, None),
    "stored.jsonl.gz": (member(ALL, level=0), ALL, None),
    "many-members.jsonl.gz": (
        b"".join(member(b"".join(LINES[i : i + 30])) for i in range(0, 200, 30)), ALL, None,
    ),
    "member-per-line.jsonl.gz": (b"".join(member(line) for line in LINES), ALL, None),
    "members-cut-mid-line.jsonl.gz": (
        b"".join(member(ALL[i : i + 17]) for i in range(0, len(ALL), 17)), ALL, None,
    ),
    "empty-members.jsonl.gz": (
        member(b"") + member(A) + member(b"") + member(b"") + member(B) + member(b""), A + B, None,
    ),
    "only-empty-members.jsonl.gz": (member(b"") * 3, b"", None),
    "empty-file.jsonl.gz": (b"", b"", None),
    "zero-padding.jsonl.gz": (member(A) + member(B) + bytes(700), A + B, None),
    "fields.jsonl.gz": (
        member(A, extra=b"Ap\x02\x00xy", name=b"a.jsonl", comment=b"hello", header_crc=True)
        + member(B, flags=1, name=b"\xe9"), A + B, None,
    ),
    "big.jsonl.gz": (member(BIG, level=1), BIG, None),
    "blank-lines.jsonl.gz": (
        member(b"\n\r\n" + A + b" \t\r\n\n" + B + b"  \n\t"), b"\n\r\n" + A + b" \t\r\n\n" + B + b"  \n\t", None,
    ),
    "crlf.jsonl.gz": (
        member((A + B).replace(b"\n", b"\r\n")), (A + B).replace(b"\n", b"\r\n"), None,
    ),
    "bom-no-final-newline.jsonl.gz": (
        member(b"\xef\xbb\xbf" + A + b"\xef\xbb\xbf" + B[:-1]),
        b"\xef\xbb\xbf" + A + b"\xef\xbb\xbf" + B[:-1], None,
    ),
    "bom-across-members.jsonl.gz": (
        member(b"\xef") + member(b"\xbb\xbf") + member(A), b"\xef\xbb\xbf" + A, None,
    ),
    "only-bom.jsonl.gz": (member(b"\xef\xbb\xbf"), b"\xef\xbb\xbf", None),
    "gzip-by-another-name.jsonl": (member(A + B), A + B, None),
    "plain.jsonl": (A + b"\n" + B[:-1], A + b"\n" + B[:-1], None),
    "plain-nul.jsonl": (b"\0\0\n" + A, b"\0\0\n" + A, None),
    "plain-one-byte.jsonl": (b"x", b"x", None),
    "plain-empty.jsonl": (b"", b"", None),
    "trailing-garbage.jsonl.gz": (member(A) + member(B) + b"garbage", A + B, "notGzip"),
    "garbage-after-padding.jsonl.gz": (member(A) + b"\0\0" + member(B), A, "notGzip"),
    "plain-named-gz.jsonl.gz": (A + B, b"", "notGzip"),
    "zeros-first.jsonl.gz": (b"\0\0" + member(A), b"", "notGzip"),
    "cut-in-second-member.jsonl.gz": (member(A) + member(B)[:14], A, "truncated"),
    "bad-checksum.jsonl.gz": (
        member(A) + member(B)[:-8] + b"\1\2\3\4" + member(B)[-4:], A + B, "corrupt",
    ),
    "bad-length.jsonl.gz": (member(A) + member(B)[:-4] + b"\0\0\0\1", A + B, "corrupt"),
    "bad-header-crc.jsonl.gz": (
        member(A) + member(B, header_crc=True).replace(b"\x02\xff", b"\x04\xff", 1), A, "corrupt",
    ),
    "bad-block-type.jsonl.gz": (member(A) + member(B)[:10] + b"\x07" + member(B)[11:], A, "corrupt"),
}


def write(fixtures, index):
    """Writes the files, and to `index` what is in them."""
    described = []
    for name, (stored, plain, error) in fixtures.items():
        (FOLDER / name).write_bytes(stored)
        described.append(
            {
                "name": name,
                "error": error,
                "sha256": hashlib.sha256(stored).hexdigest(),
                "bytes": len(stored),
                "inflated": len(plain),
                "lines": len(lines_of(plain)),
                "framing": framing(plain),
            }
        )
    with open(FOLDER / index, "w") as file:
        json.dump(described, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    write(FIXTURES, "fixtures.json")
