"""The examples in the docstrings are true."""

from __future__ import annotations

import doctest
from types import ModuleType

import pytest

from hr import people
from privacy import cpr, guard, opinion, redaction, spelling, strangers, words


@pytest.mark.parametrize(
    "module", [cpr, guard, opinion, redaction, spelling, strangers, words, people], ids=lambda module: module.__name__
)
def test_the_examples_of_a_module_hold(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0
