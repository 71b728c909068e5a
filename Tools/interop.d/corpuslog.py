"""The ledger of Schemas/corpus, put together again from its files, with the keys of its seed.

It signs and logs whatever it is told, right or wrong, as `MemoryLedger` of the tests does: the same
statement gives the same bytes. It needs no ledger that runs.
"""

import base64
import hashlib
from pathlib import Path

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from mapping import encode, key_of, node, prove, require

SCHEMAS = Path(__file__).resolve().parent.parent.parent / "Schemas"
CORPUS = SCHEMAS / "corpus"
SEED, ORIGIN, START = "corpus 1", "ledger.example/prints", 1_760_000_000
BERLIN, THREAD = "https://pops.example/berlin", "urn:example:thread"
RECEIPTS, ANCHORS, COMPLETES, MANIFEST = 394, -65542, -65544, -65540
NOTE = "c2sp.org/tlog-checkpoint"
INDEX = "application/vnd.colophon.index.v1+cose"


def digest(name):
    return hashlib.sha256(f"{SEED}/{name}".encode()).digest()


def signing_key(name):
    return Ed25519PrivateKey.from_private_bytes(digest("key/" + name))


def public(key):
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def thumbprint(key):
    return hashlib.sha256(encode({1: 1, -1: 6, -2: public(key)})).digest()


def sign1(header, payload, key, beside=None, detached=None):
    """A COSE_Sign1; with `detached` that is signed, and the payload is nil."""
    sealed = encode(header)
    signed = payload if detached is None else detached
    signature = key.sign(encode(["Signature1", sealed, b"", signed]))
    return encode(cbor2.CBORTag(18, [sealed, beside or {}, payload, signature]))


def beside(message, **parts):
    """The same message with other parts in its unprotected header."""
    labels = {"receipts": RECEIPTS, "completes": COMPLETES, "manifest": MANIFEST}
    sealed, _, payload, signature = cbor2.loads(message).value
    header = {labels[name]: value for name, value in parts.items() if value}
    return encode(cbor2.CBORTag(18, [sealed, header, payload, signature]))


def leaf_of(message):
    return beside(message)


def entry_id(leaf):
    return hashlib.sha256(leaf).digest()


def leaf_hash(leaf):
    return hashlib.sha256(b"\0" + leaf).digest()


def pair(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def root(hashes):
    """MTH (RFC 9162 §2.1.1)."""
    if len(hashes) < 2:
        return hashes[0] if hashes else hashlib.sha256().digest()
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return pair(root(hashes[:half]), root(hashes[half:]))


def path(index, hashes):
    """PATH (RFC 9162 §2.1.3.1)."""
    if len(hashes) < 2:
        return []
    half = 1 << (len(hashes) - 1).bit_length() - 1
    if index < half:
        return path(index, hashes[:half]) + [root(hashes[half:])]
    return path(index - half, hashes[half:]) + [root(hashes[:half])]


def names(leaf):
    """The names that MapFn v1 gives an entry: pairs of kind and value (index.md §1)."""
    header = cbor2.loads(cbor2.loads(leaf).value[0])
    if header[16] == INDEX:
        return []
    found = [(0, value) for value in header.get(-65537, [])]
    return found + [(1, header[15][2].encode()), (2, header[15][1].encode())]


def records(leaves):
    """The records of some first leaves."""
    return [(key_of(*name), index) for index, leaf in enumerate(leaves) for name in names(leaf)]


def chain_id(genesis):
    return hashlib.sha256(b"colophon/index-chain/v1\0" + genesis).digest()[:16]


class Ledger:
    """A log and its keys."""

    def __init__(self, leaves, heads=(), witness=None):
        self.leaves, self.heads, self.witness = list(leaves), list(heads), witness
        self.note_key, self.receipt_key = signing_key("note"), signing_key("receipt")
        self.key, self.pop = signing_key("ledger"), signing_key("pop")

    def copy(self):
        return Ledger(self.leaves, self.heads, self.witness)

    @property
    def size(self):
        return len(self.leaves)

    def root(self, size):
        return root([leaf_hash(leaf) for leaf in self.leaves[:size]])

    def add(self, leaf):
        self.leaves.append(leaf)
        return self.size - 1

    # Checkpoints and receipts.

    def note(self, size):
        """The signed note of a head, cosigned by the witness where there is one."""
        text = f"{ORIGIN}\n{size}\n{base64.b64encode(self.root(size)).decode()}\n".encode()
        lines = line(ORIGIN, b"\x01", public(self.note_key), self.note_key.sign(text))
        if self.witness:
            name, key, time = self.witness
            message = f"cosignature/v1\ntime {time}\n".encode() + text
            stamp = time.to_bytes(8, "big") + key.sign(message)
            lines += line(name, b"\x04", public(key), stamp)
        return text + b"\n" + lines

    def receipt(self, index, size=None):
        size = size or self.size
        header = {
            1: -8, 4: thumbprint(self.receipt_key), 395: 1,
            15: {1: f"https://{ORIGIN}", 2: ORIGIN, 6: START + 60 * size}}
        hashes = [leaf_hash(leaf) for leaf in self.leaves[:size]]
        proof = encode([size, index, path(index, hashes)])
        return sign1(header, None, self.receipt_key, {396: {-1: [proof]}, NOTE: self.note(size)},
                     detached=self.root(size))

    def receipted(self, leaf, size=None):
        return beside(leaf, receipts=[self.receipt(self.leaves.index(leaf), size)])

    # The index.

    def head(self, size=None, change=None, key=None, map=None):
        """Makes the leaf of the next index head; `change` may make its parts wrong."""
        size = size or self.size
        previous = self.heads[-1] if self.heads else None
        before = cbor2.loads(cbor2.loads(previous).value[0])[-65538] if previous else None
        parts = {
            "size": size, "tree": self.root(size),
            "map": map or node(records(self.leaves[:size])), "iat": START + 60 * size,
            "id": chain_id(entry_id(self.leaves[0])), "seq": before[1] + 1 if before else 0,
            "prev": entry_id(previous) if previous else bytes(32), "origin": ORIGIN}
        parts.update(change or {})
        payload = encode([parts["size"], parts["tree"], parts["map"]])
        issuer = "https://" + parts["origin"]
        key = key or self.key
        header = {
            1: -8, 3: "application/cbor", 4: thumbprint(key), 16: INDEX,
            15: {1: issuer, 2: issuer, 3: parts["origin"], 6: parts["iat"],
                 7: hashlib.sha256(payload).digest()[:16]},
            -65538: [parts["id"], parts["seq"], parts["prev"]]}
        return sign1(header, payload, key)

    def add_head(self, *arguments, **options):
        leaf = self.head(*arguments, **options)
        self.add(leaf)
        self.heads.append(leaf)
        return leaf

    def complete(self, wanted, head=None, of=None, positions=(0, 1 << 30), size=None):
        """A proof about some names by the newest head, or another one; `of` are the records of its
        map, where they are not those of the log."""
        head = head or self.heads[-1]
        covered = cbor2.loads(cbor2.loads(head).value[2])[0]
        of = records(self.leaves[:covered]) if of is None else of
        proofs = [cbor2.loads(prove(of, *name, *positions)) for name in wanted]
        return encode([self.receipted(head, size), proofs])


def line(name, kind, key, signature):
    """A line of a signed note (C2SP signed-note)."""
    id = hashlib.sha256(name.encode() + b"\n" + kind + key).digest()[:4]
    return f"— {name} {base64.b64encode(id + signature).decode()}\n".encode()


def work(name):
    """The name of an artifact of the corpus, whose bytes are its name."""
    return 0, hashlib.sha256(name.encode()).digest()


def corpus():
    """The ledger of the corpus as its kit `good` knows it; the kit's own head must be its tree."""
    registry = cbor2.loads((CORPUS / "kits/good/registry.cbor").read_bytes())
    note, _, rows = registry
    leaves = {index: leaf for leaf, index, _ in rows}
    for file in CORPUS.glob("*.colophon"):
        try:
            parts = cbor2.loads(file.read_bytes()).value[1]
            size, index, way = cbor2.loads(
                cbor2.loads(parts[RECEIPTS][0]).value[1][396][-1][0])
        except Exception:
            continue
        leaf = leaf_of(file.read_bytes())
        if index not in leaves and file.stem in (
                "photo", "es256", "edition", "suspect", "revoked", "seen"):
            leaves[index] = leaf
    size = int(note.split(b"\n")[1])
    require(sorted(leaves) == list(range(size)), f"entries {sorted(leaves)} of {size}")
    ledger = Ledger([leaves[index] for index in range(size)])
    require(ledger.note(size) == note, "the note of the kit differs")
    return ledger
