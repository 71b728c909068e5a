"""Other people's readers of tlog-tiles logs read our ledger, and a copy of its files.

tlog-scales makes proofs from tiles; aics-tlog audits every tile and bundle, and compares what it
sees with what it saw before. Each is told also to refuse what was altered.
"""

import base64
import hashlib
import subprocess
import sys
from pathlib import Path

from checks import FOLDER, LEDGER, colophon, require, refuses, run
from tlog_scales import backend, signing, tlog
from tlog_scales.reader import TilesReader

try:
    from aics_tlog.remote import HttpTileReader
    from aics_tlog.tiles import FileSystemTileReader
    from aics_tlog.verified import audit_tiles
except ImportError:
    audit_tiles = None

VKEY = sys.argv[1]
COPY = FOLDER / "copy"
KEYS = signing.VkeySet(signing.Vkey.from_string(VKEY))


def sha256(data):
    return hashlib.sha256(data).digest()


def copied():
    """Our ledger's export, and how many entries it has."""
    if not COPY.exists():
        subprocess.run(
            ["colophond", "export", "--data", "ledger", "--out", COPY], cwd=FOLDER, check=True,
            capture_output=True)
    return COPY


def places():
    return {"served": LEDGER, "exported": f"file://{copied()}"}


def opened(place):
    reader = TilesReader(backend.make_backend(place))
    head = reader.get_checkpoint()
    require(len(KEYS.verify(head.signatures, head)) == 1, "the signature does not hold")
    return reader, head


def tlog_scales_finds_the_root_in_the_tiles():
    for name, place in places().items():
        reader, head = opened(place)
        require(head.size > 256, f"{head.size} entries do not fill a tile")
        require(reader.calculate_root_hash() == head.root_hash, f"{name}: another root")


def tlog_scales_proves_every_entry_of_the_bundles():
    for name, place in places().items():
        reader, head = opened(place)
        for index in range(head.size):
            proof = reader.get_inclusion_proof(index, head.size)
            leaf = reader.get_entry(index)
            proof.check(sha256(b"\0" + leaf), head.root_hash)
            require(refuses(lambda: proof.check(sha256(b"\0" + leaf + b"x"), head.root_hash)
                            or True), f"{name}: entry {index} is anything")


def tlog_scales_proves_that_the_log_only_grew():
    reader, head = opened(LEDGER)
    for old in (1, 2, 3, 255, 256, 257, head.size - 1, head.size):
        older = TilesReader(backend.make_backend(LEDGER))
        older.set_size(head.size)
        root = older.mth(0, old)
        proof = reader.get_consistency_proof(old, head.size)
        proof.check(root, head.root_hash)
        if old < head.size:
            require(refuses(lambda: proof.check(sha256(root), head.root_hash) or True),
                    f"any root of size {old} will do")


def the_proofs_of_tlog_tiles_are_those_of_the_ledger():
    program = Path(sys.executable).with_name("tlog-tiles")
    reader, head = opened(LEDGER)
    for index in (0, 5, 255, 256, head.size - 1):
        made = subprocess.run([program, "gen-proof", LEDGER, str(index)], check=True, text=True,
                              capture_output=True).stdout
        ours = subprocess.run(
            ["curl", "-fsS", f"{LEDGER}/entries/{name_of(reader.get_entry(index))}/tlog-proof"],
            check=True, text=True, capture_output=True).stdout
        require(made == ours, f"the proofs of entry {index} differ")


def name_of(leaf):
    return base64.urlsafe_b64encode(sha256(leaf)).rstrip(b"=").decode()


def tlog_scales_refuses_an_altered_checkpoint():
    text = (copied() / "checkpoint").read_text()
    _, size, root = text.split("\n")[:3]
    for altered in (text.replace(f"\n{size}\n", f"\n{int(size) - 1}\n"),
                    text.replace(root[:4], "AAAA")):
        head = tlog.Checkpoint.from_text(altered)
        require(not KEYS.verify(head.signatures, head), "it believes a changed line")


# aics-tlog, where there is a Python for it.

def trusted():
    reader, head = opened(LEDGER)
    return head.size, head.root_hash


def aics_tlog_audits_every_tile_and_bundle():
    size, root = trusted()
    for name, reader in (("served", HttpTileReader(LEDGER)),
                         ("exported", FileSystemTileReader(copied()))):
        report = audit_tiles(reader, size, root)
        require((report.size, report.bundles) == (size, (size + 255) // 256), f"{name}: {report}")


def aics_tlog_refuses_each_altered_file():
    size, root = trusted()
    files = [path for path in copied().glob("tile/**/*") if path.is_file()]
    require(len(files) >= 4, f"only {len(files)} files")
    for path in files:
        whole = path.read_bytes()
        path.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
        try:
            require(refuses(lambda: audit_tiles(FileSystemTileReader(copied()), size, root)),
                    f"it believes a changed {path.relative_to(COPY)}")
        finally:
            path.write_bytes(whole)


def aics_tlog(*arguments):
    program = Path(sys.executable).with_name("aics-tlog")
    return subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60)


def aics_tlog_follows_the_log_as_a_monitor_does():
    saved, key = FOLDER / "seen.checkpoint", ("--log-key", VKEY)
    first = aics_tlog("verify-checkpoint", "--tiles", LEDGER, "--save-checkpoint", saved, *key)
    require(first.returncode == 0, first.stderr)
    grow()
    second = aics_tlog("verify-consistency", "--tiles", LEDGER, "--old-checkpoint", saved, *key)
    require(second.returncode == 0, second.stderr)
    back = aics_tlog("verify-consistency", "--tiles", LEDGER, "--old-checkpoint", saved,
                     "--checkpoint", copied() / "altered", *key)
    require(back.returncode != 0, "it takes a checkpoint that is not there")


def grow():
    """One more entry."""
    (FOLDER / "grown.txt").write_text("one more work\n")
    for arguments in (
            ("sign", FOLDER / "grown.txt", "--key", FOLDER / "berlin.pem", "--issuer",
             "https://pops.example/berlin", "--creator", "Studio Berlin", "--title", "One more"),
            ("submit", FOLDER / "grown.txt.colophon", "--ledger", LEDGER)):
        code, _, words = colophon(*arguments)
        require(code == 0, words)


def aics_tlog_reads_an_entry_out_of_the_tiles():
    out = FOLDER / "entry"
    done = aics_tlog("verify-inclusion", "--tiles", LEDGER, "--index", "256", "--log-key", VKEY,
                     "--entry-out", out)
    require(done.returncode == 0, done.stderr)
    require(out.read_bytes() == opened(LEDGER)[0].get_entry(256), "another entry")


CHECKS = [
    tlog_scales_finds_the_root_in_the_tiles,
    tlog_scales_proves_every_entry_of_the_bundles,
    tlog_scales_proves_that_the_log_only_grew,
    the_proofs_of_tlog_tiles_are_those_of_the_ledger,
    tlog_scales_refuses_an_altered_checkpoint,
]
if audit_tiles:
    CHECKS += [
        aics_tlog_audits_every_tile_and_bundle,
        aics_tlog_refuses_each_altered_file,
        aics_tlog_reads_an_entry_out_of_the_tiles,
        aics_tlog_follows_the_log_as_a_monitor_does,
    ]
run(CHECKS)
