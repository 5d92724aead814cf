"""Survey answers that carry a flag: leaving them out, and saying how many that were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from analysis.errors import UnknownName
from analysis.schema import FLAGS

# Flags speak of survey rows; nothing else can come from one.
FLAGGED_TABLES = ("answers", "comments", "choices")

_ORIGIN = ("batch", "row")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many responses a filter leaves out for each flag, and how many in all: one may carry several flags."""

    flags: Mapping[str, int]
    responses: int


def unflagged(flags: tuple[str, ...]) -> exp.Expression:
    """The condition that a record comes from a row without any of the flags. Raises UnknownName."""
    return exp.not_(exp.In(this=_origin(), query=_flagged(flags).select(*_columns()).subquery()))


def left_out_query(flags: tuple[str, ...], answers: exp.Select) -> exp.Select:
    """SELECT flag, batch, row of the flagged rows among those that `answers`, a query for (batch, row), gives."""
    wanted = exp.In(this=_origin(), query=answers.subquery())
    return _flagged(flags).select(exp.column("flag", quoted=True), *_columns()).where(wanted)


def origins(conditions: list[exp.Expression]) -> exp.Select:
    """SELECT batch, row of the answers under some conditions."""
    return exp.select(*_columns()).from_("answers").where(*conditions)


def _flagged(flags: tuple[str, ...]) -> exp.Select:
    for flag in flags:
        if flag not in FLAGS:
            raise UnknownName("errors.unknown_key", name=flag, known=tuple(FLAGS))
    return exp.Select().from_("flags").where(exp.column("flag", quoted=True).isin(*map(exp.Literal.string, flags)))


def _columns() -> list[exp.Column]:
    return [exp.column(name, quoted=True) for name in _ORIGIN]


def _origin() -> exp.Tuple:
    return exp.Tuple(expressions=_columns())
