"""Tokens and proofs out of a record, by libraries that are not ours."""

import hashlib
import os
import subprocess
from pathlib import Path

import bitcoin.core
import rfc3161ng
from checks import require, run
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from opentimestamps.core.notary import BitcoinBlockHeaderAttestation
from opentimestamps.core.op import OpSHA256
from opentimestamps.core.serialize import BytesSerializationContext, StreamDeserializationContext
from opentimestamps.core.timestamp import DetachedTimestampFile
from rfc3161_client import VerifierBuilder, decode_timestamp_response

FOLDER = Path(os.environ["INTEROP_FOLDER"]) / "dated"
TOKENS = sorted(FOLDER.glob("evidence/*.head.tst"))
PROOFS = sorted(FOLDER.glob("evidence/*.head.ots"))
# Around a token: a TimeStampResp whose status is granted.
GRANTED = bytes.fromhex("3003020100")


def head(path):
    """The bytes that evidence is about."""
    return path.with_suffix("").read_bytes()


def response(token):
    body = GRANTED + token
    return b"\x30\x82" + len(body).to_bytes(2, "big") + body


def rfc3161_client_verifies_each_token():
    require(TOKENS, "there is no token")
    roots = x509.load_pem_x509_certificates((FOLDER / "trust/tsa.pem").read_bytes())
    for path in TOKENS:
        answer = decode_timestamp_response(response(path.read_bytes()))
        verifier = VerifierBuilder(roots=roots).build()
        require(verifier.verify_message(answer, head(path)), "not verified")
        require(answer.tst_info.message_imprint.message == hashlib.sha256(head(path)).digest(),
                "another digest")


def rfc3161ng_verifies_each_token_that_is_signed_by_rsa():
    """It knows no other signatures."""
    keys = {path: signer(path).public_key() for path in TOKENS}
    signed = [path for path, key in keys.items() if isinstance(key, RSAPublicKey)]
    require(signed, "there is no such token")
    for path in signed:
        require(rfc3161ng.check_timestamp(
            path.read_bytes(), digest=hashlib.sha256(head(path)).digest(), hashname="sha256",
            certificate=signer(path).public_bytes(Encoding.PEM)), "not verified")


def signer(path):
    """The authority's certificate, which openssl takes out of the token."""
    words = subprocess.run(
        ["openssl", "pkcs7", "-inform", "DER", "-in", path, "-print_certs"], check=True,
        capture_output=True).stdout
    return x509.load_pem_x509_certificates(words)[0]


def opentimestamps_leads_each_proof_to_its_block():
    require(PROOFS, "there is no proof")
    headers = {}
    for line in Path(os.environ["INTEROP_CALENDAR_HEADERS"]).read_text().splitlines():
        height, digits = line.split()
        headers[int(height)] = bitcoin.core.CBlockHeader.deserialize(bytes.fromhex(digits))
    for path in PROOFS:
        data = path.read_bytes()
        with path.open("rb") as file:
            detached = DetachedTimestampFile.deserialize(StreamDeserializationContext(file))
        require(isinstance(detached.file_hash_op, OpSHA256), "another hash")
        require(detached.file_digest == hashlib.sha256(head(path)).digest(), "another digest")
        written = BytesSerializationContext()
        detached.serialize(written)
        require(written.getbytes() == data, "it is written in another way")
        times = [
            attestation.verify_against_blockheader(message, headers[attestation.height])
            for message, attestation in detached.timestamp.all_attestations()
            if isinstance(attestation, BitcoinBlockHeaderAttestation)]
        require(times, "no block confirms it")


run([rfc3161_client_verifies_each_token, rfc3161ng_verifies_each_token_that_is_signed_by_rsa,
     opentimestamps_leads_each_proof_to_its_block])
