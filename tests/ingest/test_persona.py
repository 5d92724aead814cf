"""A persona: read from any kind of file, from the row or else the customer file, and a key like the member tier."""

from __future__ import annotations

import pytest

from analysis import briefing, pipeline
from analysis.briefing import customers, guard
from analysis.briefing.promises import kept_by
from analysis.schema import EVERYTHING, Filters, Promise
from analysis.store import Warehouse
from tests.ingest.files import column, look

pytestmark = pytest.mark.usefixtures("in_process")

CUSTOMERS = "客户编号,会员等级,近12月消费,人群画像\n" + "".join(
    f"C{n},金卡,900,{'宝妈' if n < 12 else '上班族'}\n" for n in range(24)
)
SURVEY = "答卷编号,提交时间,客户编号,推荐意愿,人群\n" + "".join(
    f"A{n},2026-03-02,C{n},{9 if n < 12 else 3},{'学生' if n < 5 else ''}\n" for n in range(24)
)
TICKETS = "工单编号,受理时间,首次回复时间,客户编号,投诉内容\n" + "".join(
    f"T{n},2026-03-02 10:00:00,2026-03-02 {'10:30' if n < 12 else '12:00'}:00,C{n},太慢了{n}\n" for n in range(24)
)


def add(store: Warehouse, text: str) -> int:
    return pipeline.import_file(store, text.encode(), file_name="文件.csv").batch


@pytest.fixture
def store():
    with Warehouse.open(":memory:") as opened:
        add(opened, CUSTOMERS)
        add(opened, SURVEY)
        yield opened


@pytest.mark.parametrize("header", ["画像", "用户画像", "人群", "客群", "顾客类型", "Persona", "3、人群画像"])
def test_its_column_is_known_by_its_usual_names(header: str) -> None:
    assert column(look(SURVEY.replace("人群", header)), header).role == "persona"


def test_the_row_counts_before_the_customer_file(store: Warehouse) -> None:
    cells = briefing.metric_table(store, "nps", ["persona"], EVERYTHING)
    found = {c.keys["persona"]: c.estimate.n for c in cells}
    assert found == {"学生": 5, "宝妈": 7, "上班族": 12}
    assert next(c.estimate.value for c in cells if c.keys["persona"] == "上班族") == -1
    asked = {name: store.totals(Filters.of(persona=name))["responses"] for name in (*found, "银发族")}
    assert asked == {"学生": 5, "宝妈": 7, "上班族": 12, "银发族": 0}
    assert (sorted(store.values("persona")), store.attributes()) == (sorted(found), [])
    add(store, SURVEY.splitlines()[0] + "\nB1,2026-03-02,,7,银发族\n")
    assert guard.telling(store, Filters.of(persona="银发族"))


def test_segments_promises_and_the_story_speak_of_it(store: Warehouse) -> None:
    add(store, TICKETS)
    found = customers.segments(store, EVERYTHING, metric="nps", key="persona")
    assert {s.cell.keys["persona"]: s.cell.estimate.n for s in found} == {"学生": 5, "宝妈": 7, "上班族": 12}
    kept = {k.keys["persona"]: k.share.value for k in kept_by(store, EVERYTHING, key="persona", promise="reply")}
    assert kept == {"宝妈": 1, "上班族": 0}
    store.set_promise(Promise("宝妈四十分钟", "first_reply", 40, "persona", ("宝妈",)), who="李雷")
    assert [k.share.n for k in kept_by(store, EVERYTHING, key="persona", promise="宝妈四十分钟")] == [12]
    store.set_population("persona", {"宝妈": 1, "上班族": 3})
    mine = customers.story(store, pipeline.pseudonyms_of(store, ["C1"])[0])
    assert (mine.facts["persona"], mine.facts["tier"]) == ("宝妈", "金卡")


def test_a_later_customer_file_replaces_it_until_it_is_undone(store: Warehouse) -> None:
    counts = [store.totals(Filters.of(persona="上班族"))["responses"]]
    later = add(store, "客户编号,近12月消费,画像\nC12,900,宝妈\nC13,900,\n")
    counts.append(store.totals(Filters.of(persona="上班族"))["responses"])
    store.undo(later)
    assert [*counts, store.totals(Filters.of(persona="上班族"))["responses"]] == [12, 10, 12]
