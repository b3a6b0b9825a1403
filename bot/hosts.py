"""Which addresses the bot may talk to. Its bearer token is sent nowhere else."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Final

from yarl import URL

from bot.errors import HostRefusedError

CONNECTOR_HOSTS = frozenset({"smba.trafficmanager.net", "smba.infra.gcc.teams.microsoft.com"})
"""Microsoft's Connector for Teams; `KOMPAS_ALLOWED_SERVICE_HOSTS` replaces the list."""

UNREADABLE: Final = (ValueError, IndexError)
"""What yarl raises for an address that is none: the second where brackets stand the wrong way round."""

_LONGEST = 512


def is_loopback(host: str | None) -> bool:
    """Whether a host name or address is this machine and nothing else."""
    if host is None:
        return False
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


class ServiceHosts:
    """An allowlist of https hosts, and of http on loopback if `loopback` says so."""

    def __init__(self, hosts: Iterable[str], *, loopback: bool) -> None:
        """`hosts` are names without scheme and port."""
        self._hosts = frozenset(host.casefold() for host in hosts)
        self._loopback = loopback

    def check(self, address: object) -> URL:
        """The address as a URL. Raises HostRefusedError unless it is plain, and https on the list or http on loopback."""
        if not isinstance(address, str) or not 0 < len(address) <= _LONGEST:
            raise HostRefusedError("The service address is missing or too long.")
        if any(char <= " " or char > "~" or char == "\\" for char in address):
            raise HostRefusedError("The service address holds characters that no address has.")
        try:
            url = URL(address)
            host, port = url.host, url.port
        except UNREADABLE as error:
            raise HostRefusedError("The service address cannot be read.") from error
        if host is None or port is None or url.user is not None or url.password is not None:
            raise HostRefusedError("The service address has no host, or carries a name and password.")
        if url.query_string or url.fragment:
            raise HostRefusedError("The service address carries a query or a fragment.")
        if url.scheme == "https" and host.casefold() in self._hosts:
            return url
        if url.scheme in {"http", "https"} and self._loopback and is_loopback(host):
            return url
        raise HostRefusedError("The service address is not among the allowed hosts.")
