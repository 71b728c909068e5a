"""Logs of others are audited, copied and proven from: those of tilelog.py, which is written from
the C2SP pages alone, and those that tlog-scales and aics-tlog write. Each is refused once altered.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from checks import FOLDER, colophon, fold, require, run
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tilelog import Certificates, Served, Tiles, leaf_hash

PLACE = FOLDER / "audited"
SIZES = (1, 255, 256, 257, 700, 65_536 + 300)
KINDS = {"tiles": Tiles, "static-ct": Certificates}


def new(name):
    """An empty folder."""
    place = PLACE / name
    shutil.rmtree(place, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


def made(layout, size, word="entry"):
    log = KINDS[layout](f"log.example/{layout}")
    log.entries = [f"{word} {number}".encode() * (1 + number % 5) for number in range(size)]
    return log


def generic(vkey, layout="tiles"):
    return ["--generic", "--vkey", vkey, "--layout", layout]


def audit(*arguments, state):
    """The exit code and the report of an audit."""
    code, output, words = colophon("audit", *arguments, "--state", state, "--json")
    report = json.loads(output.splitlines()[0]) if output.strip() else {}
    return code, report, words


def clean(place, vkey, layout="tiles", state=None, size=None):
    source = ["--ledger", place] if str(place).startswith("http") else ["--from", place]
    code, report, words = audit(
        *source, *generic(vkey, layout), state=state or new("state"))
    require(code == 0, f"ended with {code}: {words} {report}")
    if size is not None:
        require(f"{size}" in json.dumps(report), f"says nothing of {size} entries: {report}")
    return report


# Clean logs.

def logs_of_every_size_are_clean_over_http_with_gzip_and_a_prefix():
    for layout in KINDS:
        for size in SIZES[:-1]:
            log = made(layout, size)
            served = Served(log.files())
            try:
                clean(served.url, log.vkey, layout, size=size)
            finally:
                served.end()


def logs_of_every_size_are_clean_from_a_folder():
    for layout in KINDS:
        for size in SIZES:
            log, place = made(layout, size), new("log")
            log.write(place)
            clean(place, log.vkey, layout, size=size)


def a_log_that_grows_is_followed():
    for layout in KINDS:
        log, place, state = made(layout, 100), new("log"), new("state")
        log.write(place)
        clean(place, log.vkey, layout, state)
        for size in (101, 256, 257, 800):
            log.entries += [b"more"] * (size - len(log.entries))
            log.forget()
            log.write(place)
            clean(place, log.vkey, layout, state, size=size)


# Altered logs.

def each_altered_file_is_found():
    """Every file is changed in some of its bytes, cut, extended and removed."""
    for layout in KINDS:
        log = made(layout, 600)
        files = log.files()
        for path, whole in files.items():
            middle = len(whole) // 2
            changes = {
                "first": bytes([whole[0] ^ 1]) + whole[1:],
                "leaf": whole[:9] + bytes([whole[9] ^ 1]) + whole[10:],
                "middle": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1:],
                "last": whole[:-1] + bytes([whole[-1] ^ 1]),
                "cut": whole[:-1], "extended": whole + b"x", "gone": None,
            }
            for name, altered in changes.items():
                if unseen(layout, path, name):
                    continue
                place = new("log")
                log.write(place)
                if altered is None:
                    (place / path).unlink()
                else:
                    (place / path).write_bytes(altered)
                code, report, words = audit(
                    "--from", place, *generic(log.vkey, layout), state=new("state"))
                told = words + json.dumps(report)
                require(code == (3 if altered is None else 1),
                        f"{layout} {path} {name}: ended with {code}: {told}")
                stem = path.split(".p/")[0]
                require(stem in told.replace("\\/", "/"), f"{path} {name} is not named: {told}")


def unseen(layout, path, name):
    """Precertificates and fingerprints of chains stand beside a leaf, and no tree proves them."""
    return (layout == "static-ct" and path.startswith("tile/data")
            and name in ("middle", "last"))


def what_goes_back_or_splits_is_found():
    log, state = made("tiles", 500), new("state")
    place = new("log")
    log.write(place)
    clean(place, log.vkey, state=state)
    older = made("tiles", 400)
    older.key = log.key
    shutil.rmtree(place)
    older.write(place)
    code, report, words = audit("--from", place, *generic(log.vkey), state=state)
    require(code == 1 and "behind" in json.dumps(report), f"back: {code} {words} {report}")
    other = made("tiles", 500, "another")
    other.key = log.key
    shutil.rmtree(place)
    other.write(place)
    code, report, words = audit("--from", place, *generic(log.vkey), state=state)
    require(code == 1 and "fork" in json.dumps(report), f"split: {code} {words} {report}")
    proofs = list(state.glob("*.misbehaviour"))
    require(proofs, "the fork is not kept")
    policy = FOLDER / "audited" / "policy"
    policy.write_text(f"log {log.vkey}\nquorum none\n")
    code, _, words = colophon("verify-misbehaviour", proofs[0], "--policy", policy)
    require(code == 0, f"the proof does not convict: {words}")


def another_key_is_not_believed():
    log, place = made("tiles", 300), new("log")
    log.write(place)
    code, report, words = audit(
        "--from", place, *generic(made("tiles", 1).vkey), state=new("state"))
    require(code == 1 and "checkpoint" in json.dumps(report), f"{code} {words} {report}")


# Proofs and copies.

def proofs_from_tiles_hold():
    for layout in KINDS:
        log = made(layout, 700)
        served = Served(log.files())
        try:
            for index in (0, 255, 256, 511, 512, 699):
                code, output, words = colophon(
                    "prove", index, "--ledger", served.url, *generic(log.vkey, layout), "--json")
                require(code == 0, f"{layout} {index}: {words}")
                proof = json.loads(output)
                require(bytes.fromhex(proof["leafHash"]) == leaf_hash(log.leaf(index)), "leaf")
                path = [bytes.fromhex(hash) for hash in proof["path"]]
                root = fold(log.leaf(index), proof["treeSize"], index, path)
                require(root == log.root(), f"{layout} {index}: another root")
            code, _, words = colophon(
                "prove", "700", "--ledger", served.url, *generic(log.vkey, layout))
            require(code != 0, "an entry that is not there is proven")
        finally:
            served.end()


def a_mirror_has_every_file():
    log = made("tiles", 1_000)
    served = Served(log.files())
    try:
        copy = new("copy")
        arguments = ["mirror", "--ledger", served.url, "--generic", "--vkey", log.vkey,
                     "--to", copy]
        code, _, words = colophon(*arguments)
        require(code == 0, words)
        for path, content in log.files().items():
            require((copy / path).read_bytes() == content, f"{path} is another")
        clean(copy, log.vkey)
        # Again it fetches nothing but what may be new.
        served.asked.clear()
        code, _, words = colophon(*arguments)
        require(code == 0 and not [path for path in served.asked if "entries" in path],
                f"asked again for {served.asked}: {words}")
        served.files["tile/entries/001"] = served.files["tile/entries/000"]
        code, _, words = colophon(*arguments[:-1], new("second"))
        require(code == 1 and "tile/entries/001" in words, f"a wrong bundle: {code} {words}")
    finally:
        served.end()


# Logs of other people's programs.

def a_log_of_tlog_scales_is_clean_and_grows():
    from tlog_scales.signing import PlainEd25519Signer
    from tlog_scales.writer import TilesWriter
    place, state = new("scales"), new("state")
    signer = PlainEd25519Signer("log.example/scales", Ed25519PrivateKey.generate())
    writer = TilesWriter.create(place, "log.example/scales")
    for count in (1, 255, 300, 44):
        for number in range(count):
            writer.add_leaf(f"{count} {number}".encode())
        writer.commit([signer])
        clean(place, signer.vkey.serialize(), state=state, size=writer.size)
    path = place / "tile/entries/000"
    path.write_bytes(path.read_bytes()[:-1])
    code, report, words = audit("--from", place, *generic(signer.vkey.serialize()),
                                state=new("state"))
    require(code == 1 and "tile/entries/000" in json.dumps(report), f"{code} {words} {report}")


def a_log_of_aics_tlog_is_clean():
    program = Path(sys.executable).with_name("aics-tlog")
    place, leaves = new("aics"), PLACE / "leaves"
    leaves.write_text("".join(f"leaf {number}\n" for number in range(700)))
    subprocess.run([program, "build-tiles", "--leaves", leaves, "--out", place], check=True,
                   capture_output=True)
    log = Tiles("log.example/aics")
    log.entries = [f"leaf {number}".encode() for number in range(700)]
    (place / "checkpoint").write_bytes(log.note())
    clean(place, log.vkey, size=700)


def the_checksum_database_of_go_is_clean_and_grows():
    server = subprocess.Popen(
        [os.environ["INTEROP_GOSUMDB"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        vkey, address = server.stdout.readline().split()
        state, size = new("state"), 0
        for count in (1, 254, 1, 44, 300):
            server.stdin.write(f"{count}\n")
            server.stdin.flush()
            require(server.stdout.readline() == "ok\n", "Go's server adds nothing")
            size += count
            clean(address, vkey, "sumdb", state, size=size)
        code, output, words = colophon(
            "prove", "299", "--ledger", address, *generic(vkey, "sumdb"), "--json")
        require(code == 0 and json.loads(output)["index"] == 299, words)
    finally:
        server.stdin.close()
        server.wait(30)


CHECKS = [
    logs_of_every_size_are_clean_over_http_with_gzip_and_a_prefix,
    logs_of_every_size_are_clean_from_a_folder,
    a_log_that_grows_is_followed,
    each_altered_file_is_found,
    what_goes_back_or_splits_is_found,
    another_key_is_not_believed,
    proofs_from_tiles_hold,
    a_mirror_has_every_file,
    a_log_of_tlog_scales_is_clean_and_grows,
    the_checksum_database_of_go_is_clean_and_grows,
]
if Path(sys.executable).with_name("aics-tlog").exists():
    CHECKS.append(a_log_of_aics_tlog_is_clean)
run(CHECKS)
