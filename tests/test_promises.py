"""Promises over tickets: who counts, by which clock, what cannot be judged, and what a company promises."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime

import pandas as pd
import pytest
import xlsxwriter

from analysis import pipeline
from analysis.briefing import bots, hotspots, promises, resolution
from analysis.briefing.cases import CANCELLED_WORDS, FINISHED_WORDS, URGENT_WORDS, says
from analysis.briefing.promises import Board, Kept
from analysis.cli import main
from analysis.cli.service import limit
from analysis.errors import UnknownName, XinshengError
from analysis.i18n import say
from analysis.schema import EVERYTHING, USUAL_PROMISES, Filters, Promise
from analysis.store import Warehouse
from analysis.store.promises import PromiseRefused
from tests.store.hand_made import batch

HEADER = ["工单编号", "受理时间", "首次回复时间", "办结时间", "工单状态", "投诉渠道"]


def ticket(created: str, reply: str = "", plan: str = "", closed: str = "", **other: object) -> dict:
    """A ticket as the store keeps it; by default finished, online, ordinary."""
    times = {"created": created, "first_reply": reply, "plan": plan, "closed": closed}
    usual = {"status": "已办结", "category": "物流", "channel": "APP", "priority": "普通", "contacts": 1.0}
    return {**usual, **{name: pd.Timestamp(time) for name, time in times.items() if time}, **other}


def quick(day: int = 2, **other: object) -> dict:
    times = (f"2026-03-{day:02d} {clock}:05" for clock in ("10:00", "10:20", "12:00", "18:00"))
    return ticket(*times, **other)


@pytest.fixture
def store_of() -> Iterator[Callable[..., Warehouse]]:
    """A store of these tickets; `attributes` holds further columns by name, one value a ticket."""
    with Warehouse.open(":memory:") as store:

        def fill(tickets: list[dict], **attributes: list[str]) -> Warehouse:
            numbered = [{"ticket_id": f"T{i}", "reopened": False, **t} for i, t in enumerate(tickets)]
            n = len(numbered)
            held = batch("complaint", {"tickets": numbered}, contents=list(range(n)), identities=list(range(n)))
            lines = [
                {"row": row, "name": name, "value": value}
                for name, values in attributes.items() for row, value in enumerate(values, start=2)
            ]
            if lines:
                held.others["attributes"] = pd.DataFrame(lines)
            store.add(held)
            return store

        yield fill


def kept(board: Board, name: str) -> Kept:
    return next(k for k in board.kept if k.promise.name == name)


def test_open_cases_count_by_the_last_moment_of_the_data(store_of) -> None:
    """Twelve closed within a day; eight wait since three days before the last moment that any ticket names."""
    lines = [quick(day=10)] * 12 + [ticket("2026-03-07 17:00:05", "2026-03-07 17:30:05", status="处理中")] * 8
    board = promises.board(store_of(lines), EVERYTHING)
    assert board.now == datetime(2026, 3, 10, 18, 0, 5)
    closed = kept(board, "closed")
    assert (closed.share.value, closed.share.n) == (pytest.approx(0.6), 20)
    assert closed.closed_only.value == 1.0
    assert (closed.waiting, closed.late) == (8, 8)
    assert kept(board, "reply").share.value == 1.0
    assert [(w.step, w.count, w.late) for w in board.waiting] == [("plan", 8, 8)]
    assert board.oldest[0].minutes == pytest.approx(3 * 1440 + 60)


def test_promises_are_about_their_own_tickets(store_of) -> None:
    by_phone = ("2026-03-02 10:00:05", "2026-03-02 10:00:15", "", "2026-03-02 12:00:00")
    lines = [quick()] * 12 + [ticket(*by_phone, channel="电话客服", priority="加急")] * 11
    lines += [quick(priority="非紧急", channel="门店")] * 10
    board = promises.board(store_of(lines), EVERYTHING)
    found = {k.promise.name: (k.share.value, k.share.n) for k in board.kept}
    assert found["phone"] == (1.0, 11)
    assert found["urgent"] == (1.0, 11)
    assert found["online"] == (0.0, 12)
    assert found["store"] == (0.0, 10)
    assert found["plan"] == (1.0, 33)  # closed without a plan of its own: made by closing


MARCH = "2026-03-02 10:00:00"
EVENING = "2026-03-02 18:00:00"


@pytest.mark.parametrize(
    ("odd", "step", "why"),
    [
        (ticket(MARCH, "2026-03-02 19:00:00", "", EVENING), "reply", "impossible"),
        (ticket(MARCH, "", "", EVENING), "reply", "no_time"),
        (ticket(MARCH, "2026-03-02 11:00:00", "", ""), "closed", "no_time"),
        (ticket("2026-03-02", "2026-03-02 11:00:00", "", EVENING), "reply", "no_clock"),
        (ticket(MARCH, "2026-03-03", "", "2026-03-05 18:00:00"), "reply", "no_clock"),
        (ticket(MARCH, status="已取消"), "reply", "no_time"),
    ],
)
def test_times_that_cannot_be_judged_are_left_out_and_counted(store_of, odd: dict, step: str, why: str) -> None:
    found = kept(promises.board(store_of([odd, *[quick()] * 12]), EVERYTHING), step)
    assert found.left_out == {why: 1}
    assert (found.share.n, found.share.value) == (12, 1.0)


def test_a_cancelled_ticket_competes(store_of) -> None:
    gone = ticket(MARCH, "", "", "2026-03-02 10:30:00", status="已撤销")
    found = kept(promises.board(store_of([quick()] * 12 + [gone] * 4), EVERYTHING), "reply")
    assert (found.share.value, found.share.n, found.cancelled) == (0.75, 16, 4)


def test_impossible_times_and_mixed_types_of_a_real_looking_workbook() -> None:
    """Text, real date cells and dates without a time side by side, as in the city hotline's export."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADER)
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for i in range(1, 31):
            page.write(i, 0, f"T{i}")
            if i % 3 == 0:
                page.write(i, 1, "2026/3/2 10:00:05")
            elif i % 3 == 1:
                page.write_datetime(i, 1, datetime(2026, 3, 2, 10, 0, 5), moment)
            else:
                page.write_datetime(i, 1, date(2026, 3, 2), day)
            page.write_datetime(i, 2, datetime(2026, 3, 2, 10, 30, 5), moment)
            page.write_row(i, 4, ["处理中", "APP"])
        page.write_datetime(3, 2, datetime(2026, 3, 1, 9, 0, 0), moment)  # a reply before the ticket
        page.write(6, 2, "昨天")
    with Warehouse.open(":memory:") as store:
        pipeline.import_file(store, content.getvalue(), file_name="工单.xlsx", kind="complaint")
        board = promises.board(store, EVERYTHING)
    reply = kept(board, "reply")
    assert (reply.share.n, reply.share.value, reply.left_out) == (18, 1.0, {"no_clock": 10, "impossible": 2})
    assert kept(board, "plan").silent == "unrecorded"
    closed = kept(board, "closed")
    assert (closed.silent, closed.waiting, closed.late) == ("unrecorded", 0, 0)


def test_a_promise_of_seconds_needs_times_with_seconds(store_of) -> None:
    rounded = ticket(MARCH, MARCH, channel="电话客服", status="处理中")
    found = kept(promises.board(store_of([rounded] * 12), EVERYTHING), "phone")
    assert found.silent == "no_seconds"
    assert not found.share.shown


def test_what_is_open_is_not_guessed_where_no_file_says_when_or_whether_cases_end(store_of) -> None:
    board = promises.board(store_of([{**ticket(MARCH), "status": None}] * 12), EVERYTHING)
    assert (board.waiting, board.recorded) == ((), False)
    assert [k.waiting for k in board.kept] == [0] * len(board.kept)


def test_without_tickets_there_is_no_clock() -> None:
    with Warehouse.open(":memory:") as store:
        assert promises.board(store, EVERYTHING) == Board(None, (), (), (), 0)
        assert promises.kept_by(store, EVERYTHING, key="channel") == ()
        assert resolution.resolution(store, EVERYTHING).first.share.withheld == "no_data"
        assert hotspots.hotspots(store, EVERYTHING).found == ()
        assert bots.bots(store, EVERYTHING) == bots.NO_BOTS


def test_groups_keep_the_floors_and_a_lone_hidden_one_gets_company(store_of) -> None:
    lines = [quick()] * 40 + [quick(channel="官网")] * 12 + [quick(channel="门店")] * 3
    store = store_of(lines)
    found = {k.keys["channel"]: k for k in promises.kept_by(store, EVERYTHING, key="channel", promise="closed")}
    assert found["APP"].share.shown
    assert found["门店"].share.withheld == found["官网"].share.withheld == "hidden"
    assert not found["门店"].half.shown
    assert found["门店"].half.n == 0
    hours = promises.kept_by(store, EVERYTHING, key="hour", promise="closed")
    assert [k.keys["hour"] for k in hours] == [10]
    with pytest.raises(UnknownName):
        promises.kept_by(store, EVERYTHING, key="mood")


def test_words_of_ticket_systems() -> None:
    assert says("已取消", CANCELLED_WORDS)
    assert says("用戶撤訴", CANCELLED_WORDS)
    assert not says("未取消", CANCELLED_WORDS)
    assert says("Resolved", FINISHED_WORDS)
    assert not says("unresolved", FINISHED_WORDS)
    assert not says("待关闭", FINISHED_WORDS)
    assert not says(None, FINISHED_WORDS)
    assert says("特急", URGENT_WORDS)
    assert not says("非紧急", URGENT_WORDS)


def test_a_matter_that_comes_back_by_another_channel_was_not_settled(store_of) -> None:
    lines = [quick(customer_id=f"C{i}") for i in range(20)]
    lines += [quick(6, customer_id="C0", channel="电话客服"), quick(28, customer_id="X", channel="门店")]
    lines += [quick(customer_id="C2", category="质量"), quick(customer_id="C3", contacts=3.0, category="价格")]
    store = store_of(lines)
    found = resolution.resolution(store, EVERYTHING).first
    assert (found.share.n, found.undecided, found.unknown) == (22, 1, 0)
    assert found.share.value == pytest.approx(20 / 22)  # C0 came back, C3 took three contacts
    online = resolution.resolution(store, Filters.of(channel="APP")).first
    assert online.share.value == pytest.approx(20 / 22)
    by_phone = resolution.resolution(store, Filters.of(channel="电话客服")).first
    assert by_phone.share.n == 0  # the repeat belongs to the matter that began online


def test_a_cause_that_piles_up_in_one_store_and_hour_stands_out(store_of) -> None:
    def at(hour: int, store: str, cause: str) -> dict:
        return ticket(f"2026-03-02 {hour:02d}:00:05", store=store, category=cause, channel="门店", status="处理中")

    places, causes, hours = ("甲店", "乙店", "丙店", "丁店"), ("排队", "价格"), (10, 18)
    spread = [(hour, place, cause) for place in places for cause in causes for hour in hours for _ in range(6)]
    spread += [(18, "甲店", "排队")] * 30
    found = hotspots.hotspots(store_of([at(*cell) for cell in spread]), EVERYTHING)
    assert found.cells == 16
    first = found.found[0]
    assert (first.category, first.place, first.hours, first.count) == ("排队", "甲店", (17, 20), 36)
    assert 1 < first.ratio.low < first.ratio.value < first.ratio.high
    assert not [hot for hot in found.found if hot.place != "甲店"]


def test_even_complaints_have_no_hotspot(store_of) -> None:
    lines = [quick(store=f"{'甲乙丙丁'[i % 4]}店", category=("排队", "价格")[i // 4 % 2]) for i in range(80)]
    assert hotspots.hotspots(store_of(lines), EVERYTHING).found == ()


def test_bots_are_told_by_the_column_that_names_them(store_of) -> None:
    def replied(minute: int) -> dict:
        return quick(first_reply=pd.Timestamp(f"2026-03-02 10:{minute:02d}:05"))

    lines = [replied(1)] * 40 + [replied(3)] * 20 + [replied(20)] * 20
    who = ["智能客服"] * 40 + ["智能客服转人工"] * 20 + ["人工客服"] * 20
    rated = ["满意", "不满意"] * 20 + ["未评价"] * 20 + ["满意"] * 20
    found = bots.bots(store_of(lines, 首次应答=who, 处理评价=rated), EVERYTHING)
    assert (found.column, found.rated_by) == ("首次应答", "处理评价")
    assert (found.reached.value, found.reached.n) == (0.75, 80)
    assert found.handed.value == pytest.approx(1 / 3)
    assert [(s.who, s.share.value, s.half.value, s.satisfied.n) for s in found.sides] == [
        ("bot", 0.5, 1.0, 40), ("handed", 0.25, 3.0, 0), ("person", 0.25, 20.0, 20),
    ]
    assert found.p_value < 1e-6


def test_points_of_five_say_how_satisfied_a_customer_was(store_of) -> None:
    """The two best of five are satisfied, as for CSAT; a column of other numbers rates nothing."""
    who, points = ["智能客服"] * 20 + ["人工客服"] * 20, ["5", "4", "3", "1"] * 5 + ["5"] * 20
    found = bots.bots(store_of([quick()] * 40, 首次应答=who, 服务评分=points, 来电评分=["9"] * 40), EVERYTHING)
    assert found.rated_by == "服务评分"
    assert [(s.satisfied.value, s.satisfied.n) for s in found.sides] == [(0.5, 20), (1.0, 20)]


def test_promises_are_kept_through_restart_and_changed_by_nobody_unseen(tmp_path) -> None:
    path = tmp_path / "store.duckdb"
    with Warehouse.open(path) as store:
        assert store.promises() == USUAL_PROMISES
        store.set_promise(Promise("reply", "first_reply", 30), who="李雷", seen=60)
        store.set_promise(Promise("金卡回复", "first_reply", 5, "tier", ("金卡",)), who="李雷")
        store.drop_promise("store", who="李雷", seen=3)
    with Warehouse.open(path) as store:
        held = {p.name: p.minutes for p in store.promises()}
        assert held["reply"] == 30
        assert held["金卡回复"] == 5
        assert "store" not in held
        with pytest.raises(PromiseRefused) as refused:
            store.set_promise(Promise("reply", "first_reply", 45), who="韩梅梅", seen=60)
        assert refused.value.key == "errors.promise_changed"
        store.reset_promises(who="韩梅梅", seen=store.promises())
        assert store.promises() == USUAL_PROMISES


@pytest.mark.parametrize(
    "promise",
    [
        Promise(" ", "closed", 5), Promise("长" * 41, "closed", 5), Promise("x", "closed", 0),
        Promise("x", "closed", float("nan")), Promise("x", "closed", 1e9), Promise("x", "begin", 5),
        Promise("x", "closed", 5, "mood", ("a",)),
    ],
)
def test_what_is_no_promise_is_refused(promise: Promise) -> None:
    with Warehouse.open(":memory:") as store:
        with pytest.raises(XinshengError):
            store.set_promise(promise, who="李雷")
        assert store.promises() == USUAL_PROMISES
        with pytest.raises(PromiseRefused):
            store.drop_promise("nobody's", who="李雷", seen=1)


@pytest.mark.parametrize(
    ("text", "minutes"), [("15秒", 0.25), ("2min", 2), ("1.5 小时", 90), ("4h", 240), ("1天", 1440), ("90s", 1.5)]
)
def test_limits_as_people_write_them(text: str, minutes: float) -> None:
    assert limit(text) == pytest.approx(minutes)


@pytest.mark.parametrize("text", ["", "5", "很快", "5 weeks", "-2h", "小时"])
def test_what_is_no_limit_is_said_so(text: str) -> None:
    with pytest.raises(XinshengError) as refused:
        limit(text)
    assert refused.value.key == "errors.promise_time"


def test_the_commands_tell_and_change_promises(tmp_path, capsys) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        code = main([*arguments, "--store", str(tmp_path / "s.duckdb")])
        shown = capsys.readouterr()
        return code, shown.out + shown.err

    assert "还没有工单" in run("service")[1]
    with Warehouse.open(tmp_path / "s.duckdb") as store:
        tickets = [{"ticket_id": f"T{i}", **quick(channel="官网" if i % 2 else "APP")} for i in range(40)]
        store.add(batch("complaint", {"tickets": tickets}, contents=list(range(40)), identities=list(range(40))))
    code, out = run("service")
    assert code == 0
    assert "2026-03-02 18:00" in out
    assert run("promises", "--set", "reply=15分钟", "--who", "李雷")[0] == 0
    found = json.loads(run("service", "--by", "channel", "--promise", "reply", "--json")[1])
    assert [(p["promise"], p["share"]["value"], p["minutes"]) for p in found["promises"]] == [("reply", 0.0, 15)]
    assert [(p["channel"], p["share"]["n"]) for p in found["by"]] == [("APP", 20), ("官网", 20)]
    assert {"first_contact", "reopened", "hotspots", "bots", "open", "now"} <= found.keys()
    vip = ("promises", "--add", "VIP", "--step", "closed", "--within", "2小时", "--where", "tier=金卡")
    assert run(*vip)[0] == 2  # nobody changes anything without a name
    assert "承诺" in run(*vip, "--who", "李雷")[1]
    assert json.loads(run("promises", "--json")[1])[-1]["values"] == ["金卡"]
    for nothing, said in ((("--by", "region"), say("cli.service.no_groups", key=say("keys.region"))),
                          (("--where", "channel=门店"), say("cli.service.no_cells"))):
        code, out = run("service", *nothing)
        assert (code, said in out, "（95% ，" in out) == (0, True, False)
    for wrong in (("promises", "--add", "x"), ("promises", "--set", "nobody=1h"), ("service", "--by", "mood"),
                  ("service", "--promise", "nobody"), ("promises", "--set", "reply=soon")):
        code, out = run(*wrong)
        assert code == 2
        assert len(out.strip().splitlines()) == 1
    assert run("service", "--out", str(tmp_path / "s.xlsx"))[0] == 0
