"""Files full of markup: everywhere it stands as the letters it is made of, and nobody outside is asked for anything."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from urllib.parse import urlparse

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from analysis import pipeline
from analysis.store import Warehouse
from tests.browser.conftest import served, settled

pytestmark = pytest.mark.browser

# The name of a host that no resolver knows (RFC 6761): a request for it shows in the browser and reaches nobody.
ELSEWHERE = "elsewhere.invalid"
IMAGE = f'<img src="http://{ELSEWHERE}/a.png" onerror="window.ran=1">'
MARKDOWN_IMAGE = f"![x](http://{ELSEWHERE}/b.png)"
LINK = f'<a href="http://{ELSEWHERE}/c">x</a>'
MARKDOWN_LINK = f"[x](http://{ELSEWHERE}/d)"
FORMULA = f"$\\href{{http://{ELSEWHERE}/e}}{{x}}$"
SCRIPT = "<script>window.ran=1</script>"
FRAME = f'<iframe src="http://{ELSEWHERE}/f"></iframe>'
LABEL = MARKDOWN_IMAGE.replace("http", "http\u2060")  # as it stands on a control: no link, see `formatting.literal`
STORES = (MARKDOWN_IMAGE, IMAGE, LINK)
PAGES = ("", "touchpoints", "drivers", "voice", "complaints", "stores", "staff", "customers", "actions")
FILE_NAME = f"{MARKDOWN_IMAGE.replace('/', '∕')}.csv"
RESPONSES = 240


def as_csv(header: list[str], rows: Iterator[list[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode()


def survey() -> bytes:
    header = [
        "答卷编号", "提交时间", "渠道", "门店", "员工", "年龄段", "推荐意愿", "整体满意度",
        f"{MARKDOWN_IMAGE}服务态度满意度", "意见",
    ]
    said = (
        f"态度很差 {IMAGE}", f"等太久 {MARKDOWN_IMAGE} {FORMULA}", f"不满意 {LINK} {MARKDOWN_LINK}",
        f"很好 {SCRIPT} {FRAME}",
    )
    return as_csv(header, (
        [
            f"H{i}", day(i), "在线客服", STORES[i % 3],
            (FORMULA, MARKDOWN_LINK)[i % 2], (MARKDOWN_IMAGE, SCRIPT)[i % 2],
            (2, 9, 10)[i % 3], (1, 5, 4)[i % 3], (1, 4, 5)[i % 3], said[i % 4],
        ]
        for i in range(RESPONSES)
    ))


def complaints() -> bytes:
    header = ["工单编号", "投诉日期", "投诉渠道", "门店", "投诉类别", "投诉描述"]
    return as_csv(header, (
        [f"T{i}", day(i), "电话", STORES[i % 3], (IMAGE, MARKDOWN_IMAGE)[i % 2], f"{LINK} 没人管 {FRAME}"]
        for i in range(RESPONSES)
    ))


def day(number: int) -> str:
    return f"2026-11-{20 - 7 * (number % 3):02d} 10:00:00"


@pytest.fixture(scope="module")
def hostile_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    file = tmp_path_factory.mktemp("hostile") / "store.duckdb"
    with Warehouse.open(file) as store:
        for name, content in {"survey.csv": survey(), "complaints.csv": complaints()}.items():
            pipeline.import_file(store, content, file_name=name)
    with served(file) as url:
        yield url


class Watched:
    """A page that notes whatever it asks of anybody else, and any box that a script opens."""

    def __init__(self, visits: BrowserContext) -> None:
        self.page = visits.new_page()
        self.asked: list[str] = []
        self.page.on("request", lambda r: self.asked.append(r.url) if _is_outside(r.url) else None)
        self.page.on("dialog", lambda dialog: (self.asked.append(dialog.message), dialog.dismiss()))

    def open(self, url: str) -> Page:
        self.asked.clear()
        self.page.goto(url)
        expect(self.page.locator("h1")).to_be_visible()
        settled(self.page)
        return self.page

    def assert_nothing_ran(self) -> None:
        assert self.asked == []
        assert self.page.evaluate("window.ran === undefined")
        made = f'img[src*="{ELSEWHERE}"], a[href*="{ELSEWHERE}"], iframe[src*="{ELSEWHERE}"], [href*="{ELSEWHERE}"]'
        assert self.page.locator(made).evaluate_all("found => found.map(one => one.outerHTML)") == []


def _is_outside(url: str) -> bool:
    return urlparse(url).hostname not in (None, "127.0.0.1")


@pytest.fixture(scope="module")
def watched(visits: BrowserContext) -> Iterator[Watched]:
    one = Watched(visits)
    yield one
    one.page.close()


def hover_over_charts(page: Page) -> None:
    """The pointer rests on each drawn mark's row once, so that every hover box has stood."""
    for chart in page.locator(".js-plotly-plot").all():
        box = chart.bounding_box()
        for part in (0.3, 0.6, 0.9):
            chart.hover(position={"x": box["width"] * part, "y": box["height"] * part}, force=True)
            page.wait_for_timeout(60)


@pytest.mark.parametrize("path", PAGES)
def test_pages_show_markup_as_letters(hostile_app: str, watched: Watched, path: str) -> None:
    page = watched.open(f"{hostile_app}/{path}")
    hover_over_charts(page)
    for control in page.locator('.st-key-filters [data-testid="stPopover"] button').all():
        control.click()
        page.wait_for_timeout(300)
        page.keyboard.press("Escape")
    expect(page.get_by_text("这一页没能显示")).to_have_count(0)
    watched.assert_nothing_ran()


def test_a_chosen_store_is_named_letter_by_letter(hostile_app: str, watched: Watched) -> None:
    page = watched.open(hostile_app)
    page.get_by_role("button", name="门店").first.click()
    page.get_by_role("button", name=LABEL, exact=True).click()
    page.keyboard.press("Escape")
    expect(page.get_by_text(f"门店：{LABEL}").first).to_be_visible()
    settled(page)
    watched.assert_nothing_ran()


def test_the_steps_of_an_import_show_markup_as_letters(hostile_app: str, watched: Watched) -> None:
    page = watched.open(f"{hostile_app}/data")
    content = survey().replace(b"H", b"K") + "坏行,2026-13-45,x,x,x,x,99,<b>7</b>,1,x\n".encode()
    page.locator('input[type="file"]').set_input_files({"name": FILE_NAME, "mimeType": "text/csv", "buffer": content})
    expect(page.get_by_text(FILE_NAME).first).to_be_visible()
    expect(page.get_by_role("button", name="导入", exact=True)).to_be_visible()
    settled(page)
    watched.assert_nothing_ran()
    page.get_by_role("button", name="导入", exact=True).click()
    expect(page.get_by_text("已导入").first).to_be_visible()
    settled(page)
    watched.assert_nothing_ran()
