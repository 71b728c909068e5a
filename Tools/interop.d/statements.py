"""pycose and cbor2 read and verify our statements and receipts."""

import hashlib
import json

import cbor2
from checks import (
    DATA_STRUCTURE, MANIFEST, NOTE, ORIGIN, PREDICATE, PROOFS, RECEIPTS, SUBJECTS, checkpoint,
    colophon_files, encode, entry_id, fetch, fold, inclusion, key_members, leaf, parts,
    private_keys, receipt_keys, refuses, require, run)
from pycose.keys import EC2Key, OKPKey
from pycose.messages import Sign1Message


def cose_key(members):
    """Returns the key as pycose has it."""
    if members[1] == 1:
        return OKPKey(crv="ED25519", x=members[-2])
    return EC2Key(crv="P_256", x=members[-2], y=members[-3])


def verifies(data, members, detached=None):
    message = Sign1Message.decode(data)
    message.key = cose_key(members)
    return message.verify_signature(detached_payload=detached)


def signer(data):
    """Returns the members of the public key that signed a statement of this run."""
    kid = cbor2.loads(parts(data)[0])[4]
    return key_members(private_keys()[kid].public_key())


def pycose_verifies_every_statement():
    for file in colophon_files():
        data = file.read_bytes()
        require(verifies(data, signer(data)), file.name)


def pycose_verifies_statements_as_the_ledger_serves_them():
    for file in colophon_files():
        ours = leaf(file.read_bytes())
        served = fetch(f"/entries/{entry_id(ours)}/statement")
        require(served == ours, f"{file.name}: the ledger serves other bytes")
        require(verifies(served, signer(served)), file.name)


def pycose_refuses_an_altered_statement():
    data = leaf(colophon_files()[0].read_bytes())
    protected, _, payload, signature = parts(data)
    for position in range(0, len(payload)):
        altered = bytearray(payload)
        altered[position] ^= 1
        message = cbor2.dumps(cbor2.CBORTag(18, [protected, {}, bytes(altered), signature]))
        require(refuses(lambda: verifies(message, signer(data))), f"byte {position}")


def cbor2_finds_only_deterministic_bytes():
    for file in colophon_files():
        data = file.read_bytes()
        protected, unprotected, _, _ = parts(data)
        require(encode(cbor2.loads(protected)) == protected, f"{file.name}: protected header")
        require(encode(cbor2.loads(data)) == data, f"{file.name}: file")
        for receipt in unprotected[RECEIPTS]:
            require(encode(cbor2.loads(receipt)) == receipt, f"{file.name}: receipt")


def the_header_says_what_the_manifest_says():
    for file in colophon_files():
        protected, unprotected, payload, _ = parts(file.read_bytes())
        header, manifest = cbor2.loads(protected), unprotected[MANIFEST]
        require(payload == hashlib.sha256(manifest).digest(), f"{file.name}: payload")
        require(header[258] == -16, f"{file.name}: 258 is not SHA-256")
        statement = json.loads(manifest)
        digests = [bytes.fromhex(s["digest"]["sha256"]) for s in statement["subject"]
                   if "sha256" in s.get("digest", {})]
        require(header[SUBJECTS] == digests, f"{file.name}: subjects")
        require(header[PREDICATE] == statement["predicateType"], f"{file.name}: predicate")


def pycose_verifies_every_receipt():
    keys = receipt_keys()
    for file in colophon_files():
        data = file.read_bytes()
        for receipt in parts(data)[1][RECEIPTS]:
            header = cbor2.loads(parts(receipt)[0])
            require(header[DATA_STRUCTURE] == 1, "not RFC9162_SHA256")
            require(header[15][1] == f"https://{ORIGIN}" and header[15][2] == ORIGIN, "claims")
            root = fold(leaf(data), *inclusion(receipt))
            require(verifies(receipt, keys[header[4]], detached=root), file.name)


def every_receipt_agrees_with_the_note_it_carries():
    for file in colophon_files():
        data = file.read_bytes()
        for receipt in parts(data)[1][RECEIPTS]:
            size, index, path = inclusion(receipt)
            note = checkpoint(parts(receipt)[1][NOTE])
            require(note == (ORIGIN, size, fold(leaf(data), size, index, path)), file.name)


def pycose_refuses_a_receipt_for_another_statement():
    keys = receipt_keys()
    first, second = (file.read_bytes() for file in colophon_files()[:2])
    receipt = parts(first)[1][RECEIPTS][0]
    kid = cbor2.loads(parts(receipt)[0])[4]
    wrong = fold(leaf(second), *inclusion(receipt))
    require(refuses(lambda: verifies(receipt, keys[kid], detached=wrong)), "it was believed")


def a_fresh_receipt_of_the_ledger_verifies_too():
    keys = receipt_keys()
    data = leaf(colophon_files()[0].read_bytes())
    receipt = fetch(f"/entries/{entry_id(data)}", "application/cose")
    kid = cbor2.loads(parts(receipt)[0])[4]
    require(set(parts(receipt)[1]) == {PROOFS, NOTE}, "unexpected unprotected labels")
    require(verifies(receipt, keys[kid], detached=fold(data, *inclusion(receipt))), "signature")


run([
    pycose_verifies_every_statement,
    pycose_verifies_statements_as_the_ledger_serves_them,
    pycose_refuses_an_altered_statement,
    cbor2_finds_only_deterministic_bytes,
    the_header_says_what_the_manifest_says,
    pycose_verifies_every_receipt,
    every_receipt_agrees_with_the_note_it_carries,
    pycose_refuses_a_receipt_for_another_statement,
    a_fresh_receipt_of_the_ledger_verifies_too,
])
