"""What stayed out of a file is downloaded, corrected and uploaded again; a file of the inbox is opened with a click."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import served, settled

pytestmark = pytest.mark.browser

HEADER = "答卷编号,提交时间,客户编号,渠道,您向朋友推荐我们的可能性（0-10分）,整体满意度,意见\n"
SURVEY = HEADER + (
    "A1,2026-03-02 10:00:00,C001,在线客服,9,非常满意,客服很专业\n"
    "A2,2026-03-02 11:00:00,C002,在线客服,99,不满意,没人接电话\n"
    "A3,没有日期,C003,门店,10,满意,服务热情周到\n"
    "A4,2026-03-05,C005,门店,3\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("quarantine")


@pytest.fixture(scope="module")
def app(folder: Path) -> Iterator[str]:
    with served(folder / "store.duckdb") as url:
        yield url


def confirm(page: Page) -> None:
    """Import the file that is being looked at, once what it would do is shown."""
    expect(page.get_by_text("导入前试算")).to_be_visible()
    settled(page)
    page.wait_for_timeout(2_000)  # the bar that followed the reading asks once more after it has gone
    button = page.get_by_role("button", name="导入", exact=True)
    expect(button).to_have_count(1)  # that of the file before goes with the end of the run
    button.press("Enter")  # by keyboard: under load the table above may still grow and move it from under the pointer


def bring(page: Page, name: str, content: bytes) -> None:
    """Upload a file and confirm it as it was recognised."""
    page.locator('input[type="file"]').set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    confirm(page)


def test_rows_with_faults_come_in_once_they_are_corrected(app: str, open_page: Callable[[str], Page]) -> None:
    page = open_page(f"{app}/data")
    bring(page, "三月.csv", SURVEY.encode())
    expect(page.get_by_text("三月.csv 已导入 2 行")).to_be_visible()
    settled(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="下载隔离的内容").first.click()
    assert download.value.suggested_filename == "隔离_第1批.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    sheet = book.worksheets[0]
    places = {cell.value: cell.row for cell in sheet["A"][1:]}
    assert sheet.cell(places[3], 6).comment is not None
    sheet.cell(places[3], 6).value = 9
    sheet.cell(places[4], 3).value = "2026-03-03"
    sheet.cell(places[5], 7).value = "不满意"
    stream = io.BytesIO()
    book.save(stream)

    bring(page, "隔离_改好.xlsx", stream.getvalue())
    expect(page.get_by_text("隔离_改好.xlsx 已导入 3 行")).to_be_visible()
    settled(page)
    expect(page.get_by_text("读取 3 = 导入 3 + 重复 0 + 隔离 0")).to_be_visible()
    expect(page.get_by_text("读取 4 = 导入 2 + 重复 0 + 隔离 2")).to_be_visible()


def test_a_file_of_the_inbox_waits_for_one_click(app: str, folder: Path, open_page: Callable[[str], Page]) -> None:
    draft = folder / "draft.csv"
    draft.write_text("提交时间,推荐意愿\n2026-05-01,9\n2026-05-02,3\n", encoding="utf-8")
    then = time.time() - 60
    os.utime(draft, (then, then))
    (folder / "inbox").mkdir(exist_ok=True)
    draft.rename(folder / "inbox" / "五月.csv")
    page = open_page(f"{app}/data")
    for _ in range(20):
        if page.get_by_role("button", name="核对").count():
            break
        page.wait_for_timeout(2_000)
        page.reload()
        settled(page)
    page.get_by_role("button", name="核对").click()
    confirm(page)
    expect(page.get_by_text("五月.csv 已导入 2 行")).to_be_visible()
    assert [path.name for path in (folder / "inbox" / "done").iterdir()] == ["000003_五月.csv"]
