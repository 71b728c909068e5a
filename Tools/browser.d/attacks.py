"""Records and kits that somebody made to harm a reader, each with the way in its name."""

import base64
import functools
import hashlib

from corpus import KIT_FILES, head, one_file
from mutants import Pairs, Raw, Tagged, long_head, whole, write

MANIFEST, RECEIPTS, ANCHORS, ISSUERS = -65540, 394, -65542, -65541
NOTE = "c2sp.org/tlog-checkpoint"
MANIFEST_LIMIT = 256 * 1024
FILE_LIMIT = 4 * 1024 * 1024
MANY = 10_000
FIELD = 2**255 - 19


def with_header(record, label, value):
    """A record with another value at a label of its unprotected header."""
    sealed, beside, *rest = whole(record)[1]
    members = [(key, value if key == label else old) for key, old in beside]
    if label not in dict(beside):
        members = sorted([*members, (label, value)], key=lambda member: write(member[0]))
    return write(Tagged([18, [sealed, Pairs(members), *rest]]))


def without_header(record, label):
    """A record without the value at a label of its unprotected header."""
    sealed, beside, *rest = whole(record)[1]
    members = [member for member in beside if member[0] != label]
    return write(Tagged([18, [sealed, Pairs(members), *rest]]))


def manifests(text):
    """Hostile copies of a manifest, by what they are."""
    begin = text[:-1]
    nested = lambda depth: begin + b',"x":' + b"[" * depth + b"]" * depth + b"}"
    value = lambda words: text.replace(b'"predicate":', b'"x":' + words + b',"predicate":')
    kind = lambda words: text.replace(b"urn:colophon:provenance:v1", words)
    word = lambda count: value(b'"' + b"w" * (count - len(value(b'""'))) + b'"')
    found = {
        "__proto__ as a member": value(b'1,"__proto__":{"digest":1}'),
        "__proto__ as the subject": text.replace(b'"subject"', b'"__proto__"'),
        "__proto__ in ext": text.replace(b'"predicate":{', b'"predicate":{"ext":{"__proto__":{}},'),
        "two members of a name": value(b'1,"x":2'),
        "two members of a name, one escaped": value(b'1,"\\u0078":2'),
        "a lone surrogate": value(b'"\\ud800"'),
        "surrogates in the wrong order": value(b'"\\udc00\\ud800"'),
        "a surrogate in UTF-8": value(b'"\xed\xa0\x80"'),
        "an overlong sequence in UTF-8": value(b'"\xc0\xaf"'),
        "U+0000": value(b'"\\u0000"'),
        "256 KiB of one word": word(MANIFEST_LIMIT),
        "one byte above 256 KiB": word(MANIFEST_LIMIT + 1),
        "256 KiB of a right-to-left override": value(b'"' + b"\xe2\x80\xae" * 80_000 + b'"'),
        "a byte order mark": b"\xef\xbb\xbf" + text,
        "another value behind it": text + b"{}",
        "nothing": b"",
        "white space alone": b" \n",
        "16 deep": nested(15), "17 deep": nested(16), "100,000 deep": nested(100_000),
        "100,000 objects deep, cut": b'{"a":' * 40_000,
    }
    for number in ["9007199254740991", "9007199254740992", "-9007199254740992", "1" * 1000, "1e308",
                   "1e309", "-1e-400", "-0", "0.0", "01", "1.", "-", "1e", "Infinity"]:
        found[f"the number {number[:20]}"] = value(number.encode())
    for name in ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"]:
        found[f"the type {name}"] = kind(name.encode())
        found[f"the type urn:colophon:{name}"] = kind(b"urn:colophon:" + name.encode())
        found[f"the event {name}"] = text.replace(b'"capture"', f'"{name}"'.encode(), 1)
    return found


def items():
    """Items of CBOR that are refused or large, by what they are."""
    return {
        "a byte string of 2^64 - 1 bytes": b"\x5b" + b"\xff" * 8,
        "a byte string of 2^32 bytes": b"\x5b\0\0\0\1\0\0\0\0",
        "a byte string of 2^31 - 1 bytes": b"\x5a\x7f\xff\xff\xff",
        "a text of 2^53 bytes": long_head(3, 2**53),
        "an array of 2^64 - 1 members": b"\x9b" + b"\xff" * 8,
        "a map of 2^63 members": long_head(5, 2**63),
        "a length that is not shortest": b"\x58\x01\0",
        "an integer of 2^64 - 1": b"\x1b" + b"\xff" * 8,
        "the negative integer of 2^64": b"\x3b" + b"\xff" * 8,
        "an indefinite byte string": b"\x5f\x41\0\xff",
        "an indefinite map": b"\xbf\xff",
        "the tag of a bignum": b"\xc2\x41\x01",
        "the tag of CBOR": b"\xd9\xd9\xf7\0",
        "a tag of 2^64 - 1": long_head(6, 2**64 - 1) + b"\0",
        "a COSE_Sign1 in a COSE_Sign1": b"\xd2" * 7 + b"\0",
        "a tag a thousand deep": b"\xd2" * 1000 + b"\0",
        "an array 100,000 deep": b"\x81" * 100_000 + b"\0",
        "a half-precision float": b"\xf9\0\0",
        "undefined": b"\xf7", "a break": b"\xff", "a reserved head": b"\x1c",
        "a map with the key __proto__": b"\xa1\x69__proto__\0",
        "a map whose key is a map": b"\xa1\xa0\0",
        "10,000 integers": write(list(range(MANY))),
    }


def records(record):
    """Hostile copies of a record with a receipt, by what they are."""
    beside = dict(whole(record)[1][1])
    receipt = whole(beside[RECEIPTS][0])
    note = dict(receipt[1][1])[NOTE]
    line = "\u2014 x AAAAAAAA\n".encode()
    found = {}
    for name, text in manifests(beside[MANIFEST]).items():
        found[f"a manifest with {name}"] = with_header(record, MANIFEST, text)
    for name, item in items().items():
        found[f"{name}, as the manifest"] = with_header(record, MANIFEST, Raw(item))
        found[f"{name}, as the record"] = item
        found[f"{name}, as a receipt"] = with_header(record, RECEIPTS, [item])
        found[f"{name}, as a part"] = with_header(record, 4711, Raw(item))
    for count in [0, 8, 9, MANY]:
        found[f"{count} receipts"] = with_header(record, RECEIPTS, [write(receipt)[:300]] * count)
        found[f"{count} anchors"] = with_header(record, ANCHORS, [Pairs()] * count)
    for count in [50, 99, 100, 101, MANY]:
        signed = with_header(write(receipt), NOTE, note + line * (count - 1))
        found[f"a checkpoint of {count} signatures"] = with_header(record, RECEIPTS, [signed])
    for label in ["__proto__", "constructor", 394.0, 2**63 - 1]:
        label = int(label) if isinstance(label, float) else label
        found[f"the part {label}"] = with_header(record, label, 1)
    many = [(number, 0) for number in range(1000, 1000 + MANY)]
    sealed, _, *rest = whole(record)[1]
    found["10,000 parts"] = write(Tagged([18, [sealed, Pairs(many), *rest]]))
    room = FILE_LIMIT - len(with_header(record, MANIFEST, b"")) - 4
    found["4 MiB"] = with_header(record, MANIFEST, bytes(room))
    assert len(found["4 MiB"]) == FILE_LIMIT
    return found


@functools.cache
def points(count):
    """Public keys of Ed25519, which nobody holds: points of the curve that a hash gives."""
    found, number = [], 0
    d = -121665 * pow(121666, -1, FIELD) % FIELD
    while len(found) < count:
        number += 1
        encoded = bytearray(hashlib.sha256(b"point %d" % number).digest())
        encoded[31] &= 0x7f
        y = int.from_bytes(encoded, "little")
        # A quotient is a square where the product of its parts is.
        square = (y * y - 1) * (d * y * y + 1) % FIELD
        if y < FIELD and pow(square, (FIELD - 1) // 2, FIELD) == 1:
            found.append(bytes(encoded))
    return found


def verifier_key(name, point, kind=4):
    """A key as notes name it: NAME+ID+KEY."""
    digest = hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + point).hexdigest()
    return f"{name}+{digest[:8]}+{base64.b64encode(bytes([kind]) + point).decode()}"


def cose_key(point):
    """A COSE_Key of Ed25519 with its kid and alg."""
    bare = Pairs([(1, 1), (-1, 6), (-2, point)])
    kid = hashlib.sha256(write(bare)).digest()
    return Pairs([(1, 1), (2, kid), (3, -8), (-1, 6), (-2, point)])


def policies(text):
    """Policies with other words in them, by what they are; the first are good."""
    logs = text[:text.index("witness")]
    keys = points(300)
    witness = lambda number: f"witness w{number} {verifier_key(f'w{number}', keys[number])}\n"
    three = "".join(map(witness, range(3)))
    chain = "".join(f"group g{number} all {'w0' if number == 0 else f'g{number - 1}'}\n"
                    for number in range(256))
    vkey = verifier_key("w0", keys[0])
    name, digest, key = vkey.split("+", 2)
    found = {
        "a group of three": f"{three}group g 2 w0 w1 w2\nquorum g\n",
        "256 groups in each other": f"{three}{chain}quorum g255\n",
        "257 groups": f"{three}{chain}group x any w1\nquorum g255\n",
        "256 witnesses": "".join(map(witness, range(256))) + "quorum w255\n",
        "257 witnesses": "".join(map(witness, range(257))) + "quorum w0\n",
        "lines that end with CR": (three + "quorum w0\n").replace("\n", "\r\n"),
        "no line feed at its end": f"{three}quorum w0",
        "10,000 comments": "# words\n" * MANY + f"{three}quorum w1\n",
        "10,000 words": f"{three}group g any{' w0' * MANY}\nquorum g\n",
        "tabs and spaces": f"{three} \t quorum \t w0 \n",
        "a URL": f"witness w {vkey} https://w.example/\nquorum w\n",
        "a NUL": f"{three}quorum w0\0\n",
        "a key twice": f"witness a {vkey}\nwitness b {vkey}\nquorum a\n",
        "a name twice": three + witness(3).replace("witness w3", "witness w0") + "quorum w0\n",
        "a member twice": f"{three}group g any w0 w0\nquorum g\n",
        "a member in two groups": f"{three}group g any w0\ngroup h any w0\nquorum g\n",
        "a name behind its use": f"group g any w0\n{three}quorum g\n",
        "two quorums": f"{three}quorum w0\nquorum w1\n", "no quorum": three,
    }
    for what, (point, kind) in {
            "of a point that is none": (bytes(31) + b"?", 4), "of a log": (keys[0], 1),
            "of small order": (b"\1" + bytes(31), 4), "of a type of nobody": (keys[0], 9),
            "beyond the field": (b"\xff" * 31 + b"\x7f", 4), "of ML-DSA-44": (bytes(1312), 6),
            "of 31 bytes": (keys[0][1:], 4)}.items():
        found[f"a key {what}"] = f"witness w {verifier_key('w', point, kind)}\nquorum w\n"
    for words in ["constructor", "__proto__", "0", "4", "01", "-1", "any", "all", "1" * 30]:
        found[f"the threshold {words}"] = f"{three}group g {words} w0 w1 w2\nquorum g\n"
        found[f"the name {words}"] = f"witness {words} {vkey}\nquorum {words}\n"
        found[f"the keyword {words}"] = f"{three}{words} w0\nquorum w0\n"
    for what, spelling in {
            "without padding": key.rstrip("="), "with more padding": key + "=",
            "of base64url": key.translate(str.maketrans("+/", "-_")), "with a space": key + " ",
            "with bits left over": base64.b64encode(b"\4" + keys[0] + b"\0").decode()[:-3] + "B==",
            "in lower case": key.lower(), "that is empty": ""}.items():
        found[f"a key {what}"] = f"witness w0 {name}+{digest}+{spelling}\nquorum w0\n"
    for what, other in {"in upper case": digest.upper(), "of another": "00000000"}.items():
        found[f"a key's ID {what}"] = f"witness w0 {name}+{other}+{key}\nquorum w0\n"
    return {what: logs + words for what, words in found.items()}


def without_roots(kit):
    """A kit without the roots of timestamp authorities."""
    return write(Pairs([file for file in whole(kit) if file[0] != "tsa.pem"]))


def with_policy(folder, text):
    """The kit of a folder with another policy."""
    return one_file(folder, {"policy": text.encode()})


def kits(folder):
    """Hostile copies of the kit in a folder, by what they are."""
    files = {name: (folder / name).read_bytes() for name in KIT_FILES}
    keys = whole(files["receipt-keys.cbor"])
    found = {}

    def add(name, **changed):
        path = {"policy": "policy", "keys": "receipt-keys.cbor", "genesis": "genesis",
                "registry": "registry.cbor"}
        found[name] = one_file(folder, {path[part]: content for part, content in changed.items()})

    for name, text in policies(files["policy"].decode()).items():
        add(f"a policy with {name}", policy=text.encode())
    for name, item in items().items():
        add(f"{name}, as the keys", keys=item)
        add(f"{name}, as the registry", registry=item)
        found[f"{name}, as the kit"] = item
    other = [cose_key(point) for point in points(MANY)]
    order = lambda members: Pairs(sorted(members, key=lambda member: write(member[0])))
    add("10,000 keys of another log", keys=write(order([*keys, ("many.example", other)])))
    add("10,000 logs", keys=write(order(
        [*keys, *((f"{number}.example", other[:1]) for number in range(MANY))])))
    add("a key more of its own log", keys=write(order(
        [(log, [*own, *other[:1]]) for log, own in keys])))
    for name, text in {
            "without a line feed": files["genesis"].strip(), "with CR": files["genesis"] + b"\r",
            "with bits left over": files["genesis"][:42] + b"9\n",
            "of base64": b"+/" * 21 + b"A=\n",
            "with a mark": b"\xef\xbb\xbf" + files["genesis"]}.items():
        add(f"a genesis {name}", genesis=text)
    return found
