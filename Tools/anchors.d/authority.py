#!/usr/bin/env python3
"""A timestamp authority (RFC 3161) that is played on this machine, for tools, tests and the bench.

    authority.py FOLDER [--port N] [--key ec|rsa]

It makes its keys and certificates in FOLDER on the spot, and answers `POST /` by `openssl ts
-reply`. FOLDER/ca.pem has its root, for `--timestamp-ca`; FOLDER/url says where it is, once it
answers. A folder that was used before keeps its keys.

By path, another certificate signs: `/fault/expired` (ended in 2021), `/fault/expired-since` (the
same, with a time of when it held), `/fault/plain-eku` (its use is not critical),
`/fault/intermediate` (one certificate between it and the root), `/fault/root-embedded` (the answer
has the root too), `/fault/stranger` (of a root that ca.pem does not have).
The answer is changed: wrong-nonce, no-nonce, wrong-imprint, no-certificates, status-2, status-3,
extra-bytes, truncated, old-time, future-time, flipped (a bit of the signature), sorted,
unsorted (the certificates, with the root). Failures of any service: loopback.py.
"""

import sys

sys.dont_write_bytecode = True

import argparse
import os
import subprocess
import threading
import time
from pathlib import Path

import der
import loopback

POLICY = "1.3.6.1.4.1.99999.1"
TOKEN_CONTENT = "1.2.840.113549.1.9.16.1.4"
# A call of openssl takes some 10 ms; this is for a machine that is very busy.
OPENSSL_SECONDS = 60
YEAR = 365 * 86_400

# When the certificates begin and end. The root also covers the one that ended.
LONG = ("20190101000000Z", "20490101000000Z")
ENDED = ("20200101000000Z", "20210101000000Z")
BEFORE_THE_END = 1_593_561_600  # 2020-07-01

CONFIGURATION = """
[ca]
default_ca = made
[made]
database = {folder}/index
serial = {folder}/serial
new_certs_dir = {folder}/made
default_md = sha256
policy = any
unique_subject = no
email_in_dn = no
[any]
commonName = supplied
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[authority]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[plain]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = timeStamping
[request]
prompt = no
distinguished_name = nobody
[nobody]
commonName = nobody
"""

# Who signs: the certificate's extensions, its time, who issues it, and what the answer carries.
SIGNERS = {
    "none": ("authority", LONG, "root", None),
    "root-embedded": ("authority", LONG, "root", "root"),
    "intermediate": ("authority", LONG, "between", "between"),
    "expired": ("authority", ENDED, "root", None),
    "plain-eku": ("plain", LONG, "root", None),
    "stranger": ("authority", LONG, "other-root", None),
}

CHANGES = frozenset([
    "expired-since", "wrong-nonce", "no-nonce", "wrong-imprint", "no-certificates", "status-2",
    "status-3", "extra-bytes", "truncated", "old-time", "future-time", "flipped", "sorted",
    "unsorted"])


class Authority(loopback.Service):
    """Signs with certificates that it makes when they are first needed."""

    faults = frozenset(SIGNERS) | CHANGES

    def __init__(self, folder, kind):
        super().__init__()
        self.folder = folder
        self.kind = kind
        self.signing = threading.Lock()
        if not (folder / "openssl.cnf").exists():
            (folder / "made").mkdir(exist_ok=True)
            (folder / "index").touch()
            (folder / "serial").write_text("1000\n")
            (folder / "tokens").write_text("01\n")
            (folder / "openssl.cnf").write_text(CONFIGURATION.format(folder=folder))
        self.issue("root", "root", LONG, None)
        (folder / "ca.pem").write_bytes((folder / "root.pem").read_bytes())
        self.signer("none")

    # Certificates

    def openssl(self, *arguments):
        """Runs openssl in the folder, and returns what it prints."""
        done = subprocess.run(
            ["openssl", *map(str, arguments)], cwd=self.folder, stdin=subprocess.DEVNULL,
            capture_output=True, timeout=OPENSSL_SECONDS, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"openssl {arguments[0]}: {done.stderr.decode(errors='replace')}")
        return done.stdout

    def issue(self, name, extensions, time_of, issuer):
        """Makes the key and the certificate of a name, unless they are there; None signs itself."""
        if (self.folder / f"{name}.pem").exists():
            return
        algorithm = (["EC", "-pkeyopt", "ec_paramgen_curve:P-256"] if self.kind == "ec"
                     else ["RSA", "-pkeyopt", "rsa_keygen_bits:3072"])
        self.openssl("genpkey", "-algorithm", *algorithm, "-out", f"{name}.key")
        self.openssl("req", "-new", "-config", "openssl.cnf", "-key", f"{name}.key", "-subj",
                     f"/CN=Played authority, {name}", "-out", f"{name}.csr")
        by = (["-selfsign", "-keyfile", f"{name}.key"] if issuer is None
              else ["-cert", f"{issuer}.pem", "-keyfile", f"{issuer}.key"])
        self.openssl("ca", "-batch", "-notext", "-config", "openssl.cnf", "-extensions", extensions,
                     "-startdate", time_of[0], "-enddate", time_of[1], *by, "-in", f"{name}.csr",
                     "-out", f"{name}.new")
        (self.folder / f"{name}.new").rename(self.folder / f"{name}.pem")

    def signer(self, name):
        """The name of the files of a signer of `SIGNERS`; makes them where they are not there."""
        extensions, time_of, issuer, carried = SIGNERS[name]
        if issuer != "root":
            self.issue(issuer, "root", LONG, "root" if issuer == "between" else None)
        file = "tsa" if name == "none" else f"tsa-{name}"
        self.issue(file, extensions, time_of, issuer)
        configuration = self.folder / f"{file}.cnf"
        if not configuration.exists():
            lines = ["[tsa]", "default_tsa = one", "[one]", f"serial = {self.folder}/tokens",
                     f"signer_cert = {self.folder}/{file}.pem",
                     f"signer_key = {self.folder}/{file}.key", "signer_digest = sha256",
                     f"default_policy = {POLICY}", "digests = sha256,sha384,sha512",
                     "accuracy = secs:1,millisecs:500", "clock_precision_digits = 3",
                     "ordering = no", "tsa_name = yes", "ess_cert_id_chain = no",
                     "ess_cert_id_alg = sha256"]
            if carried:
                lines.append(f"certs = {self.folder}/{carried}.pem")
            configuration.write_text("\n".join(lines) + "\n")
        return file

    # Answers

    def reply(self, query, name="none"):
        """The answer of openssl to a query."""
        with self.signing:
            file = self.signer(name)
            (self.folder / "query.tsq").write_bytes(query)
            self.openssl("ts", "-reply", "-config", f"{file}.cnf", "-section", "one", "-queryfile",
                         "query.tsq", "-out", "reply.tsr")
            return (self.folder / "reply.tsr").read_bytes()

    def made(self, query, name, seconds):
        """An answer at a time that openssl would not say, or of a certificate that it refuses."""
        parts = der.contents(query)
        nonce = [part for part in parts[2:] if part[0] == 2]
        moment = time.strftime("%Y%m%d%H%M%SZ", time.gmtime(seconds)).encode()
        policy = der.element(6, bytes([0x2b, 6, 1, 4, 1, 0x86, 0x8d, 0x1f, 1]))
        with self.signing:
            file = self.signer(name)
            (self.folder / "content").write_bytes(der.element(
                0x30, der.integer(1), policy, parts[1], der.integer(int.from_bytes(
                    os.urandom(8), "big")), der.element(0x18, moment),
                der.element(0x30, der.integer(1)), *nonce))
            self.openssl("cms", "-sign", "-binary", "-nodetach", "-nosmimecap", "-cades", "-md",
                         "sha256", "-econtent_type", TOKEN_CONTENT, "-signer", f"{file}.pem",
                         "-inkey", f"{file}.key", "-in", "content", "-outform", "DER", "-out",
                         "token")
            token = (self.folder / "token").read_bytes()
        return der.element(0x30, der.element(0x30, der.integer(0)), token)

    def answer(self, handler, method, path, body, fault):
        if method != "POST" or path != "/":
            handler.send(404, "text/plain", b"POST /\n")
        elif handler.headers.get("Content-Type") != "application/timestamp-query":
            handler.send(415, "text/plain", b"application/timestamp-query\n")
        else:
            try:
                reply = self.changed(body, fault)
            except (ValueError, IndexError) as error:
                handler.send(400, "text/plain", f"{error}\n".encode())
                return
            handler.send(200, "application/timestamp-reply", reply)

    def changed(self, query, fault):
        """The answer to a query, with the failure of a name."""
        parts = der.contents(query)
        if fault == "plain-eku":
            return self.made(query, fault, time.time())
        if fault == "expired-since":
            return self.made(query, "expired", BEFORE_THE_END)
        if fault in ("old-time", "future-time"):
            return self.made(query, "none", time.time() + (YEAR if fault[0] == "f" else -YEAR))
        if fault in ("status-2", "status-3"):
            return refusal(int(fault[-1]))
        if fault in ("wrong-nonce", "no-nonce", "wrong-imprint", "no-certificates"):
            return self.reply(other_query(parts, fault))
        if fault in ("sorted", "unsorted"):
            return ordered(self.reply(query, "root-embedded"), fault == "unsorted")
        if fault in SIGNERS:
            return self.reply(query, fault)
        reply = self.reply(query)
        if fault == "extra-bytes":
            return reply + b"junk"
        if fault == "truncated":
            return reply[:-7]
        return reply[:-1] + bytes([reply[-1] ^ 1])

    def command(self, name, query):
        return None


def refusal(status):
    """An answer without a token."""
    text = der.element(0x30, der.element(0x0c, b"This authority is closed."))
    failure = der.element(3, b"\x05\x20")
    return der.element(0x30, der.element(0x30, der.integer(status), text, failure))


def other_query(parts, fault):
    """A query that differs from the one that was asked in one thing."""
    version, imprint, *rest = parts
    if fault == "wrong-imprint":
        algorithm, digest = der.contents(imprint)
        other = bytes(byte ^ 0xff for byte in der.value(digest))
        imprint = der.element(0x30, algorithm, der.element(4, other))
    elif fault == "no-certificates":
        rest = [part for part in rest if part[0] != 1]
    else:
        nonce = der.integer(int.from_bytes(os.urandom(7), "big"))
        rest = [part for part in rest if part[0] != 2 or fault == "wrong-nonce"]
        rest = [nonce if part[0] == 2 else part for part in rest]
    return der.element(0x30, version, imprint, *rest)


def ordered(reply, descending):
    """The answer with its certificates in an order; no signature covers them."""
    status, token = der.contents(reply)
    kind, explicit = der.contents(token)
    parts = der.contents(der.contents(explicit)[0])
    for number, part in enumerate(parts):
        if part[0] == 0xa0:
            certificates = sorted(der.contents(part), reverse=descending)
            parts[number] = der.element(0xa0, *certificates)
    signed = der.element(0x30, *parts)
    return der.element(0x30, status, der.element(0x30, kind, der.element(0xa0, signed)))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=0, help="a free one unless given")
    parser.add_argument("--key", choices=["ec", "rsa"], default="ec", help="kind of all keys")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    folder = chosen.folder.resolve()
    loopback.serve(folder, chosen.port, lambda url: Authority(folder, chosen.key))


main()
