"""A captive portal: the page of a hotel, in answer to whatever is asked."""

import asyncio

PAGE = (b"<!doctype html><title>Welcome</title>\n"
        b"<p>Please accept our terms to use the network of this hotel.</p>\n")
# The longest head of a request that is read.
HEAD_BYTES = 65_536
# What follows the head is read for so long, so that the answer is not lost in a reset.
DRAIN_SECONDS = 2


async def answer(client):
    """Answers one request, and closes; returns 1 where there was one."""
    loop = asyncio.get_running_loop()
    with client:
        head = b""
        try:
            while b"\r\n\r\n" not in head and len(head) < HEAD_BYTES:
                data = await loop.sock_recv(client, 4096)
                if not data:
                    return 0
                head += data
            await loop.sock_sendall(
                client, b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
                b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(PAGE) + PAGE)
            await asyncio.wait_for(drain(client), DRAIN_SECONDS)
        except (OSError, asyncio.TimeoutError):
            # The client has gone, or sends on and on: it has its answer.
            return 1
        return 1


async def drain(client):
    loop = asyncio.get_running_loop()
    while await loop.sock_recv(client, 65_536):
        pass
