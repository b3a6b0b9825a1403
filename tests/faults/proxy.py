"""A TCP proxy that can be cut or fall silent, to stand before a database server."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

HOST: Final = "127.0.0.1"


class TcpProxy:
    """Passes bytes on, both ways, while it is entered. Cut, it drops what is open and refuses what is new, on the same port as before.

    While it is `silent` it takes connections and bytes, and passes nothing on.
    """

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._server: asyncio.Server | None = None
        self._links: set[asyncio.StreamWriter] = set()
        self.port = 0
        self.dropped = 0
        self.silent = False

    async def __aenter__(self) -> Self:
        await self.mend()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.cut()

    async def mend(self) -> None:
        """Take connections (again)."""
        self._server = await asyncio.start_server(self._serve, HOST, self.port)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def cut(self) -> None:
        """Refuse new connections and reset the open ones, in the middle of whatever they carry."""
        if self._server is not None:
            self._server.close()
        for link in tuple(self._links):
            link.transport.abort()
            self.dropped += 1
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._links.add(writer)
        try:
            onward_reader, onward_writer = await asyncio.open_connection(*self._target)
        except OSError:
            self._links.discard(writer)
            writer.transport.abort()
            return
        self._links.add(onward_writer)
        try:
            await asyncio.gather(self._pump(reader, onward_writer), self._pump(onward_reader, writer))
        finally:
            for link in (writer, onward_writer):
                self._links.discard(link)
                link.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while chunk := await reader.read(65536):
                if not self.silent:
                    writer.write(chunk)
                    await writer.drain()
        writer.transport.abort() if writer.is_closing() else writer.close()
