"""The page 客户: who to call back, groups, rules, and one customer's story."""

from __future__ import annotations

import pytest

from analysis.i18n import say
from analysis.schema import AT_RISK, TagRules
from analysis.store import Warehouse
from dashboard import customers, data
from tests.dashboard.conftest import shown_html
from tests.store.made_customers import TODAY, add, advice, answer, customer, pseudonyms

PAGE = "dashboard/pages/customers.py"


@pytest.fixture
def store(empty_store: Warehouse) -> Warehouse:
    """Twenty ordinary customers, ten rich ones of whom C20 is a detractor, and C30 who stays away with a complaint."""
    ids = pseudonyms(empty_store, *(f"C{i}" for i in range(31)))
    facts = [{} if i < 20 else {"spend_12m": 8000.0, "tier": "金卡"} for i in range(30)]
    gone = {"last_purchase": TODAY.replace(month=1)}
    add(empty_store, customers=[customer(name, **f) for name, f in zip(ids, [*facts, gone], strict=True)],
        answers=[advice(name, 2 if i == 20 else 9, tier="金卡" if 20 <= i < 30 else "普通会员", channel="门店")
                 for i, name in enumerate(ids)] + [answer(ids[30], 1, channel="APP")],
        tickets=[{"ticket_id": "T9", "created": TODAY, "status": "处理中", "category": "=退换货",
                  "customer_id": ids[30]}],
        comments=[{"comment_id": "T9", "source": "complaint", "text": "退款<b>没到</b>", "customer_id": ids[30]}])
    return empty_store


def test_whom_to_call_back_one_story_other_rules_and_a_telling_filter(open_app, store: Warehouse) -> None:
    app = open_app(store, page=PAGE)
    html = shown_html(app)
    assert not app.exception
    assert say("screen.customers.people", count="2") in html
    table = app.dataframe[0].value
    assert table[say("screen.customers.column_reason")].tolist() == [
        say("screen.customers.reason_at_risk"), say("screen.customers.reason_detractor"),
    ]
    assert table[say("screen.customers.column_ticket")].fillna("").tolist() == ["T9", ""]
    app = app.text_input(key="customer-id").set_value("C30").run()
    story = shown_html(app)
    assert "退款&lt;b&gt;没到&lt;/b&gt;" in story
    assert "整体满意度 1/5" in story
    app = app.text_input(key="customer-id").set_value("C99").run()
    assert say("screen.customers.story_nobody") in shown_html(app)
    assert "C30" not in str(app.query_params)
    app = app.text_area(key="own-ids").set_value("C20\nC30 C99").run()
    assert app.dataframe[0].value[say("screen.customers.column_own")].tolist() == ["C30", "C20"]
    app.text_input(key="author").set_value("李雷")
    app.number_input(key="rule-high_value_spend").set_value(9000.0)
    app = app.button[[b.label for b in app.button].index(say("screen.customers.keep_rules"))].click().run()
    assert store.tag_rules() == TagRules(high_value_spend=9000)
    assert say("screen.customers.people", count="1") in shown_html(app)
    app.session_state["tag"] = [AT_RISK]  # one person: all others less this one would be a number of one
    app = app.run()
    assert say("screen.filters.telling") in shown_html(app)
    assert not app.dataframe


def test_a_story_is_found_by_the_code_of_the_list_too(monkeypatch, store: Warehouse) -> None:
    monkeypatch.setattr(data, "warehouse", lambda: store)
    [code] = pseudonyms(store, "C30")
    assert customers.story(f"#{code}") == customers.story("C30") == customers.story(code)
    assert customers.story("  ") is None


def test_without_a_customer_file_the_page_says_so(open_app, one_row_store: Warehouse) -> None:
    app = open_app(one_row_store, page=PAGE)
    assert not app.exception
    assert say("screen.customers.none_title") in shown_html(app)
