"""声音 as an analyst uses it: check the tone by labels, add a dimension, see who says a word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from analysis import pipeline
from analysis.store import Warehouse
from tests.browser.conftest import served, settled

pytestmark = pytest.mark.browser

LAST = date(2026, 11, 22)
TEXTS = ("物流太慢了，等了三天", "试衣间太脏了，没人打扫", "店员很热情，讲解清楚", "环境干净，停车方便")
SIDES = ("负面", "负面", "正面", "正面")
EACH = 25
LABELS = 10  # fewer give no accuracy


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    file = tmp_path_factory.mktemp("voice") / "store.duckdb"
    lines = ["评价编号,评价时间,评价内容"]
    for i in range(EACH * len(TEXTS)):
        lines.append(f'P{i},{LAST - timedelta(days=i % 20)},"{TEXTS[i % len(TEXTS)]}（第{i}单）"')
    with Warehouse.open(file) as store:
        pipeline.import_file(store, "\n".join(lines).encode(), file_name="评价.csv", kind="review")
        pipeline.score_pending(store)
    with served(file) as url:
        yield url


def side_of(quote: str) -> str:
    return next(side for text, side in zip(TEXTS, SIDES, strict=True) if quote.startswith(text))


def test_labels_show_how_often_the_tone_is_read_right(app: str, open_page) -> None:
    page = open_page(f"{app}/voice?voice-view=核对判读")
    card = page.locator(".st-key-card-labels")
    for number in range(1, LABELS + 1):
        expect(card).to_contain_text(f"第 {number} 条")
        quote = card.locator(".xs-quotes").inner_text()
        card.get_by_role("button", name=side_of(quote), exact=True).click()
        expect(card).to_contain_text(f"已标注 {number} / 50")
    report = page.locator(".st-key-card-label-report")
    expect(report).to_contain_text("判读准确率 100.0%")
    expect(report).to_contain_text(re.compile(r"95% 区间.*n\s10", re.DOTALL))


def test_a_dimension_of_ones_own_is_tried_out_kept_and_read_anew(app: str, open_page) -> None:
    page = open_page(f"{app}/voice?voice-view=维度和词")
    page.get_by_role("combobox", name="维度").first.fill("试衣间")
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name=re.compile("^词")).fill("试衣间、试衣室")
    page.get_by_role("button", name="试算").click()
    expect(page.get_by_text(f"「试衣间」会找到 {EACH} 条（现在 0 条）")).to_be_visible()
    page.get_by_role("button", name="保存并重新判读").click()
    expect(page.get_by_text("试衣间：试衣间、试衣室")).to_be_visible()
    overview = open_page(f"{app}/voice")
    expect(overview.locator(".js-plotly-plot", has_text="试衣间").first).to_be_visible()


def test_a_word_that_is_clicked_shows_who_says_it(app: str, open_page) -> None:
    page = open_page(f"{app}/voice?voice-view=关键词")
    quotes = page.locator(".st-key-card-contrast-quotes")
    chart = page.locator(".st-key-card-contrast .js-plotly-plot")
    praise = chart.locator(".bars").last.locator(".point path").first
    before = quotes.inner_text()
    page.mouse.click(*middle(page, praise))
    settled(page)
    expect(quotes).not_to_have_text(before, use_inner_text=True)
    expect(quotes.locator(".xs-quotes")).to_contain_text(re.compile("店员很热情|环境干净"))
    expect(quotes.locator(".xs-quotes")).not_to_contain_text("太")


def middle(page: Page, mark) -> tuple[float, float]:
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
