"""Proofs of the reference library, put into a record, before `colophon verify`.

Here every byte of a proof comes from python-opentimestamps: blocks and transactions from
python-bitcoinlib, the way into them from `make_timestamp_from_block`.
"""

import hashlib
import os
import random
import struct
import time

import cbor2
from bitcoin.core import (
    CBlock, CBlockHeader, CMutableTransaction, CMutableTxIn, CMutableTxOut, COutPoint)
from bitcoin.core.script import CScript, OP_RETURN
from checks import FOLDER, colophon, encode, finding, json, parts, refuses, require, run
from opentimestamps.bitcoin import make_timestamp_from_block
from opentimestamps.core.notary import (
    BitcoinBlockHeaderAttestation, LitecoinBlockHeaderAttestation, PendingAttestation,
    UnknownAttestation)
from opentimestamps.core.op import (
    OpAppend, OpHexlify, OpPrepend, OpReverse, OpSHA1, OpSHA256)
from opentimestamps.core.serialize import (
    BytesDeserializationContext, BytesSerializationContext)
from opentimestamps.core.timestamp import DetachedTimestampFile, Timestamp
from opentimestamps.timestamp import nonce_timestamp

DATED = FOLDER / "dated"
ANCHORS = -65542
# A head has no block that is older than it.
HEIGHT, TIME = 840_000, int(time.time())
# The largest hash that a header of Bitcoin's regression tests may have, and its compact form.
EASIEST, TARGET = 0x207fffff, 0x7fffff << 232
# The seed of what is random, so that a failure can be repeated.
SEED = int(os.environ.get("INTEROP_SEED", "2026"))


def record():
    """The parts of the dated record, and its anchor of a calendar."""
    protected, unprotected, payload, signature = parts(
        (DATED / "work.txt.colophon").read_bytes())
    anchor = next(a for a in unprotected[ANCHORS] if a["type"] == "opentimestamps")
    return protected, unprotected, payload, signature, anchor


def judged(proof, headers=None):
    """What `colophon verify` finds about a proof in the record: verdict, words, time."""
    protected, unprotected, payload, signature, anchor = record()
    changed = dict(unprotected)
    changed[ANCHORS] = [anchor | {"evidence": proof}]
    path = DATED / "changed.colophon"
    path.write_bytes(encode(cbor2.CBORTag(18, [protected, changed, payload, signature])))
    flags = ["--bitcoin-headers", headers] if headers else []
    code, output, words = colophon(
        "verify", "--record-only", path, "--trust", DATED / "trust", "--json", *flags)
    require(output.strip(), f"no report: {words}")
    report = json.loads(output.splitlines()[0])
    found = finding(report, "anchor")
    require(len(found) == 1, f"not one finding: {found}")
    evidence = [e for e in report["evidence"] if e["type"] == "opentimestamps"]
    return *found[0], evidence[0]["time"]


def stamp():
    """An empty timestamp of what the record's calendar has dated."""
    return Timestamp(hashlib.sha256(record()[4]["checkpoint"]).digest())


def written(timestamp):
    context = BytesSerializationContext()
    DetachedTimestampFile(OpSHA256(), timestamp).serialize(context)
    return context.getbytes()


def start():
    """A file up to its tree."""
    return written(promised("x"))[:65]


def promise(name):
    """The bytes of a tree of a promise alone."""
    return written(promised(name))[65:]


def promised(name):
    timestamp = stamp()
    timestamp.attestations.add(PendingAttestation(name))
    return timestamp


def block_of(digest, transactions):
    """A block of so many transactions, the last of which has a digest in it."""
    def transaction(number, script):
        return CMutableTransaction(
            [CMutableTxIn(COutPoint(struct.pack("<I", number) * 8, 0))],
            [CMutableTxOut(0, script)])

    spent = [transaction(number, CScript()) for number in range(transactions - 1)]
    block = CBlock(
        4, bytes(32), bytes(32), TIME, EASIEST, 0,
        [*spent, transaction(transactions, CScript([OP_RETURN, digest]))])
    return block, block.calc_merkle_root()


def mined(root):
    for nonce in range(1 << 32):
        header = CBlockHeader(4, bytes(32), root, TIME, EASIEST, nonce)
        if int.from_bytes(header.GetHash(), "little") <= TARGET:
            return header
    raise RuntimeError("no nonce fits")


def dated(timestamp, transactions):
    """Leads a timestamp into a block; returns the file of its header."""
    block, root = block_of(timestamp.msg, transactions)
    header = mined(root)
    block = CBlock(4, bytes(32), root, TIME, EASIEST, header.nNonce, block.vtx)
    timestamp.merge(make_timestamp_from_block(timestamp.msg, block, HEIGHT))
    path = DATED / "headers"
    path.write_text(f"{HEIGHT} {header.serialize().hex()}\n")
    return path, header


def the_librarys_way_into_a_block_is_proven():
    """Of one transaction and more: the last one's hash is doubled where their number is odd."""
    for transactions in (1, 2, 3, 4, 5, 11):
        timestamp = stamp()
        headers, _ = dated(nonce_timestamp(timestamp), transactions)
        verdict, words, seconds = judged(written(timestamp), headers)
        require(verdict == "ok", f"{transactions}: {words}")
        require(seconds == TIME and f"block {HEIGHT}" in words, f"{transactions}: {words}")


def what_stands_beside_the_way_does_not_matter():
    timestamp = stamp()
    headers, _ = dated(nonce_timestamp(timestamp), 3)
    timestamp.attestations |= {
        PendingAttestation("https://calendar.example/a-b_c"), LitecoinBlockHeaderAttestation(5),
        UnknownAttestation(b"\1unknown", b"what it says")}
    timestamp.ops.add(OpPrepend(b"\0")).attestations.add(BitcoinBlockHeaderAttestation(1))
    verdict, words, _ = judged(written(timestamp), headers)
    require(verdict == "ok", words)


def another_block_refutes_it_for_both():
    timestamp = stamp()
    dated(nonce_timestamp(timestamp), 3)
    message, attestation = next(timestamp.all_attestations())
    headers, other = dated(nonce_timestamp(stamp()), 3)
    require(refuses(lambda: attestation.verify_against_blockheader(message, other)),
            "the library takes it")
    verdict, words, _ = judged(written(timestamp), headers)
    require(verdict == "false", words)


def without_headers_it_is_not_checked_here():
    timestamp = stamp()
    dated(nonce_timestamp(timestamp), 3)
    verdict, words, _ = judged(written(timestamp))
    require(verdict == "notChecked" and f"{HEIGHT}" in words, words)


def reads(proof):
    """Whether the library reads a file."""
    def read():
        DetachedTimestampFile.deserialize(BytesDeserializationContext(proof))
        return True

    return not refuses(read)


def both_have_the_same_limits():
    def deep(messages):
        timestamp = last = stamp()
        for _ in range(messages - 1):
            last = last.ops.add(OpSHA256())
        last.attestations.add(PendingAttestation("https://calendar.example"))
        return written(timestamp)

    def argument(count):
        """The library does not make too long a result; so it is written by hand."""
        size = bytes([count & 0x7f | 0x80, count >> 7])
        return start() + b"\xf0" + size + bytes(count) + promise("x")

    def payload(count):
        timestamp = stamp()
        timestamp.attestations.add(UnknownAttestation(b"\1unknown", bytes(8192)))
        return written(timestamp).replace(b"\x80\x40" + bytes(8192), bytes(
            [count & 0x7f | 0x80, count >> 7]) + bytes(count))

    for name, proof, is_read in [
            ("256 messages", deep(256), True), ("257 messages", deep(257), False),
            ("a result of 4,096 bytes", argument(4064), True),
            ("a result of 4,097 bytes", argument(4065), False),
            ("an argument of 4,097 bytes", argument(4097), False),
            ("a payload of 8,192 bytes", payload(8192), True),
            ("a payload of 8,193 bytes", payload(8193), False),
            ("a byte behind the end", deep(2) + b"\0", False), ("a cut end", deep(2)[:-1], False)]:
        require(reads(proof) == is_read, f"{name}: the library differs")
        verdict, words, _ = judged(proof)
        require((verdict == "unknown") == is_read, f"{name}: {words}")
        require(is_read or verdict == "false", f"{name}: {words}")


def whatever_the_library_writes_is_read():
    chance = random.Random(SEED)

    def grow(timestamp, depth):
        if depth == 0 or chance.random() < 0.3:
            timestamp.attestations.add(chance.choice([
                PendingAttestation("https://calendar.example"), LitecoinBlockHeaderAttestation(
                    chance.randrange(1 << 40)),
                UnknownAttestation(b"\1unknown", chance.randbytes(chance.randrange(40)))]))
        for _ in range(chance.randrange(3) if depth else 0):
            grow(timestamp.ops.add(chance.choice([
                OpAppend(chance.randbytes(chance.randrange(1, 200))), OpSHA256(), OpReverse(),
                OpPrepend(chance.randbytes(chance.randrange(1, 200))), OpHexlify()])), depth - 1)
        if not timestamp.ops and not timestamp.attestations:
            timestamp.attestations.add(PendingAttestation("https://calendar.example"))

    for number in range(30):
        timestamp = stamp()
        grow(timestamp, 4)
        verdict, words, _ = judged(written(timestamp))
        require(verdict == "unknown", f"seed {SEED}, number {number}: {words}")


def sha1_is_computed_by_the_library_alone():
    timestamp = stamp()
    dated(timestamp.ops.add(OpSHA1()), 3)
    require(reads(written(timestamp)), "the library does not read it")
    verdict, words, _ = judged(written(timestamp))
    require(verdict == "notChecked" and "sha1" in words, words)


def the_library_reads_numbers_in_a_longer_form():
    timestamp = stamp()
    timestamp.attestations.add(BitcoinBlockHeaderAttestation(5))
    proof = written(timestamp)
    long = proof[:-2] + b"\x02\x85\x00"
    require(reads(long), "it refuses them")
    verdict, words, _ = judged(long)
    require(verdict == "false" and "shortest" in words, words)


def of_a_step_twice_the_library_takes_the_last():
    proof = start() + b"\xff\x08" + promise("first") + b"\x08" + promise("last")
    read = DetachedTimestampFile.deserialize(BytesDeserializationContext(proof))
    require([a.uri for _, a in read.timestamp.all_attestations()] == ["last"], "it takes others")
    verdict, words, _ = judged(proof)
    require(verdict == "false" and "twice" in words, words)


run([the_librarys_way_into_a_block_is_proven, what_stands_beside_the_way_does_not_matter,
     another_block_refutes_it_for_both, without_headers_it_is_not_checked_here,
     both_have_the_same_limits, whatever_the_library_writes_is_read,
     sha1_is_computed_by_the_library_alone, the_library_reads_numbers_in_a_longer_form,
     of_a_step_twice_the_library_takes_the_last])
