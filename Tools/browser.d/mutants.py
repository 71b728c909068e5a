"""Hostile copies of records and kits: CBOR, JSON, notes and policies, altered at every depth.

A copy is made by going down: a byte string that is CBOR, JSON or a note is altered inside, and all
lengths above it are written anew, so that the readers behind the first one are reached, too.
"""

import base64
import json
import re

from corpus import head

DEPTH = 12

JSON_TOKEN = rb'"(?:[^"\\]|\\.)*"|-?[0-9.eE+-]+|[a-z]+|[\[\]{}:,]'
WORD = rb"[^ \n+]+|[ \n+]"

# What is put in the place of a token of JSON, or beside it.
JSON_TOKENS = [
    b'"__proto__"', b'"constructor"', b'"toString"', b'"\\u0061"', b'"\\ud800"',
    b'"\\udc00\\ud800"', b'"\\ud83d\\ude00"', b'"\\u0000"', b'"\xed\xa0\x80"', b'"\xff"',
    b'"\xc0\x80"', b'"\x1f"', b'"\\x"', b'"\xe2\x80\xaegpj"', b'"' + b"w" * 70000 + b'"', b"0",
    b"-0", b"00", b"-", b"1.", b".5", b"+1", b"1.0", b"1e2", b"1E+400", b"-1e-400",
    b"9007199254740991", b"9007199254740992", b"-9007199254740993", b"1" * 400, b"0.1", b"NaN",
    b"tru", b"true", b"nul", b"null", b"falsey", b"{}", b"[]", b"[" * 17 + b"]" * 17, b"[" * 5000,
    b'{"a":' * 5000, b'{"__proto__":{"x":1}}', b'{"a":1,"a":2}', b'{"a":1,"\\u0061":2}', b'{"a"}',
    b"{,}", b"[1,]", b",", b":", b"\xef\xbb\xbf", b"/**/", b"\x00", b"\x0b",
    b'"2026-02-30T00:00:00Z"', b'"2024-02-29T23:59:60Z"', b'"2024-02-29T24:00:00+00:00"',
    b'"0000-01-01T00:00:00Z"', b'"urn:colophon:other:v1"', b"180.0", b'"0001-01-01T00:00:00+23:59"',
    b'"9999-12-31T23:59:59-23:59"', b'"EPSG:4326"', b"1e-7", b"5e-324",
]

# What is put in the place of an item of CBOR, or beside it.
CBOR_ITEMS = [
    "00", "1800", "1817", "1818", "1900ff", "1a0000ffff", "1b00000000ffffffff",
    "1b001fffffffffffff", "1b0020000000000000", "1b7fffffffffffffff", "1b8000000000000000",
    "1bffffffffffffffff", "20", "3817", "3bffffffffffffffff", "3b7fffffffffffffff", "40", "5800",
    "5bffffffffffffffff", "5affffffff", "5f41ff", "5f41ffff", "60", "61ff", "63eda080",
    "695f5f70726f746f5f5f", "7f61ff", "80", "9bffffffffffffffff", "9f00ff",
    "818181818181818181818100", "a0", "a10000", "a200000000", "a201000000", "a161610061620000",
    "a1f600", "bbffffffffffffffff", "bfff", "c000", "d200", "d8120a", "d9d9f700",
    "dbffffffffffffffff00", "f4", "f5", "f6", "f7", "f800", "f814", "f820", "f8ff", "f90000",
    "fa7fc00000", "fb7ff0000000000000", "fc", "ff", "1c", "3d", "5e", "7d", "9c",
]

# What is put in the place of a word of a note or of a policy, or beside it.
WORDS = [
    b"", b" ", b"\t", b"\r", b"\r\n", b"\n", b"\n\n", b"\x00", b"\x7f", b"\xff", b"\xef\xbb\xbf",
    b"\xff\xfe", b"\xc2\xa0", b"\xe2\x80\x94", b"\xe2\x80\x94 ", b"+", b"=", b"==", b"A", b"A===",
    b"_w==", b"/x==", b"constructor", b"__proto__", b"none", b"any", b"all", b"0", b"00", b"1",
    b"01", b"-1", b"9223372036854775807", b"9223372036854775808", b"18446744073709551616",
    b"1" * 40, b"witness", b"group", b"log", b"quorum", b"quorum none\n", b"# words\n",
    b"group g any w\n", b"log x+00000000+AQ==\n", b"\xe2\x80\x94 x AAAAAAA=\n",
    b"\xe2\x80\x94 x AAAAAAAA\n" * 101, b"\xe2\x80\xae", b"a" * 300,
]


class Tagged(list):
    """[tag, item]."""


class Pairs(list):
    """The members of a map, in their order."""


class Raw(bytes):
    """Bytes that stand for an item as they are."""


def read(data, at=0, depth=0):
    """Reads an item of CBOR: the item, and where it ends. Raises ValueError where there is none."""
    if depth > DEPTH or at >= len(data):
        raise ValueError("no item")
    major, information = data[at] >> 5, data[at] & 31
    at += 1
    size = {24: 1, 25: 2, 26: 4, 27: 8}.get(information, 0)
    if information > 27 or at + size > len(data):
        raise ValueError("no head")
    argument = int.from_bytes(data[at:at + size], "big") if size else information
    at += size
    if major < 2:
        return (argument if major == 0 else -1 - argument), at
    if major == 7:
        return Raw(data[at - size - 1:at]), at
    if argument > len(data):
        raise ValueError("too long")
    if major in (2, 3):
        content = bytes(data[at:at + argument])
        return (content if major == 2 else content.decode()), at + argument
    items = []
    for _ in range({4: argument, 5: 2 * argument, 6: 1}[major]):
        item, at = read(data, at, depth + 1)
        items.append(item)
    if major == 5:
        return Pairs(zip(items[::2], items[1::2])), at
    return (Tagged([argument, *items]) if major == 6 else items), at


def long_head(major, argument):
    """A head of any argument: those above 32 bits, too."""
    if argument < 1 << 32:
        return head(major, argument)
    return bytes([major << 5 | 27]) + argument.to_bytes(8, "big")


def write(item):
    """Writes an item as it was read; what is `Raw` as it is."""
    if isinstance(item, Raw):
        return bytes(item)
    if isinstance(item, int):
        return long_head(0, item) if item >= 0 else long_head(1, -1 - item)
    if isinstance(item, bytes):
        return long_head(2, len(item)) + item
    if isinstance(item, str):
        return long_head(3, len(item.encode())) + item.encode()
    if isinstance(item, Tagged):
        return long_head(6, item[0]) + write(item[1])
    if isinstance(item, Pairs):
        return long_head(5, len(item)) + b"".join(write(key) + write(value) for key, value in item)
    return long_head(4, len(item)) + b"".join(map(write, item))


def whole(data):
    """The one item that these bytes are; None where they are none."""
    try:
        item, end = read(data)
    except ValueError:
        return None
    return item if end == len(data) else None


def manifest_records(folder, record):
    """Records that carry each of the manifests in a folder of `Schemas/manifests`, by its name."""
    tag = whole(record)
    found = {}
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text().splitlines():
            case = json.loads(line)
            text = (base64.b64decode(case["base64"]) if "base64" in case
                    else case["manifest"].encode())
            sealed, beside, *rest = tag[1]
            members = [(label, text if label == -65540 else value) for label, value in beside]
            found[f"{path.stem}: {case['name']}"] = write(
                Tagged([18, [sealed, Pairs(members), *rest]]))
    return found


class Mutator:
    """Alters bytes by a generator of random numbers whose seed makes all copies again."""

    def __init__(self, random):
        self.random = random

    def copy_of(self, lists):
        """A copy of one of the lists' members, altered once or twice; never empty."""
        copy = self.random.choice(self.random.choice(lists))
        for _ in range(self.random.choice([1, 1, 1, 2])):
            copy = self.alter(copy) or b"\0"
        return copy

    def alter(self, data):
        """A copy of `data` with something changed in it, at any depth."""
        item = whole(data) if data[:1] > b"\x7f" else None
        if not data or self.random.random() < 0.04:
            return self.bytes(data)
        if data[:1] in (b"{", b"["):
            return self.tokens(data, JSON_TOKEN, JSON_TOKENS)
        if item is not None and not isinstance(item, (int, Raw)):
            return write(self.item(item))
        if b"\n" in data:
            return self.tokens(data, WORD, WORDS)
        return self.bytes(data)

    def bytes(self, data):
        """Changes a bit, or puts in, takes out or doubles a few bytes."""
        place, count = self.random.randrange(len(data) + 1), self.random.choice([1, 1, 2, 32])
        kind = self.random.randrange(5)
        if kind == 0 and place < len(data):
            changed = data[place] ^ 1 << self.random.randrange(8)
            return data[:place] + bytes([changed]) + data[place + 1:]
        if kind == 1:
            return data[:place] + self.random.randbytes(count) + data[place:]
        if kind == 2:
            return data[:place] + data[place + count:]
        if kind == 3:
            return data[:place] + data[place:place + count] + data[place:]
        return data[:place]

    def tokens(self, data, pattern, others):
        """Changes, takes out, doubles or swaps tokens of a text."""
        spans = [match.span() for match in re.finditer(pattern, data, re.DOTALL)]
        if not spans:
            return self.bytes(data)
        start, end = self.random.choice(spans)
        other = self.random.choice(spans)
        put = {0: self.random.choice(others), 1: self.random.choice(others), 2: b"",
               3: data[start:end] * 2, 4: data[slice(*other)],
               5: data[start:end] + self.random.choice(others),
               6: self.bytes(data[start:end])}[self.random.randrange(7)]
        return data[:start] + put + data[end:]

    def item(self, item):
        """Changes an item of CBOR: mostly something inside it."""
        is_whole = not isinstance(item, (list, bytes, str)) or len(item) == 0
        if is_whole or self.random.random() < 0.06:
            return self.other(item)
        if isinstance(item, bytes):
            return self.alter(item)
        if isinstance(item, str):
            return Raw(write(item)) if self.random.random() < 0.1 else self.text(item)
        copy = type(item)(item)
        # The more bytes an item has, the more often it is altered.
        inner = item[1:] if isinstance(item, Tagged) else item[:64]
        sizes = [len(write(list(one) if isinstance(item, Pairs) else one)) for one in inner]
        place = self.random.choices(range(len(sizes)), sizes)[0]
        kind = self.random.random()
        if isinstance(item, Tagged):
            copy[1] = self.item(item[1])
        elif kind < 0.03:
            del copy[place]
        elif kind < 0.06:
            copy.insert(self.random.randrange(len(item) + 1), item[place])
        elif kind < 0.08:
            other = self.random.randrange(len(item))
            copy[place], copy[other] = copy[other], copy[place]
        elif isinstance(item, Pairs):
            key, value = item[place]
            copy[place] = (self.item(key), value) if kind < 0.14 else (key, self.item(value))
        else:
            copy[place] = self.item(item[place])
        return copy

    def text(self, text):
        data = self.bytes(text.encode())
        return Raw(long_head(3, len(data)) + data)

    def other(self, item):
        """Something in the place of an item."""
        kind = self.random.randrange(4)
        if kind == 0 and isinstance(item, int):
            return self.random.choice([item + 1, item - 1, -item, item << 8, 0, 1, -1])
        if kind == 1:
            encoded = write(item)
            wide = bytes([encoded[0] & 0xe0 | 24, encoded[0] & 31]) + encoded[1:]
            return Raw(wide if encoded[0] & 31 < 24 else encoded)
        return Raw(bytes.fromhex(self.random.choice(CBOR_ITEMS)))
