"""A log written from the specifications asks our witness: every answer, races, and kill -9.

C2SP tlog-witness, tlog-checkpoint, signed-note and tlog-cosignature; RFC 6962 for the trees.
"""

import base64
import hashlib
import os
import signal
import socket
import struct
import subprocess
import threading
import time
import urllib.error
import urllib.request

from checks import FOLDER, require, run
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import (
    Encoding, PublicFormat, load_pem_private_key)

NAME = "witness.example/interop"
DASH = "\u2014 "


def sha256(data):
    return hashlib.sha256(data).digest()


def text64(data):
    return base64.b64encode(data).decode()


# The tree of RFC 6962 §2.1, as slow as it is written there.

def split(count):
    half = 1
    while half * 2 < count:
        half *= 2
    return half


def root(leaves):
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0])
    half = split(len(leaves))
    return sha256(b"\1" + root(leaves[:half]) + root(leaves[half:]))


def consistency(old, leaves, whole=True):
    if old == len(leaves):
        return [] if whole else [root(leaves)]
    half = split(len(leaves))
    if old <= half:
        return consistency(old, leaves[:half], whole) + [root(leaves[half:])]
    return consistency(old - half, leaves[half:], False) + [root(leaves[:half])]


def raw(key):
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def key_id(name, kind, public):
    return sha256(name.encode() + b"\n" + bytes([kind]) + public)[:4]


def vkey(name, kind, public):
    return f"{name}+{key_id(name, kind, public).hex()}+{text64(bytes([kind]) + public)}"


class Log:
    def __init__(self, origin):
        self.origin = origin
        self.key = ed25519.Ed25519PrivateKey.generate()
        self.leaves = []

    @property
    def vkey(self):
        return vkey(self.origin, 1, raw(self.key))

    def grow(self, count, word="leaf"):
        first = len(self.leaves)
        self.leaves += [f"{word} {first + number}".encode() for number in range(count)]

    def note(self, size=None, other_root=None):
        size = len(self.leaves) if size is None else size
        body = f"{self.origin}\n{size}\n{text64(other_root or root(self.leaves[:size]))}\n"
        line = key_id(self.origin, 1, raw(self.key)) + self.key.sign(body.encode())
        return f"{body}\n{DASH}{self.origin} {text64(line)}\n"

    def request(self, old, size=None, **changes):
        size = len(self.leaves) if size is None else size
        proof = consistency(old, self.leaves[:size]) if 0 < old <= size else []
        lines = "".join(text64(hash) + "\n" for hash in proof)
        return f"old {old}\n{lines}\n{self.note(size, **changes)}"


class Witness:
    """Our program, with a folder in which it finds what it knew before."""

    def __init__(self, logs):
        subprocess.run(["colophon", "keygen", "--out", "interop-witness.pem"], check=True,
                       cwd=FOLDER, capture_output=True)
        pem = (FOLDER / "interop-witness.pem").read_bytes()
        self.public = raw(load_pem_private_key(pem, None))
        (FOLDER / "interop-logs").write_text("".join(f"log {log.vkey}\n" for log in logs))
        self.start()

    def start(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        with open(FOLDER / "interop-witness.log", "ab") as words:
            self.process = subprocess.Popen(
                ["colophon", "witness", "--data", "interop-witness", "--key",
                 "interop-witness.pem", "--name", NAME, "--logs", "interop-logs", "--listen",
                 f"127.0.0.1:{self.port}"], cwd=FOLDER, stdout=words, stderr=words)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            require(self.process.poll() is None, "the witness has ended")
            try:
                return self.ask("GET", "/healthz")
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the witness does not answer")

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait(60)

    def ask(self, method, path, body=None):
        """Returns status, media type and body."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", method=method,
            data=None if body is None else body.encode())
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.headers.get("Content-Type"), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers.get("Content-Type"), error.read()

    def add(self, body):
        return self.ask("POST", "/add-checkpoint", body)

    def check(self, note, lines):
        """Makes sure that there is a cosignature, and that each line of our key verifies."""
        body = note.split("\n\n")[0] + "\n"
        seen = 0
        for line in lines.decode().splitlines():
            if not line.startswith(f"{DASH}{NAME} "):
                continue
            blob = base64.b64decode(line.split(" ")[2])
            require(blob[:4] == key_id(NAME, 4, self.public), "another key ID")
            moment = struct.unpack(">Q", blob[4:12])[0]
            require(abs(moment - time.time()) < 300, f"a time of {moment}")
            message = f"cosignature/v1\ntime {moment}\n{body}".encode()
            ed25519.Ed25519PublicKey.from_public_bytes(self.public).verify(blob[12:], message)
            seen += 1
        require(seen == 1, f"{seen} lines of the witness")


LOG = Log("log.example/interop")
RACE = Log("log.example/race")
STRANGER = Log("log.example/stranger")
WITNESS = Witness([LOG, RACE])


def status(answer, expected):
    require(answer[0] == expected, f"{answer[0]} where {expected} is right: {answer[2][:200]!r}")
    return answer


def a_growing_log_is_cosigned():
    old = 0
    for count in (1, 1, 5, 9, 250):
        LOG.grow(count)
        lines = status(WITNESS.add(LOG.request(old)), 200)[2]
        WITNESS.check(LOG.note(), lines)
        old = len(LOG.leaves)


def the_same_head_is_cosigned_again():
    size = len(LOG.leaves)
    WITNESS.check(LOG.note(), status(WITNESS.add(LOG.request(size)), 200)[2])


def a_stale_size_is_answered_with_the_newest_one():
    for old in (0, 1, 7):
        answer = status(WITNESS.add(LOG.request(old)), 409)
        require(answer[2] == f"{len(LOG.leaves)}\n".encode(), f"the body is {answer[2]!r}")
        require(answer[1] == "text/x.tlog.size", f"the type is {answer[1]}")


def another_history_is_refused():
    size = len(LOG.leaves)
    status(WITNESS.add(LOG.request(size, other_root=sha256(b"other"))), 422)
    fork = Log(LOG.origin)
    fork.key = LOG.key
    fork.grow(size + 3, "fork")
    status(WITNESS.add(fork.request(size)), 422)


def what_is_malformed_or_unknown_is_refused():
    size = len(LOG.leaves)
    good = LOG.request(size)
    STRANGER.grow(2)
    status(WITNESS.add(STRANGER.request(0)), 404)
    forged = Log(LOG.origin)
    forged.grow(size + 1)
    status(WITNESS.add(forged.request(size)), 403)
    status(WITNESS.add(LOG.request(size + 1, size)), 400)
    for body in ("", "old\n", good.replace("old ", "old 0"), good[:-1], good + "x",
                 "old 1\n\n", f"old {size}\n" + "AAAA\n" * 64 + good.split("\n", 1)[1]):
        status(WITNESS.add(body), 400)
    LOG.grow(1)
    request = LOG.request(size)
    broken = request.split("\n")
    broken[1] = text64(sha256(b"no node"))
    status(WITNESS.add("\n".join(broken)), 422)
    WITNESS.check(LOG.note(), status(WITNESS.add(request), 200)[2])


def the_newest_head_can_be_read():
    name = hashlib.sha256(LOG.origin.encode()).hexdigest()
    body = status(WITNESS.ask("GET", f"/{name}/checkpoint"), 200)[2]
    require(body.decode().startswith(LOG.note().split("\n\n")[0]), "another head")
    WITNESS.check(LOG.note(), body)
    status(WITNESS.ask("GET", f"/{'0' * 64}/checkpoint"), 404)


def no_two_heads_of_one_size_are_cosigned_under_races_and_kills():
    twin = Log(RACE.origin)
    twin.key = RACE.key
    RACE.grow(120, "one")
    twin.grow(120, "two")
    cosigned = {}
    guard = threading.Lock()
    done = threading.Event()
    wrong = []

    def race(log):
        old = 0
        while not done.is_set() and old < len(log.leaves):
            try:
                code, _, body = WITNESS.add(log.request(old, old + 1))
            except OSError:
                time.sleep(0.01)
                continue
            if code == 200:
                with guard:
                    cosigned.setdefault(old + 1, set()).add(root(log.leaves[:old + 1]))
                old += 1
            elif code == 409:
                newest = int(body)
                # A log that is behind by the other's history never catches up.
                if newest == old:
                    wrong.append("409 names the size that was asked with")
                    return
                old = newest
            elif code == 422:
                return
            elif code != 503:
                wrong.append(f"status {code}: {body[:100]!r}")
                return

    threads = [threading.Thread(target=race, args=(log,)) for log in (RACE, twin) * 4]
    for thread in threads:
        thread.start()
    for _ in range(5):
        time.sleep(0.3)
        WITNESS.end(signal.SIGKILL)
        WITNESS.start()
    done.wait(5)
    done.set()
    for thread in threads:
        thread.join()
    require(not wrong, f"{wrong[:3]}")
    require(len(cosigned) > 1, f"only {len(cosigned)} sizes were cosigned")
    double = [size for size, roots in cosigned.items() if len(roots) > 1]
    require(not double, f"two histories were cosigned at {double}")
    newest = max(cosigned)
    answer = status(WITNESS.add(RACE.request(0, 1)), 409)
    require(int(answer[2]) >= newest, f"it remembers {answer[2]!r}, and cosigned {newest}")


def it_keeps_to_its_name_and_key():
    WITNESS.end()
    require(WITNESS.process.returncode == 0, f"it ended with {WITNESS.process.returncode}")
    for change in (["--name", "other.example"], ["--key", "admin.pem"]):
        arguments = ["colophon", "witness", "--data", "interop-witness", "--key",
                     "interop-witness.pem", "--name", NAME, "--logs", "interop-logs", "--listen",
                     "127.0.0.1:0"]
        arguments[arguments.index(change[0]) + 1] = change[1]
        ended = subprocess.run(arguments, cwd=FOLDER, capture_output=True, timeout=60)
        require(ended.returncode == 2, f"{change}: ended with {ended.returncode}")


try:
    run([
        a_growing_log_is_cosigned, the_same_head_is_cosigned_again,
        a_stale_size_is_answered_with_the_newest_one, another_history_is_refused,
        what_is_malformed_or_unknown_is_refused, the_newest_head_can_be_read,
        no_two_heads_of_one_size_are_cosigned_under_races_and_kills,
        it_keeps_to_its_name_and_key,
    ])
finally:
    if WITNESS.process.poll() is None:
        WITNESS.process.kill()
        WITNESS.process.wait()
