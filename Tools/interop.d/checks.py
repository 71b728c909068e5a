"""What the independent checks share: a runner, and the ledger seen from outside.

Nothing here uses code of this project: files are read with cbor2, keys with cryptography.
"""

import base64
import hashlib
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    Encoding, PublicFormat, load_pem_private_key)

FOLDER = Path(os.environ["INTEROP_FOLDER"])
LEDGER = os.environ["INTEROP_LEDGER"]
ORIGIN = os.environ["INTEROP_ORIGIN"]

# Labels of formats this project defines or uses.
RECEIPTS, DATA_STRUCTURE, PROOFS, NOTE = 394, 395, 396, "c2sp.org/tlog-checkpoint"
MANIFEST, SUBJECTS, CHAIN, PREDICATE = -65540, -65537, -65538, -65539


def run(checks):
    """Runs each check, prints one line for it, and ends with 1 where one failed."""
    failed = False
    for check in checks:
        name = f"{Path(sys.argv[0]).stem}: {check.__name__.replace('_', ' ')}"
        try:
            check()
            print("ok", name, flush=True)
        except Exception as error:  # every kind of failure is a failed check
            failed = True
            print("not ok", f"{name}: {type(error).__name__}: {error}", flush=True)
    sys.exit(1 if failed else 0)


def require(condition, message):
    """Fails the check that calls it; unlike assert, whatever the interpreter's options."""
    if not condition:
        raise AssertionError(message)


def refuses(action):
    """Returns whether the other implementation refuses, by exception or by a false answer."""
    try:
        return not action()
    except Exception:
        return True


def fetch(path, accept=None, base=LEDGER):
    """Returns the body that the ledger serves below `path`."""
    request = urllib.request.Request(base + path)
    if accept:
        request.add_header("Accept", accept)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read()


def post(path, body, content_type="application/cose"):
    """Returns the status, the headers and the body of a POST."""
    request = urllib.request.Request(LEDGER + path, data=body, method="POST")
    request.add_header("Content-Type", content_type)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def colophon(*arguments):
    """Runs our program; returns its exit code, standard output and standard error."""
    done = subprocess.run(
        ["colophon", *map(str, arguments)], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def verdict(*arguments):
    """Returns the exit code and the report of `colophon verify --json`."""
    code, output, words = colophon("verify", *arguments, "--trust", FOLDER / "trust", "--json")
    require(output.strip(), f"no report: {words}")
    return code, json.loads(output.splitlines()[0])


def finding(report, check):
    """Returns the findings about `check`, as (verdict, detail)."""
    return [(f["verdict"], f["detail"]) for f in report["findings"] if f["check"] == check]


def colophon_files():
    """All files that the ledger has completed."""
    files = sorted(FOLDER.glob("works/*.colophon"))
    require(files, "there are no .colophon files")
    return files


def encode(value):
    """Deterministic CBOR (RFC 8949 §4.2.1)."""
    return cbor2.dumps(value, canonical=True)


def parts(data):
    """Returns protected header, unprotected map, payload and signature of a COSE_Sign1."""
    tag = cbor2.loads(data)
    require(tag.tag == 18, "no COSE_Sign1")
    return tag.value


def leaf(data):
    """Returns what is logged: the statement with an empty unprotected map."""
    protected, _, payload, signature = parts(data)
    return cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, signature]))


def entry_id(statement):
    return base64.urlsafe_b64encode(hashlib.sha256(statement).digest()).rstrip(b"=").decode()


def leaf_hash(data):
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def fold(leaf_bytes, size, index, path):
    """Returns the root of an inclusion proof (RFC 9162 §2.1.3.2)."""
    node, inner, last = leaf_hash(leaf_bytes), index, size - 1
    for sibling in path:
        require(last > 0, "the path is too long")
        if inner & 1 or inner == last:
            node = node_hash(sibling, node)
            while not inner & 1 and inner:
                inner, last = inner >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        inner, last = inner >> 1, last >> 1
    require(last == 0, "the path is too short")
    return node


def inclusion(receipt):
    """Returns size, index and path of a receipt that proves inclusion."""
    proofs = parts(receipt)[1][PROOFS]
    return cbor2.loads(proofs[-1][0])


def checkpoint(note):
    """Returns origin, size and root of a signed note."""
    origin, size, root = note.split(b"\n")[:3]
    return origin.decode(), int(size), base64.b64decode(root)


def entries(size):
    """Fetches the first `size` leaves from the entry bundles."""
    leaves = []
    while len(leaves) < size:
        width = min(256, size - len(leaves))
        bundle = fetch(f"/tile/entries/{tile_path(len(leaves) // 256, width)}")
        position = 0
        for _ in range(width):
            length = int.from_bytes(bundle[position:position + 2], "big")
            leaves.append(bundle[position + 2:position + 2 + length])
            position += 2 + length
        require(position == len(bundle), "bytes are left in the bundle")
    return leaves


def tile_path(index, width=256):
    """Returns N[.p/W] as tlog-tiles writes it."""
    groups = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        groups.insert(0, f"x{index % 1000:03}")
    return "/".join(groups) + (f".p/{width}" if width < 256 else "")


def key_members(public_key):
    """Returns the members of a COSE_Key that RFC 9679 hashes."""
    if isinstance(public_key, ed25519.Ed25519PublicKey):
        return {1: 1, -1: 6, -2: public_key.public_bytes(Encoding.Raw, PublicFormat.Raw)}
    numbers = public_key.public_numbers()
    return {1: 2, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}


def thumbprint(members):
    return hashlib.sha256(encode(members)).digest()


def public_key(members):
    """Returns the key that a COSE_Key's members describe."""
    if members[1] == 1:
        return ed25519.Ed25519PublicKey.from_public_bytes(members[-2])
    x, y = (int.from_bytes(members[label], "big") for label in (-2, -3))
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()


def public_pem(key):
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def private_keys():
    """All private keys of the run's signers by their thumbprint."""
    keys = {}
    for path in FOLDER.glob("*.pem"):
        if path.name.endswith(".pub.pem") or path.name.startswith("locked"):
            continue
        key = load_pem_private_key(path.read_bytes(), None)
        keys[thumbprint(key_members(key.public_key()))] = key
    return keys


def receipt_keys():
    """The receipt keys that the ledger publishes, by kid: their COSE_Key members."""
    keys = cbor2.loads(fetch("/.well-known/scitt-keys", "application/cbor", root()))
    return {key[2]: {label: value for label, value in key.items() if label not in (2, 3)}
            for key in keys}


def root():
    """Returns the ledger's scheme and authority, below which /.well-known stands."""
    return "/".join(LEDGER.split("/")[:3])
