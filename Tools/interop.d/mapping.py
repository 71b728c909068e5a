"""Keys, maps and proofs of the index by the definitions of Schemas/index.md §1 to §5, and no more.

Slow and plain: each definition of the page is a function. It needs no ledger.
"""

import hashlib
import re
import sys

import cbor2

EMPTY, LIMIT, PAGE = bytes(32), 64, 4096
sys.setrecursionlimit(2000)


def encode(value):
    """Deterministic CBOR (RFC 8949 §4.2.1)."""
    return cbor2.dumps(value, canonical=True)


def require(condition, message):
    """Fails; unlike assert, whatever the interpreter's options."""
    if not condition:
        raise AssertionError(message)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def number(value):
    return value.to_bytes(8, "big")


# Keys.

def check_name(kind, value):
    """Returns `unknown` or `false` where kind and value are no name; else None."""
    if kind not in (0, 1, 2, 3):
        return "unknown"
    if kind == 0:
        return None if len(value) == 32 else "false"
    uri, serial = value, b"0"
    if kind == 3:
        uri, mark, serial = value.partition(b"#")
        if not mark:
            return "false"
    characters = rb"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]{1,255}"
    good = re.fullmatch(characters, uri) and re.fullmatch(rb"0|[1-9][0-9]*", serial)
    return None if good and int(serial) <= 10_000_000 else "false"


def key_of(kind, value):
    return sha256(b"colophon/index/v1\0", bytes([kind]), value)


# The map.

def bit(key, depth):
    return key[depth // 8] >> (7 - depth % 8) & 1


def chain(records):
    """The bucket of pairs of tag and index, in their order."""
    link = EMPTY
    for tag, index in records:
        link = sha256(b"\2", link, tag, number(index))
    return link


def tree(leaves):
    """MTH of RFC 9162 §2.1.1 over hashes of leaves."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1", tree(leaves[:half]), tree(leaves[half:]))


def leaf(index):
    return sha256(b"\0", number(index))


def list_hash(key, count, root):
    return sha256(b"\4", key, number(count), root)


def shape(records):
    """What stands at the node of these records: `empty`, `bucket`, `list` or `branch`."""
    if not records:
        return "empty"
    if len(records) <= LIMIT:
        return "bucket"
    return "list" if len({key for key, _ in records}) == 1 else "branch"


def bucket_order(records):
    return sorted(records, key=lambda record: (record[1], record[0]))


def split(records, depth):
    return [[record for record in records if bit(record[0], depth) == side] for side in (0, 1)]


def node(records, depth=0):
    """node(S, d) of the page."""
    what = shape(records)
    if what == "empty":
        return EMPTY
    if what == "bucket":
        return chain([(key[-8:], index) for key, index in bucket_order(records)])
    if what == "list":
        leaves = [leaf(index) for _, index in sorted(records)]
        return list_hash(records[0][0], len(records), tree(leaves))
    left, right = split(records, depth)
    return sha256(b"\3", node(left, depth + 1), node(right, depth + 1))


# Proofs.

def subtrees(start, end):
    """The fewest aligned powers of two that tile a range: pairs of start and length."""
    while start < end:
        width = 1 << (end - start).bit_length() - 1
        if start:
            width = min(width, start & -start)
        yield start, width
        start += width


def prove(records, kind, value, start, end):
    """Makes the proof of a name; of a list the entries at the positions from start to end."""
    key, path = key_of(kind, value), []
    while shape(records) == "branch":
        depth = len(path)
        sides = split(records, depth)
        beside = node(sides[1 - bit(key, depth)], depth + 1)
        path.append(None if beside == EMPTY else beside)
        records = sides[bit(key, depth)]
    what, pages = shape(records), []
    if what == "empty":
        foot = [0]
    elif what == "bucket":
        chained = [other[-8:] + number(index) for other, index in bucket_order(records)]
        foot = [1, b"".join(chained)]
    else:
        indexes = [index for _, index in sorted(records)]
        leaves = [leaf(index) for index in indexes]
        foot = [2, records[0][0], len(indexes), tree(leaves)]

        def around(first, last):
            return [tree(leaves[s:s + width]) for s, width in subtrees(first, last)]

        end = min(end, len(indexes)) if records[0][0] == key else start
        for first in range(start, end, PAGE):
            last = min(end, first + PAGE)
            pages.append([first, b"".join(map(number, indexes[first:last])), around(0, first),
                          around(last, len(indexes))])
    return encode([kind, value, path, foot, pages])


def numbers(data, width):
    require(isinstance(data, bytes) and data and len(data) % width == 0, "length of numbers")
    return [data[place:place + width] for place in range(0, len(data), width)]


def is_hash(item):
    return isinstance(item, bytes) and len(item) == 32


def is_count(item):
    return isinstance(item, int) and not isinstance(item, bool) and item >= 0


def fold(left, leaves, right, start, count):
    """The root of a list of `count` entries of which some stand at `start`."""
    end = start + len(leaves)
    places = list(subtrees(0, start)), list(subtrees(end, count))
    require([len(left), len(right)] == list(map(len, places)), "subtrees beside a page")
    nodes = [(w, hash) for (_, w), hash in zip(places[0], left)] + [(1, hash) for hash in leaves]
    nodes += [(w, hash) for (_, w), hash in zip(places[1], right)]
    stack = []
    for width, hash in nodes:
        while stack and stack[-1][0] == width:
            hash, width = sha256(b"\1", stack.pop()[1], hash), 2 * width
        stack.append((width, hash))
    root = stack.pop()[1]
    while stack:
        root = sha256(b"\1", stack.pop()[1], root)
    return root


def listing(data, root, size):
    """Verifies a proof: returns how many are listed and the runs that are shown, or raises."""
    item = cbor2.loads(data)
    require(encode(item) == data, "not the one encoding")
    require(isinstance(item, list) and len(item) == 5, "no proof")
    kind, value, path, foot, pages = item
    require(is_count(kind) and isinstance(value, bytes), "kind or value")
    if check_name(kind, value) == "unknown":
        raise LookupError("kind")
    require(check_name(kind, value) is None, "name")
    require(isinstance(path, list) and len(path) <= 256, "path")
    require(all(beside is None or is_hash(beside) for beside in path), "node of the path")
    require(EMPTY not in path, "zeros in the path")
    require(isinstance(pages, list) and len(pages) <= 16, "pages")
    key = key_of(kind, value)
    hash, count, runs, has_list = foot_of(foot, key, len(path), size)
    require(has_list or not pages, "pages without a list")
    for depth in reversed(range(len(path))):
        beside = path[depth] or EMPTY
        require(hash != EMPTY or beside != EMPTY, "two empty nodes")
        pair = (beside, hash) if bit(key, depth) else (hash, beside)
        hash = sha256(b"\3", *pair)
    require(hash == root, "root")
    if has_list:
        runs = read_pages(pages, count, foot[3], size)
    return count, runs


def foot_of(foot, key, depth, size):
    """The node at the end of the way, how many it lists, which, and whether pages belong to it."""
    require(isinstance(foot, list) and foot, "end")
    if foot == [0]:
        return EMPTY, 0, {}, False
    if foot[0] == 1 and len(foot) == 2:
        records = [(record[:8], int.from_bytes(record[8:], "big"))
                   for record in numbers(foot[1], 16)]
        indexes = [index for _, index in records]
        require(len(records) <= LIMIT and indexes == sorted(indexes), "bucket")
        require(indexes[-1] < size, "index above N")
        found = sorted({index for tag, index in records if tag == key[-8:]})
        return chain(records), len(found), {0: found} if found else {}, False
    require(foot[0] == 2 and len(foot) == 4, "end")
    _, other, count, root = foot
    require(is_hash(other) and is_hash(root) and is_count(count), "list")
    require(LIMIT < count <= size, "length of a list")
    require(all(bit(other, place) == bit(key, place) for place in range(depth)), "list elsewhere")
    hash = list_hash(other, count, root)
    return (hash, count, {}, True) if other == key else (hash, 0, {}, False)


def read_pages(pages, count, root, size):
    runs, end, last = {}, 0, -1
    for page in pages:
        require(isinstance(page, list) and len(page) == 4 and is_count(page[0]), "page")
        start, data, left, right = page
        indexes = [int.from_bytes(one, "big") for one in numbers(data, 8)]
        require(len(indexes) <= PAGE and end <= start <= count - len(indexes), "place of a page")
        require([last] + indexes == sorted({last, *indexes}) and indexes[-1] < size, "indexes")
        for hashes in (left, right):
            require(isinstance(hashes, list) and all(map(is_hash, hashes)), "subtrees")
        found = fold(left, [leaf(index) for index in indexes], right, start, count)
        require(found == root, "root of a page")
        if runs and max(runs) + len(runs[max(runs)]) == start:
            runs[max(runs)] += indexes
        else:
            runs[start] = indexes
        end, last = start + len(indexes), indexes[-1]
    return runs
