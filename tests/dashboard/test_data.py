"""数据: a file goes in through the page, is accounted for to the row, and comes out again."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analysis import ingest
from analysis.i18n import say
from analysis.schema import FLAGS
from analysis.store import Warehouse
from analysis.watching import Watch
from dashboard import data
from dashboard.background import Work
from dashboard.upload import mapping
from tests.dashboard.conftest import PATIENCE_SECONDS, shown_html
from tests.dashboard.test_pages import failed
from tests.ingest import exports
from tests.ingest.files import zip_bytes
from tests.ingest.test_quality import export

DATA = "dashboard/pages/data.py"
OpenApp = Callable[[Warehouse], AppTest]

SURVEY = "\n".join(
    [
        "提交时间,渠道,推荐意愿,整体满意度,意见",
        *(f"2026-11-{16 + i % 7} 10:{i:02d}:00,在线客服,{i % 11},满意,第{i}条意见" for i in range(40)),
        "2026-11-16 11:00:00,在线客服,37,满意,打13812345678没人接",  # a score off the scale
        "2026-13-45,在线客服,9,满意,日期不对",
    ]
)
RAGGED = f"{SURVEY}\n2026-11-17,在线客服\n2026-11-18,在线客服,9,满意,好,多出的一格"
UNDATED = "渠道,整体满意度\n" + "\n".join(f"门店,{1 + i % 5}" for i in range(30))


class NobodyReads:
    """Stands in for the background reader, which would outlive the test's store."""

    def start(self) -> None:
        """Leave the comments unread."""


@pytest.fixture
def page(open_app: OpenApp, empty_store: Warehouse, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setattr(data, "_reader", NobodyReads)
    return open_app(empty_store, page=DATA)


def choose(page: AppTest, *files: tuple[str, bytes]) -> AppTest:
    """Put files into the drop zone that stands on the page, and wait until the first of them is read."""
    zone = next(zone for zone in page.file_uploader if zone.key.startswith("files-"))
    return done(zone.set_value([(name, content, "text/csv") for name, content in files]).run())


def press(page: AppTest, key: str) -> AppTest:
    """Click a button by its key, or by the part of its key that names no file, and wait for what it began."""
    button = next(b for b in page.button if b.key == key or b.key.startswith(f"{key}-"))
    return done(button.click().run())


def done(page: AppTest) -> AppTest:
    """The page once nothing is read or imported any more; a browser would be drawn anew by itself."""
    while (work := under_way(page)) is not None:
        work.wait(PATIENCE_SECONDS)
        page.run()
    return page


def under_way(page: AppTest) -> Work | None:
    """The import or the reading that the page waits for."""
    state = page.session_state
    if "upload-running" in state:
        return state["upload-running"].work
    return state["upload-inspecting"][1] if "upload-inspecting" in state else None


def test_an_empty_store_invites(page: AppTest) -> None:
    assert not failed(page)
    assert say("screen.data.answer_empty") in shown_html(page)
    assert say("screen.data.privacy") in shown_html(page)


def test_a_gb18030_survey_goes_in_and_comes_out(page: AppTest, empty_store: Warehouse) -> None:
    choose(page, ("问卷.csv", SURVEY.encode("gb18030")))
    html = shown_html(page)
    assert "第0条意见" in html
    assert page.selectbox[1].options[0] == say("screen.data.automatic_found", found="GB18030")
    press(page, "import")
    assert not failed(page)
    html = shown_html(page)
    assert say("screen.data.account_title", file="问卷.csv", imported="41") in html
    assert "不在量表" in html
    assert "2026-13-45" in html
    assert empty_store.totals()["responses"] == 41
    press(page, "undo-now-1")
    assert not failed(page)
    assert empty_store.is_empty()
    assert say("screen.data.answer_empty") in shown_html(page)
    assert 'class="xs-sum"' not in shown_html(page)
    press(page, "redo-1")
    assert not failed(page)
    assert empty_store.totals()["responses"] == 41
    assert say("screen.data.answer", batches=1, rows="41") in shown_html(page)


def test_nothing_of_the_file_stays_in_the_session(page: AppTest) -> None:
    choose(page, ("问卷.csv", SURVEY.encode()))
    assert "upload-looked" in page.session_state
    press(page, "import")
    assert "upload-looked" not in page.session_state
    assert not page.file_uploader[0].value


def test_an_archive_of_several_tables_goes_in_one_after_the_other(page: AppTest, empty_store: Warehouse) -> None:
    tables = {"订单_dot_csv": "日期,渠道,订单量\n2026-11-17,门店,120\n".encode(), "答卷_dot_csv": SURVEY.encode()}
    choose(page, ("全部.zip", zip_bytes(**tables)))
    assert say("screen.data.check_title", file="全部.zip · 订单.csv") in shown_html(page)
    press(page, "import")
    assert say("screen.data.check_title", file="全部.zip · 答卷.csv") in shown_html(page)
    press(page, "import")
    assert not failed(page)
    assert empty_store.batches()["file_name"].tolist() == ["全部.zip · 答卷.csv", "全部.zip · 订单.csv"]
    assert not page.file_uploader[0].value


def test_dates_that_could_be_read_either_way_are_asked_for(page: AppTest, empty_store: Warehouse) -> None:
    text = "提交时间,推荐意愿\n10-11-2025,9\n05-06-2025,7\n"
    choose(page, ("日期.csv", text.encode()))
    assert say("questions.day_or_month", column="提交时间") in shown_html(page)
    order = next(box for box in page.selectbox if box.key.startswith("order-"))
    done(order.set_value("month").run())
    press(page, "import")
    assert not failed(page)
    assert [str(day) for day in empty_store.period()] == ["2025-05-06", "2025-10-11"]


def test_rows_read_are_the_sum_of_what_became_of_them(page: AppTest) -> None:
    press(choose(page, ("列数不齐.csv", RAGGED.encode())), "import")
    account = shown_html(page).split('class="xs-sum"')[1].split("</div>")[0]
    read, imported, duplicates, quarantined = map(int, re.findall(r">(\d+)</b>", account))
    assert read == 44
    assert (read, quarantined) == (imported + duplicates + quarantined, 3)


def test_the_same_file_again_imports_nothing(page: AppTest) -> None:
    press(choose(page, ("问卷.csv", SURVEY.encode())), "import")
    press(choose(page, ("又一次.csv", SURVEY.encode("gb18030"))), "import")
    assert say("screen.data.account_title", file="又一次.csv", imported="0") in shown_html(page)
    assert say("screen.data.nothing_new") in shown_html(page)


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("空.csv", b"", "errors.empty_file"),
        ("报表.xls", b"<html><body><table><tr><td>1</td></tr></table></body></html>", "errors.is_html"),
        ("图片.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "errors.is_image"),
    ],
)
def test_a_file_that_is_none_gets_one_message(page: AppTest, name: str, content: bytes, key: str) -> None:
    choose(page, (name, content))
    assert not page.exception
    html = shown_html(page)
    assert html.count('class="xs-refusal"') == 1
    assert say(key, file=name) in html
    press(page, "skip")
    assert 'class="xs-refusal"' not in shown_html(page)


def test_several_files_come_one_after_the_other(page: AppTest, empty_store: Warehouse) -> None:
    choose(page, ("空.csv", b""), ("问卷.csv", SURVEY.encode()))
    assert say("screen.data.check_title", file="空.csv") in shown_html(page)
    press(page, "skip")
    assert say("screen.data.check_title", file="问卷.csv") in shown_html(page)
    press(page, "import")
    assert not failed(page)
    assert len(empty_store.batches()) == 1


def test_a_file_without_dates_asks_for_one(page: AppTest, empty_store: Warehouse) -> None:
    choose(page, ("没有日期.csv", UNDATED.encode()))
    assert say("errors.no_date", file="没有日期.csv") in shown_html(page)
    assert next(b for b in page.button if b.key.startswith("import-")).disabled
    page.date_input[0].set_value(pd.Timestamp("2026-11-20").date()).run()
    press(page, "import")
    assert not failed(page)
    assert empty_store.period() == (pd.Timestamp("2026-11-20").date(),) * 2


def test_hostile_cells_are_shown_letter_by_letter(page: AppTest) -> None:
    choose(page, ("<b>问卷</b>.csv", SURVEY.replace("第0条意见", "<img src=x onerror=alert(1)>").encode()))
    html = shown_html(page)
    assert "<img src=x" not in html
    assert "&lt;img src=x" in html
    assert "<b>问卷" not in html


def test_previews_are_masked(page: AppTest) -> None:
    lines = SURVEY.splitlines()
    choose(page, ("问卷.csv", "\n".join([lines[0], lines[41], *lines[1:41]]).encode()))
    assert "13812345678" not in shown_html(page)
    assert "[电话]" in shown_html(page)


def test_a_changed_role_changes_the_mapping() -> None:
    found = ingest.inspect(SURVEY.encode(), file_name="s.csv")
    table = mapping.mapping_table(found.mapping, found.table.frame)
    assert mapping.mapping_from(table, found.mapping) == found.mapping
    table.loc[table["header"] == "推荐意愿", ["role", "dimension", "metric", "scale"]] = ["ignore", None, None, None]
    changed = mapping.mapping_from(table, found.mapping).having("ignore")
    assert [column.header for column in changed] == ["推荐意愿"]


def test_rows_judged_invalid_stay_out_unless_wanted(page: AppTest, empty_store: Warehouse) -> None:
    choose(page, ("腾讯.csv", exports.tencent_survey().encode()))
    assert say("formats.tencent_survey") in shown_html(page)
    (box,) = page.checkbox
    assert (box.label, box.value) == (say("questions.rows.marked_invalid", count="1"), True)
    box.uncheck().run()
    press(page, "import")
    assert empty_store.totals()["responses"] == 6


def test_positions_are_asked_about_with_their_counts(page: AppTest) -> None:
    choose(page, ("问卷星.csv", exports.wenjuanxing_coded().encode()))
    asked = say("questions.positions", column="1、您对本次服务是否满意") + say(
        "questions.counts", counts="、".join(f"{n} × 2" for n in range(1, 6))
    )
    assert asked in shown_html(page)


def test_the_next_file_of_a_confirmed_form_needs_no_answers(page: AppTest, empty_store: Warehouse) -> None:
    press(choose(page, ("一月.csv", exports.wenjuanxing_coded().encode())), "import")
    later = exports.wenjuanxing_coded().replace("2026-09-01", "2026-10-01")
    choose(page, ("二月.csv", later.encode()))
    assert say("screen.data.template") in shown_html(page)
    assert "只有 1、2、3" not in shown_html(page)
    press(page, "import")
    assert empty_store.totals()["responses"] == 20


def test_the_account_names_the_flags(page: AppTest) -> None:
    press(choose(page, ("问卷.csv", export().encode())), "import")
    parts = [say("flags.part", name=say(f"flags.{flag}"), count="1") for flag in FLAGS]
    assert say("screen.data.flagged", parts="、".join(parts)) in shown_html(page)


def test_a_person_is_deleted_with_a_receipt(page: AppTest, empty_store: Warehouse) -> None:
    content = "答卷编号,提交时间,客户编号,推荐意愿\nR-1,2026-11-16 10:00:00,C-1,9\nR-2,2026-11-16 11:00:00,C-2,3\n"
    press(choose(page, ("问卷.csv", content.encode())), "import")
    page.text_input(key="forget-id").set_value("C-9").run()
    press(page, "forget-now")
    assert say("errors.nobody_to_forget") in shown_html(page)
    page.text_input(key="forget-id").set_value("C-1").run()
    press(page, "forget-now")
    assert not failed(page)
    assert empty_store.totals()["responses"] == 1
    [receipt] = empty_store.receipts()
    assert f"回执第 {receipt.number} 号" in shown_html(page)
    assert page.text_input(key="forget-id").value == ""


def test_a_cancelled_import_leaves_nothing_and_gives_the_file_back(
    page: AppTest, empty_store: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(*_: object, watch: Watch, **__: object) -> None:
        while True:
            watch.step("masking", 1, 2)
            time.sleep(0.01)

    choose(page, ("问卷.csv", SURVEY.encode()))
    before = empty_store.revision()
    with monkeypatch.context() as slow:
        slow.setattr("analysis.pipeline.import_inspected", endless)
        next(b for b in page.button if b.key.startswith("import-")).click().run()
        assert say("stages.masking") in shown_html(page)
        assert not [b for b in page.button if b.key.startswith("import-")], "a second click has nothing to hit"
        page.button(key="cancel-import").click().run()
        done(page)
    assert not failed(page)
    assert (empty_store.revision(), empty_store.is_empty()) == (before, True)
    press(page, "import")
    assert empty_store.totals()["responses"] == 41


def test_what_a_rehearsal_counts_is_what_the_account_says(page: AppTest) -> None:
    choose(page, ("列数不齐.csv", RAGGED.encode()))
    html = shown_html(page)
    assert say("screen.data.expected") in html
    assert "不在量表" in html
    sums = [re.findall(r">(\d+)</b>", html.split('class="xs-sum"')[1].split("</div>")[0])]
    press(page, "import")
    sums.append(re.findall(r">(\d+)</b>", shown_html(page).split('class="xs-sum"')[1].split("</div>")[0]))
    assert sums[0] == sums[1] == ["44", "41", "0", "3"]
