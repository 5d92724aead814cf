"""What users do, in a real Chromium against a real server."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Page, expect

from analysis import pipeline
from analysis.store import Warehouse
from tests.browser.conftest import served, settled

pytestmark = pytest.mark.browser

ANSWERS = 300


@pytest.fixture(scope="module")
def small_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app with answers of content customers."""
    file = tmp_path_factory.mktemp("small") / "store.duckdb"
    with Warehouse.open(file) as store:
        pipeline.import_file(store, gb18030_survey("老", 9, "满意"), file_name="之前.csv", kind="survey")
    with served(file) as url:
        yield url


def gb18030_survey(name: str, recommend: int, satisfied: str) -> bytes:
    """Answers that are all alike."""
    header = "答卷编号,提交时间,渠道,您有多大可能向朋友推荐我们,整体满意度,意见\n"
    rows = (f"{name}{i},2026-11-20 10:00:00,电话客服,{recommend},{satisfied},说过了\n" for i in range(ANSWERS))
    return (header + "".join(rows)).encode("gb18030")


def card(page: Page, metric: str) -> str:
    """The words of a headline card, once it is drawn: value, interval, n, verdict."""
    found = page.locator(f".st-key-metric-{metric}")
    expect(found).to_contain_text("95% 区间")
    return found.inner_text()


def expect_card(page: Page, metric: str, words: str, *, changed: bool = False) -> None:
    """Waits until a headline card says `words`, or with `changed` until it says something else."""
    found = expect(page.locator(f".st-key-metric-{metric}"))
    check = found.not_to_have_text if changed else found.to_have_text
    check(words, use_inner_text=True)


def upload(page: Page, name: str, content: bytes) -> None:
    page.locator('input[type="file"]').set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})


def test_overview_names_the_weak_spot(sample_app: str, open_page: Callable[[str], Page]) -> None:
    page = open_page(f"{sample_app}/?period=近+12+周")
    expect(page.locator("h1")).to_contain_text("在线客服的问题解决彻底性")
    assert re.search(r"NPS[\s\S]*95% 区间[\s\S]*n\s[\d,]+", card(page, "nps"))


def test_a_filter_changes_the_numbers_and_the_link_keeps_it(sample_app: str, open_page) -> None:
    page = open_page(sample_app)
    before = card(page, "csat")
    page.get_by_role("button", name="渠道").first.click()
    page.get_by_role("button", name="在线客服", exact=True).last.click()
    page.keyboard.press("Escape")
    expect(page.get_by_text("渠道：在线客服")).to_be_visible()
    settled(page)
    expect_card(page, "csat", before, changed=True)
    after = card(page, "csat")
    expect(page).to_have_url(re.compile("channel="))
    assert parse_qs(urlparse(page.url).query)["channel"] == ["在线客服"]
    shared = open_page(page.url)
    expect_card(shared, "csat", after)
    shared.get_by_text("清除全部筛选").click()
    expect(shared.get_by_text("渠道：在线客服")).to_have_count(0)
    settled(shared)
    expect_card(shared, "csat", before)


def test_upload_a_gb18030_survey_see_the_numbers_change_and_undo_it(small_app: str, open_page) -> None:
    before = card(open_page(small_app), "nps")
    page = open_page(f"{small_app}/data")
    upload(page, "电话回访.csv", gb18030_survey("新", 0, "非常不满意"))
    expect(page.get_by_role("combobox", name="编码")).to_have_value("自动识别：GB18030")
    page.get_by_role("button", name="导入", exact=True).click()
    expect(page.get_by_text(f"电话回访.csv 已导入 {ANSWERS} 行")).to_be_visible()
    settled(page)
    expect_card(open_page(small_app), "nps", before, changed=True)

    upload(page, "同一份.csv", gb18030_survey("新", 0, "非常不满意"))
    page.get_by_role("button", name="导入", exact=True).click()
    expect(page.get_by_text("同一份.csv 已导入 0 行")).to_be_visible()
    settled(page)

    for _ in range(2):
        page.reload()
        settled(page)
        page.get_by_role("button", name="撤销").first.click()
        page.get_by_role("button", name="确认撤销").locator("visible=true").click()
        expect(page.get_by_text("已撤销第").first).to_be_visible()
        settled(page)
    expect_card(open_page(small_app), "nps", before)


def test_a_renamed_page_is_refused_in_one_sentence(sample_app: str, open_page) -> None:
    page = open_page(f"{sample_app}/data")
    upload(page, "导出.csv", b"<!DOCTYPE html><html><body><table><tr><td>1</td></tr></table></body></html>")
    expect(page.get_by_text("HTML", exact=False).first).to_be_visible()
    expect(page.get_by_text("Traceback")).to_have_count(0)
    expect(page.locator("h1")).to_be_visible()


def test_screenshot_holds_glyphs_not_boxes(sample_app: str, open_page) -> None:
    """Two different characters must differ as pictures; missing glyphs all look alike."""
    page = open_page(sample_app)
    shots = [
        page.evaluate(
            """character => {
                const canvas = Object.assign(document.createElement('canvas'), {width: 40, height: 40});
                const pen = canvas.getContext('2d');
                pen.font = `32px ${getComputedStyle(document.querySelector('h1')).fontFamily}`;
                pen.fillText(character, 2, 34);
                return canvas.toDataURL();
            }""",
            character,
        )
        for character in "短板彻底徹"
    ]
    assert len(set(shots)) == len(shots)
