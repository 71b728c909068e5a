"""Proofs of misbehaviour, made and judged by the page alone, with cryptography and hashlib.

`misbehaviour.py --write` writes the examples of Schemas/misbehaviour, and needs no ledger.
"""

import base64
import hashlib
import json
import subprocess
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey, Ed25519PublicKey)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "Schemas" / "misbehaviour"
HEADER = b"colophon/misbehaviour@v1"
ORIGIN = "log.example/prints"
POLICY = "logs.policy"


def b64(data):
    return base64.b64encode(data).decode()


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(count):
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def root(leaves):
    """MTH (RFC 9162 §2.1.1)."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256().digest()
    k = split(len(leaves))
    return node(root(leaves[:k]), root(leaves[k:]))


def consistency(old, leaves, whole=True):
    """PROOF (RFC 9162 §2.1.4.1)."""
    if old == len(leaves):
        return [] if whole else [root(leaves)]
    k = split(len(leaves))
    if old <= k:
        return consistency(old, leaves[:k], whole) + [root(leaves[k:])]
    return consistency(old - k, leaves[k:], False) + [root(leaves[:k])]


def roots(old, new, path):
    """The verification of RFC 9162 §2.1.4.2, whose third step the file has taken: both roots."""
    inner, last = old - 1, new - 1
    while inner & 1:
        inner, last = inner >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if not last:
            return None
        if inner & 1 or inner == last:
            first, second = node(sibling, first), node(sibling, second)
            while inner and not inner & 1:
                inner, last = inner >> 1, last >> 1
        else:
            second = node(second, sibling)
        inner, last = inner >> 1, last >> 1
    return None if last else (first, second)


class Log:
    """A log that signs whatever it is given."""

    def __init__(self, name, word):
        self.name = name
        self.key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(word).digest())
        public = b"\x01" + self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.id = hashlib.sha256(name.encode() + b"\n" + public).digest()[:4]
        self.vkey = f"{name}+{self.id.hex()}+{b64(public)}"

    def note(self, leaves, origin=None):
        text = f"{origin or self.name}\n{len(leaves)}\n{b64(root(leaves))}\n".encode()
        line = f"— {self.name} {b64(self.id + self.key.sign(text))}\n".encode()
        return text + b"\n" + line


def proof(older, newer, path=()):
    hashes = b"".join(b64(hash).encode() + b"\n" for hash in path)
    return HEADER + b"\n" + hashes + b"\n" + older + b"\n" + newer


def leaves(count, fork=None):
    """Different leaves; from `fork` on they are others."""
    return [hashlib.sha256(bytes([0, n, fork is not None and n >= fork])).digest()
            for n in range(count)]


def examples():
    """Name, whether it convicts, and bytes."""
    log, successor = Log(ORIGIN, b"log"), Log(ORIGIN, b"successor")
    thief, other = Log(ORIGIN, b"thief"), Log("other.example", b"other")
    same = sorted([(leaves(60), log), (leaves(60, 40), successor)], key=lambda x: root(x[0]))
    notes = [signer.note(tree) for tree, signer in same]
    forked = leaves(60, 20)
    honest = leaves(60)
    invented = consistency(33, forked)
    made = {
        "two-roots": (True, proof(*notes)),
        "not-extended": (
            True, proof(log.note(honest[:33]), successor.note(forked), consistency(33, forked))),
        "not-extended-power-of-two": (
            True, proof(log.note(honest[:32]), log.note(forked),
                        [root(forked[:32])] + consistency(32, forked))),
        "one-tree": (False, proof(log.note(honest), successor.note(honest))),
        "extended": (
            False, proof(log.note(honest[:33]), log.note(honest), consistency(33, honest))),
        "invented-hashes": (False, proof(log.note(honest[:33]), log.note(honest), invented)),
        "unknown-key": (
            False, proof(log.note(honest[:33]), thief.note(forked), consistency(33, forked))),
        "other-logs-key": (
            False, proof(log.note(honest[:33]), other.note(forked, ORIGIN),
                         consistency(33, forked))),
    }
    policy = "".join(f"log {key.vkey}\n" for key in (log, successor, other)) + "quorum none\n"
    return policy.encode(), made


def judge(data, policy):
    """Whether a file convicts, by what Schemas/misbehaviour.md says."""
    head, text, lines, text2, lines2 = data.split(b"\n\n")
    header, *path = head.split(b"\n")
    keys = [line.split()[1].split("+", 2) for line in policy.decode().splitlines()
            if line.startswith("log ")]
    claims = []
    for text, lines in ((text + b"\n", lines), (text2 + b"\n", lines2)):
        origin, size, hash = text.decode().splitlines()[:3]
        signed = False
        for line in lines.decode().splitlines():
            _, name, signature = line.split(" ")
            signature = base64.b64decode(signature)
            for key in keys:
                if key[0] == name == origin and bytes.fromhex(key[1]) == signature[:4]:
                    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key[2])[1:])
                    try:
                        public.verify(signature[4:], text)
                    except InvalidSignature:
                        return False
                    signed = True
        claims.append((origin, int(size), base64.b64decode(hash), signed))
    (one, old, old_root, signed), (other, new, new_root, signed2) = claims
    if header != HEADER or one != other or not signed or not signed2:
        return False
    if old == new:
        return not path and old_root != new_root
    found = roots(old, new, [base64.b64decode(line) for line in path])
    return bool(found) and found[1] == new_root and found[0] != old_root


def the_examples_are_those_that_the_page_describes():
    policy, made = examples()
    names = {f"{name}.misbehaviour" for name in made} | {POLICY}
    there = {path.name for path in EXAMPLES.iterdir() if path.is_file()}
    require(there == names, "other names")
    require((EXAMPLES / POLICY).read_bytes() == policy, "the policy differs")
    for name, (convicts, data) in made.items():
        require((EXAMPLES / f"{name}.misbehaviour").read_bytes() == data, f"{name} differs")
        require(judge(data, policy) == convicts, f"{name}: judged otherwise")


def colophon_judges_every_example_alike():
    for name, (convicts, _) in examples()[1].items():
        done = subprocess.run(
            ["colophon", "verify-misbehaviour", EXAMPLES / f"{name}.misbehaviour",
             "--policy", EXAMPLES / POLICY, "--json"], capture_output=True, text=True, timeout=60)
        answer = json.loads(done.stdout)
        require(done.returncode == 1 - convicts, f"{name}: exit code {done.returncode}")
        require(answer["convicts"] == convicts, f"{name}: {answer}")


def main():
    if sys.argv[1:] != ["--write"]:
        run([
            the_examples_are_those_that_the_page_describes,
            colophon_judges_every_example_alike,
        ])
    policy, made = examples()
    (EXAMPLES / POLICY).write_bytes(policy)
    for name, (_, data) in made.items():
        (EXAMPLES / f"{name}.misbehaviour").write_bytes(data)


if __name__ == "__main__":
    # Writing the examples needs no ledger.
    if sys.argv[1:] != ["--write"]:
        from checks import require, run
    main()
