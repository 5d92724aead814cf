"""An action from a finding in one click, its mark on a trend, and two people who change the same one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from analysis.actions import LONGEST_NAME
from analysis.i18n import say
from analysis.store import Warehouse
from tests.browser.conftest import served, settled, visitor
from tests.dashboard.test_actions import WEEKS, fill
from tests.store.hand_made import batch

pytestmark = pytest.mark.browser

WHAT = "高峰加开收银台"


@pytest.fixture(scope="module")
def chain_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    file: Path = tmp_path_factory.mktemp("chain") / "store.duckdb"
    with Warehouse.open(file) as store:
        today = date.today()
        fill(store, first=today - timedelta(days=today.weekday(), weeks=WEEKS - 1))
        day = datetime.combine(today - timedelta(days=7), time(10))
        cases = [{"ticket_id": f"T{i}", "created": day, "first_reply": day + timedelta(hours=i)} for i in range(40)]
        store.add(batch("complaint", {"tickets": cases}, contents=list(range(10**6, 10**6 + 40))))
    with served(file) as url:
        yield url


@pytest.fixture
def second_visitor(browser: Browser) -> Iterator[BrowserContext]:
    with visitor(browser) as context:
        yield context


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label).first.click()
    settled(page)


def write(page: Page, key: str, text: str) -> None:
    field = page.locator(f'[class*="st-key-{key}"] input').first
    field.fill(text)
    field.press("Tab")
    settled(page)


def test_opened_from_a_finding_seen_on_a_trend_and_changed_by_two(
    chain_app: str, open_page, second_visitor: BrowserContext
) -> None:
    first = open_page(chain_app)
    press(first, say("screen.actions.open"))
    expect(first.locator(".st-key-card-action-form")).to_contain_text("排队等候")
    write(first, "author", "李雷")
    write(first, "act-what", WHAT)
    write(first, "act-owner", "王敏")
    press(first, say("screen.actions.save"))
    listing = first.locator(".st-key-card-action-list")
    expect(listing).to_have_count(1)
    expect(listing).to_contain_text(WHAT)

    first.goto(f"{chain_app}/actions")
    first.wait_for_selector(".st-key-card-trail")
    settled(first)
    expect(first.locator(".st-key-card-action-list")).to_contain_text(WHAT)
    expect(first.locator(".st-key-card-trail")).to_contain_text("李雷")

    second = second_visitor.new_page()
    second.goto(f"{chain_app}/actions")
    second.wait_for_selector(".st-key-card-trail")
    settled(second)
    for page, who in ((first, "李雷"), (second, "韩梅梅")):
        write(page, "author", who)
        press(page, say("screen.actions.change"))
    for page, owner in ((second, "赵强"), (first, "周颖")):
        write(page, "act-owner", owner)
        press(page, say("screen.actions.save"))
        expect(page.locator(".st-key-card-trail")).to_have_count(1)
    told = first.locator(".st-key-card-action-form [role=alert]")
    expect(told).to_contain_text("韩梅梅")
    expect(told).to_contain_text("王敏 → 赵强")
    expect(second.locator(".st-key-card-action-list")).to_contain_text("赵强")

    first.goto(f"{chain_app}/touchpoints")
    chart = first.locator("[class*=st-key-course-chart]").first
    expect(chart).to_contain_text(WHAT[:6])


def test_a_promise_is_changed_in_its_form_under_a_name(chain_app: str, open_page) -> None:
    page = open_page(f"{chain_app}/complaints")
    card = page.locator(".st-key-card-told-promises")
    press(page, say("screen.told.change"))
    write(page, "told-reply-amount", "72")
    press(page, say("screen.told.keep"))
    expect(page.get_by_text(say("errors.author", limit=LONGEST_NAME))).to_be_visible()
    expect(card).not_to_contain_text("3 天")
    page.keyboard.press("Escape")
    write(page, "author", "李雷")
    press(page, say("screen.told.change"))
    write(page, "told-reply-amount", "72")
    press(page, say("screen.told.keep"))
    expect(card).to_contain_text("3 天")
    page.goto(f"{chain_app}/actions")
    expect(page.locator(".st-key-card-trail")).to_contain_text(say("action.field.minutes"))
