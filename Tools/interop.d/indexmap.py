"""The map of the index by its page alone, Schemas/index.md: keys, roots, proofs and snapshots.

What our code has made lies in Schemas/index/vectors.json, which a test of ours holds to it.
"""

import hashlib
import json
import random
from pathlib import Path

import cbor2
from checks import refuses, require, run
from mapping import check_name, key_of, listing, node, number, prove, sha256, shape, split

VECTORS = json.loads(
    (Path(__file__).parents[2] / "Schemas/index/vectors.json").read_text(encoding="utf-8"))
SEED = random.SystemRandom().randrange(1 << 32)


def log(count):
    """The records of the log that the page describes: pairs of key and index."""
    for index in range(count):
        yield key_of(0, hashlib.sha256(str(index).encode()).digest()), index
        yield key_of(1, f"urn:x:{index - index % 4}".encode()), index
        yield key_of(2, f"https://pops.example/{index % 7}".encode()), index


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
