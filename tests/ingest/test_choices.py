"""Questions of several options: every form that tools write, with the people who saw the question as base."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from analysis import briefing, pipeline
from analysis.errors import UnknownName
from analysis.ingest.choices import split, with_commas
from analysis.schema import Filters
from analysis.store import Warehouse
from tests.ingest import exports
from tests.ingest.files import adds_up, column, look, records

pytestmark = pytest.mark.usefixtures("in_process")


def told(text: str) -> dict[str, dict[str | None, int]]:
    """How often each option of each question was chosen; under None, how many saw the question."""
    lines = records(text).tables["choices"]
    counts = lines.assign(option=lines["option"].astype(object)).groupby(["question", "option"], dropna=False).size()
    found: dict[str, dict[str | None, int]] = {}
    for (question, option), n in counts.items():
        found.setdefault(question, {})[option if isinstance(option, str) else None] = int(n)
    return found


def wide(header: str, rows: list[str]) -> str:
    lines = [f"A{n},2026-01-05,{9 - n % 3},{row}" for n, row in enumerate(rows)]
    return "\n".join([f"答卷编号,提交时间,推荐意愿,{header}", *lines]) + "\n"


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (
            exports.wenjuanxing,
            {
                "您从哪里知道我们": {"朋友": 8, "广告": 4, None: 8},
                "请排序": {"价格": 8, "质量": 8, "服务": 8, None: 8},
                "Q5": {"停车难": 4, None: 8},
            },
        ),
        (
            exports.wenjuanxing_coded,
            {"Q3": {"价格": 10, "质量": 10, "服务": 10, None: 10}, "Q4": {"微信": 5, "短信": 10, None: 10}},
        ),
        (exports.tencent_survey, {"您用过哪些渠道": {"门店": 2, "APP": 5, None: 5}}),
        (exports.surveymonkey, {"Which did you use": {"Store": 3, "App": 6, None: 6}}),
        (exports.google_forms, {"您用过哪些渠道": {"门店": 8, "APP": 6, "小程序": 8, None: 12}}),
    ],
)
def test_choices_of_each_tool(make: Callable[[], str], expected: dict) -> None:
    assert told(make()) == expected


def test_formbricks_joins_with_semicolons() -> None:
    lines = exports.formbricks().replace("3. What should we improve?", "3. Which did you use?").splitlines()
    used = ["Store; App", "Store", "App; Phone", "Store; Phone", "App; Store", "Phone; App"]
    answered = [
        line.replace("Shorter queues would help a lot", said) for line, said in zip(lines[1:], used, strict=True)
    ]
    text = "\n".join([lines[0], *answered])
    assert told(text) == {"Which did you use": {"Store": 4, "App": 4, "Phone": 3, None: 6}}


def test_ticks_that_hold_their_own_number() -> None:
    """7 under 高铁 is a tick, not a score; a smaller number begins the next question."""
    found = look(wide("居民小区,办公室,高铁,卡顿,断网", ["1,-1,7,-1,-1", "-1,2,-1,1,-1", "1,2,-1,-1,2"]))
    assert [(c.name, c.option) for c in found.mapping.having("choice")] == [
        ("居民小区/办公室…", "居民小区"), ("居民小区/办公室…", "办公室"), ("居民小区/办公室…", "高铁"),
        ("卡顿/断网", "卡顿"), ("卡顿/断网", "断网"),
    ]
    assert told(wide("居民小区,办公室,高铁", ["1,-1,7", "-1,2,-1", "1,2,-1", ",,"])) == {
        "居民小区/办公室…": {"居民小区": 2, "办公室": 2, "高铁": 1, None: 3}
    }


@pytest.mark.parametrize("sign", [":", "：", "—", "-"])
def test_ticks_under_a_common_stem(sign: str) -> None:
    header = f"您用过哪些渠道{sign}门店,您用过哪些渠道{sign}小程序,其他选项"
    assert told(wide(header, ["1,0,0", "0,0,1", "1,1,0"])) == {"您用过哪些渠道": {"门店": 2, "小程序": 1, None: 3}}


def test_a_lone_tick_is_no_question() -> None:
    found = column(look(wide("微信", ["0", "1", "1"])), "微信")
    assert (found.role, found.why) == ("ignore", "mapping.tick")


@pytest.mark.parametrize("mark", ["┋", ";", "；", "|"])
def test_joined_options_of_an_unknown_tool(mark: str) -> None:
    rows = [f"门店{mark}APP", "门店", f"APP{mark}电话", f"电话{mark}门店", "APP", "电话", ""]
    assert told(wide("用过的渠道", rows)) == {"用过的渠道": {"门店": 3, "APP": 3, "电话": 3, None: 6}}


def test_who_did_not_see_the_question_is_not_in_its_base() -> None:
    rows = exports.wenjuanxing().splitlines()
    skipped = "\n".join([rows[0], *(row.replace(",朋友,", ",(跳过),") for row in rows[1:])])
    assert told(skipped)["您从哪里知道我们"] == {"朋友": 4, "广告": 4, None: 4}


def test_seen_and_nothing_ticked_is_in_the_base() -> None:
    text = "序号,提交答卷时间,所用时间,1、(停车难),1、(排队久)\n" + "".join(
        f"{n},2026-09-01 10:00:0{n},9秒,{n % 2},0\n" for n in range(4)
    )
    assert told(text) == {"Q1": {"停车难": 2, None: 4}}
    assert records(text).report.imported == 4  # a survey may ask nothing else


def test_places_of_a_ranking() -> None:
    lines = records(exports.wenjuanxing()).tables["choices"]
    ranked = lines[(lines["question"] == "请排序") & lines["option"].notna()]
    assert ranked.groupby("option")["place"].unique().map(list).to_dict() == {"价格": [1], "质量": [2], "服务": [3]}
    coded = records(exports.wenjuanxing_coded()).tables["choices"]
    price = coded[(coded["question"] == "Q3") & (coded["option"] == "价格")]["place"]
    assert price.tolist() == [1, 2, 3, 1, 2, 3, 1, 2, 3, 1]


@pytest.mark.parametrize(
    ("cells", "counts", "expected"),
    [
        ([("a", "b"), ("a",)], [5, 1], [("a", "b"), ("a",)]),
        ([("a", "b"), ("c",)], [5, 1], [("a, b",), ("c",)]),
        ([("a", "b", "c"), ("c",)], [3, 3], [("a, b", "c"), ("c",)]),
        ([("a", "b", "c"), ("d",)], [3, 3], [("a, b, c",), ("d",)]),
        ([("a", "b"), ("c",)], [2, 9], [("a", "b"), ("c",)]),
        ([("a", "b")], [9], [("a", "b")]),
        ([], [], []),
    ],
)
def test_options_that_hold_a_comma(cells: list, counts: list, expected: list) -> None:
    assert with_commas(cells, counts, ", ") == expected


@pytest.mark.parametrize(
    ("cell", "options"),
    [
        ("A.门店┋B.APP", ("门店", "APP")), ("门店┋门店", ("门店",)), ("┋", ()), ("", ()),
        ("其他〖隔壁老王〗┋APP", ("其他", "APP")), ("A", ("A",)),
    ],
)
def test_split(cell: str, options: tuple) -> None:
    assert split(cell, "┋") == options


def test_what_was_filled_in_is_masked() -> None:
    rows = ["门店┋打 13812345678 问的", "门店┋打 13812345678 问的", "门店", "APP┋门店"]
    found = look(wide("用过的渠道", rows))
    columns = tuple(
        replace(c, role="choice", separator="┋") if c.header == "用过的渠道" else c for c in found.mapping.columns
    )
    batch = records(wide("用过的渠道", rows), mapping=replace(found.mapping, columns=columns))
    assert "13812345678" not in "".join(batch.tables["choices"]["option"].dropna())
    assert adds_up(batch)


def test_shares_with_their_interval_by_key() -> None:
    """24 of 30 chose 门店: Wilson's interval at 95 % is 0.627 to 0.905 (Newcombe 1998, method 3)."""
    rows = [f"{'门店┋APP' if n % 5 else 'APP'},{'青年' if n % 2 else '中年'}" for n in range(30)]
    with Warehouse.open(":memory:") as store:
        pipeline.import_file(store, wide("用过的渠道,客龄", rows).encode(), file_name="a.csv")
        first, second = briefing.choice_shares(store, Filters())
        assert (first.option, first.estimate.value, first.estimate.n) == ("APP", 1, 30)
        assert (second.option, second.estimate.value, second.mean_place) == ("门店", 0.8, None)
        assert (round(second.estimate.low, 3), round(second.estimate.high, 3)) == (0.627, 0.905)
        by = briefing.choice_shares(store, Filters.of(客龄="青年"), by=["客龄"], question="用过的渠道")
        assert [(s.keys["客龄"], s.option, s.estimate.n) for s in by] == [("青年", "APP", 15), ("青年", "门店", 15)]
        with pytest.raises(UnknownName) as unknown:
            briefing.choice_shares(store, Filters(), question="用过什么")
        assert unknown.value.values["known"] == ("用过的渠道",)
        store.undo(1)
        assert briefing.choice_shares(store, Filters()) == ()


def test_mean_places_and_withheld_cells() -> None:
    text = exports.wenjuanxing_coded()
    with Warehouse.open(":memory:") as store:
        pipeline.import_file(store, text.encode(), file_name="a.csv")
        ranked = briefing.choice_shares(store, Filters(), question="Q3")
        assert {share.option: share.mean_place for share in ranked} == {"价格": 1.9, "质量": 2.0, "服务": 2.1}
        few = briefing.choice_shares(store, Filters(), question="Q3", by=["store"])
        assert all(share.estimate.n == 10 for share in few)
    with Warehouse.open(":memory:") as store:
        pipeline.import_file(store, exports.wenjuanxing().encode(), file_name="b.csv")
        hidden = briefing.choice_shares(store, Filters(), question="请排序")
        assert [(share.estimate.withheld, share.mean_place) for share in hidden] == [("too_few", None)] * 3
