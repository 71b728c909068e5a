"""Statements made in Python, with pycose and cbor2 alone: the ledger admits them, we verify them."""

import base64
import hashlib
import json
import os
import time

import cbor2
from checks import (
    FOLDER, MANIFEST, ORIGIN, PREDICATE, RECEIPTS, SUBJECTS, colophon, encode, entry_id, finding,
    inclusion, key_members, leaf, parts, post, refuses, require, run, thumbprint, verdict)
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    Encoding, NoEncryption, PrivateFormat, load_pem_private_key)
from pycose.keys import EC2Key, OKPKey
from pycose.messages import Sign1Message

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ISSUERS = {"berlin": "https://pops.example/berlin", "lagos": "https://pops.example/lagos"}


def private(name):
    return load_pem_private_key((FOLDER / f"{name}.pem").read_bytes(), None)


def cose_key(key):
    """Returns the private key as pycose has it."""
    members = key_members(key.public_key())
    if isinstance(key, ed25519.Ed25519PrivateKey):
        secret = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        return OKPKey(crv="ED25519", x=members[-2], d=secret)
    secret = key.private_numbers().private_value.to_bytes(32, "big")
    return EC2Key(crv="P_256", x=members[-2], y=members[-3], d=secret)


def manifest(content, issuer):
    """A capture of `content`, as an in-toto Statement of the type provenance."""
    return json.dumps({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{
            "name": "python.txt", "mediaType": "text/plain",
            "digest": {"sha256": hashlib.sha256(content).hexdigest()}}],
        "predicateType": "urn:colophon:provenance:v1",
        "predicate": {
            "nonce": os.urandom(16).hex(), "event": "capture",
            "creator": {"name": "A Python program"}, "pop": issuer,
            "capturedAt": {"at": "2026-01-02T03:04:05Z", "clock": "declared"},
            "record": {"lang": "en", "title": "Made in Python"}},
    }, separators=(",", ":")).encode()


def statement(name, content, **changes):
    """A file signed by pycose; `changes` override what is in the protected header."""
    key, issuer = private(name), ISSUERS[name]
    text = manifest(content, issuer)
    header = {
        1: -8 if isinstance(key, ed25519.Ed25519PrivateKey) else -7,
        4: thumbprint(key_members(key.public_key())),
        15: {1: issuer, 2: f"urn:uuid:{os.urandom(16).hex()}", 6: int(time.time()),
             7: os.urandom(16)},
        16: "application/vnd.colophon.statement.v1+cose",
        258: -16, 259: "application/vnd.in-toto+json",
        SUBJECTS: [hashlib.sha256(content).digest()], PREDICATE: "urn:colophon:provenance:v1",
    }
    header.update(changes.get("header", {}))
    protected = changes.get("encode", encode)(header)
    payload = hashlib.sha256(text).digest()
    message = Sign1Message(phdr_encoded=protected, payload=payload)
    message.key = cose_key(key)
    signature = message.compute_signature()
    if header[1] == -7:
        signature = lower(signature) if changes.get("low", True) else higher(signature)
    return encode(cbor2.CBORTag(18, [protected, {MANIFEST: text}, payload, signature]))


def lower(signature):
    """ECDSA with the smaller s: formats of ours know no other."""
    s = int.from_bytes(signature[32:], "big")
    return signature[:32] + min(s, P256_ORDER - s).to_bytes(32, "big")


def higher(signature):
    s = int.from_bytes(signature[32:], "big")
    return signature[:32] + max(s, P256_ORDER - s).to_bytes(32, "big")


def round_trip(name):
    """Makes, submits by our program, and verifies by it."""
    content = f"made in python by {name}".encode()
    artifact = FOLDER / f"python-{name}.txt"
    file = FOLDER / f"python-{name}.txt.colophon"
    artifact.write_bytes(content)
    file.write_bytes(statement(name, content))
    before = leaf(file.read_bytes())
    code, _, words = colophon("submit", file, "--ledger", os.environ["INTEROP_LEDGER"])
    require(code == 0, f"submit: {words}")
    require(leaf(file.read_bytes()) == before, "submit changed the statement")
    require(parts(file.read_bytes())[1][RECEIPTS], "submit added no receipt")
    code, report = verdict(artifact, file)
    require(code == 0 and report["ok"] and report["reached"] == "logged", f"{code}: {report}")
    require(report["entry"] == entry_id(before), "another entry id")
    receipt = parts(file.read_bytes())[1][RECEIPTS][0]
    require(report["index"] == inclusion(receipt)[1], "another index")
    require(report["loggedAt"] == cbor2.loads(parts(receipt)[0])[15][6], "another time")
    kid = thumbprint(key_members(private(name).public_key()))
    signer = {"issuer": ISSUERS[name], "roles": ["pop"], "state": "added",
              "kid": base64.urlsafe_b64encode(kid).rstrip(b"=").decode()}
    require(report["signer"] == signer, f"{report['signer']} is not {signer}")
    require(report["claims"]["title"] == "Made in Python", "another title")
    other = next(issuer for issuer in ISSUERS.values() if issuer != ISSUERS[name])
    code, report = verdict(artifact, file, "--issuer", other)
    require(code == 1 and report["outcome"] == "false", f"another signer: {code}: {report}")


def the_ledger_admits_an_ed25519_statement_made_with_pycose():
    round_trip("berlin")


def the_ledger_admits_an_es256_statement_made_with_pycose():
    round_trip("lagos")


def the_same_statement_again_is_answered_with_the_same_location():
    data = statement("berlin", b"twice")
    first, second = post("/entries", data), post("/entries", data)
    require((first[0], second[0]) == (201, 200), f"{first[0]}, {second[0]}")
    require(first[1]["Location"] == second[1]["Location"], "two locations")
    require(first[1]["Location"].endswith(f"/entries/{entry_id(leaf(data))}"), "not the entry id")


def refused(data, *words):
    status, headers, body = post("/entries", data)
    require(status == 400, f"status {status}")
    require(headers["Content-Type"] == "application/concise-problem-details+cbor", "type")
    problem = cbor2.loads(body)
    require(-1 in problem and -2 in problem, "title and detail")
    for word in words:
        require(word in problem[-2].lower(), f"{word!r} is not in {problem[-2]!r}")


def a_high_s_signature_passes_pycose_but_not_the_ledger():
    # RFC 9053 leaves the choice of s free; two encodings of one signature are two entries here.
    data = statement("lagos", b"high", low=False)
    message = Sign1Message.decode(data)
    message.key = cose_key(private("lagos"))
    require(message.verify_signature(), "pycose refuses it now: say so in interop.md")
    refused(data, "signature")


def an_unsorted_header_passes_pycose_but_not_the_ledger():
    data = statement("berlin", b"unsorted", encode=lambda header: cbor2.dumps(
        dict(sorted(header.items(), key=lambda item: item[0]))))
    message = Sign1Message.decode(data)
    message.key = cose_key(private("berlin"))
    require(message.verify_signature(), "pycose refuses it now: say so in interop.md")
    refused(data)


def an_unknown_protected_label_is_refused_by_name():
    refused(statement("berlin", b"label", header={-70000: 1}), "-70000")


def a_statement_for_another_ledger_is_refused():
    header = {15: {1: ISSUERS["berlin"], 2: "urn:uuid:0", 3: "other.example", 6: int(time.time()),
                   7: os.urandom(16)}}
    refused(statement("berlin", b"aud", header=header), "aud")


def a_statement_from_the_future_is_refused():
    header = {15: {1: ISSUERS["berlin"], 2: "urn:uuid:0", 6: int(time.time()) + 90000,
                   7: os.urandom(16)}}
    refused(statement("berlin", b"iat", header=header), "iat")


def a_statement_for_another_issuer_is_refused():
    header = {15: {1: ISSUERS["lagos"], 2: "urn:uuid:0", 6: int(time.time()), 7: os.urandom(16)}}
    refused(statement("berlin", b"iss", header=header))


def an_artifact_that_differs_is_false_although_the_receipt_holds():
    artifact = FOLDER / "python-berlin.txt"
    other = FOLDER / "other.txt"
    other.write_bytes(artifact.read_bytes() + b"!")
    code, report = verdict(other, FOLDER / "python-berlin.txt.colophon")
    require(code == 1 and not report["ok"] and report["reached"] == "logged", f"{code}: {report}")
    require([v for v, _ in finding(report, "artifact")] == ["false"], "artifact")


run([
    the_ledger_admits_an_ed25519_statement_made_with_pycose,
    the_ledger_admits_an_es256_statement_made_with_pycose,
    the_same_statement_again_is_answered_with_the_same_location,
    a_high_s_signature_passes_pycose_but_not_the_ledger,
    an_unsorted_header_passes_pycose_but_not_the_ledger,
    an_unknown_protected_label_is_refused_by_name,
    a_statement_for_another_ledger_is_refused,
    a_statement_from_the_future_is_refused,
    a_statement_for_another_issuer_is_refused,
    an_artifact_that_differs_is_false_although_the_receipt_holds,
])
