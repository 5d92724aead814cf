"""Attributes beyond the known keys: grouped and filtered by like channels, gone with their batch."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import duckdb
import pytest

from analysis.errors import UnknownName
from analysis.schema import Filters
from analysis.store import Warehouse
from analysis.store.histogram import counts_query, histogram_query
from analysis.store.tables import SCHEMA_VERSION
from tests.store.hand_made import batch, complaints, survey

AGE = "年龄段"
# Read by eye once: the table of attributes is joined for a key and looked up for a filter, never else.
GOLDEN = {
    "duckdb": (
        'SELECT "attribute_1_value" AS "年龄段", "week", "dimension", "scale", "score", COUNT(*) AS "count" '
        'FROM answers LEFT JOIN (SELECT "batch" AS "attribute_1_batch", "row" AS "attribute_1_row", '
        '"value" AS "attribute_1_value" FROM attributes WHERE "name" = \'年龄段\') AS "attribute_1" '
        'ON "batch" = "attribute_1_batch" AND "row" = "attribute_1_row" '
        'WHERE ("batch", "row") IN (SELECT "batch", "row" FROM attributes '
        'WHERE "name" = \'O\'\'Neil\' AND "value" IN (\'是\')) '
        'GROUP BY "attribute_1_value", "week", "dimension", "scale", "score"'
    ),
    "spark": (
        "SELECT `attribute_1_value` AS `年龄段`, `week`, `dimension`, `scale`, `score`, COUNT(*) AS `count` "
        "FROM answers LEFT JOIN (SELECT `batch` AS `attribute_1_batch`, `row` AS `attribute_1_row`, "
        "`value` AS `attribute_1_value` FROM attributes WHERE `name` = '年龄段') AS `attribute_1` "
        "ON `batch` = `attribute_1_batch` AND `row` = `attribute_1_row` "
        "WHERE (`batch`, `row`) IN (SELECT `batch`, `row` FROM attributes "
        "WHERE `name` = 'O\\'Neil' AND `value` IN ('是')) "
        "GROUP BY `attribute_1_value`, `week`, `dimension`, `scale`, `score`"
    ),
}
GOLDEN["postgres"] = GOLDEN["clickhouse"] = GOLDEN["duckdb"]


@pytest.fixture
def store():
    with Warehouse.open(":memory:") as opened:
        yield opened


def aged(scores: list[float], ages: list[str | None], *, contents: list[int]):
    """Answers of people of an age band; None for one who did not say."""
    records = survey(scores, contents=contents)
    said = [{"row": row, "name": AGE, "value": age} for row, age in enumerate(ages, start=2) if age]
    held = batch("survey", {"attributes": said}, contents=[]).others["attributes"]
    return replace(records, others={**records.others, "attributes": held})


def by_age(store: Warehouse) -> dict:
    frame = store.histogram([AGE])
    return frame.groupby(AGE, dropna=False)["count"].sum().to_dict()


@pytest.mark.parametrize("dialect", GOLDEN)
def test_golden_query(dialect):
    filters = Filters.of(**{"O'Neil": "是"})
    query = histogram_query([AGE, "week"], filters, attributes=[AGE, "O'Neil"])
    assert query.sql(dialect) == GOLDEN[dialect]


def test_without_an_attribute_nothing_is_joined():
    assert "attributes" not in histogram_query(["week"], Filters.of(channel="门店"), attributes=[AGE]).sql()


def test_counts_by_attribute(store):
    store.add(aged([9, 7, 3, 8], ["25-34", "25-34", "35-44", None], contents=[1, 2, 3, 4]))
    frame = store.histogram([AGE, "channel"])
    assert list(frame.columns) == [AGE, "channel", "dimension", "scale", "score", "count"]
    found = {(age, score): n for age, score, n in frame[[AGE, "score", "count"]].itertuples(index=False)}
    assert found == {("25-34", 9): 1, ("25-34", 7): 1, ("35-44", 3): 1, (None, 8): 1}


@pytest.mark.parametrize(
    ("values", "scores"), [(("25-34",), [7, 9]), (("25-34", "35-44"), [3, 7, 9]), (("65+",), []), ((), [3, 7, 8, 9])]
)
def test_filter_by_attribute(store, values, scores):
    store.add(aged([9, 7, 3, 8], ["25-34", "25-34", "35-44", None], contents=[1, 2, 3, 4]))
    filters = Filters.of(date(2026, 1, 1), None, **{AGE: values})
    assert sorted(store.histogram([], filters)["score"]) == scores
    assert store.totals(filters)["answers"] == len(scores)


def test_filter_that_names_two_attributes_and_groups_by_a_third(store):
    asked = {"dimension": "推荐意愿", "metric": "nps", "scale": "0-10"}
    rows = [{"response_id": f"r{n}", "score": n, **asked} for n in range(4)]
    said = [
        {"row": n + 2, "name": name, "value": value}
        for n in range(4) for name, value in ((AGE, "ab"[n % 2]), ("城市", "cd"[n // 2]), ("性别", "男"))
    ]
    store.add(batch("survey", {"answers": rows, "attributes": said}, contents=[1, 2, 3, 4]))
    frame = store.histogram(["性别", "城市"], Filters.of(**{AGE: "a", "城市": "d"}))
    assert frame[["性别", "城市", "score"]].values.tolist() == [["男", "d", 2.0]]


def test_comments_and_tickets_by_attribute(store):
    records = complaints({"T1": "处理中", "T2": "办结"})
    said = batch("complaint", {"attributes": [{"name": "线路", "value": "1 号"}]}, contents=[]).others["attributes"]
    store.add(replace(records, others={**records.others, "attributes": said}))
    wanted = Filters.of(线路="1 号")
    assert store.tickets(wanted)["ticket_id"].tolist() == ["T1"]
    assert store.comment_total(wanted) == len(store.comments(wanted)) == len(store.texts(wanted)) == 1
    assert store.counts("tickets", ["线路"]).sort_values("count")[["线路", "count"]].values.tolist() == [
        ["1 号", 1], [None, 1]
    ]
    assert store.counts("volumes", [], wanted).empty


def test_values_and_names(store):
    assert store.attributes() == []
    store.add(aged([9, 7], ["35-44", "25-34"], contents=[1, 2]))
    assert store.attributes() == [AGE]
    assert store.values(AGE) == store.values(AGE, "comments") == ["25-34", "35-44"]


def test_unknown_key_lists_the_attributes_too(store):
    store.add(aged([9], ["25-34"], contents=[1]))
    for ask in (
        lambda: store.histogram(["年纪"]), lambda: store.histogram([], Filters.of(年纪="3")),
        lambda: store.values("年纪"), lambda: store.counts("tickets", ["年纪"]),
    ):
        with pytest.raises(UnknownName) as caught:
            ask()
        assert AGE in caught.value.values["known"]


def test_volumes_are_not_counted_by_attribute(store):
    store.add(aged([9], ["25-34"], contents=[1]))
    with pytest.raises(UnknownName):
        store.counts("volumes", [AGE])
    assert "FALSE" in counts_query("volumes", "volumes", [], Filters.of(**{AGE: "1"}), attributes=[AGE]).sql()


def test_duplicates_undo_and_hand_over(store):
    first = store.add(aged([9, 7], ["25-34", "35-44"], contents=[1, 2])).batch
    assert store.add(aged([7, 3], ["35-44", "35-44"], contents=[2, 3])).duplicates == 1
    assert by_age(store) == {"25-34": 1, "35-44": 2}
    store.undo(first)
    assert by_age(store) == {"35-44": 2}
    assert all(check.sound for check in store.check())


def test_store_of_an_earlier_version_is_brought_up_in_place(tmp_path):
    path = tmp_path / "store.duckdb"
    with Warehouse.open(path) as store:
        store.add(survey([9], contents=[1]))
    with duckdb.connect(str(path)) as old:
        for table in ("attributes", "choices"):
            old.execute(f"DROP TABLE {table}")
        old.execute("ALTER TABLE batches DROP COLUMN missing")
        old.execute("UPDATE store_info SET schema_version = 2")
    with Warehouse.open(path) as store:
        store.add(aged([7], ["25-34"], contents=[2]))
        assert store._row("SELECT schema_version FROM store_info") == (SCHEMA_VERSION,)
        assert sorted(store.histogram([])["score"]) == [7, 9]
        assert store.histogram([], Filters.of(**{AGE: "25-34"}))["count"].sum() == 1
        assert all(check.sound for check in store.check())
