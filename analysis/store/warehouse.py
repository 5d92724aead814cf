"""The store of all records, and the only door to it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Literal

import pandas as pd
from numpy.typing import NDArray
from sqlglot import exp

from analysis.records import ImportReport, Original, RecordBatch
from analysis.schema import EVERYTHING, FLAGS, SCALES, Filters, Metric
from analysis.store import batches, forgetting, labels, undoing
from analysis.store.agreed import Agreed
from analysis.store.behind import Behind
from analysis.store.cases import Cases
from analysis.store.cells import cell_query, channel_query
from analysis.store.choices import with_bases
from analysis.store.customers import Customers
from analysis.store.flagged import LeftOut, left_out_query, origins
from analysis.store.forgetting import Receipt, Seal
from analysis.store.frames import tidy
from analysis.store.histogram import (
    COUNT_KEYS,
    conditions,
    counts_query,
    histogram_query,
    known_keys,
    values_query,
)
from analysis.store.interrupting import interruptible
from analysis.store.invented import insert_invented
from analysis.store.opening import IN_MEMORY, connect, rewrite, store_path
from analysis.store.pairs import PEOPLE_AT_A_TIME, pair_frame, people_query
from analysis.store.quarantine import issues_of, original
from analysis.store.rows import comment_query, ticket_query
from analysis.store.sides import side_products
from analysis.store.soundness import Check, check, table_sizes
from analysis.store.tables import live
from analysis.watching import UNWATCHED, Watch

CountTable = Literal["tickets", "comments", "volumes", "choices"]

# Where the days of a store without survey answers are found, in this order.
_DATED_TABLES = ("answers", "comments", "tickets")


class Warehouse(Customers, Cases, Behind, Agreed):
    """Answers, comments, tickets, order volumes and customers, batch by batch.

    Safe to share between threads: every call reads on a cursor of its own and sees one consistent
    state; writing calls wait for each other.
    """

    @classmethod
    def open(cls, path: str | Path | None = None) -> Warehouse:
        """Open the store's file, made if it is not there; ":memory:" for one that leaves no trace.

        None takes the environment's XINSHENG_STORE, else var/xinsheng.duckdb of the project.
        Raises StoreBusy, which names the process that holds the file, and StoreDamaged.
        """
        where = store_path(path)
        store = cls(connect(where), where)
        if store._row("SELECT count(*) FROM receipts WHERE NOT cleared")[0]:
            # The process ended between a deletion and the writing of the new file.
            store._clear_bytes()
        return store

    # -- batches

    def add(self, batch: RecordBatch, *, watch: Watch = UNWATCHED) -> ImportReport:
        """Import a batch, all of it or nothing; returns its account with batch number and duplicates.

        Raises Stopped by `watch`, which also interrupts a statement that runs.
        """
        with self._writing() as cursor, interruptible(cursor, watch):
            report = batches.insert(cursor, batch, watch)
        self._checkpoint()
        return report

    def rehearse(self, batch: RecordBatch) -> ImportReport:
        """The account that `add` would give, while nothing is kept; its batch number is None."""
        with self._cursor() as cursor:
            return batches.rehearsed(cursor, batch)

    def add_invented(self, answers: int) -> ImportReport:
        """Import `answers` invented survey answers, made inside the database (see `invented`)."""
        with self._writing() as cursor:
            report = insert_invented(cursor, answers)
        self._checkpoint()
        return report

    def undo(self, batch: int) -> int:
        """Take a batch out again, as if it had never come, until `redo`; returns the number of rows removed."""
        with self._writing() as cursor:
            removed = undoing.remove(cursor, batch)
        self._checkpoint()
        return removed

    def redo(self, batch: int) -> int:
        """Put an undone batch back: everything counts as it did; returns the number of source rows it holds again."""
        with self._writing() as cursor:
            restored = undoing.restore(cursor, batch)
        self._checkpoint()
        return restored

    # -- people

    def forget(self, *, customer: str, names: Collection[str], subject: str, seal: Seal) -> Receipt:
        """Remove a person from every table and from the file's bytes (see `forgetting.forget`); the receipt of it.

        Waits for running questions; further ones wait until the file is written anew.
        """
        with self._writing() as cursor:
            receipt = forgetting.forget(cursor, customer=customer, names=names, subject=subject, seal=seal)
        self._clear_bytes()
        return receipt

    def receipts(self) -> tuple[Receipt, ...]:
        """The receipts of all deletions, oldest first."""
        return forgetting.receipts(self._rows(forgetting.RECEIPTS))

    def forgotten(self) -> frozenset[str]:
        """The keyed hashes by which rows of forgotten people are known in a file."""
        return frozenset(subject for (subject,) in self._rows("SELECT subject FROM forgotten"))

    def _clear_bytes(self) -> None:
        if self.path != IN_MEMORY:
            self._changed(rewrite)
        with self._writing() as cursor:
            cursor.execute("UPDATE receipts SET cleared = true")
        self._checkpoint()

    def batches(self) -> pd.DataFrame:
        """The ledger, newest first: one line per import, its account (two counts as JSON), when it was undone."""
        return self._frame(
            "SELECT batch, kind, file_name, file_hash, format, encoding, rows_read, imported, duplicates, quarantined, "
            "cells_quarantined, missing, coalesce(masked, '{}') AS masked, created_at, undone_at FROM batches "
            "ORDER BY batch DESC"
        )

    def quarantine(self, batch: int) -> pd.DataFrame:
        """What stayed out of a batch: row, column, value, reason (message key), whole_row, values (of the message)."""
        with self._cursor() as cursor:
            return issues_of(cursor, batch)

    def original(self, file_hash: str | None, batch: int) -> Original | None:
        """A standing batch with the rows that stayed out of it or lost cells, as corrections of it need it.

        Found by its file's hash, the batch of that number before others of the same file; with None by number alone.
        None where there is none, or every row was sound.
        """
        with self._cursor() as cursor:
            return original(cursor, file_hash, batch)

    # -- counts

    def histogram(
        self, keys: Sequence[str], filters: Filters = EVERYTHING, *, metric: Metric | None = None
    ) -> pd.DataFrame:
        """How many answers gave which score, per cell.

        Columns: the keys (names of `histogram.HISTOGRAM_KEYS` or of `attributes`), dimension, scale, score (float) and
        count (int). A missing key value is None, a day, week or month a date. Nothing that matches
        gives a frame without rows; an unknown key raises UnknownName.
        """
        if metric:
            filters = filters.narrowed(metric=metric)
        query = histogram_query(keys, filters, attributes=self._attributes(keys, filters))
        frame = self._frame(query.sql("duckdb"))
        return tidy(frame, (*dict.fromkeys(keys), "dimension", "scale"))

    def counts(self, table: CountTable, keys: Sequence[str], filters: Filters = EVERYTHING) -> pd.DataFrame:
        """Numbers of tickets, comments or lines of choices, or the sum of order volumes: the keys and count.

        A filter on something the table does not know (say the member tier of volumes) matches nothing.
        """
        known_keys((table,), tuple(COUNT_KEYS))
        query = counts_query(table, live(table), keys, filters, attributes=self._attributes(keys, filters))
        frame = self._frame(query.sql("duckdb"))
        frame = tidy(frame[frame["count"].notna()], tuple(dict.fromkeys(keys)))
        return frame.assign(count=frame["count"].to_numpy(dtype="int64"))

    def choices(
        self, keys: Sequence[str] = (), filters: Filters = EVERYTHING, *, question: str | None = None
    ) -> pd.DataFrame:
        """How many people chose which option, per cell: keys, question, option, place, count and base.

        `base` are those who saw the question in that cell; `place` is missing where nothing is ranked.
        """
        if question:
            filters = filters.narrowed(question=question)
        asked = (*dict.fromkeys(keys), "question", "option", "place")
        return with_bases(self.counts("choices", asked, filters), asked[:-3])

    def pairs(self, questions: Sequence[tuple[str, str]], filters: Filters = EVERYTHING) -> pd.DataFrame:
        """Sums over the people who answered both questions of each pair of (dimension, scale), block by block.

        Columns: block, first, second (dimensions), n, sum_first, sum_second, square_first, square_second and
        product, in the units of the scales. A block is a random group of customers. Nobody gives no rows.
        """
        if not questions:
            return pair_frame((), ())
        query = people_query(questions, filters, attributes=self._attributes((), filters))
        with self._cursor() as cursor:
            people = cursor.sql(query.sql("duckdb")).to_arrow_reader(PEOPLE_AT_A_TIME)
            return pair_frame(people, [dimension for dimension, _ in questions])

    def sides(self, questions: Sequence[tuple[str, str]], filters: Filters = EVERYTHING) -> NDArray:
        """Sums of low and high answers to `questions` with the score of the last one: see `sides.side_products`."""
        query = people_query(questions, filters, attributes=self._attributes((), filters))
        with self._cursor() as cursor:
            people = cursor.sql(query.sql("duckdb")).to_arrow_reader(PEOPLE_AT_A_TIME)
            return side_products(people, [(SCALES[scale].low, SCALES[scale].high) for _, scale in questions])

    def cells(self, filters: Filters = EVERYTHING) -> pd.DataFrame:
        """Sums of scores by touchpoint, dimension, scale and block, and what the same people answered elsewhere.

        Columns: touchpoint (None where unknown), dimension, scale, block, n, total, pairs, own and rest, as
        `cells.cell_query` says, in the units of the scales. Nobody gives no rows.
        """
        frame = self._frame(cell_query(filters, attributes=self._attributes((), filters)).sql("duckdb"))
        return tidy(frame, ("touchpoint", "dimension", "scale"))

    def channel_blocks(self, filters: Filters = EVERYTHING) -> pd.DataFrame:
        """Satisfaction by channel, touchpoint, dimension, scale and block: count and total (see `channel_query`)."""
        wanted = filters.narrowed(metric="csat")
        query = channel_query(wanted, attributes=self._attributes((), wanted))
        return tidy(self._frame(query.sql("duckdb")), ("channel", "touchpoint", "dimension", "scale"))

    def totals(self, filters: Filters = EVERYTHING) -> dict[str, int]:
        """Numbers of responses (people who answered), answers, comments and tickets."""
        wanted = conditions(filters, "answers", attributes=self._attributes((), filters))
        answers = exp.select("count(*)", "count(DISTINCT response_id)").from_("answers")
        count, responses = self._row(answers.where(*wanted).sql("duckdb"))
        return {
            "responses": responses,
            "answers": count,
            "comments": self.comment_total(filters),
            "tickets": int(self.counts("tickets", (), filters)["count"].sum()),
        }

    def left_out(self, filters: Filters) -> LeftOut:
        """How many responses `filters.without` leaves out of the answers, by flag and in all."""
        if not filters.without:
            return LeftOut({}, 0)
        others = replace(filters, without=())
        answers = origins(conditions(others, "answers", attributes=self._attributes((), others)))
        found = left_out_query(filters.without, answers).sql("duckdb")
        counts = dict(self._rows(f"SELECT flag, count(*) FROM ({found}) GROUP BY flag"))
        responses = self._row(f'SELECT count(*) FROM (SELECT DISTINCT batch, "row" FROM ({found}))')[0]
        return LeftOut({flag: counts.get(flag, 0) for flag in filters.without}, responses)

    def flags(self) -> list[str]:
        """The flags that some survey row carries, in the order of `schema.FLAGS`."""
        found = self._rows('SELECT DISTINCT flag FROM flags SEMI JOIN "rows" USING (batch, "row")')
        return [flag for flag in FLAGS if (flag,) in found]

    # -- single records

    def comments(
        self,
        filters: Filters = EVERYTHING,
        *,
        search: str | None = None,
        polarity: str | None = None,
        source: str | None = None,
        dimension: str | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> pd.DataFrame:
        """Comments, newest first: the columns of `rows.COMMENT_COLUMNS`; `aspects` is JSON text.

        `search` is part of the text, in any case; `dimension` is one that the text speaks of.
        """
        query = comment_query(
            filters, search=search, polarity=polarity, source=source, dimension=dimension,
            attributes=self._attributes((), filters),
        )
        return tidy(self._frame(query.limit(limit).offset(offset).sql("duckdb")))

    def comment_total(
        self,
        filters: Filters = EVERYTHING,
        *,
        search: str | None = None,
        polarity: str | None = None,
        source: str | None = None,
        dimension: str | None = None,
    ) -> int:
        """How many comments `comments` would page through."""
        query = comment_query(
            filters, None, search=search, polarity=polarity, source=source, dimension=dimension,
            attributes=self._attributes((), filters),
        )
        return self._row(query.sql("duckdb"))[0]

    def tickets(self, filters: Filters = EVERYTHING, *, limit: int = 50, offset: int = 0) -> pd.DataFrame:
        """Complaints and requests, newest first: the columns of `rows.TICKET_COLUMNS`."""
        query = ticket_query(filters, attributes=self._attributes((), filters))
        return tidy(self._frame(query.limit(limit).offset(offset).sql("duckdb")))

    # -- texts

    def texts(
        self,
        filters: Filters = EVERYTHING,
        *,
        limit: int | None = None,
        source: str | None = None,
        polarity: str | None = None,
    ) -> pd.DataFrame:
        """Comment texts for keyword analysis, newest first: text, polarity (None before scoring), day."""
        query = comment_query(
            filters, ("text", "polarity", "day"), source=source, polarity=polarity,
            attributes=self._attributes((), filters),
        )
        return tidy(self._frame((query if limit is None else query.limit(limit)).sql("duckdb")))

    def pending_texts(self, limit: int, current: str | None = None) -> pd.DataFrame:
        """Up to `limit` distinct texts that no engine has scored yet, newest first: text_hash (uint64), text.

        Behind them, those that the same engine read otherwise than `current` (a name from `text.Reading.called`).
        """
        return self._frame(labels.PENDING_TEXTS, {"limit": limit, "current": current})

    def pending_count(self, current: str | None = None) -> tuple[int, int]:
        """Distinct texts that `pending_texts` would give without limit, and distinct texts in all."""
        pending, total = self._frame(labels.PENDING_COUNT, {"current": current}).iloc[0]
        return int(pending), int(total)

    def drawn_texts(self, number: int, *, seed: int) -> pd.DataFrame:
        """Read texts drawn at random, the same for the same seed: text_hash, text, said (what they are called)."""
        return self._frame(labels.DRAWN, {"number": number, "seed": seed})

    def labels(self) -> pd.DataFrame:
        """What analysts said of texts, oldest first: text_hash, text, label, said, labelled_at."""
        return self._frame(labels.LABELS)

    def save_labels(self, found: pd.DataFrame) -> None:
        """Keep labels (text_hash, label, said); an earlier one of the same text gives way."""
        with self._writing() as cursor:
            labels.keep_labels(cursor, found)

    def save_scores(self, scores: pd.DataFrame) -> None:
        """Keep what an engine found: text_hash, sentiment (0-1), polarity, aspects (JSON list), engine.

        A text that is no longer in the store is left out; a score that is there already is replaced.
        """
        if scores.empty:
            return
        with self._writing() as cursor:
            batches.replace_scores(cursor, scores)

    # -- what there is

    def values(self, key: str, table: str = "answers") -> list[str]:
        """The values that occur under a key of "answers", "tickets", "comments", "choices" or "volumes", sorted.

        The values of an attribute are the same whatever the table.
        """
        query = values_query(table, live(table), key, attributes=self._attributes((key,)))
        return sorted(str(value) for (value,) in self._rows(query.sql("duckdb")))

    def dimensions(self) -> list[str]:
        """The dimensions that have answers, sorted."""
        return self.values("dimension")

    def period(self) -> tuple[date, date] | None:
        """The first and last day of the answers, else of the comments, else of the tickets; None without any."""
        for table in _DATED_TABLES:
            first, last = self._row(f"SELECT min(day), max(day) FROM {live(table)}")
            if first is not None:
                return first, last
        return None

    def is_empty(self) -> bool:
        """Whether no row of any file is in the store."""
        return self._row('SELECT count(*) FROM (SELECT 1 FROM "rows" LIMIT 1)')[0] == 0

    def sizes(self) -> dict[str, int]:
        """The number of records in each table, corrected ones included."""
        return table_sizes(self._row)

    def check(self) -> tuple[Check, ...]:
        """Read everything and see whether the tables agree; raises StoreDamaged where a block cannot be read."""
        unchained = int(not forgetting.is_chain(self.receipts()))
        agreed = (Check(name, faults) for name, faults in self.audit_breaks().items())
        return *check(self._row), Check("receipts_are_a_chain", unchained), *agreed
