"""Properties of every file: the account adds up, twice is once, the undo restores, the encoding does not matter."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from analysis import pipeline
from analysis.errors import FileRefused, MappingIncomplete
from analysis.ingest import Mapping
from analysis.records import ImportReport
from analysis.store import IN_MEMORY, Warehouse
from tests.ingest import exports
from tests.ingest.files import SECRET, SURVEY, xlsx_bytes

pytestmark = pytest.mark.usefixtures("in_process")

EXPORTS = {
    make.__name__: make for make in (
        exports.wenjuanxing, exports.wenjuanxing_coded, exports.tencent_survey, exports.tencent_form,
        exports.surveymonkey, exports.qualtrics, exports.formbricks, exports.google_forms, exports.taobao,
        exports.review_tool, exports.jd, exports.dianping, exports.meituan,
    )
}
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be")
HEADER_ROWS = 3  # no tool writes more
CELLS = st.sampled_from([
    "", "5", "11", "-1", "9.5", "非常满意", "说不清", "2026-01-05", "9999-99-99", "31/12/2025", "NA", "(跳过)", "=1+1",
    "门店", "a,b", 'say "hi"', "line\nbreak", "\u200b", "13812345678", "1e309",
])
DAMAGE = st.lists(st.tuples(st.integers(0, 10_000), st.binary(min_size=0, max_size=3)), max_size=3)
QUIET = settings(
    max_examples=6, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of an export, some cells changed, some rows twice; the header rows as the tool writes them."""

    name: str
    rows: tuple[tuple[str, ...], ...]

    def text(self, separator: str = ",") -> str:
        out = io.StringIO()
        csv.writer(out, delimiter=separator, lineterminator="\n").writerows(self.rows)
        return out.getvalue()


@st.composite
def tables(draw: st.DrawFn) -> Table:
    name = draw(st.sampled_from(sorted(EXPORTS)))
    rows = [list(row) for row in csv.reader(io.StringIO(EXPORTS[name]()))]
    for _ in range(draw(st.integers(0, 6))):
        row = draw(st.integers(min(HEADER_ROWS, len(rows) - 1), len(rows) - 1))
        rows[row][draw(st.integers(0, len(rows[row]) - 1))] = draw(CELLS)
    for _ in range(draw(st.integers(0, 2))):
        rows.append(list(rows[draw(st.integers(min(HEADER_ROWS, len(rows) - 1), len(rows) - 1))]))
    return Table(name, tuple(map(tuple, rows)))


@pytest.fixture
def store() -> Iterator[Warehouse]:
    """A store in which there is something already."""
    with Warehouse.open(IN_MEMORY) as store:
        pipeline.import_file(store, SURVEY.encode(), file_name="早先.csv", secret=SECRET)
        yield store


def bring(store: Warehouse, data: bytes, mapping: Mapping | None = None) -> ImportReport:
    """The report of an import; a refused file ends the example."""
    try:
        return pipeline.import_file(store, data, file_name="x.csv", mapping=mapping, secret=SECRET)
    except (FileRefused, MappingIncomplete):
        assume(False)


def everything(store: Warehouse) -> dict[str, list[str]]:
    """All numbers that metrics are made of, in an order of their own; as text, as a missing one equals itself there."""
    frames = {
        "answers": store.histogram(["day", "store", "channel", "touchpoint"]),
        "comments": store.counts("comments", ["day", "source", "stars"]),
        "tickets": store.counts("tickets", ["day", "status"]),
    }
    return {name: sorted(map(str, frame.itertuples(index=False, name=None))) for name, frame in frames.items()}


def undo_all_but_the_first(store: Warehouse) -> None:
    ledger = store.batches()
    for batch in ledger.loc[ledger["undone_at"].isna() & (ledger["batch"] > 1), "batch"]:
        store.undo(int(batch))


@QUIET
@given(table=tables(), encoding=st.sampled_from(ENCODINGS), damage=DAMAGE)
def test_account_adds_up_and_undo_restores(store: Warehouse, table: Table, encoding: str, damage: list) -> None:
    """Whatever was done to the file: refused, then nothing changed; or read, and all of it can be taken back."""
    data = bytearray(table.text().encode(encoding))
    for at, piece in damage:
        data[at % len(data):at % len(data) + 2] = piece
    before, batches = everything(store), len(store.batches())
    try:
        report = pipeline.import_file(store, bytes(data), file_name="x.csv", secret=SECRET)
    except (FileRefused, MappingIncomplete):
        assert (everything(store), len(store.batches())) == (before, batches)
        return
    assert report.rows_read == report.imported + report.duplicates + report.quarantined
    assert report.quarantined == sum(issue.whole_row for issue in report.issues)
    store.undo(report.batch)
    assert everything(store) == before


@QUIET
@given(table=tables())
def test_the_same_file_again_changes_nothing(store: Warehouse, table: Table) -> None:
    first = bring(store, table.text().encode())
    once = everything(store)
    again = bring(store, table.text().encode())
    assert (again.imported, again.duplicates) == (0, first.imported + first.duplicates)
    assert again.quarantined == first.quarantined
    assert everything(store) == once
    undo_all_but_the_first(store)


@QUIET
@given(
    table=tables(), encodings=st.lists(st.sampled_from(ENCODINGS), min_size=2, max_size=2, unique=True),
    separator=st.sampled_from([",", "\t", ";"]),
)
def test_another_encoding_is_the_same_file(
    store: Warehouse, table: Table, encodings: list[str], separator: str
) -> None:
    first = bring(store, table.text().encode(encodings[0]))
    again = bring(store, table.text(separator).encode(encodings[1]))
    assert (again.rows_read, again.imported, again.quarantined) == (first.rows_read, 0, first.quarantined)
    undo_all_but_the_first(store)


@QUIET
@given(table=tables())
def test_a_workbook_of_the_same_cells_is_the_same_file(store: Warehouse, table: Table) -> None:
    first = bring(store, table.text().encode())
    again = bring(store, xlsx_bytes(table.rows))
    assert (again.rows_read, again.imported, again.quarantined) == (first.rows_read, 0, first.quarantined)
    undo_all_but_the_first(store)


@QUIET
@given(table=tables(), left_out=st.integers(1, 3))
def test_a_longer_export_counts_the_old_rows_once(store: Warehouse, table: Table, left_out: int) -> None:
    """Last week's file and then the file of all weeks come to the same as the latter alone."""
    assume(len(table.rows) - left_out > HEADER_ROWS)
    whole = table.text().encode()
    alone = bring(store, whole)
    expected = everything(store)
    store.undo(alone.batch)
    mapping = Mapping.from_dict(alone.mapping)
    bring(store, Table(table.name, table.rows[:-left_out]).text().encode(), mapping)
    both = bring(store, whole, mapping)
    assert both.rows_read == both.imported + both.duplicates + both.quarantined
    assert everything(store) == expected
    undo_all_but_the_first(store)
