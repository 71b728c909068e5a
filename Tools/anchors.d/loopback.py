"""What the played services share: a server on loopback alone, and the failures that it can play.

A failure is chosen by the path (`/fault/NAME` before the true path, for as long as the URL has it)
or by a command (`POST /control/fault/NAME`, for all requests until `/control/fault/none`).
The server ends at SIGTERM, and when the process that started it has ended.
"""

import os
import signal
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

# The longest body of a request that is read: a query has 100 bytes, a digest at most 64.
REQUEST_BYTES = 4096
# Requests that are answered at a time; more wait.
REQUESTS = 64
# Seconds without traffic after which a connection is closed.
IDLE_SECONDS = 60
# The longest that a failure keeps a connection, and the most that it sends: longer and more than
# any client may wait and read.
FAULT_SECONDS = 600
FAULT_BYTES = 10_000_000_000
MEGABYTE = 1_000_000

PAGE = b"<!doctype html><title>Welcome</title><p>This page is no answer.</p>\n"


class Service:
    """What is served: a subclass has `answer` and `command`."""

    def __init__(self):
        self.fault = "none"
        self.requests = 0
        self.lock = threading.Lock()

    # Names of failures that the subclass plays by itself, beside those of `Handler`.
    faults = frozenset()

    def answer(self, handler, method, path, body, fault):
        """Answers a request; `fault` names a failure of `faults`, or is none."""
        raise NotImplementedError

    def command(self, name, query):
        """Obeys `POST /control/NAME`, and returns the text of the answer; None: no such command."""
        raise NotImplementedError


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True

    def log_message(self, format, *arguments):
        print(f"{self.command} {self.path} {format % arguments}", file=sys.stderr, flush=True)

    def send(self, status, kind, body, length=None, **fields):
        """Sends an answer in one piece; its head alone where `length` says more than there is."""
        self.log_message("%s, %s bytes", status, length or len(body))
        lines = [f"HTTP/1.1 {status} {self.responses.get(status, ('Other',))[0]}",
                 f"Content-Type: {kind}", f"Content-Length: {length or len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
        self.wfile.write("\r\n".join(lines + ["", ""]).encode() + body)

    def do_GET(self):
        self.handle_one("GET", b"")

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        if length > REQUEST_BYTES or self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            self.send(413, "text/plain", b"too long\n", Connection="close")
            return
        self.handle_one("POST", self.rfile.read(length))

    def handle_one(self, method, body):
        with self.server.places:
            if self.path.startswith("/control/"):
                self.control(method, self.path[len("/control/"):])
                return
            service = self.server.service
            with service.lock:
                service.requests += 1
                fault = service.fault
            path = self.path
            if path.startswith("/fault/"):
                fault, _, rest = path[len("/fault/"):].partition("/")
                path = "/" + rest
            if fault == "none" or fault in service.faults:
                service.answer(self, method, path, body, fault)
            else:
                self.play(fault, path, lambda: service.answer(self, method, path, body, "none"))

    def control(self, method, path):
        service = self.server.service
        name, _, query = path.partition("?")
        if name == "requests":
            self.send(200, "text/plain", f"{service.requests}\n".encode())
        elif method != "POST":
            self.send(405, "text/plain", b"POST\n")
        elif name.startswith("fault/"):
            with service.lock:
                service.fault = name[len("fault/"):]
            self.send(200, "text/plain", b"ok\n")
        else:
            text = service.command(name, query)
            if text is None:
                self.send(404, "text/plain", b"no such command\n")
            else:
                self.send(200, "text/plain", text.encode())

    def play(self, fault, path, answer):
        """Plays a failure that has nothing to do with what is served at the path."""
        if fault.isdigit():
            self.send(int(fault), "text/plain", b"This service fails.\n")
        elif fault == "html":
            self.send(200, "text/html", PAGE)
        elif fault == "garbage":
            self.send(200, "application/octet-stream", os.urandom(300))
        elif fault == "empty":
            self.send(200, "application/octet-stream", b"")
        elif fault == "megabyte":
            self.send(200, "application/octet-stream", bytes(MEGABYTE))
        elif fault == "redirect":
            # Whoever follows it gets a good answer.
            self.send(307, "text/plain", b"", Location=path)
        elif fault == "endless":
            self.last(lambda end: self.flood(end))
        elif fault == "silent":
            self.last(lambda end: None)
        elif fault == "slow":
            self.drip(answer)
        elif fault == "hang-up":
            self.close_connection = True
        else:
            self.send(404, "text/plain", b"no such failure\n")

    def last(self, action):
        """Runs what ends the connection: until the client has gone, or for the longest time."""
        self.close_connection = True
        end = time.monotonic() + FAULT_SECONDS
        try:
            action(end)
            self.connection.settimeout(1)
            while time.monotonic() < end and not self.server.ending.is_set():
                try:
                    if not self.connection.recv(4096):
                        return
                except TimeoutError:
                    continue
        except OSError:
            return

    def flood(self, end):
        """Sends as many bytes as the client takes."""
        self.send(200, "application/octet-stream", b"", FAULT_BYTES)
        block = bytes(65536)
        self.connection.settimeout(1)
        for _ in range(FAULT_BYTES // len(block)):
            if time.monotonic() > end or self.server.ending.is_set():
                return
            self.connection.sendall(block)

    def drip(self, answer):
        """Sends the true answer, a byte a second."""
        self.close_connection = True
        whole = []
        true, self.wfile = self.wfile, Collector(whole)
        answer()
        self.wfile = true
        for byte in b"".join(whole)[:FAULT_SECONDS]:
            try:
                self.wfile.write(bytes([byte]))
            except OSError:
                return
            if self.server.ending.wait(1):
                return


class Collector:
    """Keeps what is written, to be sent later."""

    def __init__(self, parts):
        self.parts = parts

    def write(self, data):
        self.parts.append(data)

    def flush(self):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True

    def __init__(self, port, service):
        self.places = threading.BoundedSemaphore(REQUESTS)
        self.ending = threading.Event()
        self.service = service
        super().__init__(("127.0.0.1", port), Handler)

    def server_bind(self):
        # Without the look for the machine's name, which may ask the network.
        socket.socket.setsockopt(self.socket, socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.server_address

    def handle_error(self, request, address):
        """A client that goes away is none of ours."""
        error = sys.exc_info()[1]
        if not isinstance(error, (ConnectionError, TimeoutError)):
            super().handle_error(request, address)


def serve(folder, port, make):
    """Serves what `make(url)` gives on loopback; the file `url` of the folder says where, once it
    answers. Returns when told to end.
    """
    parent = os.getppid()
    server = Server(port, None)
    url = f"http://127.0.0.1:{server.server_port}"
    server.service = make(url)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.ending.set())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1})
    thread.start()
    announced = Path(folder) / "url.new"
    announced.write_text(url + "\n", encoding="ascii")
    announced.rename(Path(folder) / "url")
    print(url, flush=True)
    print(f"listening on {url}", file=sys.stderr, flush=True)
    while os.getppid() == parent and not server.ending.wait(0.2):
        pass
    server.ending.set()
    server.shutdown()
    thread.join()
    server.server_close()
