"""A chain of blocks that looks like Bitcoin's, at the lowest difficulty there is (regtest's).

Merkle trees follow Bitcoin's rule: the last of an odd number is paired with itself. Each header has
real proof of work, which takes two attempts on average.
"""

import hashlib
import os
import struct

# The compact form of the easiest target, and the target.
EASIEST = 0x207fffff
TARGET = 0x7fffff << 232

# The largest block that is made: transactions beside the one that carries a digest.
TRANSACTIONS = 12


def sha256(data):
    return hashlib.sha256(data).digest()


def twice(data):
    return sha256(sha256(data))


def merkle(leaves, place):
    """The root of a Merkle tree, and the siblings of a leaf: (is it on the left, its hash)."""
    path = []
    while len(leaves) > 1:
        if len(leaves) % 2:
            leaves = leaves + leaves[-1:]
        path.append((place % 2 == 1, leaves[place ^ 1]))
        leaves = [twice(leaves[at] + leaves[at + 1]) for at in range(0, len(leaves), 2)]
        place //= 2
    return leaves[0], path


def transaction(digest):
    """A transaction, before and after the digest that its output of no value carries."""
    before = struct.pack("<IB32sIBIBQB", 1, 1, os.urandom(32), 0, 0, 0xffffffff, 1, 0, 34)
    return before + b"\x6a\x20", struct.pack("<I", 0)


class Block:
    """A block of random transactions, one of which may carry a digest."""

    def __init__(self, previous, seconds, digest=None):
        count = 1 + os.urandom(1)[0] % TRANSACTIONS
        leaves = [os.urandom(32) for _ in range(count)]
        self.steps = []
        if digest is None:
            root, _ = merkle(leaves, 0)
        else:
            before, after = transaction(digest)
            # The first transaction is the miner's own.
            place = 1 + os.urandom(1)[0] % count
            self.transaction = twice(before + digest + after)
            leaves.insert(place, self.transaction)
            root, path = merkle(leaves, place)
            self.steps = [("prepend", before), ("append", after), ("sha256",), ("sha256",)]
            for on_the_left, hash in path:
                self.steps += [("prepend" if on_the_left else "append", hash), ("sha256",),
                               ("sha256",)]
        self.header = mined(previous, root, seconds)


def mined(previous, root, seconds):
    """A header with proof of work."""
    start = struct.pack("<I32s32sII", 4, previous, root, seconds, EASIEST)
    for nonce in range(1 << 32):
        header = start + struct.pack("<I", nonce)
        if int.from_bytes(twice(header), "little") <= TARGET:
            return header
    raise RuntimeError("no nonce fits")
