#!/usr/bin/env python3
"""What 2,000 records cost on a bad network: reads what Tools/badnet has kept, and prints a table.

    measure.py --stats FILE --tap FOLDER --records FOLDER [--most-up 0.8]

--records are the files as they were before they were sent. Ends with 1 where one of them never went
up, or where more went up than --most-up times what they are.
"""

import sys

sys.dont_write_bytecode = True

import argparse
import hashlib
import json
import zlib
from pathlib import Path

# A batch of ours is far smaller; a bound against a tap that is none.
LARGEST_BODY = 64_000_000
# An item of so many bytes is an EntryID: a question, no record.
QUESTION_BYTES = 32


def requests(data):
    """The requests of one connection as (line, fields, body), the last one as far as it came."""
    while data:
        head, found, rest = data.partition(b"\r\n\r\n")
        if not found:
            return
        first, *lines = head.decode("latin-1").split("\r\n")
        fields = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
        if fields.get("transfer-encoding") == "chunked":
            body, data = unchunked(rest)
        else:
            length = int(fields.get("content-length", "0"))
            body, data = rest[:length], rest[length:]
        yield first, fields, body


def unchunked(data):
    """The body that stands in chunks, and what follows it."""
    body = b""
    while True:
        size, found, rest = data.partition(b"\r\n")
        if not found:
            return body, b""
        length = int(size.split(b";")[0], 16)
        if length == 0:
            return body, rest[2:]
        body += rest[:length]
        data = rest[length + 2:]


def plain(fields, body):
    """The body as it was before it was compressed, as far as it came."""
    if fields.get("content-encoding") != "gzip":
        return body
    return zlib.decompressobj(31).decompress(body, LARGEST_BODY)


def items(body):
    """The byte strings of a CBOR sequence as (bytes, whether all of it came)."""
    place = 0
    while place < len(body):
        if body[place] >> 5 != 2:
            raise ValueError(f"an item of a batch begins with {body[place]:02x}")
        short = body[place] & 31
        width = {24: 1, 25: 2, 26: 4, 27: 8}.get(short, 0)
        head = body[place + 1:place + 1 + width]
        if len(head) < width:
            return
        length = int.from_bytes(head, "big") if width else short
        place += 1 + width
        yield body[place:place + length], place + length <= len(body)
        place += length


class Tally:
    """What went up."""

    def __init__(self):
        self.requests = self.questions = self.sent = self.whole = 0
        self.distinct = {}

    def add(self, data):
        for first, fields, body in requests(data):
            self.requests += 1
            path = first.split(" ")[1] if first.count(" ") == 2 else ""
            if path.endswith("/batch"):
                for item, complete in items(plain(fields, body)):
                    self.item(item, complete)
            elif path.endswith("/entries"):
                item = plain(fields, body)
                self.item(item, len(item) >= int(fields.get("content-length", "0")))

    def item(self, item, complete):
        if len(item) == QUESTION_BYTES:
            self.questions += 1
            return
        self.sent += len(item)
        if complete:
            self.whole += 1
            self.distinct[hashlib.sha256(item).digest()] = len(item)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stats", required=True)
    parser.add_argument("--tap", required=True)
    parser.add_argument("--records", required=True)
    parser.add_argument("--most-up", type=float)
    given = parser.parse_args()

    stats = json.loads(Path(given.stats).read_text(encoding="ascii"))
    sizes = [path.stat().st_size for path in Path(given.records).glob("*.colophon")]
    tally = Tally()
    for path in sorted(Path(given.tap).glob("*.up")):
        tally.add(path.read_bytes())
    count, total = len(sizes), sum(sizes)
    distinct = sum(tally.distinct.values())
    twice = 1 - distinct / tally.sent if tally.sent else 0
    ratio = stats["bytesUp"] / total
    for name, value in (
            ("records", f"{count:,}"),
            ("statement and manifest", f"{total / count:,.0f} bytes a record"),
            ("bytes up", f"{stats['bytesUp'] / count:,.0f} a record, "
             f"{ratio:.2f} of statement and manifest"),
            ("bytes down", f"{stats['bytesDown'] / count:,.0f} a record"),
            ("records that went up", f"{tally.whole:,}, {len(tally.distinct):,} different ones"),
            ("sent twice", f"{100 * twice:.1f} % of all bytes of records"),
            ("asked for first", f"{tally.questions:,}"),
            ("connections", f"{stats['connections']:,}, {stats['cuts']:,} of them cut"),
            ("requests", f"{tally.requests:,}"),
            ("time", f"{stats['seconds'] / 60:.1f} min")):
        print(f"  {name:<24}{value}")
    if len(tally.distinct) != count:
        print(f"measure: {len(tally.distinct)} of {count} records went up", file=sys.stderr)
        return 1
    if given.most_up is not None and ratio > given.most_up:
        print(f"measure: {ratio:.2f} is more than {given.most_up}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
