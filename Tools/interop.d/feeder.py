"""The log's side of aics-witness, which is another project's, is cosigned by our witness.

Its client checks every line and remembers what it has got: it says where a witness has forgotten
something. Eight logs ask at the same time, and the witness is killed again and again.
"""

import hashlib
import random
import signal
import socket
import subprocess
import sys
import threading
import time

from aics_tlog.checkpoint import Checkpoint, sign_checkpoint
from aics_tlog.note import format_vkey, vkey_from_ed25519
from aics_witness.feeder import WitnessClient, WitnessUnavailable
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

NAME = "witness.example/fed"
KILLS = 4
# Seconds until every log must have got a cosignature of a witness that runs: a machine may be busy.
PATIENCE = 300
NAMES = [f"log.example/fed{number}" for number in range(8)]
KEY = Ed25519PrivateKey.generate()


def sha256(data):
    return hashlib.sha256(data).digest()


def root(leaves):
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0])
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + root(leaves[:half]) + root(leaves[half:]))


def consistency(old, leaves, whole=True):
    if old == len(leaves):
        return [] if whole else [root(leaves)]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if old <= half:
        return consistency(old, leaves[:half], whole) + [root(leaves[half:])]
    return consistency(old - half, leaves[half:], False) + [root(leaves[:half])]


with open("fed-logs", "w", encoding="utf-8") as file:
    for name in NAMES:
        file.write(f"log {format_vkey(vkey_from_ed25519(name, KEY.public_key()))}\n")
VKEY = subprocess.run(
    ["colophon", "keygen", "--witness", NAME, "--out", "fed.pem"], check=True,
    capture_output=True, text=True).stdout.strip()
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    PORT = free.getsockname()[1]


def start():
    return subprocess.Popen(
        ["colophon", "witness", "--data", "fed", "--key", "fed.pem", "--name", NAME, "--logs",
         "fed-logs", "--listen", f"127.0.0.1:{PORT}", "--log-level", "error"])


done = threading.Event()
counts = {name: 0 for name in NAMES}
wrong = []


def feed(name):
    client = WitnessClient(f"http://127.0.0.1:{PORT}", VKEY, state_path=f"{name[-1]}.json")
    leaves = []
    while not done.is_set():
        leaves += [random.randbytes(8) for _ in range(random.randint(1, 9))]
        note = sign_checkpoint(Checkpoint(name, len(leaves), root(leaves)), KEY, name).to_bytes()
        while True:
            try:
                client.submit(
                    note, lambda old, new: consistency(old, leaves[:new]) if old else [])
                counts[name] += 1
                break
            except WitnessUnavailable:
                # It was killed, and is started again.
                if done.is_set():
                    return
            except Exception as error:  # every other kind of failure is a failed check
                wrong.append(f"{type(error).__name__}: {error}")
                return


def wait_for_cosignatures():
    """Returns once every log has got one more cosignature, or something is wrong."""
    before = dict(counts)
    end = time.monotonic() + PATIENCE
    while not wrong and any(counts[name] == before[name] for name in NAMES):
        if witness.poll() is not None or time.monotonic() > end:
            wrong.append("the witness has ended, or does not answer every log")
        time.sleep(0.05)


witness = start()
threads = [threading.Thread(target=feed, args=(name,)) for name in NAMES]
for thread in threads:
    thread.start()
for _ in range(KILLS):
    wait_for_cosignatures()
    witness.send_signal(signal.SIGKILL)
    witness.wait()
    witness = start()
wait_for_cosignatures()
done.set()
for thread in threads:
    thread.join()
witness.terminate()
if witness.wait(60) != 0:
    wrong.append(f"the witness ended with {witness.returncode}")
if wrong:
    sys.exit(f"{wrong[:3]} {counts}")
print(sum(counts.values()), "cosignatures")
