"""openssl is the bastion: it takes our witness's key in TLS 1.3, and sends it a request."""

import base64
import hashlib
import socket
import subprocess
import tempfile
import threading
from pathlib import Path

from checks import require, run
from cryptography.hazmat.primitives.serialization import (
    Encoding, PublicFormat, load_pem_private_key)
from misbehaviour import ORIGIN, Log, leaves

NAME = "witness.example/behind"


def frame(kind, flags, stream, payload):
    """A frame of HTTP/2 (RFC 9113 §4.1)."""
    return (len(payload).to_bytes(3, "big") + bytes([kind, flags])
            + stream.to_bytes(4, "big") + payload)


def header(name, value):
    """A field without indexing (RFC 7541 §6.2.2)."""
    return b"\0" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()


def request(note):
    """The preface, and add-checkpoint for a log that the witness has not seen."""
    fields = {":method": "POST", ":scheme": "https", ":authority": "localhost",
              ":path": "/add-checkpoint", "x-forwarded-for": "203.0.113.5"}
    block = b"".join(header(name, value) for name, value in fields.items())
    return (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, b"")
            + frame(1, 4, 1, block) + frame(0, 1, 1, b"old 0\n\n" + note))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def public_key(path):
    key = load_pem_private_key(path.read_bytes(), None).public_key()
    return key, key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def answer(folder, note):
    """Runs bastion and witness; returns the witness's line and what it logged."""
    port = free_port()
    bastion = subprocess.Popen(
        ["openssl", "s_server", "-accept", str(port), "-cert", folder / "cert.pem", "-key",
         folder / "cert.key", "-tls1_3", "-alpn", "bastion/0", "-Verify", "1", "-quiet"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    witness = subprocess.Popen(
        ["colophon", "witness", "--data", folder / "state", "--key", folder / "witness.pem",
         "--name", NAME, "--logs", folder / "logs", "--listen", "127.0.0.1:0",
         "--bastion", f"https://localhost:{port}", "--bastion-key", folder / "bastion.pem",
         "--ca", folder / "cert.pem"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    alarm = threading.Timer(60, lambda: (bastion.kill(), witness.kill()))
    alarm.start()
    try:
        bastion.stdin.write(request(note))
        bastion.stdin.flush()
        start, seen = f"— {NAME} ".encode(), b""
        while start not in seen or b"\n" not in seen[seen.index(start):]:
            more = bastion.stdout.read1()
            require(more, "the witness has closed the connection")
            seen += more
        return seen[seen.index(start):].split(b"\n")[0].decode(), witness
    finally:
        alarm.cancel()
        bastion.kill()
        witness.terminate()


def a_witness_cosigns_through_openssl():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
             "subjectAltName=DNS:localhost", "-keyout", "cert.key", "-out", "cert.pem"],
            cwd=folder, check=True, capture_output=True)
        for arguments in (["--witness", NAME, "--out", "witness.pem"], ["--out", "bastion.pem"]):
            subprocess.run(
                ["colophon", "keygen", *arguments], cwd=folder, check=True, capture_output=True)
        log = Log(ORIGIN, b"log")
        (folder / "logs").write_text(f"log {log.vkey}\n")
        note = log.note(leaves(60))
        line, witness = answer(folder, note)
        words = witness.stderr.read().decode()
        witness.wait()
        key, raw = public_key(folder / "witness.pem")
        blob = base64.b64decode(line.split(" ")[2])
        identity = NAME.encode() + b"\n\x04" + raw
        require(blob[:4] == hashlib.sha256(identity).digest()[:4], "the key ID")
        text = note.split(b"\n\n")[0] + b"\n"
        seconds = int.from_bytes(blob[4:12], "big")
        key.verify(blob[12:], b"cosignature/v1\ntime %d\n" % seconds + text)
        _, raw = public_key(folder / "bastion.pem")
        place = f"/{hashlib.sha256(raw).hexdigest()}"
        require(place in words, f"no address ends with {place}: {words}")


run([a_witness_cosigns_through_openssl])
