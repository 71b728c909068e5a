"""The line of Tools/badnet: connections, the two directions, and what goes wrong on them."""

import argparse
import asyncio
import json
import os
import random
import re
import signal
import socket
import struct
import sys
from pathlib import Path

import portal

# Connections at a time; more wait. A client of ours opens a handful.
CONNECTIONS = 64
# The pieces in which bytes go over the line: twenty a second, and none longer or shorter than this.
PIECES_PER_SECOND = 20
SHORTEST_PIECE = 128
LONGEST_PIECE = 16_384
# What waits for the line before a sender is held up: little, as on a modem, so that a sender soon
# knows how slow the line is.
RECEIVE_BUFFER = 8_192
# Pieces that may be under way at a time in one direction of one connection.
PIECES_UNDER_WAY = 4_096
# Seconds between two looks at whether our starter is still there.
LOOK_SECONDS = 0.2

UP, DOWN = "up", "down"


class Direction:
    """One direction of the line: who wants to send waits until those before have sent."""

    def __init__(self, rate, delay, cuts):
        self.rate = rate
        self.delay = delay
        self.cuts = sorted(cuts)
        self.carried = 0
        self.free_at = 0.0

    @property
    def piece(self):
        """The most bytes that are taken in one go."""
        if self.rate is None:
            return LONGEST_PIECE
        return int(min(LONGEST_PIECE, max(SHORTEST_PIECE, self.rate / PIECES_PER_SECOND)))

    def before_cut(self, count):
        """How many of so many bytes pass before the connection is cut; None: all of them."""
        if self.cuts and self.carried + count >= self.cuts[0]:
            return self.cuts.pop(0) - self.carried
        return None

    async def carry(self, count):
        """Waits until so many bytes have left, and returns when they arrive."""
        loop = asyncio.get_running_loop()
        self.carried += count
        if self.rate is None:
            return loop.time() + self.delay
        self.free_at = max(loop.time(), self.free_at) + count / self.rate
        left = self.free_at
        await asyncio.sleep(left - loop.time())
        return left + self.delay


class Connection:
    """A client's connection, and ours to the ledger."""

    def __init__(self, line, number, client, server):
        self.line = line
        self.number = number
        self.sockets = {UP: (client, server), DOWN: (server, client)}
        self.opened = asyncio.get_running_loop().time()
        self.answered = 0
        self.tasks = []
        self.is_cut = False

    async def run(self):
        """Returns once both directions have ended, or the connection is cut."""
        for name in (UP, DOWN):
            queue = asyncio.Queue(PIECES_UNDER_WAY)
            self.tasks += [asyncio.create_task(self.take(name, queue)),
                           asyncio.create_task(self.give(name, queue))]
        try:
            await asyncio.wait(self.tasks, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            for task in self.tasks:
                task.cancel()
            ends = await asyncio.gather(*self.tasks, return_exceptions=True)
        for end in ends:
            # An end that has gone ends the connection; anything else is a mistake of ours.
            if isinstance(end, Exception) and not isinstance(end, OSError):
                raise end

    async def take(self, name, queue):
        """Takes what one end sends onto the line."""
        loop = asyncio.get_running_loop()
        direction = self.line.directions[name]
        source = self.sockets[name][0]
        while True:
            await self.line.passes.wait()
            data = await loop.sock_recv(source, direction.piece)
            await self.line.passes.wait()
            permitted = direction.before_cut(len(data)) if data else None
            if permitted is not None:
                data = data[:permitted]
            if name == UP:
                self.line.tapped(self.number, data)
            arrives = await direction.carry(len(data))
            if name == UP:
                # Until then the connection itself was under way.
                arrives = max(arrives, self.opened + 3 * direction.delay)
            if permitted is None:
                await queue.put((arrives, data))
            else:
                await queue.put((arrives, data or None))
                await queue.put((arrives, None))
            if not data or permitted is not None:
                return

    async def give(self, name, queue):
        """Gives what has arrived to the other end."""
        loop = asyncio.get_running_loop()
        target = self.sockets[name][1]
        while True:
            arrives, data = await queue.get()
            await asyncio.sleep(arrives - loop.time())
            await self.line.passes.wait()
            if data is None:
                self.cut("at its byte")
                return
            if not data:
                target.shutdown(socket.SHUT_WR)
                return
            if name == DOWN:
                data = await self.audible(data)
            await loop.sock_sendall(target, data)

    async def audible(self, data):
        """What is left of an answer before the peer falls silent; then waits until it speaks."""
        limit = self.line.faults.silent_after
        if limit is None or self.answered + len(data) <= limit:
            self.answered += len(data)
            return data
        said, rest = data[:limit - self.answered], data[limit - self.answered:]
        self.answered = limit
        if said:
            await asyncio.get_running_loop().sock_sendall(self.sockets[DOWN][1], said)
        self.line.tell(f"silent: connection {self.number}")
        await self.line.healed.wait()
        return rest

    def cut(self, words):
        """Ends the connection; what is under way is lost."""
        if not self.is_cut:
            self.is_cut = True
            self.line.cuts += 1
            self.line.tell(f"cut: connection {self.number}, {words}")
            for task in self.tasks:
                task.cancel()


class Line:
    """All that one run of the tool keeps."""

    def __init__(self, faults):
        self.faults = faults
        self.directions = {
            name: Direction(faults.rate, faults.delay,
                            faults.cut_at_byte if faults.direction == name else [])
            for name in (UP, DOWN)}
        self.random = random.Random(faults.seed)
        self.running = set()
        self.connections = set()
        self.failure = None
        self.count = self.cuts = self.refused = self.portals = 0
        self.started = asyncio.get_running_loop().time()
        self.listener = None
        # Set while bytes pass, once the first connection is there, once all faults are over, and
        # once the tool is to end.
        self.passes, self.first = asyncio.Event(), asyncio.Event()
        self.healed, self.ending = asyncio.Event(), asyncio.Event()
        self.passes.set()

    def tell(self, words):
        print(words, file=sys.stderr, flush=True)

    def tapped(self, number, data):
        """Keeps what a client has sent, where --tap asks for it."""
        if self.faults.tap and data:
            with open(Path(self.faults.tap) / f"{number:06}.up", "ab") as file:
                file.write(data)

    def listen(self, port):
        """Opens the listening socket, and returns its port."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        listener.bind(("127.0.0.1", port))
        listener.listen(CONNECTIONS)
        listener.setblocking(False)
        self.listener = listener
        asyncio.get_running_loop().add_reader(listener, self.accept)
        return listener.getsockname()[1]

    async def run(self):
        loop = asyncio.get_running_loop()
        for number, action in (
                (signal.SIGTERM, self.ending.set), (signal.SIGINT, self.ending.set),
                (signal.SIGUSR1, lambda: self.cut_all("by a signal")), (signal.SIGHUP, self.heal)):
            loop.add_signal_handler(number, action)
        port = self.listen(self.faults.listen)
        print(port, flush=True)
        self.tell(f"listening on http://127.0.0.1:{port}")
        tasks = [asyncio.create_task(work) for work in (
            *self.faults_at_work(port), self.end_with_parent(), self.ending.wait())]
        # Only those that end the tool, or fail, end by themselves; see `idle`.
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        tasks += self.running
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()
        self.hang_up()
        if self.failure:
            raise self.failure

    # Connections

    def accept(self):
        client, _ = self.listener.accept()
        client.setblocking(False)
        self.count += 1
        self.first.set()
        if len(self.running) == CONNECTIONS:
            self.tell(f"full: connection {self.count}")
            client.close()
            return
        task = asyncio.create_task(self.serve(self.count, client))
        self.running.add(task)
        task.add_done_callback(self.ended)

    def ended(self, task):
        self.running.discard(task)
        if not task.cancelled() and task.exception():
            self.failure = task.exception()
            self.ending.set()

    async def serve(self, number, client):
        """One connection, from its beginning to its end."""
        self.tell(f"connection {number}")
        server = socket.socket()
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        server.setblocking(False)
        resets = True
        try:
            if self.faults.captive and not self.healed.is_set():
                self.portals += await portal.answer(client)
                self.tell(f"portal: connection {number}")
                resets = False
            else:
                resets = await self.carry(Connection(self, number, client, server))
        except OSError as error:
            self.refused += 1
            self.tell(f"nobody: connection {number}, {error.strerror}")
        finally:
            for end in (client, server):
                if resets:
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                end.close()

    async def carry(self, connection):
        """Connects to the ledger, and carries; returns whether it ended by a cut."""
        if self.faults.half_open and not self.healed.is_set():
            self.tell(f"silent: connection {connection.number}")
            await self.healed.wait()
        await asyncio.get_running_loop().sock_connect(connection.sockets[UP][1], self.faults.to)
        self.connections.add(connection)
        try:
            await connection.run()
        finally:
            self.connections.discard(connection)
        return connection.is_cut

    def hang_up(self):
        """Ends listening."""
        if self.listener:
            asyncio.get_running_loop().remove_reader(self.listener)
            self.listener.close()
            self.listener = None

    # What goes wrong

    def faults_at_work(self, port):
        """What goes on beside the connections, as coroutines without an end."""
        return self.cut_now_and_then(), self.black_out(), self.flap(port)

    def cut_all(self, words):
        for connection in list(self.connections):
            connection.cut(words)

    def heal(self):
        """Ends all faults; the line stays as slow as it is."""
        self.tell("healed")
        self.healed.set()
        self.passes.set()
        self.faults.silent_after = None
        for direction in self.directions.values():
            direction.cuts = []

    async def idle(self):
        """Waits for ever: a fault that is not asked for, or that is over."""
        await asyncio.Event().wait()

    async def lasts(self, seconds):
        """Lets seconds pass, and returns whether faults go on."""
        try:
            await asyncio.wait_for(self.healed.wait(), seconds)
        except asyncio.TimeoutError:
            return True
        return False

    async def cut_now_and_then(self):
        if self.faults.cut_every:
            while await self.lasts(self.random.uniform(*self.faults.cut_every)):
                self.cut_all("now and then")
        await self.idle()

    async def black_out(self):
        if self.faults.blackout:
            seconds, after = self.faults.blackout
            await self.first.wait()
            if await self.lasts(after):
                self.tell("blackout: begins")
                self.passes.clear()
                await self.lasts(seconds)
                self.passes.set()
                self.tell("blackout: ends")
        await self.idle()

    async def flap(self, port):
        if self.faults.flap:
            up, down = self.faults.flap
            while await self.lasts(up):
                self.tell("flap: down")
                self.hang_up()
                self.cut_all("the line is down")
                await self.lasts(down)
                self.listen(port)
                self.tell("flap: up")
        await self.idle()

    async def end_with_parent(self):
        parent = os.getppid()
        while os.getppid() == parent:
            await asyncio.sleep(LOOK_SECONDS)

    def stats(self):
        return {
            "connections": self.count, "bytesUp": self.directions[UP].carried,
            "bytesDown": self.directions[DOWN].carried, "cuts": self.cuts,
            "nobody": self.refused, "portals": self.portals,
            "seconds": round(asyncio.get_running_loop().time() - self.started, 3)}


# Arguments

def seconds(text):
    """Reads 800ms, 3s, 2m."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m)", text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text}: a time is 800ms, 3s or 2m")
    return float(found[1]) * {"ms": 0.001, "s": 1, "m": 60}[found[2]]


def pair(sign):
    """A reader of two times around a sign."""
    def read(text):
        first, found, second = text.partition(sign)
        if not found:
            raise argparse.ArgumentTypeError(f"{text}: two times, as 3s{sign}8s")
        return seconds(first), seconds(second)
    return read


def bytes_per_second(text):
    """Reads bits a second: 64k, 2M."""
    found = re.fullmatch(r"(\d+)([kM]?)", text)
    if not found or int(found[1]) == 0:
        raise argparse.ArgumentTypeError(f"{text}: a rate is bits a second, as 64k or 2M")
    return int(found[1]) * {"": 1, "k": 1_000, "M": 1_000_000}[found[2]] / 8


def address(text):
    host, _, port = text.removeprefix("http://").rstrip("/").rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65_536:
        raise argparse.ArgumentTypeError(f"{text}: an address is HOST:PORT")
    return host, int(port)


def numbers(text):
    if not re.fullmatch(r"\d+(,\d+)*", text):
        raise argparse.ArgumentTypeError(f"{text}: numbers of bytes, as 1000 or 1000,5000")
    return [int(number) for number in text.split(",")]


def parsed(description, arguments=None):
    parser = argparse.ArgumentParser(
        prog="Tools/badnet", description=description, allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=address, required=True, metavar="HOST:PORT",
                        help="the ledger")
    parser.add_argument("--listen", type=int, default=0, metavar="PORT",
                        help="0, unless told: any that is free")
    parser.add_argument("--rate", type=bytes_per_second, metavar="BITS",
                        help="bits a second in each direction, as 64k")
    parser.add_argument("--delay", type=seconds, default=0.0, metavar="TIME",
                        help="in each direction, as 800ms")
    parser.add_argument("--cut-every", type=pair("-"), metavar="TIME-TIME",
                        help="cuts all connections, again and again after such a time")
    parser.add_argument("--cut-at-byte", type=numbers, default=[], metavar="N[,N...]",
                        help="cuts the connection that carries the Nth byte of all, behind it")
    parser.add_argument("--direction", choices=(UP, DOWN), default=UP,
                        help="whose bytes --cut-at-byte counts; up, unless told")
    parser.add_argument("--blackout", type=pair("@"), metavar="TIME@TIME",
                        help="nothing passes for the first time, the second after the first "
                        "connection; nothing is cut")
    parser.add_argument("--flap", type=pair("/"), metavar="UP/DOWN",
                        help="up for the first time, down for the second, and so on")
    parser.add_argument("--captive", action="store_true",
                        help="a captive portal: answers 200 and HTML to whatever is asked")
    parser.add_argument("--half-open", action="store_true",
                        help="takes connections, and never answers")
    parser.add_argument("--silent-after", type=int, metavar="N",
                        help="all goes up; behind N bytes of its answers a connection is silent")
    parser.add_argument("--seed", type=int, default=1, help="of the times of cuts; 1, unless told")
    parser.add_argument("--stats", metavar="FILE", help="what was counted, as JSON, at the end")
    parser.add_argument("--tap", metavar="FOLDER",
                        help="keeps what each connection sent up, as FOLDER/NUMBER.up")
    return parser.parse_args(arguments)


def main(description):
    faults = parsed(description)

    async def run():
        line = Line(faults)
        await line.run()
        return line.stats()

    stats = asyncio.run(run())
    if faults.stats:
        new = Path(faults.stats + ".new")
        new.write_text(json.dumps(stats) + "\n", encoding="ascii")
        new.rename(faults.stats)
    return 0
