"""The same answers of an authority, judged by colophond, by openssl and by rfc3161-client.

A ledger asks for its dates through a proxy, which keeps each question and answer. So all judge the
very bytes that went over the wire; the authority plays one failure after the other.
"""

import os
import re
import subprocess
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import rfc3161ng
from checks import refuses, require, run
from cryptography import x509
from pyasn1.codec.der import decoder
from rfc3161_client import TimestampRequestBuilder, VerifierBuilder, decode_timestamp_response

FOLDER = Path(os.environ["INTEROP_FOLDER"]) / "tokens"
AUTHORITY = os.environ["INTEROP_AUTHORITY"]
ROOT = Path(os.environ["INTEROP_AUTHORITY_CA"])
ORIGIN = "ledger.example/tokens"
# Authorities that a ledger has at most.
AT_ONCE = 4
# Seconds for a start and a round, which take one or two.
PATIENCE = 60

# What colophond does, by its metrics; whether openssl verifies; whether rfc3161-client does.
# None: it does by chance, for openssl writes the certificates as they come.
JUDGEMENTS = {
    "none": ("taken", True, True),
    "intermediate": ("taken", True, None),
    "root-embedded": ("taken", True, None),
    "sorted": ("taken", True, True),
    # It is strict about the order, which no signature covers.
    "unsorted": ("taken", True, False),
    "expired": ("out_of_term", False, False),
    "plain-eku": ("other_purpose", False, False),
    "stranger": ("untrusted", False, False),
    "wrong-nonce": ("other_nonce", False, False),
    "no-nonce": ("other_nonce", False, False),
    "wrong-imprint": ("other_digest", False, False),
    "no-certificates": ("malformed", False, False),
    "status-2": ("rejected", False, False),
    "status-3": ("rejected", False, False),
    "truncated": ("malformed", False, False),
    "flipped": ("signature", False, False),
    # openssl reads no further than the answer goes.
    "extra-bytes": ("malformed", True, False),
    # Neither of the two asks what time it is.
    "old-time": ("clock", True, True),
    "future-time": ("clock", True, True),
    # Believed at its own time by us, which is not when it was asked for; openssl goes by today.
    "expired-since": ("clock", False, None),
}

asked = {}


class Proxy(BaseHTTPRequestHandler):
    """Hands a question on, and keeps it with its answer."""

    def do_POST(self):
        question = self.rfile.read(int(self.headers["Content-Length"]))
        request = urllib.request.Request(
            AUTHORITY + self.path, question, {"Content-Type": self.headers["Content-Type"]})
        with urllib.request.urlopen(request) as reply:
            answer, kind = reply.read(), reply.headers["Content-Type"]
        asked.setdefault(self.path.rsplit("/", 1)[1], (question, answer))
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *arguments):
        pass


def metrics(address):
    """What became of each authority: taken, or the kind of the first failure."""
    try:
        with urllib.request.urlopen(f"{address}/metrics") as answer:
            text = answer.read().decode()
    except OSError:
        return {}
    found = {}
    for line in text.splitlines():
        name = re.search(r'name="[^"]*/fault/([^"]*)"', line)
        if not name or float(line.rsplit(" ", 1)[1]) == 0:
            continue
        if line.startswith("colophon_anchor_failures_total"):
            found[name[1]] = re.search(r'kind="([^"]*)"', line)[1]
        elif line.startswith("colophon_anchors_total"):
            found[name[1]] = "taken"
    return found


def judged(faults, proxy):
    """Serves the ledger with one authority for each failure until all were asked."""
    port = proxy.server_address[1]
    command = ["colophond", "serve", "--data", FOLDER / "ledger", "--listen", "127.0.0.1:0",
               # Nothing but what is asked for here asks an authority.
               "--index-interval", "1h"]
    for fault in faults:
        command += ["--timestamp-authority", f"http://127.0.0.1:{port}/fault/{fault}",
                    "--timestamp-ca", ROOT]
    log = FOLDER / "log"
    log.write_text("")
    with log.open("w") as words, subprocess.Popen(command, stderr=words) as ledger:
        try:
            end = time.monotonic() + PATIENCE
            while time.monotonic() < end and ledger.poll() is None:
                # An authority may be named before the ledger listens.
                address = re.search(r"listening on (http://127\.0\.0\.1:\d+)", log.read_text())
                found = metrics(address[1]) if address else {}
                if set(found) == set(faults):
                    return found
                time.sleep(0.1)
            raise AssertionError(f"not all were asked: {log.read_text()[-2000:]}")
        finally:
            ledger.terminate()


def all_judged():
    """Our judgement of each failure; the questions and answers are then in `asked`."""
    FOLDER.mkdir()
    subprocess.run(
        ["colophond", "init", "--data", FOLDER / "ledger", "--origin", ORIGIN, "--admin",
         FOLDER.parent / "admin.pub.pem"], check=True, capture_output=True)
    proxy = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    found = {}
    names = list(JUDGEMENTS)
    for start in range(0, len(names), AT_ONCE):
        found |= judged(names[start:start + AT_ONCE], proxy)
    proxy.shutdown()
    return found


OURS = {}


def colophond_names_what_is_wrong_with_each_answer():
    OURS.update(all_judged())
    for fault, (expected, _, _) in JUDGEMENTS.items():
        require(OURS[fault] == expected, f"{fault}: {OURS[fault]}")


def openssl_verifies(fault):
    question, answer = asked[fault]
    (FOLDER / "query.tsq").write_bytes(question)
    (FOLDER / "reply.tsr").write_bytes(answer)
    done = subprocess.run(
        ["openssl", "ts", "-verify", "-in", "reply.tsr", "-queryfile", "query.tsq", "-CAfile",
         ROOT], cwd=FOLDER, capture_output=True, check=False)
    return done.returncode == 0


def openssl_agrees_but_for_what_is_listed():
    for fault, (_, expected, _) in JUDGEMENTS.items():
        require(openssl_verifies(fault) == expected, f"{fault}: not {expected}")


def rfc3161_client_agrees_but_for_what_is_listed():
    roots = x509.load_pem_x509_certificates(ROOT.read_bytes())
    for fault, (_, _, expected) in JUDGEMENTS.items():
        question, answer = asked[fault]
        request = decoder.decode(question, asn1Spec=rfc3161ng.TimeStampReq())[0]
        verifier = VerifierBuilder(roots=roots).nonce(int(request["nonce"])).build()
        digest = bytes(request["messageImprint"]["hashedMessage"])
        fails = refuses(lambda: verifier.verify(decode_timestamp_response(answer), digest))
        require(expected is None or fails != expected, f"{fault}: not {expected}")


def the_question_is_the_one_that_rfc3161_client_asks():
    """But for the digest and the nonce, which each chooses."""
    question, _ = asked["none"]
    ours = decoder.decode(question, asn1Spec=rfc3161ng.TimeStampReq())[0]
    theirs = decoder.decode(
        TimestampRequestBuilder().data(b"anything").build().as_bytes(),
        asn1Spec=rfc3161ng.TimeStampReq())[0]
    require(bool(ours["certReq"]) and bool(theirs["certReq"]), "no certificates are asked for")
    require(0 <= int(ours["nonce"]) < 1 << 64, "the nonce has more than 64 bits")
    for request in (ours, theirs):
        request["nonce"] = 0
        require(not request["reqPolicy"].hasValue(), "a policy is asked for")
    require(ours["version"] == theirs["version"] == 1, "another version")
    kinds = [str(r["messageImprint"]["hashAlgorithm"]["algorithm"]) for r in (ours, theirs)]
    require(kinds == ["2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.3"], f"hashes {kinds}")


run([
    colophond_names_what_is_wrong_with_each_answer, openssl_agrees_but_for_what_is_listed,
    rfc3161_client_agrees_but_for_what_is_listed,
    the_question_is_the_one_that_rfc3161_client_asks,
])
