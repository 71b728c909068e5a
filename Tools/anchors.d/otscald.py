#!/usr/bin/env python3
"""A calendar of OpenTimestamps that is played on this machine, for tools, tests and the bench.

    otscald.py FOLDER [--port N] [--height N] [--confirmations N]

It answers `POST /digest` and `GET /timestamp/HEX` as a calendar does, and keeps what it was given
in FOLDER/journal, synced before it answers. Its blocks are its own: `POST /control/mine` makes one
with all that waits (`?blocks=N` makes N, `?time=SECONDS` says when), and until then everything
stays pending. `POST /control/reorg?blocks=N` replaces the newest N by others (1 unless given): what
was in them waits again. FOLDER/headers has the chain for `verify --bitcoin-headers`, FOLDER/url
says where the calendar is, once it answers.

By path or command the answer to a digest or a commitment is changed: not-found (it has forgotten),
wrong-height, wrong-block (a tree that no block has), deep (257 steps), long-argument (4,097
bytes), trailing, cut, foreign (a pending proof of another host), unknown (an attestation that
nobody knows), sha1. Failures of any service: loopback.py. A calendar under `/fault/NAME` names
itself with that path.
"""

import sys

sys.dont_write_bytecode = True

import argparse
import hashlib
import hmac
import json
import os
import time
from pathlib import Path
from urllib.parse import parse_qs

import bitcoin
import loopback

# The longest digest that a calendar takes, and the longest commitment that is looked up.
DIGEST_BYTES = 64
COMMITMENT_BYTES = 256
# The most blocks that one command makes or replaces.
BLOCKS = 2100

CONFIRMED = "Timestamped by transaction {}; waiting for {} confirmations"
PENDING = "Pending confirmation in Bitcoin blockchain"

OPERATIONS = {"append": 0xf0, "prepend": 0xf1, "sha1": 0x02, "sha256": 0x08}
PENDING_TAG = bytes.fromhex("83dfe30d2ef90c8e")
BITCOIN_TAG = bytes.fromhex("0588960d73d71901")


# The format

def number(value):
    """A variable-length integer: seven bits a byte, the lowest first."""
    encoded = bytearray()
    while True:
        encoded.append(value & 0x7f | (0x80 if value > 0x7f else 0))
        value >>= 7
        if not value:
            return bytes(encoded)


def sized(data):
    return number(len(data)) + data


def step(name, argument=None):
    return bytes([OPERATIONS[name]]) + (b"" if argument is None else sized(argument))


def applied(message, steps):
    """The result of steps on a message."""
    for name, *argument in steps:
        if name == "append":
            message = message + argument[0]
        elif name == "prepend":
            message = argument[0] + message
        else:
            message = hashlib.new(name, message).digest()
    return message


def tree(steps, tag, payload):
    """A timestamp without branches: its steps, then one attestation."""
    return b"".join(step(*each) for each in steps) + b"\0" + tag + sized(payload)


def pending(url):
    return PENDING_TAG, sized(url.encode("ascii"))


# The calendar

class Calendar(loopback.Service):
    """What it was given, and its chain; the journal has both."""

    faults = frozenset([
        "not-found", "wrong-height", "wrong-block", "deep", "long-argument", "trailing", "cut",
        "foreign", "unknown", "sha1"])

    def __init__(self, folder, url, height, confirmations):
        super().__init__()
        self.folder = folder
        self.url = url
        self.first = height
        self.confirmations = confirmations
        self.key = b"a calendar that is played"
        # In the order in which they came; what waits is a key of `waiting` alone.
        self.waiting = {}
        # The headers from the first height on, and of each block its transaction and proofs.
        self.headers = []
        self.blocks = []
        path = folder / "journal"
        if path.exists():
            for line in path.read_text("ascii").splitlines():
                self.replay(json.loads(line))
        self.journal = open(path, "a", encoding="ascii")
        self.write_headers()

    def replay(self, row):
        if "commitment" in row:
            self.waiting[bytes.fromhex(row["commitment"])] = True
        elif "dropped" in row:
            self.drop(row["dropped"])
        else:
            proofs = {bytes.fromhex(name): steps_of(steps) for name, steps in row["proofs"]}
            self.add(bytes.fromhex(row["header"]), row["transaction"], proofs)

    def add(self, header, transaction, proofs):
        self.headers.append(header)
        self.blocks.append((transaction, proofs))
        for commitment in proofs:
            self.waiting.pop(commitment, None)

    def drop(self, count):
        for _ in range(count):
            self.headers.pop()
            for commitment in self.blocks.pop()[1]:
                self.waiting[commitment] = True

    def record(self, row):
        """Writes a row, and returns when it is on the disk."""
        self.journal.write(json.dumps(row) + "\n")
        self.journal.flush()
        os.fsync(self.journal.fileno())

    def write_headers(self):
        new = self.folder / "headers.new"
        new.write_text("".join(
            f"{self.first + at} {header.hex()}\n" for at, header in enumerate(self.headers)))
        new.rename(self.folder / "headers")

    # Commands

    def command(self, name, query):
        fields = parse_qs(query)

        def field(key, default):
            return int(fields.get(key, [default])[0])

        count = min(field("blocks", 1), BLOCKS)
        with self.lock:
            if name == "mine":
                self.mine(count, field("time", int(time.time())))
            elif name == "reorg":
                count = min(count, len(self.headers))
                self.record({"dropped": count})
                self.drop(count)
                for _ in range(count):
                    self.block(int(time.time()), [])
            elif name != "height":
                return None
            self.write_headers()
            return f"{self.first + len(self.headers) - 1}\n"

    def mine(self, count, seconds):
        """Makes blocks; the first has all that waits."""
        for _ in range(count):
            self.block(seconds, list(self.waiting))

    def block(self, seconds, commitments):
        previous = bitcoin.twice(self.headers[-1]) if self.headers else bytes(32)
        # As a calendar does, all commitments are leaves of one tree; the last of an odd number
        # goes up alone.
        steps = {commitment: [("sha256",)] for commitment in commitments}
        level = [(bitcoin.sha256(commitment), [commitment]) for commitment in commitments]
        while len(level) > 1:
            above = []
            for at in range(0, len(level) - 1, 2):
                (left, on_left), (right, on_right) = level[at], level[at + 1]
                for commitment in on_left:
                    steps[commitment] += [("append", right), ("sha256",)]
                for commitment in on_right:
                    steps[commitment] += [("prepend", left), ("sha256",)]
                above.append((bitcoin.sha256(left + right), on_left + on_right))
            if len(level) % 2:
                above.append(level[-1])
            level = above
        block = bitcoin.Block(previous, seconds, level[0][0] if level else None)
        transaction = block.transaction[::-1].hex() if level else ""
        proofs = {commitment: steps[commitment] + block.steps for commitment in commitments}
        self.record({
            "header": block.header.hex(), "transaction": transaction,
            "proofs": [[name.hex(), hex_of(proof)] for name, proof in proofs.items()]})
        self.add(block.header, transaction, proofs)

    # Answers

    def answer(self, handler, method, path, body, fault):
        if method == "POST" and path == "/digest":
            if not 0 < len(body) <= DIGEST_BYTES:
                handler.send(400, "text/plain", b"digest too long or empty\n")
                return
            url = self.url if fault == "none" else f"{self.url}/fault/{fault}"
            if handler.path.startswith("/fault/"):
                url = self.url + handler.path.removesuffix("/digest")
            proof = altered(self.submit(body), pending(url), fault, body)
            handler.send(200, "application/octet-stream", proof)
        elif method == "GET" and path.startswith("/timestamp/"):
            self.look_up(handler, path[len("/timestamp/"):], fault)
        else:
            handler.send(404, "text/plain", b"POST /digest, or GET /timestamp/COMMITMENT\n")

    def submit(self, digest):
        """Takes a digest, and returns the steps from it to the commitment."""
        nonce = os.urandom(16)
        inner = bitcoin.sha256(digest + nonce)
        moment = int(time.time()).to_bytes(4, "big")
        code = hmac.new(self.key, moment + inner, "sha256").digest()[:8]
        commitment = moment + inner + code
        with self.lock:
            self.record({"commitment": commitment.hex()})
            self.waiting[commitment] = True
        return [("append", nonce), ("sha256",), ("prepend", moment), ("append", code)]

    def look_up(self, handler, name, fault):
        try:
            commitment = bytes.fromhex(name)
        except ValueError:
            commitment = bytes(COMMITMENT_BYTES + 1)
        if len(commitment) > COMMITMENT_BYTES:
            handler.send(400, "text/plain", b"commitment must be hex-encoded bytes")
            return
        with self.lock:
            steps, height, reason = self.find(commitment)
        if fault == "not-found":
            steps, reason = None, "Not found"
        if steps is None:
            handler.send(404, "text/plain", reason.encode())
            return
        if fault == "wrong-height":
            height += 1
        if fault == "wrong-block":
            steps = steps[:-3] + [("append", bytes(32)), ("sha256",), ("sha256",)]
        attestation = BITCOIN_TAG, number(height)
        handler.send(
            200, "application/octet-stream", altered(steps, attestation, fault, commitment))

    def find(self, commitment):
        """The steps from a commitment to its block and the block's height, else why not."""
        for at, (transaction, proofs) in enumerate(self.blocks):
            if commitment in proofs:
                missing = self.confirmations - (len(self.blocks) - at)
                if missing > 0:
                    return None, 0, CONFIRMED.format(transaction, self.confirmations)
                return proofs[commitment], self.first + at, ""
        return None, 0, PENDING if commitment in self.waiting else "Not found"


def altered(steps, attestation, fault, message):
    """The bytes of an answer, with the failure of a name."""
    if fault == "deep":
        steps = steps + [("sha256",)] * 257
    if fault == "long-argument":
        steps = [("append", bytes(4097)), ("sha256",)] + steps
    if fault == "sha1":
        steps = [("sha1",)] + steps
    if fault == "foreign":
        attestation = pending("https://calendar.example")
    if fault == "unknown":
        attestation = b"\1unknown", b"what it says"
    proof = tree(steps, *attestation)
    if fault == "trailing":
        return proof + b"junk"
    return proof[:-3] if fault == "cut" else proof


def hex_of(steps):
    return [[name, *(part.hex() for part in argument)] for name, *argument in steps]


def steps_of(rows):
    return [(name, *(bytes.fromhex(part) for part in argument)) for name, *argument in rows]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=0, help="a free one unless given")
    parser.add_argument("--height", type=int, default=900_000, help="of the first block")
    parser.add_argument("--confirmations", type=int, default=1,
                        help="blocks, its own too, before a proof is given")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    loopback.serve(chosen.folder, chosen.port, lambda url: Calendar(
        chosen.folder, url, chosen.height, chosen.confirmations))


main()
