"""The weekly meeting on a shared screen of 1920 x 1080, led by keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import settled

pytestmark = pytest.mark.browser

WINDOW, SCREEN = {"width": 1440, "height": 900}, {"width": 1920, "height": 1080}
LEAST_LETTERS = 19  # pixels, for a room
HEADLINE = 50


@pytest.fixture(scope="module")
def meeting(visits: BrowserContext, sample_app: str) -> Iterator[Page]:
    page = visits.new_page()
    page.set_viewport_size(WINDOW)
    page.goto(f"{sample_app}/meeting")
    opened(page)
    page.set_viewport_size(SCREEN)  # as when a window becomes a whole screen
    settled(page)
    yield page
    page.close()


def opened(page: Page) -> None:
    """Waits until the meeting stands; keys pressed in a new visit's first second may be too early."""
    page.wait_for_selector("ol.xs-stage-bar")
    settled(page)
    page.wait_for_timeout(1_000)
    settled(page)


def screens(page: Page) -> int:
    return page.locator("ol.xs-stage-bar li").count()


def at(page: Page) -> int:
    return page.locator("ol.xs-stage-bar li.xs-done").count()


def turn(page: Page, key: str, *, to: int) -> None:
    page.keyboard.press(key)
    expect(page.locator("ol.xs-stage-bar li.xs-done")).to_have_count(to)
    settled(page)


def test_what_was_decided_is_shown_with_its_effect_and_its_course(meeting: Page) -> None:
    expect(meeting.locator("h1")).to_have_text("2 项行动，2 项已有定论")
    expect(meeting.locator(".xs-stage-findings")).to_contain_text("95% 区间 4.3 到 14.5")
    points = meeting.locator(".js-plotly-plot .points path")
    expect(points).not_to_have_count(0)
    for point in (points.first, points.last):
        expect(point).to_be_visible()
    expect(meeting.locator('[data-testid="stPlotlyChart"]')).to_have_count(2)


def test_what_stands_behind_a_point_opens_and_its_key_closes_that_alone(meeting: Page) -> None:
    dialog = meeting.get_by_test_id("stDialog")
    for point in (20, 18):
        box = meeting.locator(".js-plotly-plot .points path").nth(point).bounding_box()
        meeting.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(dialog).to_contain_text("客服一次解决培训")
        settled(meeting)
        meeting.wait_for_timeout(1_200)  # the clock has run once more
        meeting.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        settled(meeting)
        expect(dialog).to_have_count(0)
        assert at(meeting) == 1, "still in the meeting"


def test_every_screen_stands_without_scrolling_in_letters_for_a_room(meeting: Page) -> None:
    for number in range(1, screens(meeting) + 1):
        size = meeting.evaluate("[document.querySelector('[data-testid=stMain]').scrollHeight, innerHeight]")
        assert size[0] <= size[1], f"screen {number} scrolls"
        small = meeting.evaluate(
            """least => [...document.querySelectorAll('.st-key-meeting .stHtml *')]
               .filter(e => [...e.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim()))
               .filter(e => parseFloat(getComputedStyle(e).fontSize) < least).map(e => e.innerText)""",
            LEAST_LETTERS - 0.5,
        )
        assert small == [], f"screen {number}"
        headline = meeting.evaluate("parseFloat(getComputedStyle(document.querySelector('h1')).fontSize)")
        assert headline == pytest.approx(HEADLINE, abs=1)
        if number < screens(meeting):
            turn(meeting, "ArrowRight", to=number + 1)


def test_keys_and_a_remote_control_lead_through_and_the_address_follows(meeting: Page) -> None:
    last = screens(meeting)
    turn(meeting, "PageUp", to=last - 1)
    turn(meeting, "ArrowLeft", to=last - 2)
    assert f"at={last - 2}" in meeting.url
    turn(meeting, "PageDown", to=last - 1)
    meeting.reload()
    opened(meeting)
    assert at(meeting) == last - 1


def test_a_decision_is_written_where_the_finding_is_and_stands_at_the_end(meeting: Page) -> None:
    last = screens(meeting)
    what = "每张工单回访一次"
    turn(meeting, "PageUp", to=last - 2)
    meeting.get_by_placeholder("做什么，").fill(what)
    meeting.get_by_role("button", name="记下决定").click()
    expect(meeting.get_by_role("alert")).to_contain_text("由谁负责")
    expect(meeting.get_by_placeholder("做什么，")).to_have_value(what)  # what was refused is not lost
    meeting.get_by_placeholder("负责人").fill("王芳")
    meeting.get_by_role("button", name="记下决定").click()
    expect(meeting.locator(".xs-stage-decision")).to_contain_text(what)
    settled(meeting)
    meeting.locator(".xs-stage-title").click()  # out of the text field: arrow keys turn the page again
    turn(meeting, "ArrowRight", to=last - 1)
    turn(meeting, "ArrowRight", to=last)
    expect(meeting.locator(".xs-stage-decision")).to_contain_text("王芳")
    expect(meeting.locator("h1")).to_contain_text("1 件事")
