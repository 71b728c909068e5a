"""A log of tiles, written from the C2SP pages alone: tlog-tiles, static-ct-api, tlog-checkpoint,
signed-note; RFC 6962 for the trees and for the certificates' leaves.

Nothing here uses code of this project. It is made as a folder, and served over HTTP below a prefix,
its bundles with gzip whether they are asked for so or not, which tlog-tiles allows.
"""

import base64
import gzip
import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

DASH = "\u2014 "
WIDTH = 256


def sha256(data):
    return hashlib.sha256(data).digest()


def text64(data):
    return base64.b64encode(data).decode()


def node(left, right):
    return sha256(b"\1" + left + right)


def leaf_hash(leaf):
    return sha256(b"\0" + leaf)


def split(count):
    """The largest power of two below `count` (RFC 6962 §2.1)."""
    return 1 << (count - 1).bit_length() - 1


def path_of(index, width=WIDTH):
    """N[.p/W] (tlog-tiles, Parameters)."""
    groups = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        groups.insert(0, f"x{index % 1000:03}")
    return "/".join(groups) + (f".p/{width}" if width < WIDTH else "")


class Tiles:
    """A log whose entries are anything, in the layout of tlog-tiles."""

    bundles = "tile/entries"

    def __init__(self, origin):
        self.origin = origin
        self.key = ed25519.Ed25519PrivateKey.generate()
        self.entries = []
        self.known = {}

    # Trees.

    def leaf(self, index):
        return self.entries[index]

    def root(self, first=0, count=None):
        """MTH of `count` leaves from `first` (RFC 6962 §2.1)."""
        count = len(self.entries) - first if count is None else count
        if count == 0:
            return sha256(b"")
        place = (first, count)
        if place not in self.known:
            if count == 1:
                self.known[place] = leaf_hash(self.leaf(first))
            else:
                half = split(count)
                self.known[place] = node(
                    self.root(first, half), self.root(first + half, count - half))
        return self.known[place]

    def forget(self):
        """Entries have changed."""
        self.known = {}

    # Signed notes.

    @property
    def raw_key(self):
        return self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def key_id(self):
        return sha256(self.origin.encode() + b"\n\1" + self.raw_key)[:4]

    @property
    def vkey(self):
        return f"{self.origin}+{self.key_id.hex()}+{text64(bytes([1]) + self.raw_key)}"

    def note(self, size=None, root=None):
        size = len(self.entries) if size is None else size
        body = f"{self.origin}\n{size}\n{text64(root or self.root(0, size))}\n"
        line = text64(self.key_id + self.key.sign(body.encode()))
        return f"{body}\n{DASH}{self.origin} {line}\n".encode()

    # Files.

    def item(self, index):
        """An entry as it stands in a bundle: behind its length in two bytes."""
        entry = self.entries[index]
        return len(entry).to_bytes(2, "big") + entry

    def files(self):
        """All files of the log at its size, by their paths."""
        size = len(self.entries)
        files = {"checkpoint": self.note()}
        for first in range(0, size, WIDTH):
            width = min(WIDTH, size - first)
            files[f"{self.bundles}/{path_of(first // WIDTH, width)}"] = b"".join(
                self.item(index) for index in range(first, first + width))
        level, span = 0, 1
        while size // span:
            count = size // span
            for first in range(0, count, WIDTH):
                width = min(WIDTH, count - first)
                files[f"tile/{level}/{path_of(first // WIDTH, width)}"] = b"".join(
                    self.root(index * span, span) for index in range(first, first + width))
            level, span = level + 1, span * WIDTH
        return files

    def write(self, folder):
        """Writes all files, the checkpoint last."""
        files = self.files()
        for path in sorted(files, key=lambda path: (path == "checkpoint", path)):
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(files[path])


class Certificates(Tiles):
    """A log like those of static-ct-api: data tiles, and the leaves of RFC 6962."""

    bundles = "tile/data"

    def timestamped(self, index):
        """TimestampedEntry (RFC 6962 §3.4); every third is a precertificate's."""
        certificate = self.entries[index]
        number = (1_700_000_000_000 + index).to_bytes(8, "big")
        kind = (index % 3 == 0).to_bytes(2, "big")
        issuer = sha256(b"issuer") if index % 3 == 0 else b""
        # One extension: the leaf's index in 40 bits (static-ct-api).
        extension = b"\0" + (5).to_bytes(2, "big") + index.to_bytes(5, "big")
        return (number + kind + issuer + len(certificate).to_bytes(3, "big") + certificate
                + len(extension).to_bytes(2, "big") + extension)

    def leaf(self, index):
        """MerkleTreeLeaf: version, type, entry."""
        return b"\0\0" + self.timestamped(index)

    def item(self, index):
        """TileLeaf: the entry, a precertificate where there is one, the chain's fingerprints."""
        more = b""
        if index % 3 == 0:
            more = len(self.entries[index]).to_bytes(3, "big") + self.entries[index]
        chain = sha256(b"issuer") + sha256(b"root")
        return self.timestamped(index) + more + len(chain).to_bytes(2, "big") + chain


class Served:
    """A log, or any files, over HTTP below a prefix; what is asked for is counted."""

    def __init__(self, files, prefix="/2026/a", squeezed=("tile/entries", "tile/data")):
        self.files = dict(files)
        self.asked = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                path = self.path.removeprefix(prefix + "/")
                outer.asked.append(path)
                body = outer.files.get(path) if self.path.startswith(prefix + "/") else None
                self.send_response(200 if body is not None else 404)
                body = body or b""
                if body and path.startswith(squeezed):
                    body = gzip.compress(body)
                    self.send_header("Content-Encoding", "gzip")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}{prefix}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def end(self):
        self.server.shutdown()
        self.server.server_close()
