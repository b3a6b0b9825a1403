from __future__ import annotations

from pathlib import Path

import pytest

from bot.graph.groups import GroupsFileError, load_groups
from hr.people import Role

GROUP = "11111111-2222-3333-4444-555555555555"


def test_a_role_may_have_one_group_or_several(tmp_path: Path) -> None:
    path = tmp_path / "groups.toml"
    path.write_text(f'leader = "{GROUP.upper()}"\nhr = ["{GROUP}", "{GROUP[:-1]}6"]\n')
    assert load_groups(path) == {Role.LEADER: (GROUP,), Role.HR: (GROUP, f"{GROUP[:-1]}6")}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f'boss = "{GROUP}"', "'boss' is no role"),
        ('leader = "Alle ledere"', "object id"),
        ("leader = []", "leader: give"),
        ("leader = 1", "leader: give"),
        (f'hr = "{GROUP}"', "without a group of leaders"),
        ("leader = ", ":1:"),
    ],
)
def test_a_fault_of_the_file_is_told(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "groups.toml"
    path.write_text(text)
    with pytest.raises(GroupsFileError, match=words):
        load_groups(path)
