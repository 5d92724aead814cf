"""Which kind of file this is, and what each column is taken for, with the reason and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from analysis.errors import FileRefused
from analysis.ingest.attributes import attribute_name, few_short_values, is_category, is_rating
from analysis.ingest.dates import read_moments
from analysis.ingest.formats import Hint, headings
from analysis.ingest.mapping import QUALITY_ROLES, REPEATED_ROLES, ROLES_OF, TIME_ROLES, ColumnMapping, Mapping
from analysis.ingest.names import alias_in, aliases, cleaned, is_named, kind_votes, mentions, words
from analysis.ingest.profile import LARGE, Profile, profile
from analysis.ingest.questions import Question, question
from analysis.ingest.tables import RawTable, display_names
from analysis.ingest.ticks import with_questions
from analysis.schema import ENTITY_KEYS, KINDS, PERSONA, SCALES, Kind
from analysis.taxonomy import fold, taxonomy

_DATE_SAMPLE = 200
_MIN_DATE_SHARE = 0.6
_SURE_DATE_SHARE = 0.95    # for a column that only looks like the time of the answer
_MIN_FIT = 0.6             # share of answers that lie on the scale; the others are put aside cell by cell
_SURE_FIT = 0.95
_MIN_READABLE = 0.8        # share of numbers that a question needs which is not in the taxonomy
_MIN_STEPS = 3             # different answers that an unknown column must show to be a question
_PROSE_LENGTH = 8          # characters of a typical cell
_PROSE_VARIETY = 0.5       # different texts per answer
_MAX_PERCENT = 100
_LAST_NPS_POSITION = 11     # of the eleven options 0 to 10, counted from 1


_NO_HINT = Hint()
_UNMISTAKABLE, _ORDER = "┋", "→"
_JOINED = (";", "；", "|")  # between the options of one cell, where no tool says what it writes
# Scales on which the position of an option can be taken for its score.
_POSITIONS = ("1-5", "1-7")


@dataclass(frozen=True)
class _Column:
    index: int
    header: str
    cells: pd.Series
    hint: Hint = _NO_HINT

    @cached_property
    def seen(self) -> Profile:
        return profile(self.cells)

    def taken(self, role: str, confidence: float, why: str, **further: object) -> ColumnMapping:
        return ColumnMapping(self.index, self.header, role, confidence=confidence, why=f"mapping.{why}", **further)

    def left_out(self, why: str, confidence: float = 0.9) -> ColumnMapping:
        return self.taken("ignore", confidence, why)


def propose_kind(header: tuple[str, ...]) -> Kind:
    """The kind of file that most headers speak for. Raises FileRefused where none does."""
    votes = kind_votes(header)
    unknown = [name for name in header if name and not aliases(name) and not is_named(name, "personal")]
    votes["survey"] += sum(question(name).known or mentions(name, "judgement") for name in unknown)
    best = max(KINDS, key=lambda kind: votes[kind])
    if not votes[best]:
        raise FileRefused("errors.kind_unknown", columns=tuple(header[:8]))
    return best


def propose_mapping(table: RawTable, kind: Kind, *, hints: MappingABC[int, Hint] | None = None) -> Mapping:
    """A role for every column of the table; what is not recognised is left out with a reason.

    `hints` are what an export format knows of its columns, by position.
    """
    hints = hints or {}
    columns = [
        _propose(_Column(i, name, table.cells(i), hints.get(i, _NO_HINT)), kind) for i, name in enumerate(table.header)
    ]
    columns = _one_each(columns)
    if kind == "survey":
        columns = with_questions(columns, table)
    if kind in ("survey", "review", "complaint") and not any(column.role == "time" for column in columns):
        columns = _with_likely_time(columns, table)
    columns = [_asked_for_order(column, table) for column in columns]
    return Mapping(kind, tuple(_distinct_names(_distinct_dimensions(columns))))


def _propose(column: _Column, kind: Kind) -> ColumnMapping:
    hint = column.hint
    if quality := _quality_role(column, kind):
        return column.taken(quality, 0.95, quality)
    if hint.role == "ignore":
        return ColumnMapping(column.index, column.header, "ignore", why=hint.why)
    if _is_personal(column):
        return column.left_out("personal", 1.0)
    if not _is_filled(column.cells):
        return column.left_out("empty_column", 1.0)
    if hint.role == "score":
        return _by_format(column, kind)
    if hint.role == "attribute":
        return _by_owner(column, kind)
    if hint.role == "choice":
        name = cleaned(hint.name) or hint.name or cleaned(column.header) or column.header
        found = column.taken(
            "choice", 0.9, "", name=name, option=hint.option, separator=hint.separator, order=hint.order
        )
        return replace(found, why=hint.why)
    if hint.role in ROLES_OF[kind]:
        return replace(_by_name(column, hint.role, sure=True), why=hint.why)
    known = alias_in(column.header, kind)
    if known and known.role in ROLES_OF[kind]:
        return _by_name(column, known.role, sure=bool(known.kinds))
    found = _by_question(column, kind) if kind in ("survey", "review") else column.left_out("unknown", 0.5)
    return _category(column, kind) or found if found.role == "ignore" else found


def _quality_role(column: _Column, kind: Kind) -> str | None:
    """The role of a column by which only the quality of answers is judged, known by its name alone."""
    known = alias_in(column.header, kind)
    filled = known and known.role in QUALITY_ROLES and _is_filled(column.cells)
    return known.role if filled and known.role in ROLES_OF[kind] else None


def _is_filled(cells: pd.Series) -> bool:
    return bool((cells.str.strip() != "").any())


def _category(column: _Column, kind: Kind) -> ColumnMapping | None:
    """A column that nobody knows, as an attribute where it sorts people into few groups."""
    rated = kind == "complaint" and mentions(column.header, "judgement") and is_rating(column.seen)
    if "attribute" not in ROLES_OF[kind] or not (rated or is_category(column.cells, column.seen, column.header)):
        return None
    if _date_share(column.cells) >= _MIN_DATE_SHARE:
        return None
    sure = 0.85 if mentions(column.header, "attribute") else 0.65
    return column.taken("attribute", sure, "category", name=attribute_name(column.header))


def _by_owner(column: _Column, kind: Kind) -> ColumnMapping:
    """A column that the owner of a survey added: a role by its name, else an attribute, else left out."""
    name = column.hint.name or column.header
    known = alias_in(name, kind)
    if known and known.role in (*ENTITY_KEYS, PERSONA):
        return column.taken(known.role, 0.9, "name")
    if known or not few_short_values(column.cells):
        return column.left_out("survey_meta")
    return replace(column.taken("attribute", 0.85, "name", name=attribute_name(name)), why=column.hint.why)


def _by_format(column: _Column, kind: Kind) -> ColumnMapping:
    """A column that its tool fills with scores, as far as its cells can be scores."""
    seen = column.seen
    if seen.is_scored:
        return _score(column, _asked(column), seen)
    return _by_question(replace(column, hint=_NO_HINT), kind)


def _is_personal(column: _Column) -> bool:
    """Whether a column asks who someone is: by its name, its matrix row, or in a question that asks no opinion."""
    if column.hint.role not in (None, "attribute"):
        return False
    if is_named(column.hint.name or column.header, "personal") or is_named(column.hint.row, "personal"):
        return True
    asks_more = mentions(column.header, "judgement") or mentions(column.header, "comment")
    return mentions(column.header, "personal_inside") and not asks_more


def _by_name(column: _Column, role: str, *, sure: bool) -> ColumnMapping:
    if role == "time" and not sure and _date_share(column.cells) < _MIN_DATE_SHARE:
        return column.left_out("not_dates", 0.6)
    if role == "stars":
        seen = column.seen
        ten_points = seen.scale in ("1-10", "0-10") and seen.answers >= LARGE
        scale = "1-10" if ten_points else "stars"
        return column.taken("stars", 0.95, "name", scale=scale)
    return column.taken(role, 1.0 if sure else 0.9, "name")


def _by_question(column: _Column, kind: Kind) -> ColumnMapping:
    asked, seen = _asked(column), column.seen
    if seen.tick and not (asked.recommends or asked.effort):
        return column.left_out("tick")
    if kind == "survey" and (joined := _joined_by(column.cells)):
        why = "ranking" if joined == _ORDER else "multi_select"
        name = cleaned(column.header) or column.header
        return column.taken("choice", 0.8, why, name=name, separator=joined, order=joined == _ORDER)
    asks_for_text = mentions(column.header, "comment") and seen.text_share >= _MIN_FIT
    if asks_for_text and not mentions(column.header, "judgement"):
        return column.taken("comment", 0.9, "free_text")
    if seen.is_scored or _is_percent(asked, seen, column.header):
        return _by_scores(column, asked, seen, kind)
    if asks_for_text or (seen.text_share >= _MIN_FIT and _is_prose(column.cells, seen)):
        return column.taken("comment", 0.9 if asks_for_text else 0.6, "free_text")
    if mentions(column.header, "operational"):
        return column.left_out("operational")
    return column.left_out("unknown", 0.5)


def _joined_by(cells: pd.Series) -> str | None:
    """What stands between the options of the cells of a question of several, or None."""
    for mark in (_UNMISTAKABLE, _ORDER):
        marked = cells.str.contains(mark, regex=False).sum()
        if marked and 2 * marked > (cells.str.strip() != "").sum() * (mark == _ORDER):
            return mark
    return next((mark for mark in _JOINED if headings.is_joined(cells, mark)), None)


def _asked(column: _Column) -> Question:
    """What a column asks. A matrix row called 满意度 is one of several, and not satisfaction as a whole."""
    asked = question(column.hint.asks or column.header)
    named = taxonomy().dimension(asked.dimension)
    if named is not None and named.overall and fold(column.hint.row) in words("whole_only"):
        return replace(asked, dimension=cleaned(column.header), metric="csat", known=False, judges=True)
    return asked


def _by_scores(column: _Column, asked: Question, seen: Profile, kind: Kind) -> ColumnMapping:
    """Decide on a column whose cells could be answers: its wording says whether they are."""
    worded = mentions(column.header, "judgement")
    labelled = seen.label_scale is not None
    if mentions(column.header, "operational") and not (worded or labelled):
        return column.left_out("operational")
    if kind == "review" and not asked.known:
        return column.left_out("unknown", 0.5)
    readable = labelled or seen.number_share >= _MIN_READABLE
    by_noun = asked.judges and not worded and seen.whole and seen.fit >= _SURE_FIT and seen.distinct >= _MIN_STEPS
    if asked.known or (readable and (worded or labelled or by_noun)):
        return _score(column, asked, seen)
    return column.left_out("maybe_score" if seen.distinct >= _MIN_STEPS and seen.whole else "unknown", 0.4)


def _score(column: _Column, asked: Question, seen: Profile) -> ColumnMapping:
    scale = _scale(asked, seen)
    if column.hint.coded and asked.metric == "nps" and seen.low >= 1 and seen.high == _LAST_NPS_POSITION:
        return column.taken("ignore", 0.9, "nps_positions", question="questions.nps_positions", positions=True)
    metric = asked.metric
    if (metric == "nps" and scale != "0-10") or (metric == "ces" and scale != "1-7"):
        metric = "csat"  # promoters exist on 0-10 only, effort scores on 1-7 only
    turned = asked.hard and seen.label_scale is None
    why, confidence = _certainty(asked, seen, turned)
    positions = column.hint.coded and seen.label_scale is None and scale in _POSITIONS
    return column.taken(
        "score", confidence, why, dimension=asked.dimension, metric=metric, scale=scale, reversed=turned,
        touchpoint=asked.touchpoint, positions=positions,
        question="questions.positions" if positions else "questions.six_steps" if seen.six_steps else None,
    )


def _certainty(asked: Question, seen: Profile, turned: bool) -> tuple[str, float]:
    if seen.six_steps:
        return "six_steps", 0.5
    if turned:
        return "effort_reversed", 0.6
    if seen.label_scale is not None:
        return "labels", 0.95 if asked.known else 0.85
    if asked.known:
        return "known_question", 0.95 if seen.fit >= _SURE_FIT else 0.7
    return "scores", 0.8 if seen.fit >= _SURE_FIT else 0.6


def _scale(asked: Question, seen: Profile) -> str:
    """The scale: labels first, then what the header states, then the kind of question, then the values."""
    if seen.label_scale is not None:
        return seen.label_scale
    if asked.range in SCALES:
        return asked.range
    short = seen.high <= 5 and seen.low >= 1 and seen.answers >= LARGE
    if asked.recommends and not short:
        return "0-10"
    if asked.effort and not short and seen.high <= 7:
        return "1-7"
    return seen.scale or "0-100"


def _is_percent(asked: Question, seen: Profile, header: str) -> bool:
    within = seen.number_share >= _SURE_FIT and seen.low >= 0 and 10 < seen.high <= _MAX_PERCENT
    return within and mentions(header, "judgement") and not mentions(header, "operational")


def _is_prose(cells: pd.Series, seen: Profile) -> bool:
    texts = cells[cells != ""].head(_DATE_SAMPLE)
    return (
        seen.distinct >= _PROSE_VARIETY * seen.answers
        and texts.str.len().median() >= _PROSE_LENGTH
        and _date_share(cells) < _MIN_DATE_SHARE
    )


def _date_share(cells: pd.Series) -> float:
    """Share of the first filled cells that are dates, ambiguous ones included."""
    filled = cells[cells.str.strip() != ""].head(_DATE_SAMPLE)
    if filled.empty:
        return 0.0
    moments = read_moments(filled)
    return float((moments.times.notna() | moments.ambiguous).mean())


def _one_each(columns: list[ColumnMapping]) -> list[ColumnMapping]:
    """Every role but scores and comments once: the surest column keeps it, the first among equals."""
    keeper: dict[str, ColumnMapping] = {}
    for column in columns:
        if column.role not in REPEATED_ROLES:
            best = keeper.setdefault(column.role, column)
            if column.confidence > best.confidence:
                keeper[column.role] = column
    return [
        column if column.role in REPEATED_ROLES or keeper[column.role] is column
        else replace(column, role="ignore", confidence=0.6, why="mapping.second_of_its_kind")
        for column in columns
    ]


def _with_likely_time(columns: list[ColumnMapping], table: RawTable) -> list[ColumnMapping]:
    """Take an unknown column named after time for the time, where nearly every row has a date in it."""
    for position, column in enumerate(columns):
        named = any(word in cleaned(column.header).lower() for word in ("时间", "時間", "日期", "date", "time"))
        if column.role == "ignore" and named:
            cells = table.cells(column.index)
            filled = float((cells.str.strip() != "").mean())
            if filled >= _SURE_DATE_SHARE and _date_share(cells) >= _SURE_DATE_SHARE:
                found = replace(column, role="time", confidence=0.6, why="mapping.dates")
                return [*columns[:position], found, *columns[position + 1:]]
    return columns


def _asked_for_order(column: ColumnMapping, table: RawTable) -> ColumnMapping:
    """A column of times of which nothing shows whether the day or the month comes first: only a person can tell."""
    if column.role not in TIME_ROLES:
        return column
    cells = table.cells(column.index)
    # Most files show it in their first rows; only where those do not is the whole column read.
    unclear = all(read_moments(part).ambiguous.any() for part in (cells.head(_DATE_SAMPLE), cells))
    return replace(column, question="questions.day_or_month") if unclear else column


def _distinct_names(columns: list[ColumnMapping]) -> list[ColumnMapping]:
    """Attributes of one name get a number, so that none hides the other."""
    names = iter(display_names(tuple(column.name for column in columns if column.role == "attribute")))
    return [replace(column, name=next(names)) if column.role == "attribute" else column for column in columns]


def _distinct_dimensions(columns: list[ColumnMapping]) -> list[ColumnMapping]:
    """Two questions are never pooled: a second one for the same dimension and touchpoint keeps its own name."""
    taken: set[tuple] = set()
    result = []
    for column in columns:
        if column.role == "score":
            if (column.touchpoint, column.dimension, column.metric) in taken:
                column = replace(column, dimension=cleaned(column.header) or column.header, confidence=0.6)
            taken.add((column.touchpoint, column.dimension, column.metric))
        result.append(column)
    return result
