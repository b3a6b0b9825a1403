"""Asks PyPI whether a pinned version has known vulnerabilities (`make audit`), and ends with 1 when one has that nobody has looked at.

    python -m tools.advisories [constraints.txt]

PyPI tells for each version what the Python Packaging Advisory Database knows. A mirror may have the page of a project alone, which tells of
its newest version: then older pins cannot be asked, and are named. What is known and does not reach Kompas stands in `advisories.toml`.
Ends with 2 when no answer could be had: nothing has been checked then.
"""

from __future__ import annotations

import json
import sys
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeAlias

from hr.clock import SystemClock

ROOT: Final = Path(__file__).parents[1]
CONSTRAINTS: Final = ROOT / "constraints.txt"
ACCEPTED: Final = Path(__file__).with_suffix(".toml")
PYPI: Final = "https://pypi.org/pypi"
_SECONDS: Final = 60
_AT_ONCE: Final = 8

Fetch: TypeAlias = Callable[[str], dict[str, Any] | None]
"""Takes an address; gives the JSON there, or None where there is no such page. Raises OSError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What PyPI knows of a pin. `ids` are its advisories, None when its version could not be asked."""

    package: str
    version: str
    ids: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """Advisories of a package that somebody has looked at, and the last day on which that counts."""

    package: str
    ids: frozenset[str]
    until: date


def pins(file: Path) -> list[tuple[str, str]]:
    """Name and version of each line `name==version`."""
    lines = (line.split("#")[0].strip() for line in file.read_text(encoding="utf-8").splitlines())
    return [(name, version) for name, _, version in (line.partition("==") for line in lines) if version]


def accepted(file: Path) -> list[Accepted]:
    """The list of `advisories.toml`. Raises KeyError when an entry lacks a field, `why` among them."""
    entries = tomllib.loads(file.read_text(encoding="utf-8"))["accepted"]
    for entry in entries:
        if not entry["why"].strip():
            raise KeyError("why")
    return [Accepted(package=one["package"], ids=frozenset(one["ids"]), until=one["until"]) for one in entries]


def asked(package: str, version: str, fetch: Fetch) -> Answer:
    """The answer for one pin: of its version's page, or of its project's where that is its newest version. Raises OSError."""
    page = fetch(f"{PYPI}/{package}/{version}/json") or fetch(f"{PYPI}/{package}/json")
    if page is None or page["info"]["version"] != version:
        return Answer(package=package, version=version, ids=None)
    known = (one["id"] for one in page["vulnerabilities"] if not one.get("withdrawn"))
    return Answer(package=package, version=version, ids=tuple(known))


def faults(answers: Sequence[Answer], known: Sequence[Accepted], today: date) -> list[str]:
    """What must be done, a line each: vulnerable pins, and entries of the list that are over or no longer needed."""
    lines = []
    for answer in answers:
        mine = [one for one in known if one.package == answer.package]
        valid = frozenset[str]().union(*(one.ids for one in mine if one.until >= today))
        lines += [
            f"{answer.package} {answer.version}: {identifier}. Pin a mended version, or say in {ACCEPTED.name} why it does not reach Kompas."
            for identifier in answer.ids or ()
            if identifier not in valid
        ]
        if answer.ids is not None:
            gone = sorted(frozenset[str]().union(*(one.ids for one in mine)) - set(answer.ids))
            lines += [
                f"{ACCEPTED.name}: {identifier} is no advisory of {answer.package} any more. Remove it."
                for identifier in gone
            ]
    unpinned = sorted({one.package for one in known} - {answer.package for answer in answers})
    return lines + [f"{ACCEPTED.name}: {package} is not pinned any more. Remove it." for package in unpinned]


def _fetched(address: str) -> dict[str, Any] | None:
    try:
        with urllib.request.urlopen(address, timeout=_SECONDS) as response:  # noqa: S310 - the address begins with PYPI
            page: dict[str, Any] = json.load(response)
            return page
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise


def main(arguments: Sequence[str], fetch: Fetch = _fetched) -> int:
    """Ask, print, and tell by the number: 0 nothing to do, 1 something, 2 nothing could be asked."""
    wanted = pins(Path(arguments[0]) if arguments else CONSTRAINTS)
    try:
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            answers = list(threads.map(lambda pin: asked(*pin, fetch), wanted))
    except OSError as error:
        print(f"PyPI cannot be asked ({error}): known vulnerabilities were NOT checked.", file=sys.stderr)
        return 2
    unasked = [f"{one.package} {one.version}" for one in answers if one.ids is None]
    if len(unasked) == len(answers):
        print("PyPI has no page of any pinned version: known vulnerabilities were NOT checked.", file=sys.stderr)
        return 2
    known = accepted(ACCEPTED)
    print(
        f"{len(answers) - len(unasked)} of {len(answers)} pinned versions asked, {sum(len(one.ids) for one in known)} advisories accepted."
    )
    if unasked:
        print(f"Not asked, because only the newest version has a page here: {', '.join(unasked)}.")
    found = faults(answers, known, SystemClock().today())
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
