"""The single records behind a number: the texts on the answer sheets that it counts, and the cases of the place."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pandas as pd
import sqlglot
from sqlglot import exp

from analysis.schema import Scope
from analysis.store.cases import LAST_MOMENT
from analysis.store.frames import tidy
from analysis.store.histogram import conditions, mentions
from analysis.store.kept import Kept
from analysis.store.rows import COMMENT_COLUMNS, TICKET_COLUMNS
from analysis.store.tables import live

_ORIGIN = ("batch", "row")
COMPLAINT = "complaint"  # the source of texts that are shown with their case


@dataclass(frozen=True, slots=True)
class Counts:
    """How many sheets answered, how many comments (the texts of cases not among them) and how many cases there are."""

    sheets: int
    comments: int
    cases: int


class Behind(Kept):
    """The part of the store that gives the records behind a number."""

    def behind_counts(self, scope: Scope) -> Counts:
        """How many records of each kind lie behind a number; unknown keys raise UnknownName."""
        known = self._known(scope)
        sheets = exp.select("count(DISTINCT (batch, row))").from_("answers").where(*_answered(scope, known))
        comments = exp.select("count(*)").from_(live("comments")).where(*_said(scope, known))
        cases = exp.select("count(*)").from_(live("tickets")).where(*_cases(scope, known))
        return Counts(*(int(self._row(query.sql("duckdb"))[0]) for query in (sheets, comments, cases)))

    def comments_behind(self, scope: Scope, *, limit: int, offset: int = 0) -> pd.DataFrame:
        """One page of comments, newest first: `rows.COMMENT_COLUMNS`; the texts of cases are left out."""
        wanted = _said(scope, self._known(scope))
        return tidy(self._frame(_page("comments", COMMENT_COLUMNS, wanted, limit, offset).sql("duckdb")))

    def tickets_behind(self, scope: Scope, *, limit: int, offset: int = 0) -> pd.DataFrame:
        """One page of cases, newest first: `rows.TICKET_COLUMNS` and `text`, None where nothing is said."""
        wanted = _cases(scope, self._known(scope))
        page = _page("tickets", (*_ORIGIN, *TICKET_COLUMNS), wanted, limit, offset).subquery("page")
        text = exp.func("string_agg", _column("text"), _text("\n"))
        said = exp.select(*map(_column, _ORIGIN), text.as_("text", quoted=True)).from_(live("comments"))
        said = said.where(_is_complaint()).group_by(*map(_column, _ORIGIN)).subquery("said")
        using = [exp.to_identifier(name, quoted=True) for name in _ORIGIN]
        columns = [_column(name) for name in (*TICKET_COLUMNS, "text")]
        query = exp.select(*columns).from_(page).join(said, using=using, join_type="left").order_by(*_newest())
        return tidy(self._frame(query.sql("duckdb")))

    def _known(self, scope: Scope) -> tuple[str, ...]:
        return *self._file_keys([key for key, _ in (*scope.filters.where, *scope.sheet)]), *self.attributes()


def _answered(scope: Scope, known: tuple[str, ...]) -> list[exp.Expression]:
    if _of_times(scope):
        return [exp.false()]
    sheet = dict(scope.sheet)
    minutes = sheet.pop("wait_minutes", ())
    wanted = conditions(scope.filters.narrowed(**sheet), "answers", attributes=known)
    if minutes:  # whole ones, as they are counted
        wanted.append(exp.func("floor", _column("wait_minutes")).isin(*map(exp.Literal.number, minutes)))
    return wanted


def _said(scope: Scope, known: tuple[str, ...]) -> list[exp.Expression]:
    """Comments whose sheet answered, or that came in at the place and speak of what is asked for."""
    if _of_times(scope):
        return [exp.false()]
    wanted = [*conditions(scope.filters, "comments", attributes=known), exp.not_(_is_complaint())]
    wanted += _words(scope)
    sheet = dict(scope.sheet)
    if not sheet or (scope.dimensions and sheet.keys() == {"dimension"}):
        return wanted
    answered = exp.In(this=_origin(), query=_origins("answers", _answered(scope, known)).subquery())
    if _of_place(scope):
        answered = exp.or_(answered, _column("touchpoint").isin(*map(_text, sheet["touchpoint"])))
    return [*wanted, answered]


def _cases(scope: Scope, known: tuple[str, ...]) -> list[exp.Expression]:
    """Cases of the place whose text speaks of what is asked for; what tickets do not know of matches none."""
    wanted = conditions(scope.filters, "tickets", attributes=known)
    sheet = dict(scope.sheet)
    if _of_place(scope):
        wanted.append(_column("touchpoint").isin(*map(_text, sheet["touchpoint"])))
    elif sheet and not (scope.dimensions and sheet.keys() == {"dimension"}):
        wanted.append(exp.false())
    if scope.hours:
        hour = exp.func("hour", _column("created"))
        wanted += [hour >= exp.Literal.number(scope.hours[0]), hour.copy() < exp.Literal.number(scope.hours[1])]
    if scope.slower:
        wanted.append(_slower(*scope.slower))
    words = _words(scope)
    if words:
        wanted.append(exp.In(this=_origin(), query=_origins(live("comments"), [_is_complaint(), *words]).subquery()))
    return wanted


def _of_times(scope: Scope) -> bool:
    """Whether only cases are meant: answers and comments know the day alone."""
    return bool(scope.slower or scope.hours)


def _slower(step: str, minutes: float) -> exp.Expression:
    """The case was not at the step within so many minutes; one that is over has been at every step.

    A case that still waits counts from when it has waited so long by the last moment that the data name.
    """
    over = [_column(name) for name in ("closed", "resolved")]
    now = sqlglot.parse_one(LAST_MOMENT, read="duckdb").subquery()
    reached = exp.func("coalesce", *([] if step == "closed" else [_column(step)]), *over, now)
    waited = exp.func("date_diff", _text("second"), _column("created"), reached, dialect="duckdb")
    return waited > exp.Literal.number(60 * minutes)


def _of_place(scope: Scope) -> bool:
    """Whether comments and cases can tell by themselves that they belong to the place."""
    keys = dict(scope.sheet).keys()
    if "touchpoint" not in keys or not keys <= {"touchpoint", "dimension"}:
        return False
    return "dimension" not in keys or bool(scope.dimensions)


def _words(scope: Scope) -> list[exp.Expression]:
    wanted = [mentions(scope.dimensions)] if scope.dimensions else []
    if scope.aspect:
        needles = [{"dimension": name, "polarity": scope.aspect} for name in scope.dimensions]
        held = [exp.func("json_contains", _column("aspects"), _text(json.dumps(needle))) for needle in needles]
        wanted.append(exp.or_(*held))
    if scope.search:
        text = exp.Lower(this=_column("text"))
        wanted.append(exp.func("contains", text, _text(scope.search.lower())))
    if scope.polarity:
        wanted.append(_column("polarity").eq(_text(scope.polarity)))
    return wanted


def _page(
    table: str, columns: tuple[str, ...], wanted: list[exp.Expression], limit: int, offset: int
) -> exp.Select:
    query = exp.select(*map(_column, columns)).from_(live(table)).where(*wanted)
    return query.order_by(*_newest(), *map(_column, _ORIGIN)).limit(limit).offset(offset)


def _newest() -> list[exp.Expression]:
    return [exp.Ordered(this=_column("day"), desc=True, nulls_first=False)]


def _origins(table: str, wanted: list[exp.Expression]) -> exp.Select:
    return exp.select(*map(_column, _ORIGIN)).from_(table).where(*wanted)


def _is_complaint() -> exp.Expression:
    return _column("source").eq(_text(COMPLAINT))


def _origin() -> exp.Tuple:
    return exp.Tuple(expressions=[_column(name) for name in _ORIGIN])


def _text(value: str) -> exp.Literal:
    return exp.Literal.string(value)


def _column(name: str) -> exp.Column:
    return exp.column(name, quoted=True)
