"""scitt-cose reads our files and verifies our receipts; where it is lenient, we are not."""

import base64

import cbor2
import scitt_cose
from checks import (
    FOLDER, NOTE, ORIGIN, PROOFS, RECEIPTS, checkpoint, colophon_files, entries, entry_id, fetch,
    finding, inclusion, key_members, leaf, parts, private_keys, public_key, public_pem,
    receipt_keys, require, run, verdict)

_, SIZE, ROOT = checkpoint(fetch("/checkpoint"))
LEAVES = entries(SIZE)


def receipt_pem(receipt):
    """Returns the PEM of the ledger's key that signed the receipt."""
    return public_pem(public_key(receipt_keys()[cbor2.loads(parts(receipt)[0])[4]]))


def judge(receipt, data):
    return scitt_cose.verify_receipt(
        receipt, leaf_entry_hex=leaf(data).hex(), log_public_key_pem=receipt_pem(receipt))


def scitt_cose_verifies_every_statement():
    for file in colophon_files():
        data = file.read_bytes()
        key = private_keys()[cbor2.loads(parts(data)[0])[4]].public_key()
        parsed = scitt_cose.parse_signed_statement(data, public_key_pem=public_pem(key))
        require(parsed["signature_verified"] is True, file.name)
        require(parsed["issuer"] and parsed["subject"], f"{file.name}: iss and sub")


def scitt_cose_verifies_every_receipt():
    for file in colophon_files():
        data = file.read_bytes()
        receipts = scitt_cose.extract_receipts(data)
        require(receipts == parts(data)[1][RECEIPTS], f"{file.name}: other receipts")
        for receipt in receipts:
            result = judge(receipt, data)
            require(result.ok, f"{file.name}: {result.errors}")
            size, index, _ = inclusion(receipt)
            require((result.tree_size, result.leaf_index) == (size, index), "position")
            require((result.issuer, result.subject) == (f"https://{ORIGIN}", ORIGIN), "claims")


def scitt_cose_refuses_our_receipt_for_another_statement():
    first, second = (file.read_bytes() for file in colophon_files()[:2])
    require(not judge(parts(first)[1][RECEIPTS][0], second).ok, "it was believed")


def scitt_cose_finds_our_paths_and_roots():
    hexes = [entry.hex() for entry in LEAVES]
    require(scitt_cose.merkle_root(hexes) == ROOT.hex(), "root")
    for old in [1, 2, 3, 7, 8, 255, 256, 257, SIZE - 1]:
        text = fetch(f"/consistency?from={old}&to={SIZE}").decode()
        ours = [base64.b64decode(line).hex() for line in text.split()]
        require(ours == scitt_cose.consistency_proof(hexes, old, SIZE), f"{old} to {SIZE}")


def their_receipt(data, key_name="receipt", sort=True):
    """A receipt that scitt-cose makes with a key of the ledger; it carries no note."""
    key = (FOLDER / "ledger.keys" / f"{key_name}.pem").read_bytes()
    ours = cbor2.loads(parts(parts(data)[1][RECEIPTS][0])[0])
    hexes, index = [entry.hex() for entry in LEAVES], LEAVES.index(leaf(data))
    names = {-8: "EdDSA", -7: "ES256"}
    if not sort:
        return scitt_cose.build_receipt(
            leaf_entry_hex=hexes[index], leaf_index=index, tree_entries_hex=hexes,
            alg=names[ours[1]], log_private_key_pem=key, iss=f"https://{ORIGIN}", sub=ORIGIN,
            kid=ours[4], iat=1700000000)
    path = [bytes.fromhex(node) for node in scitt_cose.inclusion_proof(hexes, index)]
    return scitt_cose.sign_sign1(
        ROOT, alg=names[ours[1]], private_key_pem=key, detached=True,
        protected={1: ours[1], 4: ours[4], 15: {1: f"https://{ORIGIN}", 2: ORIGIN, 6: 1700000000},
                   395: 1},
        unprotected={PROOFS: {-1: [cbor2.dumps([SIZE, index, path])]}})


def verdict_on(receipt):
    """Returns what we say of the first file with one more receipt."""
    file = colophon_files()[0]
    theirs = FOLDER / "theirs.receipt"
    theirs.write_bytes(receipt)
    return verdict(file.with_suffix(""), file, "--receipt", theirs)


def colophon_reads_a_receipt_that_scitt_cose_made():
    receipt = their_receipt(colophon_files()[0].read_bytes())
    require(judge(receipt, colophon_files()[0].read_bytes()).ok, "scitt-cose's own verdict")
    code, report = verdict_on(receipt)
    found = finding(report, "receipt")
    require(code == 0 and report["reached"] == "logged", f"{code}: {found}")
    require(any("position unknown" in detail for _, detail in found), f"{found}")


def colophon_refuses_the_unsorted_header_of_their_receipts():
    # Their build_receipt writes labels in the order in which it sets them.
    receipt = their_receipt(colophon_files()[0].read_bytes(), sort=False)
    require(judge(receipt, colophon_files()[0].read_bytes()).ok, "scitt-cose's own verdict")
    code, report = verdict_on(receipt)
    details = [detail for verdict, detail in finding(report, "receipt") if verdict == "false"]
    require(code == 1 and len(details) == 1 and "order" in details[0], f"{code}: {details}")


def colophon_refuses_a_receipt_that_scitt_cose_made_with_another_key():
    code, report = verdict_on(their_receipt(colophon_files()[0].read_bytes(), "ledger"))
    details = [detail for verdict, detail in finding(report, "receipt") if verdict == "false"]
    require(code == 1 and details and not report["ok"], f"{code}: {details}")


def with_another_size():
    """Returns a file and a receipt of it that claims another size for the same path.

    The COSE signature covers the root alone, so it still verifies. Not every position allows it
    (the path of the last leaf has one shape at one size), so every receipt is looked at.
    """
    for file in colophon_files():
        data = file.read_bytes()
        for receipt in parts(data)[1][RECEIPTS]:
            size, index, path = inclusion(receipt)
            for other in range(index + 1, 2 * size):
                if other != size and same_fold(
                        leaf(data), (size, index, path), (other, index, path)):
                    return file, with_position(receipt, other, index, path)
    raise AssertionError("no receipt has a path that another size has too")


def with_position(receipt, size, index, path):
    head, body, root, seal = parts(receipt)
    proof = cbor2.dumps([size, index, path])
    return cbor2.dumps(cbor2.CBORTag(18, [
        head, {PROOFS: {-1: [proof]}, NOTE: body[NOTE]}, root, seal]), canonical=True)


def same_fold(entry, ours, theirs):
    hexes = [[node.hex() for node in proof[2]] for proof in (ours, theirs)]
    roots = [scitt_cose.merkle.root_from_inclusion_proof(entry.hex(), p[1], p[0], h)
             for p, h in zip((ours, theirs), hexes)]
    return roots[0] is not None and roots[0] == roots[1]


def a_receipt_with_another_size_passes_scitt_cose_but_not_colophon():
    # RFC 9942 signs the root only: neither size nor index is proven without the note.
    file, forged = with_another_size()
    require(judge(forged, file.read_bytes()).ok, "scitt-cose refuses it now: say so in interop.md")
    protected, unprotected, payload, signature = parts(file.read_bytes())
    altered = cbor2.dumps(cbor2.CBORTag(18, [
        protected, {**unprotected, RECEIPTS: [forged]}, payload, signature]), canonical=True)
    target = FOLDER / "position.colophon"
    target.write_bytes(altered)
    code, report = verdict(file.with_suffix(""), target)
    require(code == 1, f"exit code {code}")
    require("false" in [v for v, _ in finding(report, "receipt")], f"{finding(report, 'receipt')}")


run([
    scitt_cose_verifies_every_statement,
    scitt_cose_verifies_every_receipt,
    scitt_cose_refuses_our_receipt_for_another_statement,
    scitt_cose_finds_our_paths_and_roots,
    colophon_reads_a_receipt_that_scitt_cose_made,
    colophon_refuses_the_unsorted_header_of_their_receipts,
    colophon_refuses_a_receipt_that_scitt_cose_made_with_another_key,
    a_receipt_with_another_size_passes_scitt_cose_but_not_colophon,
])
