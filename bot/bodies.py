"""The bodies of answers, whole and bounded."""

from __future__ import annotations

import aiohttp


async def read_body(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """The first `limit` bytes of a body. `StreamReader.read` gives what has come so far: an answer in two pieces would be cut."""
    body = b""
    while len(body) < limit and (piece := await response.content.read(limit - len(body))):
        body += piece
    return body
