"""Makes the zstd files of this directory and zstd-fixtures.json, which says what is in them.

The command `zstd` (1.5) writes the frames; Python cuts and damages them. Run it without arguments.
"""

import struct
import subprocess

from make_fixtures import A, ALL, B, LINES, member, write

BLOCK = 128 << 10


def frame(data, *options):
    """One frame; its length is not in the header, since zstd reads a pipe."""
    return subprocess.run(["zstd", "-q", "-c", *options], input=data, capture_output=True, check=True).stdout


def skippable(data, kind=0):
    """A skippable frame (RFC 8878 3.1.2)."""
    return struct.pack("<II", 0x184D2A50 + kind, len(data)) + data


def block_offset(stored, number):
    """Where the header of a block is, in a frame that has a window and neither length nor dictionary."""
    assert stored[4] & 0b11100011 == 0
    offset = 6
    for _ in range(number):
        header = int.from_bytes(stored[offset : offset + 3], "little")
        kind, size = header >> 1 & 3, header >> 3
        offset += 3 + (1 if kind == 1 else size)
    return offset


def damaged(stored, offset, bits):
    """`stored` with `bits` of the byte at `offset` flipped."""
    return stored[:offset] + bytes([stored[offset] ^ bits]) + stored[offset + 1 :]


def whole_lines(data):
    return data[: data.rfind(b"\n") + 1]


# Three blocks.
BIG = b"".join(b'{"line": %d, "text": "%s"}\n' % (i, b"xyz" * (i % 7)) for i in range(9000))
BIG_FRAME = frame(BIG, "-9")

FIXTURES = {
    "one-frame.jsonl.zst": (frame(ALL), ALL, None),
    "no-checksum.jsonl.zst": (frame(ALL, "--no-check"), ALL, None),
    "ultra.jsonl.zst": (frame(ALL, "--ultra", "-22"), ALL, None),
    "longest-window.jsonl.zst": (frame(ALL, "--long=27"), ALL, None),
    "frame-per-line.jsonl.zst": (b"".join(frame(line) for line in LINES), ALL, None),
    "frames-cut-mid-line.jsonl.zst": (
        b"".join(frame(ALL[i : i + 170]) for i in range(0, len(ALL), 170)), ALL, None,
    ),
    "empty-frames.jsonl.zst": (frame(b"") + frame(A) + frame(b"") * 2 + frame(B) + frame(b""), A + B, None),
    "skippable-frames.jsonl.zst": (
        skippable(b"") + skippable(b"index", 15) + frame(A) + skippable(bytes(200), 7) + frame(B) + skippable(b"x"),
        A + B, None,
    ),
    "only-skippable.jsonl.zst": (skippable(b"nothing"), b"", None),
    "empty-file.jsonl.zst": (b"", b"", None),
    "big.jsonl.zst": (BIG_FRAME, BIG, None),
    "zstd-by-another-name.jsonl": (frame(A + B), A + B, None),
    "too-long-window.jsonl.zst": (frame(A) + frame(B, "--long=28"), A, "windowTooLarge"),
    "plain-named-zst.jsonl.zst": (A + B, b"", "notZstd"),
    "gzip-named-zst.jsonl.zst": (member(A), b"", "notZstd"),
    "zstd-named-gz.jsonl.gz": (frame(A), b"", "notGzip"),
    "zeros-after-zstd.jsonl.zst": (frame(A) + bytes(700), A, "notZstd"),
    "garbage-after-zstd.jsonl.zst": (frame(A) + frame(B) + b"garbage", A + B, "notZstd"),
    "gzip-after-zstd.jsonl.zst": (frame(A) + member(B), A, "notZstd"),
    "cut-in-magic.jsonl.zst": (frame(A) + frame(B)[:3], A, "truncated"),
    "cut-in-second-frame.jsonl.zst": (frame(A) + frame(B)[:-6], A, "truncated"),
    "cut-in-checksum.jsonl.zst": (frame(A) + frame(B)[:-1], A + B, "truncated"),
    "cut-in-skippable.jsonl.zst": (frame(A) + skippable(b"abc")[:-1], A, "truncated"),
    "cut-in-third-block.jsonl.zst": (
        BIG_FRAME[: block_offset(BIG_FRAME, 3) - 1], whole_lines(BIG[: 2 * BLOCK]), "truncated",
    ),
    "bad-zstd-checksum.jsonl.zst": (
        damaged(frame(A) + frame(B), -1 + len(frame(A) + frame(B)), 1), A + B, "corrupt",
    ),
    "bad-third-block.jsonl.zst": (
        damaged(BIG_FRAME, block_offset(BIG_FRAME, 2), 2), whole_lines(BIG[: 2 * BLOCK]), "corrupt",
    ),
}

if __name__ == "__main__":
    write(FIXTURES, "zstd-fixtures.json")
