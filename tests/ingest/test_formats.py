"""Exports of survey tools and shops as they are: what each becomes, and that every row is accounted for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from analysis.i18n import words
from analysis.ingest import convert, formats
from analysis.ingest.formats import headings
from analysis.ingest.mapping import QUALITY_ROLES
from tests.ingest import exports
from tests.ingest.files import SECRET, adds_up, column, csv_bytes, look, xlsx_bytes, zip_bytes

pytestmark = pytest.mark.usefixtures("in_process")

# What comes out: the format, the kind, {dimension: scale}, the headers of texts, the header of the time.
EXPECTED = {
    "wenjuanxing": (
        exports.wenjuanxing(), "survey",
        {"服务态度": "1-5", "响应速度": "1-5", "您对以下服务的满意度如何?—满意度": "1-5", "推荐意愿": "0-10"},
        ["7、您还有什么建议"], "提交答卷时间",
    ),
    "tencent_survey": (
        exports.tencent_survey(), "survey", {"整体满意度": "1-5", "服务态度": "1-5", "环境": "1-5"},
        ["4.您还有什么想说的"], "结束答题时间",
    ),
    "tencent_form": (
        exports.tencent_form(), "survey", {"服务态度": "1-5"}, ["您的建议（选填）"], "提交时间（自动）",
    ),
    "surveymonkey": (
        exports.surveymonkey(), "survey", {"整体满意度": "1-5", "服务态度": "1-5", "价格": "1-5"},
        ["What could we do better?"], "End Date",
    ),
    "qualtrics": (
        exports.qualtrics(), "survey", {"整体满意度": "1-5", "服务态度": "1-5", "物流时效": "1-5", "推荐意愿": "0-10"},
        ["Any comments?"], "RecordedDate",
    ),
    "formbricks": (
        exports.formbricks(), "survey", {"整体满意度": "1-5", "服务态度": "1-5", "价格": "1-5"},
        ["3. What should we improve?"], "Timestamp",
    ),
    "google_forms": (
        exports.google_forms(), "survey", {"整体满意度": "1-5", "服务态度": "1-5", "环境": "1-5"},
        ["您还有什么建议？"], "时间戳记",
    ),
    "taobao": (exports.taobao(), "review", {}, ["初评内容"], "评价时间"),
    "jd": (exports.jd(), "review", {}, ["content"], "creationTime"),
    "dianping": (exports.dianping(), "review", {"环境": "1-5", "口味": "1-5", "服务": "1-5"}, ["comment"], "timestamp"),
    "meituan": (exports.meituan(), "review", {}, ["reviewbody"], None),
}
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030")


def test_every_format_is_tested_and_named() -> None:
    names = {known.NAME for known in formats.FORMATS}
    assert names == {*EXPECTED, "wenjuanwang"}
    assert {f"formats.{name}" for name in names} <= words().keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_columns(name: str) -> None:
    text, kind, scores, texts, time = EXPECTED[name]
    found = look(text)
    assert (found.tool, found.kind) == (name, kind)
    assert {c.dimension: c.scale for c in found.mapping.having("score")} == scores
    assert [c.header for c in found.mapping.having("comment")] == texts
    first = found.mapping.first("time")
    assert (first.header if first else None) == time
    assert all(f"reasons.{c.why}" in words() for c in found.mapping.columns)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("name", EXPECTED)
def test_goes_in_as_it_is(name: str, encoding: str) -> None:
    text = EXPECTED[name][0]
    found = look(csv_bytes(text, encoding))
    batch = convert(found, survey_date=date(2026, 9, 1), secret=SECRET)
    assert found.tool == name
    assert adds_up(batch)
    assert batch.report.rows_read == len(found.table.frame)
    assert batch.report.quarantined == sum(len(mark.rows) for mark in found.marks if mark.leave_out)
    assert batch.report.cells_quarantined == 0


@pytest.mark.parametrize("name", ["wenjuanxing", "surveymonkey", "qualtrics", "taobao"])
def test_same_rows_from_a_workbook(name: str) -> None:
    text = EXPECTED[name][0]
    rows = list(exports.csv.reader(exports.io.StringIO(text)))
    inside, plain = look(xlsx_bytes([["导出结果"], *rows])), look(text)
    assert inside.tool == name
    given = {"survey_date": date(2026, 9, 1), "secret": SECRET}
    assert convert(inside, **given).rows["content"].tolist() == convert(plain, **given).rows["content"].tolist()


def test_wenjuanxing_leaves_out_what_is_no_answer() -> None:
    found = look(exports.wenjuanxing())
    judged_by = {c.header: c.role for c in found.mapping.having(*QUALITY_ROLES)}
    assert judged_by == {"所用时间": "duration", "来自IP": "origin"}
    why = {c.header: c.why.removeprefix("mapping.") for c in found.mapping.having("ignore")}
    assert why == {
        "来源": "survey_meta", "来源详情": "survey_meta",
        "6、请输入您的收货地址—收货人姓名：": "personal",
        "6、请输入您的收货地址—详细地址:": "personal", "总分": "survey_meta",
    }


def test_wenjuanxing_skipped_answers_are_no_comments() -> None:
    batch = convert(look(exports.wenjuanxing()), secret=SECRET)
    assert len(batch.tables["comments"]) == 4
    assert not batch.tables["comments"]["text"].str.contains("跳过").any()


def test_wenjuanxing_by_number_asks_which_end_is_best() -> None:
    found = look(exports.wenjuanxing_coded())
    scored = found.mapping.having("score")
    assert [c.dimension for c in scored] == ["整体满意度", "服务态度", "响应速度"]
    assert {c.question for c in scored} == {"questions.positions"}
    why = {c.header: c.why.removeprefix("mapping.") for c in found.mapping.having("choice")}
    assert [why[f"第3题：{name}"] for name in ("价格", "质量", "服务")] == ["ranking"] * 3
    assert [why[f"第4题：{name}"] for name in ("微信", "短信")] == ["tick_column"] * 2
    batch = convert(found, secret=SECRET)
    assert adds_up(batch)
    assert batch.report.cells_quarantined == 0
    assert len(batch.tables["answers"]) == 29  # one of thirty was skipped
    assert len(batch.tables["comments"]) == 5


def test_wenjuanxing_positions_of_a_recommendation_are_not_scores() -> None:
    """Position 11 is a 10: taken as they are, all answers would be one too high and the best ones lost."""
    head = "序号,提交答卷时间,所用时间,1、您有多大可能把我们推荐给朋友,2、您对服务满意吗"
    lines = "".join(f"{n},2026-09-01 10:00:00,9秒,{n},满意\n" for n in range(1, 12))
    asked = column(look(f"{head}\n{lines}"), "1、您有多大可能把我们推荐给朋友")
    assert (asked.role, asked.question) == ("ignore", "questions.nps_positions")
    scores = column(look(f"{head}\n{lines}".replace(",11,", ",10,")), "1、您有多大可能把我们推荐给朋友")
    assert (scores.role, scores.metric, scores.question) == ("score", "nps", None)


def test_wenjuanxing_by_text_does_not_ask() -> None:
    assert not any(c.question for c in look(exports.wenjuanxing()).mapping.columns)


def test_both_满意_and_比较满意_ask_how_many_steps() -> None:
    lines = "".join(f"2026-01-05,{label}\n" for label in ("非常满意", "满意", "比较满意", "一般", "不满意"))
    found = column(look(f"提交时间,整体满意度\n{lines}"), "整体满意度")
    assert (found.scale, found.question) == ("1-7", "questions.six_steps")


def test_tencent_answers_judged_invalid_are_offered() -> None:
    found = look(exports.tencent_survey())
    assert [(mark.name, len(mark.rows)) for mark in found.marks] == [("marked_invalid", 1)]
    out = convert(found, secret=SECRET).report
    assert [(i.row, i.column, i.value, i.reason, i.whole_row) for i in out.issues] == [
        (5, "清洗数据结果", "无效", "marked_invalid", True)
    ]
    kept = convert(found, mapping=replace(found.mapping, leave_out=()), secret=SECRET).report
    assert (kept.imported, kept.quarantined) == (6, 0)


def test_tencent_times_and_options() -> None:
    batch = convert(look(exports.tencent_survey()), secret=SECRET)
    answers = batch.tables["answers"]
    assert answers["day"].unique().tolist() == [pd.Timestamp(2021, 2, 2)]
    assert answers[answers["dimension"] == "整体满意度"]["score"].tolist() == [5, 4, 3, 1, 5]


def test_tencent_of_2016() -> None:
    header = "编号,开始答题时间,结束答题时间,自定义字段,1.您对服务满意吗,"
    text = f"{header}\n1,2016-04-27 19:20:45,2016-04-27 19:26:45,,A.非常满意,\n"
    found = look(text)
    assert found.tool == "tencent_survey"
    assert len(found.table.header) == 5
    assert convert(found, secret=SECRET).tables["answers"]["score"].tolist() == [5]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("words_inside", [True, False])
def test_wenjuanwang_archive(words_inside: bool, encoding: str) -> None:
    """In words where the archive has them, else decoded with its code book: the same answers."""
    parts = {name: text.encode(encoding) for name, text in exports.wenjuanwang_parts().items()}
    if not words_inside:
        del parts["All_Data_Readable.csv"]
    data = zip_bytes(**{name.replace(".", "_dot_"): content for name, content in parts.items()})
    found = look(data)
    assert (found.tool, found.format) == ("wenjuanwang", "csv")
    batch = convert(found, secret=SECRET)
    answers = batch.tables["answers"]
    overall = answers[answers["dimension"] == "整体满意度"]
    assert overall["score"].tolist() == [5, 4, 3, 2, 1]
    assert answers["dimension"].value_counts().tolist() == [5, 5, 5]
    assert len(batch.tables["comments"]) == 5
    assert adds_up(batch)


def test_surveymonkey_with_a_blank_second_row() -> None:
    lines = exports.surveymonkey().splitlines()
    found = look("\n".join([lines[0], "," * lines[0].count(","), *lines[2:]]))
    assert len(found.table.frame) == 6
    assert found.table.frame.index[0] == 3


def test_surveymonkey_options_are_ticks() -> None:
    found = look(exports.surveymonkey())
    ticks = [c.header for c in found.mapping.having("choice") if c.why == "mapping.tick_column"]
    assert ticks == [f"Which did you use?—{name}" for name in ("Store", "App")]  # nobody chose Phone


def test_qualtrics_leaves_out_previews_and_unfinished() -> None:
    found = look(exports.qualtrics())
    assert [(mark.name, sorted(mark.rows)) for mark in found.marks] == [("preview", [4]), ("unfinished", [5])]
    report = convert(found, secret=SECRET).report
    assert [(i.row, i.reason) for i in report.issues] == [(4, "preview"), (5, "unfinished")]
    assert (report.rows_read, report.imported) == (7, 5)


def test_qualtrics_times_of_another_zone() -> None:
    """20:05 in Denver (UTC-6 in September) is 10:05 of the next day in Shanghai."""
    batch = convert(look(exports.qualtrics("America/Denver")), secret=SECRET)
    assert batch.tables["answers"]["day"].unique().tolist() == [pd.Timestamp(2026, 9, 2)]


def test_formbricks_unfinished_answers_count_unless_left_out() -> None:
    found = look(exports.formbricks())
    assert [(mark.name, len(mark.rows), mark.leave_out) for mark in found.marks] == [("unfinished", 1, False)]
    assert convert(found, secret=SECRET).report.imported == 6
    assert found.mapping.first("customer_id").header == "User ID"


def test_google_forms_choices_are_no_comment() -> None:
    found = look(exports.google_forms())
    assert column(found, "您用过哪些渠道？").why == "mapping.multi_select"
    assert convert(found, secret=SECRET).tables["answers"]["day"].min() == pd.Timestamp(2026, 9, 1)


def test_first_and_later_review_have_their_own_days() -> None:
    comments = convert(look(exports.taobao()), secret=SECRET).tables["comments"].set_index("comment_id")
    assert comments["text"].to_dict() == {
        "P1:1": "很好看", "P1:2": "一个月后掉色了", "P2:1": "不错", "P3:2": "还是坏了", "P3": "",
    }
    assert comments.loc["P1:1", "day"] == pd.Timestamp(2026, 9, 1)
    assert comments.loc["P1:2", "day"] == pd.Timestamp(2026, 10, 2)
    assert comments.loc["P3:2", "day"] == pd.Timestamp(2026, 9, 3)
    assert comments.loc["P1:1", "stars"] == 5
    assert pd.isna(comments.loc["P1:2", "stars"])


def test_stars_count_once() -> None:
    comments = convert(look(exports.taobao()), secret=SECRET).tables["comments"]
    assert sorted(comments["stars"].dropna()) == [2, 4, 5]


def test_reviews_of_several_shops() -> None:
    found = look(exports.review_tool())
    assert (found.tool, found.mapping.first("channel").header) == ("taobao", "平台")
    comments = convert(found, secret=SECRET).tables["comments"]
    assert sorted(comments["text"]) == ["客服解决了", "物流慢", "质量很好"]


@pytest.mark.parametrize(
    ("header", "roles"),
    [
        (
            "工单编号,工单标题,诉求类型,诉求渠道,受理时间,办结时间,工单状态",
            "id,title,category,channel,time,closed,status",
        ),
        ("投诉编号,投诉描述,投诉类别,投诉来源,投诉日期,处置结果", "id,comment,category,channel,time,status"),
        (
            "热线单号,诉求标题,诉求内容,区交办时间,区交办办结期限,办结时间,报修人",
            "id,title,comment,time,ignore,closed,customer_id",
        ),
        (
            "留言编号,留言用户,留言主题,留言时间,留言详情,反对数,点赞数",
            "id,customer_id,title,time,comment,ignore,ignore",
        ),
        ("受理编号,客户名称,市民诉求,受理时间,状态,评分", "id,ignore,comment,time,status,ignore"),
    ],
)
def test_tickets_by_the_names_of_their_columns(header: str, roles: str) -> None:
    cells = {"time": "2026-09-01 10:00", "closed": "2026-09-02 10:00"}
    row = ",".join(cells.get(role, "内容") for role in roles.split(","))
    found = look(f"{header}\n{row}\n")
    assert found.kind == "complaint"
    assert [c.role for c in found.mapping.columns] == roles.split(",")
    assert adds_up(convert(found, secret=SECRET))


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("请留下您的姓名和手机号", "personal"),
        ("请问您对身份证办理有什么建议", "free_text"),
        ("您对电话客服的服务态度满意吗", None),
    ],
)
def test_questions_that_ask_who_someone_is(header: str, why: str | None) -> None:
    lines = "".join(f"2026-01-0{n},{'这是一段比较长的文字' if why else ''}{n}\n" for n in range(1, 6))
    found = column(look(f"提交时间,{header},服务态度\n" + lines.replace("\n", ",5\n")), header)
    assert found.why == f"mapping.{why}" if why else found.role == "score"


@pytest.mark.parametrize(
    "header",
    ["Timestamp,Store name of the day,Orders", "日期,渠道,订单量", "content,score", "编号,开始时间,结束时间,备注"],
)
def test_files_that_resemble_a_tool(header: str) -> None:
    assert formats.recognised([header.split(","), ["1"] * 4]) is None


def test_a_format_stands_below_titles_and_survives_a_mixed_group() -> None:
    head = "序号,提交答卷时间,所用时间,1、您的评价：—态度,第1题(环境),1、价格"
    found = look(f"某某问卷\n\n{head}\n1,2026-09-01 10:00:00,9秒,满意,一般,不满意\n")
    assert (found.tool, found.table.header_row) == ("wenjuanxing", 3)
    assert [c.dimension for c in found.mapping.having("score")] == ["服务态度", "环境", "价格"]


def test_a_file_of_no_known_tool() -> None:
    assert look("提交时间,服务态度\n2026-01-05,5\n").tool == ""


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("题干—行", ("题干", "行")),
        ("题干：—行", ("题干", "行")),
        ("题干–行", ("题干", "行")),
        ("How is - the price", ("How is", "the price")),
        ("well-known shop", None),
        ("整体满意度", None),
    ],
)
def test_stem_and_row(text: str, parts: tuple[str, str] | None) -> None:
    assert headings.stem_and_row(text) == parts
