"""Index heads, proofs of completeness, and what convicts a ledger of a wrong index, by the pages
alone: Schemas/index.md §8 to §10 and misbehaviour.md §6, over the ledger of Schemas/corpus.

`complete.py --write` writes the examples of Schemas/index and of Schemas/misbehaviour/index, and
needs no ledger that runs.
"""

import base64
import hashlib
import json
import random
import subprocess
import sys

import cbor2
from corpuslog import (
    ANCHORS, BERLIN, CORPUS, INDEX, NOTE, ORIGIN, RECEIPTS, SCHEMAS, THREAD, beside, chain_id,
    corpus, entry_id, leaf_hash, leaf_of, names, pair, records, sign1, signing_key, work)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from mapping import EMPTY, encode, key_of, listing, node, require

KIT = CORPUS / "kits/good"
HEADS, PROOFS = SCHEMAS / "index/heads.json", SCHEMAS / "index/completes.json"
PAIRS = SCHEMAS / "misbehaviour/index"
PHOTO = leaf_of((CORPUS / "photo.colophon").read_bytes())
TYPES = [f"application/vnd.colophon.{name}.v1+cose"
         for name in ("statement", "control", "index", "title", "collection")]
LARGEST = (1 << 53) - 1


class False_(Exception):
    """What is false."""


class Unknown(Exception):
    """What a newer kit or program may know better."""


def hold(condition, words):
    if not condition:
        raise False_(words)


# What a kit knows.

class Kit:
    def __init__(self):
        note, head, rows = cbor2.loads((KIT / "registry.cbor").read_bytes())
        self.genesis, self.controls = rows[0][0], rows
        self.size, self.root = int(note.split(b"\n")[1]), base64.b64decode(note.split(b"\n")[2])
        policy = json.loads(cbor2.loads(self.genesis).value[2])["predicate"]
        text = policy["ledgerKey"]
        self.ledger_key = cbor2.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        vkey = policy["noteKey"].split("+", 2)
        self.note_id, self.note_key = bytes.fromhex(vkey[1]), base64.b64decode(vkey[2])[1:]
        keys = cbor2.loads((KIT / "receipt-keys.cbor").read_bytes())[ORIGIN]
        self.receipt_keys = {key[2]: key[-2] for key in keys}

    def others(self):
        """Thumbprints of keys that have another purpose than the ledger key's."""
        found = set(self.receipt_keys) | {
            hashlib.sha256(encode({1: 1, -1: 6, -2: self.note_key})).digest()}
        for leaf, _, _ in self.controls[1:]:
            text = json.loads(cbor2.loads(leaf).value[2])["predicate"]["coseKey"]
            key = cbor2.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            found.add(hashlib.sha256(encode(key)).digest())
        return found


def verifies(key, signature, message):
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        return True
    except Exception:
        return False


def read(data):
    """One item of deterministic CBOR."""
    try:
        item = cbor2.loads(data)
    except Exception as error:
        raise False_(f"CBOR: {error}") from error
    hold(encode(item) == data, "not the one encoding")
    return item


# Index heads (index.md §8).

def read_head(leaf):
    """Reads a head: its parts, or raises what is wrong, by field."""
    message = read(leaf)
    hold(isinstance(message, cbor2.CBORTag) and message.tag == 18 and len(message.value) == 4,
         "COSE")
    sealed, beside_it, payload, signature = message.value
    hold(beside_it == {}, "unprotected header")
    hold(isinstance(signature, bytes) and len(signature) in (64, 3309), "signature")
    header = read(sealed)
    kind = header.get(16)
    if kind != INDEX:
        hold(isinstance(kind, str) or type(kind) is int and kind >= 0, "typ")
        raise Unknown("typ")
    hold(len(leaf) <= 8192, "index head")
    hold(set(header) == {1, 3, 4, 15, 16, -65538}, "protected header")
    hold(header[3] == "application/cbor", "content type")
    hold(header[1] in (-8, -19, -7, -9, -49), "alg")
    hold(len(signature) == (3309 if header[1] == -49 else 64), "signature")
    hold(isinstance(header[4], bytes) and len(header[4]) == 32, "kid")
    claims = header[15]
    hold(isinstance(claims, dict) and set(claims) <= {1, 2, 3, 6, 7}, "CWT claims")
    for label, field in ((1, "iss"), (2, "sub")):
        hold(isinstance(claims.get(label), str), field)
    hold(type(claims.get(6)) is int and 0 <= claims[6] <= LARGEST, "iat")
    hold(isinstance(claims.get(7), bytes) and len(claims[7]) == 16, "cti")
    hold(isinstance(claims.get(3), str), "aud")
    hold(claims[1] == "https://" + claims[3], "iss")
    hold(claims[2] == claims[1], "sub")
    chain = header[-65538]
    hold(isinstance(chain, list) and len(chain) == 3, "chain")
    hold(isinstance(chain[0], bytes) and type(chain[1]) is int and chain[1] >= 0
         and isinstance(chain[2], bytes) and len(chain[2]) == 32, "chain")
    hold(len(chain[0]) == 16, "chain.id")
    hold(chain[1] <= LARGEST, "chain.seq")
    hold((chain[1] == 0) == (chain[2] == EMPTY), "chain.prev")
    try:
        content = read(payload)
    except False_ as error:
        raise False_("payload") from error
    hold(isinstance(content, list) and len(content) == 3, "payload")
    size, tree, map = content
    hold(type(size) is int and 1 <= size <= LARGEST, "payload")
    hold(all(isinstance(one, bytes) and len(one) == 32 for one in (tree, map)), "payload")
    hold(claims[7] == hashlib.sha256(payload).digest()[:16], "cti")
    signed = encode(["Signature1", sealed, b"", payload])
    return {"leaf": leaf, "kid": header[4], "origin": claims[3], "iat": claims[6], "chain": chain,
            "size": size, "tree": tree, "map": map, "signed": signed, "signature": signature}


def field_of(leaf):
    """`ok`, `unknown`, or the field that is wrong."""
    try:
        read_head(leaf)
        return "ok"
    except Unknown:
        return "unknown"
    except False_ as error:
        return str(error)


# Receipts (log.md §6).

def fold(hash, size, index, way):
    inner, last = index, size - 1
    for sibling in way:
        hold(last > 0, "the path is too long")
        if inner & 1 or inner == last:
            hash = pair(sibling, hash)
            while not inner & 1 and inner:
                inner, last = inner >> 1, last >> 1
        else:
            hash = pair(hash, sibling)
        inner, last = inner >> 1, last >> 1
    hold(last == 0, "the path is too short")
    return hash


def place(leaf, receipt, kit):
    """Where a receipt proves an entry, and the head it does that in: index, size, root."""
    sealed, beside_it, payload, signature = read(receipt).value
    header = read(sealed)
    size, index, way = read(beside_it[396][-1][0])
    root = fold(leaf_hash(leaf), size, index, way)
    key = kit.receipt_keys.get(header[4])
    if key is None or header[15][2] != ORIGIN:
        raise Unknown("receipt key")
    hold(payload is None and verifies(
        key, signature, encode(["Signature1", sealed, b"", root])), "receipt signature")
    text, lines = beside_it[NOTE].split(b"\n\n", 1)
    text += b"\n"
    origin, count, hash = text.decode().splitlines()
    hold((origin, int(count), base64.b64decode(hash)) == (ORIGIN, size, root), "note")
    signed = False
    for row in lines.decode().splitlines():
        _, name, value = row.split(" ")
        value = base64.b64decode(value)
        if name == ORIGIN and value[:4] == kit.note_id:
            hold(verifies(kit.note_key, value[4:], text), "note signature")
            signed = True
    if not signed:
        raise Unknown("note key")
    return index, size, root


def places(leaf, receipts, kit, heads=None, splits=None):
    """The place of an entry, None where nothing proves it; and the heads that do. A head that
    contradicts another of its size is false; with `splits` it is put there and passed over."""
    found, heads = None, {kit.size: kit.root} if heads is None else heads
    for receipt in receipts:
        try:
            index, size, root = place(leaf, receipt, kit)
        except Unknown:
            continue
        if heads.setdefault(size, root) != root:
            hold(splits is not None, "split view")
            splits.append(size)
            continue
        hold(found in (None, index), "two positions")
        found = index
    return found, heads


# Proofs of completeness (index.md §10).

def split_complete(data):
    item = read(data)
    hold(isinstance(item, list) and len(item) == 2 and isinstance(item[0], bytes), "form")
    head, proofs = item
    hold(isinstance(proofs, list) and 1 <= len(proofs) <= 8, "proofs")
    message = read(head)
    hold(isinstance(message, cbor2.CBORTag) and message.tag == 18, "head")
    beside_it = message.value[1]
    hold(set(beside_it) <= {RECEIPTS, ANCHORS}, "beside the head")
    receipts = beside_it.get(RECEIPTS, [])
    hold(isinstance(receipts, list) and len(receipts) <= 8, "receipts")
    return leaf_of(head), receipts, proofs


def judged_head(leaf, receipts, kit, known=None):
    """A head that is believed, with its place; raises False_ or Unknown."""
    head = read_head(leaf)
    if head["origin"] != ORIGIN:
        raise Unknown("another ledger")
    ledger = hashlib.sha256(encode(kit.ledger_key)).digest()
    if head["kid"] != ledger:
        hold(head["kid"] not in kit.others(), "key")
        raise Unknown("ledger key")
    hold(verifies(kit.ledger_key[-2], head["signature"], head["signed"]), "signature")
    index, heads = places(leaf, receipts, kit)
    heads.update(known or {})
    hold(head["chain"][0] == chain_id(entry_id(kit.genesis)), "chain.id")
    hold(heads.get(head["size"], head["tree"]) == head["tree"], "tree")
    if index is None:
        raise Unknown("no receipt proves the head")
    hold(head["size"] <= index, "above the log")
    return head, index


def judge(data, kit, shown=()):
    """The verdict of each name: (verdict, count, runs). `shown` are entries: index and names."""
    try:
        leaf, receipts, proofs = split_complete(data)
        head = read_head(leaf)
    except Unknown:
        return ["unknown"]
    except (False_, Exception):
        return ["false"]
    found, seen = [], set()
    for proof in proofs:
        try:
            name = proof[0], proof[1]
            count, runs = listing(encode(proof), head["map"], head["size"])
        except LookupError:
            return ["unknown"]
        except Exception:
            found.append("false")
            continue
        if name in seen:
            return ["false"]
        seen.add(name)
        found.append((name, count, runs))
    try:
        judged_head(leaf, receipts, kit)
    except Unknown:
        return [one if one == "false" else "unknown" for one in found]
    except (False_, Exception):
        return ["false"]
    return [one if one == "false" else answer(*one, head["size"], shown) for one in found]


def is_not_listed(index, count, runs):
    """Whether no place is left for an entry in what is shown of a listing."""
    if count == 0:
        return True
    for start, indexes in sorted(runs.items()):
        if index < indexes[0]:
            return start == 0
        if index <= indexes[-1]:
            return index not in indexes
    last = max(runs, default=None)
    return last is not None and last + len(runs[last]) == count


def answer(name, count, runs, size, shown):
    for index, entry in shown:
        if index < size and name in entry and is_not_listed(index, count, runs):
            return "false"
    return "ok" if sum(map(len, runs.values())) == count else "notChecked"


# The ledgers of the examples.

def whole_log():
    """The corpus with an index head over its 12 entries: entry 12."""
    ledger = corpus()
    ledger.add_head()
    return ledger


def long_log():
    """The corpus with 66 more entries that are its photo again, and a head over all."""
    ledger = corpus()
    for _ in range(66):
        ledger.add(PHOTO)
    ledger.add_head()
    return ledger


def without(ledger, size, index, name=None):
    """The records of some first entries, but for those of one of them; of one name, or of all."""
    return [one for one in records(ledger.leaves[:size])
            if one[1] != index or name and one[0] != key_of(*name)]


def lying(index):
    """A head over the corpus whose map lacks an entry, and a proof about the photo by it."""
    ledger = corpus()
    of = without(ledger, 12, index)
    ledger.add_head(map=node(of))
    return ledger, ledger.complete([work("photo")], of=of)


def with_head(change=None, key=None, size=None):
    """A proof about the photo by a head of which something is wrong."""
    ledger = corpus()
    ledger.add_head(change=change, key=key)
    return ledger.complete([work("photo")], of=records(ledger.leaves[:size or 12]))


def proofs():
    """Name, bytes, and the verdict of each name by the kit `good`, the photo shown."""
    ledger, long = whole_log(), long_log()
    good = ledger.complete([work("photo"), (1, THREAD.encode()), (2, BERLIN.encode())])
    item = cbor2.loads(good)
    unknown = cbor2.loads(ledger.complete([work("photo")]))
    unknown[1][0][0] = 4
    bare = encode([ledger.heads[-1], item[1]])
    later = cbor2.loads(cbor2.loads(ledger.heads[-1]).value[0])
    later[16] = "application/vnd.colophon.index.v2+cose"
    later = sign1(later, cbor2.loads(ledger.heads[-1]).value[2], ledger.key)
    flipped = bytearray(good)
    flipped[-40] ^= 1
    return {
        "three names": good,
        "no entry": ledger.complete([work("unheard of")]),
        "a whole list": long.complete([work("photo")]),
        "one page of a list": long.complete([work("photo")], positions=(0, 40)),
        "no page of a list": long.complete([work("photo")], positions=(0, 0)),
        "an entry left out": lying(4)[1],
        "an entry left out that is not shown": lying(11)[1],
        "no receipt": bare,
        "a kind of a later version": encode(unknown),
        "a head of a later version": encode([later, item[1]]),
        "more than stands below": with_head({"size": 13}),
        "another tree": with_head({"tree": bytes(32)}),
        "another map": with_head({"map": bytes(32)}),
        "another chain": with_head({"id": bytes(16)}),
        "the key of a pop": with_head(key=ledger.pop),
        "a key that nobody knows": with_head(key=signing_key("nobody")),
        "another ledger": with_head({"origin": "other.example"}),
        "a name twice": encode([item[0], [item[1][0], item[1][0]]]),
        "no names": encode([item[0], []]),
        "bytes behind": good + b"\0",
        "a bit turned": bytes(flipped),
    }


def heads():
    """Name and leaf of heads, good ones and each field wrong."""
    ledger = whole_log()
    good = ledger.heads[-1]
    sealed, _, payload, _ = cbor2.loads(good).value
    found = {"good": good}
    ledger.add(PHOTO)
    found["the next"] = ledger.head()

    def altered(label=None, value=None, claim=None, content=None):
        header = cbor2.loads(sealed)
        data = payload
        if claim is not None:
            header[15].pop(claim) if value is None else header[15].update({claim: value})
        elif content is not None:
            data = content
            header[15][7] = hashlib.sha256(data).digest()[:16]
        elif value is None:
            header.pop(label)
        else:
            header[label] = value
        return sign1(header, data, ledger.key)

    for label in (1, 3, 4, 15, 16, -65538):
        found[f"without label {label}"] = altered(label)
    others = {
        1: -6, 3: "application/vnd.in-toto+json", 4: b"\1", 15: "claims",
        16: "application/vnd.colophon.index.v2+cose", -65538: []}
    for label, value in others.items():
        found[f"another label {label}"] = altered(label, value)
    for label, value in {2: [1], 258: -16, 259: "application/vnd.in-toto+json",
                         -65537: [bytes(32)], -65539: "urn:colophon:provenance:v1"}.items():
        found[f"with label {label}"] = altered(label, value)
    for claim in (1, 2, 3, 6, 7):
        found[f"without claim {claim}"] = altered(claim=claim)
    for claim, value in {1: "https://other.example", 2: "https://other.example",
                         3: "other.example", 5: 1, 6: 1 << 53, 7: bytes(16)}.items():
        found[f"another claim {claim}"] = altered(claim=claim, value=value)
    id, seq, prev = cbor2.loads(sealed)[-65538]
    for name, chain in {"a short chain id": [id[1:], seq, prev], "a number": [id, 1 << 53, id * 2],
                        "a first that follows": [id, 0, id * 2],
                        "a second that follows none": [id, 1, prev]}.items():
        found[name] = altered(-65538, chain)
    size, tree, map = cbor2.loads(payload)
    for name, content in {
            "size 0": encode([0, tree, map]), "a size above 2^53": encode([1 << 53, tree, map]),
            "a short tree": encode([size, tree[1:], map]), "two parts": encode([size, tree]),
            "four parts": encode([size, tree, map, map]), "a text": encode("head"),
            "bytes behind the payload": payload + b"\0", "no payload": b""}.items():
        found[name] = altered(content=content)
    found["something beside it"] = beside(good, receipts=[b"\1"])
    found["a statement"] = PHOTO
    return found


def pairs():
    """Name, what it convicts of or None, and two files by their endings."""
    ledger, long = whole_log(), long_log()
    photo = ledger.receipted(PHOTO, 5)
    # Shrinking: a list of 67, and a later one that lacks the entry 20.
    shrunk = long.copy()
    earlier = shrunk.complete([work("photo")])
    shrunk.add(PHOTO)
    of = without(shrunk, shrunk.size, 20, work("photo"))
    shrunk.add_head(map=node(of))
    later = shrunk.complete([work("photo")], of=of)
    # Two lists of which no page is here, and the later one is shorter.
    shorter = long.copy()
    of = without(shorter, shorter.size, 20, work("photo"))
    shorter.add_head(map=node(of))
    fewer = shorter.complete([work("photo")], positions=(0, 0), of=of)
    # Two heads of one size: the second has a map without the entry 4.
    twice = whole_log()
    of = without(twice, 12, 4)
    second = twice.add_head(size=12, map=node(of))
    other = twice.complete([work("print")], head=second, of=of)
    first = twice.complete([work("print")], head=twice.heads[0])
    # Two heads of one number.
    forked = whole_log()
    forked.add(PHOTO)
    again = forked.add_head(change={"seq": 0, "prev": bytes(32)})
    # The same in another chain.
    parted = whole_log()
    parted.add(PHOTO)
    apart = parted.add_head(change={"id": bytes(16), "seq": 0, "prev": bytes(32)})
    # The second with the first in a proof that leads to no map, as an audit writes them.
    nothing = [0, hashlib.sha256(forked.heads[0]).digest(), [], [0], []]
    carried_head = beside(
        again, receipts=[forked.receipt(forked.leaves.index(again), forked.size)],
        completes=[encode([forked.receipted(forked.heads[0]), [nothing]])])
    # An entry of a type that is on no list.
    typed = whole_log()
    header = cbor2.loads(cbor2.loads(PHOTO).value[0])
    header[16] = "application/vnd.colophon.statement.v2+cose"
    strange = sign1(header, cbor2.loads(PHOTO).value[2], typed.pop)
    typed.add(strange)
    tree = corpus()
    tree.add_head(size=10, change={"tree": bytes(32)})
    liar, lie = lying(4)
    bare = encode([liar.heads[-1], cbor2.loads(lie)[1]])
    lied = liar.receipt(4, 12)
    neighbour = leaf_of((CORPUS / "es256.colophon").read_bytes())
    carrier = beside(
        neighbour, receipts=[liar.receipt(liar.leaves.index(neighbour), 12)],
        completes=[liar.complete([(1, THREAD.encode())], of=without(liar, 12, 4))])
    # A list of 66 that lacks the entry 20, and a later one that has it.
    grown = corpus()
    for _ in range(66):
        grown.add(PHOTO)
    of = without(grown, grown.size, 20, work("photo"))
    grown.add_head(map=node(of))
    lacking = grown.complete([work("photo")], of=of)
    grown.add(PHOTO)
    grown.add_head()
    # Two heads that say the same.
    honest = long_log()
    first_of_two = honest.complete([work("photo")])
    honest.add(PHOTO)
    honest.add_head()
    # A second head that covers less than the first, and one that names another before it.
    falling, strayed = whole_log(), whole_log()
    falling.add(PHOTO)
    strayed.add(PHOTO)
    less = falling.add_head(size=11)
    stray = strayed.add_head(change={"prev": entry_id(PHOTO)})
    # The log itself is two: another entry stands at 12.
    split = corpus()
    split.add(PHOTO)
    proof, record = "complete", "colophon"
    return {
        "omission": ("omission", (proof, lie), (record, photo)),
        "shrinking": ("shrinking", (proof, earlier), (proof, later)),
        "fewer": ("shrinking", (proof, long.complete([work("photo")], positions=(0, 0))),
                  (proof, fewer)),
        "late": ("late", (proof, lacking), (proof, grown.complete([work("photo")]))),
        "carried": ("omission", (record, beside(PHOTO, receipts=[lied], completes=[bare])),
                    (record, liar.receipted(liar.heads[-1]))),
        "in-a-record": ("omission", (record, carrier), (record, photo)),
        "one-unread": ("omission", (record, beside(
            PHOTO, receipts=[lied], completes=[b"unread", lie])), (record, PHOTO)),
        "two-roots": ("two-roots", (proof, first), (proof, other)),
        "other-tree": ("other-tree", (proof, tree.complete([work("photo")])),
                       (record, tree.receipted(PHOTO, 10))),
        "chain": ("chain", (record, forked.receipted(forked.heads[0])),
                  (record, forked.receipted(again))),
        "another-chain": ("chain", (record, parted.receipted(parted.heads[0])),
                          (record, parted.receipted(apart))),
        "carries-a-head": ("chain", (record, carried_head), (record, PHOTO)),
        "size-falls": ("chain", (record, falling.receipted(falling.heads[0])),
                       (record, falling.receipted(less))),
        "another-before": ("chain", (record, strayed.receipted(strayed.heads[0])),
                           (record, strayed.receipted(stray))),
        "split-view": ("split-view", (proof, lie),
                       (record, beside(PHOTO, receipts=[split.receipt(4, 13)]))),
        "typ": ("typ", (proof, typed.complete([work("photo")])),
                (record, typed.receipted(strange))),
        "nothing-missing": (None, (proof, ledger.complete([work("photo")])), (record, photo)),
        "both-heads": (None, (proof, first_of_two), (proof, honest.complete([work("photo")]))),
        "not-covered": (None, (proof, ledger.complete([work("photo")])),
                        (record, beside(PHOTO, receipts=[long.receipt(20, 70)]))),
        "not-logged": (None, (proof, bare), (record, photo)),
        "no-receipt": (None, (proof, lie), (record, PHOTO)),
        "another-key": (None, (proof, with_key_omitting()), (record, photo)),
    }


def with_key_omitting():
    """The same omission, signed by a key that is not the ledger's."""
    ledger = corpus()
    of = without(ledger, 12, 4)
    ledger.add_head(map=node(of), key=ledger.pop)
    return ledger.complete([work("photo")], of=of)


def holders(data):
    """What a file holds: its proofs, its heads with their receipts, and its entry if it has one."""
    if data[:1] == b"\x82":
        proofs, entry = [data], None
    else:
        parts = cbor2.loads(data).value[1]
        proofs, entry = parts.get(-65544, []), (leaf_of(data), parts.get(RECEIPTS, []))
    found = []
    for proof in proofs:
        try:
            found.append(split_complete(proof))
        except False_:
            hold(entry, "a proof alone cannot be read")
    heads = [(leaf, receipts) for leaf, receipts, _ in found]
    kind = entry and cbor2.loads(cbor2.loads(entry[0]).value[0]).get(16)
    return found, heads + ([entry] if kind == INDEX else []), entry, kind


def convict(one, other, kit):
    """What two files convict the kit's ledger of (misbehaviour.md §6), or None."""
    listed, logged, entries = [], {}, []
    trees, splits = {kit.size: kit.root}, []
    ledger = hashlib.sha256(encode(kit.ledger_key)).digest()
    files = [holders(data) for data in (one, other)]
    for _, heads, _, _ in files:
        for leaf, receipts in heads:
            head = read_head(leaf)
            index, _ = places(leaf, receipts, kit, trees, splits)
            signed = verifies(kit.ledger_key[-2], head["signature"], head["signed"])
            if index is not None and head["kid"] == ledger and signed:
                logged[entry_id(leaf)] = head, index
    for proofs, _, entry, kind in files:
        for leaf, _, found in proofs:
            if entry_id(leaf) not in logged:
                continue
            head, _ = logged[entry_id(leaf)]
            for proof in found:
                try:
                    count, runs = listing(encode(proof), head["map"], head["size"])
                except AssertionError:
                    # It leads to no map, and lists nothing: its head may count all the same.
                    continue
                is_list = proof[3][0] == 2 and proof[3][1] == key_of(proof[0], proof[1])
                listed.append((head, (proof[0], proof[1]), count, runs, is_list))
        if entry:
            index, _ = places(*entry, kit, trees, splits)
            if index is not None:
                entries.append((index, kind, names(entry[0])))
    return (omission(listed, entries) or between_listings(listed)
            or between_heads(list(logged.values())) or other_tree(logged, trees)
            or unknown_type(logged, entries) or ("split-view" if splits else None))


def omission(listed, entries):
    for head, name, count, runs, _ in listed:
        for index, _, entry in entries:
            if index < head["size"] and name in entry and is_not_listed(index, count, runs):
                return "omission"
    return None


def between_listings(listed):
    def is_missing(one, other):
        """Whether a list has an entry that the other head covers and does not list."""
        _, _, _, runs, is_list = one
        head, _, count, others, _ = other
        return is_list and any(
            index < head["size"] and is_not_listed(index, count, others)
            for run in runs.values() for index in run)

    for earlier in listed:
        for later in listed:
            if earlier[1] != later[1] or later[0]["size"] <= earlier[0]["size"]:
                continue
            if is_missing(earlier, later) or earlier[4] and later[2] < earlier[2]:
                return "shrinking"
            if is_missing(later, earlier):
                return "late"
    return None


def between_heads(found):
    for place_, one in enumerate(found):
        for other in found[:place_]:
            (first, below), (second, above) = sorted(
                (one, other), key=lambda pair: pair[0]["chain"][1])
            differs = (first["tree"], first["map"]) != (second["tree"], second["map"])
            if first["size"] == second["size"] and differs:
                return "two-roots"
            step = second["chain"][1] - first["chain"][1]
            follows = (below < above and first["size"] < second["size"]
                       and first["iat"] <= second["iat"]
                       and (step != 1 or second["chain"][2] == entry_id(first["leaf"])))
            if step == 0 or not follows:
                return "chain"
    return None


def other_tree(logged, trees):
    if any(trees.get(head["size"], head["tree"]) != head["tree"] for head, _ in logged.values()):
        return "other-tree"
    return None


def unknown_type(logged, entries):
    for index, kind, _ in entries:
        if kind not in TYPES and any(place_ < index for _, place_ in logged.values()):
            return "typ"
    return None


# Files.

def heads_file():
    rows = [{"name": name, "leaf": leaf.hex(), "verdict": field_of(leaf)}
            for name, leaf in heads().items()]
    return text({"heads": rows})


def proofs_file():
    kit, shown = Kit(), [(4, names(PHOTO))]
    rows = [{"name": name, "complete": data.hex(), "verdicts": judge(data, kit, shown)}
            for name, data in proofs().items()]
    return text({"shown": "photo", "kit": "good", "completes": rows})


def text(value):
    (key, rows), *_ = [item for item in value.items() if isinstance(item[1], list)]
    others = "".join(f"{json.dumps(name)}:{json.dumps(item)},\n"
                     for name, item in value.items() if name != key)
    lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    return f"{{{others}{json.dumps(key)}:[\n{lines}\n]}}\n".encode()


def files():
    """All files that are written, by their paths."""
    made = {HEADS: heads_file(), PROOFS: proofs_file()}
    cases = []
    for name, (what, *parts) in pairs().items():
        both = []
        for number, (ending, data) in enumerate(parts, 1):
            file = f"{name}-{number}.{ending}"
            made[PAIRS / file] = data
            both.append(file)
        cases.append({"files": both, "what": what})
    made[PAIRS / "cases.json"] = text({"kit": "good", "cases": cases})
    return made


# The checks.

def the_examples_are_those_that_the_pages_describe():
    made = files()
    for path, data in made.items():
        require(path.read_bytes() == data, f"{path.name} differs")
    there = {path for path in PAIRS.iterdir()}
    require(there == {path for path in made if path.parent == PAIRS}, "other names")


def every_pair_is_judged_as_it_says():
    kit = Kit()
    for name, (what, one, other) in pairs().items():
        require(convict(one[1], other[1], kit) == what, name)


def no_altered_proof_lists_anything_else():
    kit, chance = Kit(), random.Random(7)
    good = proofs()["three names"]
    item = cbor2.loads(good)
    for place_ in range(len(good)):
        altered = bytearray(good)
        altered[place_] ^= 1 << chance.randrange(8)
        verdicts = judge(bytes(altered), kit)
        if "ok" not in verdicts:
            continue
        other = cbor2.loads(bytes(altered))
        asked = [proof[:2] for proof in item[1]]
        for proof, verdict in zip(other[1], verdicts):
            if verdict == "ok" and proof[:2] in asked:
                require(proof in item[1], f"byte {place_}")


def colophon_judges_every_proof_alike():
    words = {"ok", "notChecked", "false", "unknown"}
    for name, data in proofs().items():
        path = FOLDER / "judged.complete"
        path.write_bytes(data)
        done = subprocess.run(
            ["colophon", "verify", "--record-only", CORPUS / "photo.colophon", "--complete", path,
             "--trust", KIT, "--json"], capture_output=True, text=True, timeout=60)
        wanted = judge(data, Kit(), [(4, names(PHOTO))])
        # A file that is no proof is an input that cannot be read, and calls no work false.
        if done.returncode == 2:
            require(wanted == ["false"] and str(path) in done.stderr, f"{name}: {done.stderr}")
            continue
        found = json.loads(done.stdout.splitlines()[0])["findings"]
        verdicts = [one["verdict"] for one in found if one["check"] == "complete"]
        require(set(verdicts) <= words | {"absent"}, f"{name}: {verdicts}")
        require(("false" in verdicts) == ("false" in wanted), f"{name}: {verdicts}")
        require(("unknown" in verdicts) == ("unknown" in wanted), f"{name}: {verdicts}")


def colophon_judges_every_pair_alike():
    for name, (what, one, other) in pairs().items():
        paths = [PAIRS / f"{name}-{number}.{part[0]}" for number, part in ((1, one), (2, other))]
        done = subprocess.run(
            ["colophon", "verify-misbehaviour", *paths, "--trust", KIT, "--json"],
            capture_output=True, text=True, timeout=60)
        found = json.loads(done.stdout)
        require(done.returncode == (0 if what else 1), f"{name}: {done.returncode}")
        require(found.get("what") == what, f"{name}: {found}")


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        PAIRS.mkdir(exist_ok=True)
        for path, data in files().items():
            path.write_bytes(data)
    else:
        from checks import FOLDER, run
        run([the_examples_are_those_that_the_pages_describe, every_pair_is_judged_as_it_says,
             no_altered_proof_lists_anything_else, colophon_judges_every_proof_alike,
             colophon_judges_every_pair_alike])
