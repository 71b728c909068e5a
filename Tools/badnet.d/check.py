#!/usr/bin/env python3
"""Checks that Tools/badnet is as bad as it says, and no worse: rate, delay, cuts, silence.

Prints a line for each check, and ends with 1 where one failed. Time is played too: the loop's clock
jumps to the next thing that is due, so that a busy machine changes no figure.
"""

import sys

sys.dont_write_bytecode = True

import asyncio
import selectors
import tempfile
from pathlib import Path

import line

RATE = 8_000  # 64 kbit/s
DELAY = 0.8
# A piece of the line, in seconds: no figure can be closer.
PIECE = line.SHORTEST_PIECE * 4 / RATE


class JumpingSelector(selectors.DefaultSelector):
    """Never waits: where nothing is ready, time jumps."""

    now = 0.0

    def select(self, timeout=None):
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            return super().select(None)
        self.now += timeout
        return ready


class JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self):
        self.selector = JumpingSelector()
        super().__init__(self.selector)
        # Timers are due a hair early, as they are in a true loop: never by a jump of nothing.
        self._clock_resolution = 1e-9

    def time(self):
        return self.selector.now


def require(condition, message):
    if not condition:
        raise AssertionError(message)


def near(value, expected, margin=2 * PIECE):
    require(expected - 1e-6 <= value <= expected + margin, f"{value:.3f} s, not {expected:.3f}")


class World:
    """An echo, and the bad network before it."""

    def __init__(self, *arguments):
        self.arguments = arguments
        self.got = bytearray()
        self.words = []

    async def __aenter__(self):
        self.server = await asyncio.start_server(self.echo, "127.0.0.1", 0)
        port = self.server.sockets[0].getsockname()[1]
        self.line = line.Line(line.parsed("", ["--to", f"127.0.0.1:{port}", *self.arguments]))
        self.line.tell = self.words.append
        self.port = self.line.listen(0)
        self.faults = [asyncio.create_task(work) for work in self.line.faults_at_work(self.port)]
        return self

    async def __aexit__(self, *_):
        tasks = [*self.faults, *self.line.running]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.line.hang_up()
        self.server.close()
        await self.server.wait_closed()

    async def echo(self, reader, writer):
        """Gives back what comes, and keeps it."""
        try:
            while data := await reader.read(65_536):
                self.got += data
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            # That is what is checked.
            return
        finally:
            writer.close()

    async def send(self, count):
        """Sends bytes and reads until the end: times of the first and the last byte, and bytes."""
        loop = asyncio.get_running_loop()
        start, first, last, got = loop.time(), None, None, 0
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(b"x" * count)
            writer.write_eof()
            while data := await reader.read(65_536):
                last = loop.time() - start
                first = first or last
                got += len(data)
        except ConnectionError:
            # A cut: what came before it counts.
            pass
        finally:
            writer.close()
        return first, last, got


async def a_line_is_as_slow_as_its_rate():
    async with World("--rate", "64k") as world:
        _, last, got = await world.send(16_000)
        require(got == 16_000, f"{got} bytes came back")
        near(last, 2)
        near(last, world.line.directions["up"].carried / RATE)


async def connections_share_the_line():
    async with World("--rate", "64k") as world:
        ends = await asyncio.gather(*(world.send(4_000) for _ in range(4)))
        near(max(last for _, last, _ in ends), 2, 4 * PIECE)


async def a_byte_comes_back_after_two_delays_and_the_first_after_four():
    async with World("--delay", "800ms") as world:
        first, _, _ = await world.send(1)
        near(first, 4 * DELAY, 0.01)
        reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
        loop = asyncio.get_running_loop()
        for expected in (4, 2, 2):
            start = loop.time()
            writer.write(b"x")
            await reader.readexactly(1)
            near(loop.time() - start, expected * DELAY, 0.01)
        writer.close()


async def what_is_counted_is_what_was_sent():
    async with World() as world:
        for count in (1, 1_000, 1_000_000):
            await world.send(count)
        stats = world.line.stats()
        require(stats["bytesUp"] == stats["bytesDown"] == 1_001_001, f"{stats}")
        require(stats["connections"] == 3 and stats["cuts"] == 0, f"{stats}")


async def a_cut_comes_behind_its_byte():
    for byte in (0, 1, 4_999, 10_000):
        async with World("--cut-at-byte", str(byte)) as world:
            await world.send(20_000)
            require(len(world.got) == byte, f"up: {len(world.got)}, not {byte}")
            _, _, got = await world.send(20_000)
            require(got == 20_000, "it is cut once")
        async with World("--cut-at-byte", str(byte), "--direction", "down") as world:
            _, _, got = await world.send(20_000)
            require(got == byte, f"down: {got}, not {byte}")
            require(world.line.cuts == 1, f"{world.line.cuts} cuts")


async def cuts_come_as_often_as_they_should():
    async with World("--rate", "64k", "--cut-every", "3s-8s") as world:
        loop = asyncio.get_running_loop()
        start, times = loop.time(), []
        for _ in range(40):
            await world.send(100_000)
            times.append(loop.time() - start)
        gaps = [later - earlier for earlier, later in zip([0, *times], times)]
        require(all(3 <= gap <= 8 + PIECE for gap in gaps), f"{min(gaps)} to {max(gaps)} s")
        require(max(gaps) - min(gaps) > 3, "the times do not differ")
        require(world.line.cuts == 40, f"{world.line.cuts} cuts")


async def a_seed_gives_the_same_cuts_again():
    async def cut_after(seed):
        async with World("--cut-every", "3s-8s", "--rate", "64k", "--seed", seed) as world:
            start = asyncio.get_running_loop().time()
            await world.send(100_000)
            return round(asyncio.get_running_loop().time() - start, 1)

    require(await cut_after("7") == await cut_after("7"), "one seed, two times")
    require(await cut_after("7") != await cut_after("8"), "two seeds, one time")


async def nothing_passes_in_a_blackout_and_nothing_is_lost():
    async with World("--rate", "64k", "--blackout", "5s@500ms") as world:
        _, last, got = await world.send(16_000)
        require(got == 16_000, f"{got} bytes came back")
        near(last, 7, 1)
        require(world.words.count("blackout: begins") == 1, f"{world.words}")


async def a_line_that_flaps_refuses_while_it_is_down():
    async with World("--rate", "64k", "--flap", "2s/3s") as world:
        _, last, _ = await world.send(100_000)
        near(last, 2 - PIECE, 3 * PIECE)
        try:
            await world.send(1)
        except ConnectionRefusedError:
            pass
        else:
            require(False, "somebody listens")
        await asyncio.sleep(3 + PIECE)
        _, _, got = await world.send(1_000)
        require(got == 1_000, f"{got} bytes came back")


async def a_portal_answers_html_and_asks_nobody():
    async with World("--captive") as world:
        reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
        writer.write(b"POST /batch HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc")
        answer = await reader.read()
        writer.close()
        require(answer.startswith(b"HTTP/1.1 200 OK\r\n"), f"{answer}")
        require(b"text/html" in answer and answer.endswith(b"</p>\n"), f"{answer}")
        require(not world.got, "the ledger was asked")


async def a_silent_peer_speaks_when_it_is_healed():
    async with World("--silent-after", "1000") as world:
        sending = asyncio.create_task(world.send(5_000))
        while "silent: connection 1" not in world.words:
            await asyncio.sleep(0.1)
        await asyncio.sleep(3_600)
        require(not sending.done(), "it did not wait")
        require(len(world.got) == 5_000, "all has gone up")
        world.line.heal()
        _, _, got = await sending
        require(got == 5_000, f"{got} bytes came back")
    async with World("--half-open") as world:
        sending = asyncio.create_task(world.send(5_000))
        await asyncio.sleep(3_600)
        require(not world.got and not sending.done(), "the ledger was asked")
        world.line.heal()
        _, _, got = await sending
        require(got == 5_000, f"{got} bytes came back")


async def what_went_up_is_kept():
    with tempfile.TemporaryDirectory() as folder:
        async with World("--tap", folder) as world:
            await world.send(3_000)
            await world.send(2)
        kept = [path.stat().st_size for path in sorted(Path(folder).iterdir())]
        require(kept == [3_000, 2], f"{kept}")


def main():
    failed = False
    for name, check in list(globals().items()):
        if not asyncio.iscoroutinefunction(check):
            continue
        try:
            loop = JumpingLoop()
            try:
                loop.run_until_complete(check())
            finally:
                loop.close()
            print("ok badnet:", name.replace("_", " "), flush=True)
        except Exception as error:  # every kind of failure is a failed check
            failed = True
            print(f"not ok badnet: {name}: {type(error).__name__}: {error}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
