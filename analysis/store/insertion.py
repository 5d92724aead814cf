"""Records into their tables, inside a transaction that the caller has begun.

Frames cross as Arrow, which DuckDB reads column by column without a Python object per cell.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
from sqlglot import exp

from analysis.records import QUESTION_COLUMNS, RECORD_COLUMNS, RESPONDENT_COLUMNS, Answers, Question
from analysis.store.tables import DERIVED, GROWING_ENUMS, RECORD_TABLES

_TEXT_HASH_BYTES = 8
_OF_BATCH = 'WHERE "row" IN (SELECT "row" FROM "rows" WHERE batch = $batch)'
_SCORE_TYPE = RECORD_TABLES["answers"]["score"]


@contextmanager
def registered(cursor: duckdb.DuckDBPyConnection, frame: pd.DataFrame) -> Iterator[None]:
    """`frame` under the name `incoming` for the statements inside."""
    cursor.register("incoming", pa.Table.from_pandas(frame, preserve_index=False))
    yield
    # Not after an error: an aborted transaction takes no statement, and its cursor ends with it.
    cursor.unregister("incoming")


def insert_records(cursor: duckdb.DuckDBPyConnection, batch: int, table: str, frame: pd.DataFrame) -> None:
    """Put the records of one table in, of those source rows that are in `rows` under this batch."""
    frame = frame[list(RECORD_COLUMNS[table])]
    if table == "comments":
        frame = frame.assign(text_hash=text_hashes(frame["text"]))
    with registered(cursor, frame):
        cursor.execute(_insertion(table), {"batch": batch})


def insert_answers(
    cursor: duckdb.DuckDBPyConnection, batch: int, answers: Answers, step: Callable[[int], None]
) -> None:
    """Put the answers in, question by question: those of one metric and dimension lie together, by day.

    A query for one of them skips the other blocks, and only the respondents are ever sorted. `step` is told
    before each question how many are done.
    """
    for column in GROWING_ENUMS:
        widen(cursor, column, _named(answers, column))
    scores = {f"score_{number}": part for number, part in enumerate(answers.scores)}
    frame = answers.respondents[list(RESPONDENT_COLUMNS)]
    frame = pd.concat([frame, pd.DataFrame(scores, index=frame.index)], axis=1)
    with registered(cursor, frame):
        cursor.execute(_respondents(enum_types(cursor), scores), {"batch": batch})
    asked = sorted(zip(answers.questions, scores, strict=True), key=lambda pair: _stored_order(pair[0]))
    for done, (question, score) in enumerate(asked):
        step(done)
        cursor.execute(*_question_insertion(question, score))
    cursor.execute("DROP TABLE respondents")


def _stored_order(question: Question) -> tuple[str, str]:
    return question.metric, question.dimension or ""


def _named(answers: Answers, column: str) -> set[str]:
    """The names that the answers bring for a column."""
    names = {getattr(question, column, None) for question in answers.questions}
    if column in RESPONDENT_COLUMNS:
        names |= set(answers.respondents[column].dropna().unique())
    return names - {None}


def _respondents(enums: dict[str, str], scores: Iterable[str]) -> str:
    columns = {name: kind for name, kind in RECORD_TABLES["answers"].items() if name not in QUESTION_COLUMNS}
    columns |= {name: kind for name, kind in enums.items() if name in columns}
    columns |= dict.fromkeys(scores, _SCORE_TYPE)
    named = ", ".join(f'{value} AS "{name}"' for name, value in _values("answers", columns))
    return f'CREATE TEMP TABLE respondents AS SELECT {named} FROM incoming {_OF_BATCH} ORDER BY "day", "row"'


def _question_insertion(question: Question, score: str) -> tuple[str, dict[str, str | None]]:
    """The statement and its values. A respondent's touchpoint gives way to that of the question."""
    values = {"dimension": question.dimension, "metric": question.metric, "scale": question.scale}
    if question.touchpoint is not None:
        values["touchpoint"] = question.touchpoint
    sources = {"score": score} | {name: f"${name}" for name in values}
    columns = ", ".join(sources.get(name, f'"{name}"') for name in RECORD_TABLES["answers"])
    return f"INSERT INTO answers SELECT {columns} FROM respondents WHERE {score} IS NOT NULL", values


def text_hash(text: str) -> int:
    """The 64-bit name of a text, the same on every machine and version."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=_TEXT_HASH_BYTES).digest())


def text_hashes(texts: pd.Series) -> np.ndarray:
    """`text_hash` of every text, as uint64."""
    digests = (hashlib.blake2b(text.encode(), digest_size=_TEXT_HASH_BYTES).digest() for text in texts.tolist())
    return np.frombuffer(b"".join(digests), ">u8").astype(np.uint64)


def widen(cursor: duckdb.DuckDBPyConnection, column: str, names: Iterable[str]) -> None:
    """Give the ENUM of a column of the answers those of the names that it does not know yet."""
    known = cursor.execute(f'SELECT enum_range((SELECT "{column}" FROM answers LIMIT 0))').fetchall()[0][0]
    new = sorted(set(names) - set(known))
    if new:
        cursor.execute(_alteration(column, [*known, *new]))


def enum_types(cursor: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The columns of the answers that are ENUMs, with their types as they have grown."""
    types = ", ".join(f'typeof((SELECT "{column}" FROM answers LIMIT 0))' for column in GROWING_ENUMS)
    return dict(zip(GROWING_ENUMS, cursor.execute(f"SELECT {types}").fetchall()[0], strict=True))


def _alteration(column: str, names: list[str]) -> str:
    kind = exp.DataType(this=exp.DataType.Type.ENUM, expressions=[exp.Literal.string(name) for name in names])
    change = exp.AlterColumn(this=exp.to_identifier(column, quoted=True), dtype=kind)
    return exp.Alter(this=exp.to_table("answers"), kind="TABLE", actions=[change]).sql("duckdb")


def _insertion(table: str) -> str:
    values = ", ".join(value for _, value in _values(table, RECORD_TABLES[table]))
    return f'INSERT INTO "{table}" SELECT {values} FROM incoming {_OF_BATCH} ORDER BY "row"'


def _values(table: str, columns: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The columns with what each holds, of its type."""
    sources = {"batch": "$batch", **DERIVED[table]}
    for name, kind in columns.items():
        yield name, f"""CAST({sources.get(name, f'"{name}"')} AS {kind})"""
