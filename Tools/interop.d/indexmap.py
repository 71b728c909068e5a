"""The map of the index by its page alone, Schemas/index.md: keys, roots, proofs and snapshots.

Slow and plain: each definition of the page is a function. What our code has made lies in
Schemas/index/vectors.json, which a test of ours holds to it.
"""

import hashlib
import json
import random
import re
import sys
from pathlib import Path

import cbor2
from checks import encode, refuses, require, run

VECTORS = json.loads(
    (Path(__file__).parents[2] / "Schemas/index/vectors.json").read_text(encoding="utf-8"))
SEED = random.SystemRandom().randrange(1 << 32)
EMPTY, LIMIT, PAGE = bytes(32), 64, 4096
sys.setrecursionlimit(2000)


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


def log(count):
    """The records of the log that the page describes: pairs of key and index."""
    for index in range(count):
        yield key_of(0, hashlib.sha256(str(index).encode()).digest()), index
        yield key_of(1, f"urn:x:{index - index % 4}".encode()), index
        yield key_of(2, f"https://pops.example/{index % 7}".encode()), index


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


# Snapshots.

def snapshot(records, size, head):
    def preorder(part, depth):
        what = shape(part)
        if what == "empty":
            return b"\0"
        if what == "bucket":
            return bytes([len(part)]) + node(part, depth)
        if what == "list":
            return bytes([66]) + part[0][0] + node(part, depth)
        left, right = split(part, depth)
        return bytes([65]) + preorder(left, depth + 1) + preorder(right, depth + 1)

    content = b"COLOPHON INDEX 1\n" + number(size) + node(records) + head + preorder(records, 0)
    return content + sha256(content)


# The checks.

def records_of(map):
    if "entries" in map:
        return list(log(map["entries"]))
    return [(bytes.fromhex(key), index) for key, indexes in map["records"].items()
            for index in indexes]


MAPS = {map["name"]: (records_of(map), map["size"], bytes.fromhex(map["root"]))
        for map in VECTORS["maps"]}


def the_keys_are_those_of_the_page():
    require(len(VECTORS["names"]) > 15, "few names")
    for name in VECTORS["names"]:
        kind, value = name["kind"], bytes.fromhex(name["value"])
        good = check_name(kind, value) is None
        require(good == ("key" in name), f"name {kind} {value}")
        require(not good or key_of(kind, value).hex() == name["key"], f"key of {value}")


def the_roots_are_those_of_the_page():
    require(len(MAPS) > 15, "few maps")
    for name, (records, _, root) in MAPS.items():
        require(node(records) == root, f"the root of {name} differs")


def the_proofs_that_colophon_makes_are_those_of_the_page():
    made = 0
    for proof in VECTORS["proofs"]:
        if proof["verdict"] == "listed":
            data = bytes.fromhex(proof["proof"])
            kind, value = cbor2.loads(data)[:2]
            runs = proof["runs"]
            start = int(next(iter(runs), 0))
            end = start + len(next(iter(runs.values()), []))
            require(prove(MAPS[proof["map"]][0], kind, value, start, end) == data, proof["name"])
            made += 1
    require(made > 10, "few proofs")


def every_proof_gets_its_verdict():
    for proof in VECTORS["proofs"]:
        _, size, root = MAPS[proof["map"]]
        try:
            count, runs = listing(bytes.fromhex(proof["proof"]), root, size)
        except LookupError:
            verdict = "unknown"
        except Exception:
            verdict = "false"
        else:
            verdict = "listed"
            shown = {int(start): indexes for start, indexes in proof["runs"].items()}
            require((count, runs) == (proof["count"], shown), proof["name"])
        require(verdict == proof["verdict"], f"{proof['name']}: {verdict}")


def no_altered_proof_lists_anything_else():
    chance = random.Random(SEED)
    for proof in VECTORS["proofs"]:
        if proof["verdict"] != "listed":
            continue
        records, size, root = MAPS[proof["map"]]
        data = bytearray.fromhex(proof["proof"])
        name = cbor2.loads(bytes(data))[:2]
        for place in range(len(data)):
            altered = bytearray(data)
            altered[place] ^= 1 << chance.randrange(8)
            altered = bytes(altered)
            if refuses(lambda: bool(listing(altered, root, size))):
                continue
            # Another name whose way ends in the same node: what is listed is true of it.
            other = cbor2.loads(altered)[:2]
            require(other != name, f"seed {SEED}: {proof['name']}, byte {place}")
            key = key_of(*other)
            found = sorted(index for known, index in records if known == key)
            shown = [index for run in listing(altered, root, size)[1].values() for index in run]
            require(shown == found, f"seed {SEED}: {proof['name']}, byte {place}")


def the_snapshots_are_those_of_the_page():
    for made in VECTORS["snapshots"]:
        records, size, _ = MAPS[made["map"]]
        require(snapshot(records, size, bytes.fromhex(made["head"])).hex() == made["bytes"],
                f"the snapshot of {made['map']} differs")


run([the_keys_are_those_of_the_page, the_roots_are_those_of_the_page,
     the_proofs_that_colophon_makes_are_those_of_the_page, every_proof_gets_its_verdict,
     no_altered_proof_lists_anything_else, the_snapshots_are_those_of_the_page])
