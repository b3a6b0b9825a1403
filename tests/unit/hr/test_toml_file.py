from __future__ import annotations

from pathlib import Path

import pytest

from hr.errors import ContentError
from hr.toml_file import read_toml


@pytest.mark.parametrize("text", ["a = " + "[" * 5_000, "a = " + "1" * 5_000], ids=["brackets", "digits"])
def test_what_the_reader_of_toml_gives_up_on_is_a_fault_of_the_file(tmp_path: Path, text: str) -> None:
    file = tmp_path / "people.toml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(ContentError, match="not valid TOML"):
        read_toml(file, ContentError)
