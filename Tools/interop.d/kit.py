"""cbor2 and cryptography verify a trust kit in one file, and find it equal to the folder."""

import base64
import hashlib

import cbor2
from checks import (
    FOLDER, ORIGIN, checkpoint, colophon, encode, entry_id, fetch, fold, inclusion, refuses,
    require, run)
from cryptography.hazmat.primitives.asymmetric import ed25519

BYTES = fetch("/trust-kit")
KIT = cbor2.loads(BYTES)
NAMES = ["policy", "genesis", "registry.cbor", "receipt-keys.cbor"]


def verified_controls(kit):
    """Returns the control statements of a kit, once all of it follows from its genesis."""
    note, head, rows = cbor2.loads(kit["registry.cbor"])
    origin, size, root = checkpoint(note)
    require(origin == ORIGIN, origin)
    vkeys = [line.split()[1] for line in kit["policy"].decode().splitlines()
             if line.startswith("log ")]
    require(any(signs(vkey, note) for vkey in vkeys), "no log key of the policy signed the note")
    for leaf, index, path in rows:
        require(fold(leaf, size, index, path) == root, f"the path of entry {index}")
    require([row[1] for row in rows] == sorted({row[1] for row in rows}), "the order")
    require(entry_id(rows[0][0]).encode() + b"\n" == kit["genesis"], "the genesis")
    require(inclusion(head)[:2] == [size, rows[-1][1]], "the head's receipt")
    return rows


def signs(vkey, note):
    """Whether a line of the note is by this key (C2SP signed-note)."""
    name, key_hash, key = vkey.split("+", 2)
    text, lines = note.split(b"\n\n", 1)
    for line in lines.decode().splitlines():
        _, signer, signature = line.split(" ")
        value = base64.b64decode(signature)
        if signer != name or value[:4].hex() != key_hash:
            continue
        public = ed25519.Ed25519PublicKey.from_public_bytes(base64.b64decode(key)[1:])
        public.verify(value[4:], text + b"\n")
        return True
    return False


def the_one_file_is_deterministic_cbor_of_the_four_files():
    require(list(KIT) == NAMES, f"{list(KIT)}")
    require(all(isinstance(value, bytes) for value in KIT.values()), "not all are byte strings")
    require(encode(KIT) == BYTES, "another encoding")


def cryptography_verifies_the_kit_from_its_genesis():
    require(len(verified_controls(KIT)) >= 4, "there are few control statements")
    keys = cbor2.loads(KIT["receipt-keys.cbor"])
    require(list(keys) == [ORIGIN], f"{list(keys)}")


def an_altered_kit_is_refused_by_both():
    for name in NAMES:
        other = bytes([KIT[name][-20] ^ 1])
        altered = dict(KIT, **{name: KIT[name][:-20] + other + KIT[name][-19:]})
        (FOLDER / "altered.colophon-kit").write_bytes(encode(altered))
        code, _, words = colophon("trust", "show", FOLDER / "altered.colophon-kit")
        require(code == 2 and name in words, f"{name}: {code} {words}")
    cut = dict(KIT, genesis=KIT["genesis"][::-1])
    require(refuses(lambda: verified_controls(cut)), "another genesis")


def what_cbor2_writes_is_the_kit_that_colophon_takes():
    file = FOLDER / "python.colophon-kit"
    file.write_bytes(encode(KIT))
    code, _, words = colophon(
        "verify", FOLDER / "works" / "1.txt", "--trust", file, "--quiet")
    require(code == 0, words)
    for keys in [NAMES[:3], NAMES + ["more"]]:
        file.write_bytes(encode({name: KIT.get(name, b"") for name in keys}))
        require(colophon("trust", "show", file)[0] == 2, f"{keys} is taken")
    file.write_bytes(BYTES + b"\0")
    require(colophon("trust", "show", file)[0] == 2, "bytes are left")


def folder_and_file_are_equal():
    for name in ["policy", "genesis", "receipt-keys.cbor"]:
        require((FOLDER / "trust" / name).read_bytes() == KIT[name], name)
    require(sorted(path.name for path in (FOLDER / "trust").iterdir()) == sorted(NAMES), "names")


def what_was_fetched_is_what_is_served():
    fetched = (FOLDER / "fetched.colophon-kit").read_bytes()
    digest = hashlib.sha256(fetched).hexdigest()
    require(fetched == BYTES or verified_controls(cbor2.loads(fetched)), digest)


run([the_one_file_is_deterministic_cbor_of_the_four_files,
     cryptography_verifies_the_kit_from_its_genesis, an_altered_kit_is_refused_by_both,
     what_cbor2_writes_is_the_kit_that_colophon_takes, folder_and_file_are_equal,
     what_was_fetched_is_what_is_served])
