"""pycddl: our files match Schemas/colophon.cddl, and what is not ours does not."""

import re
from pathlib import Path

import cbor2
import pycddl
from checks import RECEIPTS, colophon_files, encode, fetch, leaf, parts, refuses, require, run

TEXT = (Path(__file__).parents[2] / "Schemas" / "colophon.cddl").read_text()


# pycddl applies `.cbor` inside an array to the items that follow too, so what is inside a byte
# string is validated here by its own rule.
TEXT = re.sub(r"bstr \.cbor (\([^)]*\)|[\w-]+)", "bstr", TEXT)


def schema(name):
    """The rules with another one first: CDDL starts at the first rule."""
    return pycddl.Schema(f"start = {name}\n{TEXT}")


def every_file_matches_the_cddl():
    rule = schema("transparent-statement")
    for file in colophon_files():
        rule.validate_cbor(file.read_bytes())
        for key_statement in parts(file.read_bytes())[1].get(-65541, []):
            rule.validate_cbor(key_statement)


def every_leaf_matches_the_cddl():
    rule, header = schema("statement"), schema("statement-header")
    for file in colophon_files():
        rule.validate_cbor(leaf(file.read_bytes()))
        header.validate_cbor(parts(file.read_bytes())[0])


def every_control_statement_matches_the_cddl():
    rule, header, data = schema("statement"), schema("control-header"), fetch("/control")
    count = 0
    while data:
        item = cbor2.loads(data)
        length = len(cbor2.dumps(item))
        rule.validate_cbor(item if isinstance(item, bytes) else data[:length])
        header.validate_cbor(parts(item if isinstance(item, bytes) else data[:length])[0])
        data, count = data[length:], count + 1
    require(count == 4, f"{count} control statements, not policy and three keys")


def every_receipt_matches_the_cddl():
    rule, header, proof = schema("receipt"), schema("receipt-header"), schema("inclusion-proof")
    for file in colophon_files():
        for receipt in parts(file.read_bytes())[1][RECEIPTS]:
            rule.validate_cbor(receipt)
            header.validate_cbor(parts(receipt)[0])
            proof.validate_cbor(parts(receipt)[1][396][-1][0])


def a_header_with_one_label_changed_does_not_match():
    rule = schema("statement-header")
    header = cbor2.loads(parts(colophon_files()[0].read_bytes())[0])
    for label in header:
        less = {key: value for key, value in header.items() if key != label}
        require(refuses(lambda: rule.validate_cbor(encode(less)) or True), f"without {label}")
        other = {**header, label: False}
        require(refuses(lambda: rule.validate_cbor(encode(other)) or True), f"false at {label}")
    more = {**header, -70000: 1}
    require(refuses(lambda: rule.validate_cbor(encode(more)) or True), "one label more")


run([
    every_file_matches_the_cddl,
    every_leaf_matches_the_cddl,
    every_control_statement_matches_the_cddl,
    every_receipt_matches_the_cddl,
    a_header_with_one_label_changed_does_not_match,
])
