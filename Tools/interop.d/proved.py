"""Files of `colophon prove` are judged by hashlib and cryptography, and by tlog-scales; and those that
others make are judged by us.
"""

import base64
import json
import sys

import cbor2
from checks import (
    FOLDER, LEDGER, checkpoint, colophon, entries, fetch, fold, leaf_hash, node_hash, parts,
    public_key, receipt_keys, require, run)
from tlog_scales import signing, tlog

VKEY = sys.argv[1]
KEYS = signing.VkeySet(signing.Vkey.from_string(VKEY))
TRUST = ["--trust", FOLDER / "trust", "--ledger", LEDGER]
NOTE = fetch("/checkpoint")
SIZE = checkpoint(NOTE)[1]
LEAVES = entries(SIZE)
INDEXES = (0, 1, 2, 255, 256, SIZE - 1)
OLD = (1, 2, 3, 255, 256, 257, SIZE - 1)


def prove(*arguments):
    code, output, words = colophon("prove", *arguments, *TRUST)
    require(code == 0, f"prove {arguments}: {words}")
    return output


def root(leaves):
    """MTH (RFC 6962 §2.1)."""
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(root(leaves[:half]), root(leaves[half:]))


def signed(text):
    """The head of a signed note, after its signature was verified by another program."""
    head = tlog.Checkpoint.from_text(text)
    require(KEYS.verify(head.signatures, head), "the checkpoint's signature does not hold")
    return head


def tlog_proofs_hold():
    for index in INDEXES:
        for more in ((), ("--from-tiles",)):
            text = prove(index, "--format", "tlog-proof", *more)
            proof, note = text.split("\n\n", 1)
            lines = proof.split("\n")
            require(lines[0] == "c2sp.org/tlog-proof@v1", lines[0])
            require(lines[1] == f"index {index}", lines[1])
            path = [base64.b64decode(line, validate=True) for line in lines[2:]]
            head = signed(note)
            require(fold(LEAVES[index], head.size, index, path) == head.root_hash, f"{index}")
            tlog.InclusionProof(index, head.size, path).check(
                leaf_hash(LEAVES[index]), head.root_hash)


def proofs_for_programs_hold():
    for index in INDEXES:
        proof = json.loads(prove(index, "--json"))
        path = [bytes.fromhex(hash) for hash in proof["path"]]
        require(proof["leafHash"] == leaf_hash(LEAVES[index]).hex(), "another leaf")
        require(fold(LEAVES[index], proof["treeSize"], index, path).hex() == proof["root"],
                f"the path of {index}")
        head = signed(proof["head"]["note"])
        require((head.size, head.root_hash.hex()) == (proof["treeSize"], proof["root"]), "head")


def receipts_hold():
    keys = receipt_keys()
    for index in INDEXES:
        out = FOLDER / f"proved-{index}.cose"
        out.unlink(missing_ok=True)
        prove(index, "--format", "cose", "--out", out)
        protected, unprotected, payload, signature = parts(out.read_bytes())
        require(payload is None, "the payload is not detached")
        size, place, path = cbor2.loads(unprotected[396][-1][0])
        require(place == index, f"another index: {place}")
        key = public_key(keys[cbor2.loads(protected)[4]])
        key.verify(signature, cbor2.dumps(
            ["Signature1", protected, b"", fold(LEAVES[index], size, index, path)]))


def proofs_that_the_log_only_grew_hold():
    for old in OLD:
        for more in ((), ("--from-tiles",)):
            proof = json.loads(prove("--from", old, "--to", SIZE, "--json", *more))
            require((proof["oldSize"], proof["newSize"]) == (old, SIZE), "other sizes")
            path = [bytes.fromhex(hash) for hash in proof["path"]]
            older, newer = root(LEAVES[:old]), checkpoint(NOTE)[2]
            require(proof["oldRoot"] == older.hex() and proof["newRoot"] == newer.hex(), "roots")
            tlog.ConsistencyProof(old, SIZE, path).check(older, newer)


def a_saved_checkpoint_is_compared():
    saved = FOLDER / "proved.checkpoint"
    saved.write_bytes(NOTE)
    prove("--from", saved)
    text = NOTE.decode()
    saved.write_text(text.replace(text.split("\n")[2][:6], "AAAAAA"))
    code, _, words = colophon("prove", "--from", saved, *TRUST)
    require(code == 1, f"a changed checkpoint is taken: {code} {words}")


run([
    tlog_proofs_hold,
    proofs_for_programs_hold,
    receipts_hold,
    proofs_that_the_log_only_grew_hold,
    a_saved_checkpoint_is_compared,
])
