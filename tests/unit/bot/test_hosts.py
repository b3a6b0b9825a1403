from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import HostRefusedError
from bot.hosts import CONNECTOR_HOSTS, ServiceHosts, is_loopback

TEAMS = ServiceHosts(CONNECTOR_HOSTS, loopback=False)
TESTS = ServiceHosts(CONNECTOR_HOSTS, loopback=True)


@pytest.mark.parametrize(
    "address", ["https://smba.trafficmanager.net/emea/", "https://SMBA.trafficmanager.net/amer/x/"]
)
def test_microsofts_connector_is_allowed(address: str) -> None:
    assert TEAMS.check(address).host == "smba.trafficmanager.net"


@pytest.mark.parametrize(
    "address",
    [
        None,
        7,
        "",
        "smba.trafficmanager.net",
        "http://smba.trafficmanager.net/",
        "ftp://smba.trafficmanager.net/",
        "//smba.trafficmanager.net/",
        "https://evil.test/",
        "https://evil.test/smba.trafficmanager.net",
        "https://smba.trafficmanager.net.evil.test/",
        "https://evil-smba.trafficmanager.net/",
        "https://x.smba.trafficmanager.net/",
        "https://smba.trafficmanager.net@evil.test/",
        "https://user:word@smba.trafficmanager.net/",
        "https://evil.test\\@smba.trafficmanager.net/",
        "https://smba.trafficmanager.net\\.evil.test/",
        "https://smba.trafficmanager.net/?to=evil",
        "https://smba.trafficmanager.net/#x",
        "https://smba.trafficmanager.net:99999/",
        "https://smba.trafficmanager.net./",
        "https://smba.trafficmanager.net /",
        "https://smba.trafficmanager.net/\n",
        "https://ѕmba.trafficmanager.net/",
        "https://[broken/",
        "https://]@[@",
        "http://]:[@",
        "//][https:@",
        "https:///emea",
        "https://smba.trafficmanager.net/" + "x" * 600,
        "http://127.0.0.1:1/",
        "http://localhost/",
        "https://127.0.0.1/",
    ],
)
def test_no_other_address_gets_the_token(address: Any) -> None:
    with pytest.raises(HostRefusedError):
        TEAMS.check(address)


ODD = st.sampled_from(
    ["https://", "http://", "//", "smba.trafficmanager.net", "127.0.0.1", "::1", "xn--a", *"@:/[]%?#;&.v1-"]
)
BRACKETS = st.text("@:[]", max_size=4).map("https://".__add__)


@settings(max_examples=1500, deadline=None)
@given(address=st.text() | st.lists(ODD, max_size=8).map("".join) | BRACKETS)
def test_whatever_is_written_as_an_address_is_taken_or_refused(address: str) -> None:
    for hosts in (TEAMS, TESTS):
        try:
            taken = hosts.check(address)
        except HostRefusedError:
            continue
        assert taken.host == "smba.trafficmanager.net" or is_loopback(taken.host)


@pytest.mark.parametrize("address", ["http://127.0.0.1:56150/_connector", "http://localhost:1/", "http://[::1]:1/"])
def test_this_machine_is_allowed_where_tests_and_local_mode_say_so(address: str) -> None:
    assert str(TESTS.check(address)) == address


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1.evil.test/", "http://0.0.0.0/", "http://192.168.1.1/", "ftp://127.0.0.1/"]
)
def test_only_this_machine_is_this_machine(address: str) -> None:
    with pytest.raises(HostRefusedError):
        TESTS.check(address)


@pytest.mark.parametrize(
    ("host", "answer"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),  # noqa: S104
        ("::", False),
        ("bot.test", False),
        (None, False),
    ],
)
def test_loopback_is_told_from_other_addresses(host: str | None, answer: bool) -> None:
    assert is_loopback(host) is answer
