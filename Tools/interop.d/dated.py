"""Tokens and proofs out of a record, by libraries that are not ours."""

import hashlib
import os
import subprocess
import urllib.request
from pathlib import Path

import bitcoin.core
import rfc3161ng
from checks import refuses, require, run
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
ROOT = os.environ["INTEROP_AUTHORITY_CA"]
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
    kinds = set()
    for path in TOKENS:
        certificate = signer(path)
        kind = type(certificate.public_key())
        kinds.add(kind)
        holds = not refuses(lambda: rfc3161ng.check_timestamp(
            path.read_bytes(), digest=hashlib.sha256(head(path)).digest(), hashname="sha256",
            certificate=certificate.public_bytes(Encoding.PEM)))
        require(holds == issubclass(kind, RSAPublicKey), f"{kind.__name__}: {holds}")
    require(len(kinds) == 2, "tokens of one kind alone")


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


def asked(fault):
    """An answer of the authority that is played here, about this file, and the query."""
    query, reply = FOLDER / "query.tsq", FOLDER / f"{fault}.tsr"
    openssl("-query", "-data", __file__, "-sha256", "-cert", "-out", query)
    request = urllib.request.Request(
        f"{os.environ['INTEROP_AUTHORITY']}/fault/{fault}", query.read_bytes(),
        {"Content-Type": "application/timestamp-query"})
    with urllib.request.urlopen(request) as answer:
        reply.write_bytes(answer.read())
    return reply, query


def openssl(*arguments):
    subprocess.run(["openssl", "ts", *arguments], check=True, capture_output=True)


def openssl_takes_bytes_after_an_answer():
    reply, query = asked("extra-bytes")
    openssl("-verify", "-in", reply, "-queryfile", query, "-CAfile", ROOT)


def openssl_verifies_a_token_of_an_ended_certificate_only_at_a_time_that_it_is_told():
    reply, query = asked("expired-since")
    verify = ["-verify", "-in", reply, "-queryfile", query, "-CAfile", ROOT]
    require(refuses(lambda: openssl(*verify) is None), "it verifies today")
    openssl(*verify, "-attime", "1593561600")


def rfc3161_client_refuses_certificates_that_are_not_in_the_order_of_der():
    sorted_one, unsorted_one = asked("sorted")[0], asked("unsorted")[0]
    decode_timestamp_response(sorted_one.read_bytes())
    require(refuses(lambda: decode_timestamp_response(unsorted_one.read_bytes())), "it takes them")


def openssl_does_not_sort_its_certificates():
    """In the order of its configuration the root comes last, and is the shorter one."""
    reply, _ = asked("root-embedded")
    require(refuses(lambda: decode_timestamp_response(reply.read_bytes())), "it sorts them")


run([rfc3161_client_verifies_each_token, rfc3161ng_verifies_each_token_that_is_signed_by_rsa,
     opentimestamps_leads_each_proof_to_its_block, openssl_takes_bytes_after_an_answer,
     openssl_verifies_a_token_of_an_ended_certificate_only_at_a_time_that_it_is_told,
     rfc3161_client_refuses_certificates_that_are_not_in_the_order_of_der,
     openssl_does_not_sort_its_certificates])
