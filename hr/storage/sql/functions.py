"""What the two databases spell differently."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Double
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

_SQLITE_SECONDS: Final = "((julianday({}) - 2440587.5) * 86400.0)"
_POSTGRES_SECONDS: Final = "CAST(EXTRACT(EPOCH FROM {}) AS DOUBLE PRECISION)"


class clock_seconds(FunctionElement[float]):  # noqa: N801 - written like a function of SQL
    """The database's own clock at this instant, in seconds since 1970; SQLite's ticks in milliseconds."""

    type = Double()
    inherit_cache = True


class epoch_seconds(FunctionElement[float]):  # noqa: N801
    """A moment's column in seconds since 1970, exact to a tenth of a millisecond."""

    type = Double()
    inherit_cache = True

    def __init__(self, moment: ColumnElement[Any]) -> None:
        """`moment` is a column of `UtcDateTime`."""
        super().__init__(moment)


@compiles(clock_seconds, "sqlite")
def _sqlite_clock(element: clock_seconds, compiler: SQLCompiler, **options: Any) -> str:
    del element, compiler, options
    return _SQLITE_SECONDS.format("'now'")


@compiles(clock_seconds, "postgresql")
def _postgres_clock(element: clock_seconds, compiler: SQLCompiler, **options: Any) -> str:
    del element, compiler, options
    # now() would be the moment at which the transaction began.
    return _POSTGRES_SECONDS.format("clock_timestamp()")


@compiles(epoch_seconds, "sqlite")
def _sqlite_seconds(element: epoch_seconds, compiler: SQLCompiler, **options: Any) -> str:
    return _SQLITE_SECONDS.format(compiler.process(element.clauses, **options))


@compiles(epoch_seconds, "postgresql")
def _postgres_seconds(element: epoch_seconds, compiler: SQLCompiler, **options: Any) -> str:
    return _POSTGRES_SECONDS.format(compiler.process(element.clauses, **options))
