"""Which groups of Entra ID stand for which role: a TOML file of IT's with a line for each role.

leader = "11111111-2222-3333-4444-555555555555"
hr = ["11111111-2222-3333-4444-555555555556", "11111111-2222-3333-4444-555555555557"]
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from hr.errors import ContentError
from hr.people import Role
from hr.toml_file import read_toml

Groups = Mapping[Role, tuple[str, ...]]
"""Group ids in lower case by role. Without EMPLOYEE every member of the tenant is one."""


class GroupsFileError(ContentError):
    """The file of KOMPAS_GRAPH_GROUPS cannot be read, or an entry of it is wrong."""


def load_groups(path: Path) -> Groups:
    """Read and check the file. Raises GroupsFileError."""
    data, _ = read_toml(path, GroupsFileError)
    found: dict[Role, tuple[str, ...]] = {}
    for name, value in data.items():
        if name not in set(Role):
            raise GroupsFileError(path=path, reason=f"{name!r} is no role; the roles are: {', '.join(Role)}")
        ids = [value] if isinstance(value, str) else value
        if not isinstance(ids, list) or not ids:
            raise GroupsFileError(path=path, reason=f"{name}: give the object id of a group, or a list of them")
        try:
            found[Role(name)] = tuple(str(UUID(str(one))) for one in ids)
        except ValueError:
            raise GroupsFileError(path=path, reason=f"{name}: a group is named by its object id of Entra ID") from None
    if Role.LEADER not in found and Role.NEW_LEADER not in found:
        raise GroupsFileError(path=path, reason="leader: without a group of leaders nobody could follow up on absence")
    return found
