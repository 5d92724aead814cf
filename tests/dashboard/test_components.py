"""Customers' words stay letters; a highlighted passage is the only markup in a quote."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from dashboard import components
from tests.dashboard.conftest import shown_html

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>"


def drawn(script: Callable[..., None], **kwargs: object) -> str:
    app = AppTest.from_function(script, kwargs=kwargs, default_timeout=60).run()
    assert not app.exception
    return shown_html(app)


def test_customer_text_is_escaped_in_every_component() -> None:
    def page(evil: str) -> None:
        from dashboard import components as c

        c.page_headline(evil, evil)
        with c.card(evil, evil, key="k"):
            c.quiet_note(evil)
        c.quote_list([c.Quote(evil, evil, evidence=evil)], empty="")
        c.metric_card(evil, evil, evidence=evil, verdicts=[c.Chip(evil)], series=[], caption=evil, key="m")
        c.finding_row(kind=c.Chip(evil), certainty=evil, title=evil, evidence=evil, key="f")
        c.empty_state(evil, evil)
        c.refusal(evil, evil)
        c.progress_strip(evil, done=0.5)

    html = drawn(page, evil=EVIL)
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert "<img src=x" not in html


def test_emphasis_is_coloured_and_escaped() -> None:
    sentence = components.emphasised(
        "screen.overview.answer_weak", emphasis="<b>在线客服", period="本周", metric="NPS", value="31", verdict="<i>"
    )
    assert '<span class="xs-attention">&lt;b&gt;在线客服</span>' in sentence
    assert "<i>" not in sentence


def test_passage_is_marked_where_it_stands() -> None:
    def page() -> None:
        from dashboard import components as c

        c.quote_list([c.Quote("态度好，可问题没解决。", "在线客服", evidence="问题没解决")], empty="")

    assert '态度好，可<mark class="xs-attention">问题没解决</mark>。' in drawn(page)


def test_no_quotes_say_why() -> None:
    def page() -> None:
        from dashboard import components as c

        c.quote_list([], empty="没有评论")

    assert "没有评论" in drawn(page)
