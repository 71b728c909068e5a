"""pymerkle agrees on roots and inclusion paths."""

import base64

from checks import (
    RECEIPTS, checkpoint, colophon_files, entries, entry_id, fetch, inclusion, leaf, node_hash, parts,
    require, run)
from pymerkle import InmemoryTree, verify_inclusion

NOTE = fetch("/checkpoint")
ORIGIN, SIZE, ROOT = checkpoint(NOTE)
LEAVES = entries(SIZE)
TREE = InmemoryTree(algorithm="sha256")
for _leaf in LEAVES:
    TREE.append_entry(_leaf)


def pymerkle_finds_the_root_of_the_checkpoint():
    require(SIZE > 256, f"{SIZE} entries do not fill a tile")
    require(TREE.get_root() == ROOT, "the roots differ")


def pymerkle_finds_the_path_of_every_receipt():
    for file in colophon_files():
        data = file.read_bytes()
        for receipt in parts(data)[1][RECEIPTS]:
            size, index, path = inclusion(receipt)
            require(LEAVES[index] == leaf(data), f"{file.name}: another leaf at {index}")
            proof = TREE.prove_inclusion(index + 1, size)
            require(proof.path[1:] == path, f"{file.name}: the paths differ")
            verify_inclusion(proof.path[0], TREE.get_root(size), proof, index + 1, size)


def pymerkle_finds_the_path_of_every_tlog_proof():
    for index in range(0, SIZE, 7):
        text = fetch(f"/entries/{entry_id(LEAVES[index])}/tlog-proof").decode()
        lines = text.split("\n\n")[0].split("\n")
        require(lines[0] == "c2sp.org/tlog-proof@v1", "first line")
        require(lines[1] == f"index {index}", f"{lines[1]} is not index {index}")
        path = [base64.b64decode(line) for line in lines[2:]]
        _, size, root = checkpoint(text.split("\n\n", 1)[1].encode())
        require(TREE.prove_inclusion(index + 1, size).path[1:] == path, f"path of {index}")
        require(TREE.get_root(size) == root, "root")


def pymerkle_finds_the_root_of_every_older_size():
    for old in [2, 3, 4, 7, 8, 100, 255, 256, 257, SIZE - 1]:
        text = fetch(f"/consistency?from={old}&to={SIZE}").decode()
        path = [base64.b64decode(line) for line in text.split()]
        require(consistent(old, TREE.get_root(old), path), f"from {old} to {SIZE}")


def consistent(old, old_root, path):
    """Folds a consistency path (RFC 9162 §2.1.4.2) and compares with pymerkle's roots.

    pymerkle's own consistency proofs cannot be compared: they go on splitting below the point
    where the RFC stops.
    """
    if old & (old - 1) == 0:
        path = [old_root] + path
    inner, last = old - 1, SIZE - 1
    while inner & 1:
        inner, last = inner >> 1, last >> 1
    first = second = path[0]
    for node in path[1:]:
        require(last > 0, "the path is too long")
        if inner & 1 or inner == last:
            first, second = node_hash(node, first), node_hash(node, second)
            while not inner & 1 and inner:
                inner, last = inner >> 1, last >> 1
        else:
            second = node_hash(second, node)
        inner, last = inner >> 1, last >> 1
    return last == 0 and first == old_root and second == ROOT


run([
    pymerkle_finds_the_root_of_the_checkpoint,
    pymerkle_finds_the_path_of_every_receipt,
    pymerkle_finds_the_path_of_every_tlog_proof,
    pymerkle_finds_the_root_of_every_older_size,
])
