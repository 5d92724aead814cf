"""声音: tone, words, dimensions and comments, from nothing to many, read and unread."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analysis import own, pipeline
from analysis.i18n import say
from analysis.store import Warehouse
from tests.dashboard.conftest import chart_specs, shown_html
from tests.dashboard.test_pages import failed

VOICE = "dashboard/pages/voice.py"
OpenApp = Callable[[Warehouse], AppTest]
SUNDAY = date(2026, 11, 22)

SLOW, KIND = "快递太慢，等了三天才送到", "店员热情，态度很好"
HOSTILE = "<script>alert(1)</script> **粗体** $x$ 快递太慢"
# What an engine would find: (polarity, dimension, evidence).
READ = {SLOW: ("negative", "物流时效", "快递太慢"), KIND: ("positive", "服务态度", "态度很好"),
        HOSTILE: ("negative", "物流时效", "快递太慢")}


def reviews() -> bytes:
    """120 distinct reviews over three weeks, half of each tone, the newest one hostile."""
    lines = ["评价编号,评价时间,渠道,评分,评价内容"]
    for i in range(120):
        text = SLOW if i % 2 else KIND
        lines.append(f"P{i},{SUNDAY - timedelta(days=1 + i % 20)},APP,{2 if i % 2 else 5},{text}（第{i}次）")
    lines.append(f"P999,{SUNDAY},APP,1,{HOSTILE}")
    return "\n".join(lines).encode()


def read_all(store: Warehouse) -> None:
    """Score every comment as READ says."""
    texts = store.pending_texts(1_000)
    found = [next(READ[known] for known in READ if text.startswith(known)) for text in texts["text"]]
    store.save_scores(
        pd.DataFrame(
            {
                "text_hash": texts["text_hash"],
                "sentiment": [0.1 if polarity == "negative" else 0.9 for polarity, _, _ in found],
                "polarity": [polarity for polarity, _, _ in found],
                "aspects": [
                    json.dumps([{"dimension": dimension, "polarity": polarity, "evidence": evidence}])
                    for polarity, dimension, evidence in found
                ],
                "engine": "hand",
            }
        )
    )


@pytest.fixture
def unread_store() -> Iterator[Warehouse]:
    with Warehouse.open(":memory:") as store:
        pipeline.import_file(store, reviews(), file_name="reviews.csv", kind="review")
        yield store


@pytest.fixture
def read_store(unread_store: Warehouse) -> Warehouse:
    read_all(unread_store)
    return unread_store


def voice(open_app: OpenApp, store: Warehouse, period: str = "weeks4") -> AppTest:
    app = open_app(store, page=VOICE)
    if any(control.key == "period" for control in app.segmented_control):
        app.segmented_control(key="period").set_value(period).run()
    return app


def test_without_data_the_page_says_what_to_do(open_app: OpenApp, empty_store: Warehouse) -> None:
    app = open_app(empty_store, page=VOICE)
    assert not failed(app)
    assert not chart_specs(app)
    assert say("screen.voice.empty_body") in shown_html(app)


def test_one_comment_gives_no_share(open_app: OpenApp, one_row_store: Warehouse) -> None:
    app = voice(open_app, one_row_store)
    assert not failed(app)
    assert not chart_specs(app)
    assert "问题解决了，谢谢" in shown_html(app)
    assert "%" not in shown_html(app).split('class="xs-head"')[1].split("</h1>")[0]


def test_unread_comments_are_counted_and_can_be_read_already(open_app: OpenApp, unread_store: Warehouse) -> None:
    app = voice(open_app, unread_store)
    assert not failed(app)
    assert say("screen.voice.answer_unread") in shown_html(app)
    assert say("screen.voice.unread", count="121") in shown_html(app)
    assert KIND in shown_html(app)


def test_tone_words_and_dimensions_of_read_comments(open_app: OpenApp, read_store: Warehouse) -> None:
    app = voice(open_app, read_store)
    assert not failed(app)
    html = shown_html(app)
    assert '<span class="xs-attention">物流时效</span>' in html
    assert "95% 区间" in html.split('class="xs-head"')[1].split("</p>")[0]
    tone, words, dimensions = chart_specs(app)
    assert "负面" in tone
    assert "快递" in words
    assert "服务态度" in dimensions


def test_customer_words_are_shown_letter_by_letter(open_app: OpenApp, read_store: Warehouse) -> None:
    html = shown_html(voice(open_app, read_store))
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; **粗体** $x$ " in html
    assert '<mark class="xs-attention">快递太慢</mark>' in html


def test_search_tone_and_pages_narrow_the_comments(open_app: OpenApp, read_store: Warehouse) -> None:
    app = voice(open_app, read_store)
    assert say("screen.voice.found", count="121") in shown_html(app)
    app.text_input(key="comment-search").set_value("店员").run()
    assert say("screen.voice.found", count="60") in shown_html(app)
    tones = app.segmented_control(key="comment-tone")
    assert tones.options == [say(f"screen.polarity.{name}") for name in ("negative", "neutral", "positive")]
    tones.set_value("negative").run()
    assert say("screen.voice.nothing_found") in shown_html(app)
    assert not failed(app)


def view_of(open_app: OpenApp, store: Warehouse, name: str) -> AppTest:
    return open_app(store, page=VOICE, **{"voice-view": name})


def words_view(open_app: OpenApp, store: Warehouse) -> AppTest:
    return view_of(open_app, store, "words")


def test_themes_of_complaint_then_of_praise(open_app: OpenApp, read_store: Warehouse) -> None:
    app = view_of(open_app, read_store, "themes")
    assert not failed(app)
    (chart,) = chart_specs(app)
    assert "快递太慢" in chart
    assert say("screen.themes.dimension", name="物流时效") in shown_html(app)
    app.segmented_control(key="theme-tone").set_value("positive").run()
    assert not failed(app)
    assert "态度很好" in chart_specs(app)[0]


def test_needs_by_dimension_with_the_words_of_the_wish(open_app: OpenApp, empty_store: Warehouse) -> None:
    lines = ["评价编号,评价时间,评价内容"]
    lines += [f"P{i},{SUNDAY},排队太久，希望多开几个收银台（{i}）" for i in range(7)]
    lines += [f"Q{i},{SUNDAY},能不能便宜点（{i}）" for i in range(4)]
    lines += [f"R{i},{SUNDAY},希望试衣间大一点（{i}）" for i in range(5)]
    pipeline.import_file(empty_store, "\n".join(lines).encode(), file_name="r.csv", kind="review")
    own.add_terms(empty_store, own.checked("试衣间", "试衣间"))
    app = view_of(open_app, empty_store, "needs")
    assert not failed(app)
    (chart,) = chart_specs(app)
    assert "更多选择" in chart
    assert "试衣间" in chart  # a dimension of one's own
    assert "更优惠" not in chart  # four comments are too few to be shown
    html = shown_html(app)
    assert say("screen.needs.rule", asking="16", searched="16") in html
    assert '<mark class="xs-good">希望多开几个收银台' in html


def test_a_dimension_is_tried_out_kept_and_taken_back(open_app: OpenApp, read_store: Warehouse) -> None:
    app = view_of(open_app, read_store, "vocabulary")
    app.selectbox(key="vocabulary-name").set_value("物流时效")
    app.text_area(key="vocabulary-terms").set_value("x")
    app.button(key="vocabulary-try").click().run()
    assert say("errors.taxonomy_term", term="x", limit=12) in shown_html(app)
    app.text_area(key="vocabulary-terms").set_value("店员热情，三天才到")
    app.button(key="vocabulary-try").click().run()
    assert not failed(app)
    assert say("cli.own.moved", term="店员热情", dimension="服务态度") not in shown_html(app)
    assert "店员热情" in shown_html(app).split('class="xs-quotes"')[1]
    app.button(key="vocabulary-keep").click().run()
    assert own.additions_of(read_store)[0].terms == ("店员热情", "三天才到")
    app.button(key="vocabulary-remove-0").click().run()
    assert not failed(app)
    assert own.additions_of(read_store) == ()


def test_labels_are_given_with_one_click_and_can_be_corrected(open_app: OpenApp, read_store: Warehouse) -> None:
    app = view_of(open_app, read_store, "labels")
    for _ in range(3):
        app.button(key="label-negative").click().run()
    assert not failed(app)
    assert read_store.labels()["label"].tolist() == ["negative"] * 3
    assert say("screen.labels.few", n=3) in shown_html(app)
    app.button(key="label-back-button").click().run()
    app.button(key="label-neutral").click().run()
    assert read_store.labels()["label"].value_counts().to_dict() == {"negative": 2, "neutral": 1}


@pytest.mark.parametrize("name", ["words", "themes", "needs", "vocabulary", "labels"])
def test_every_view_stands_one_comment(open_app: OpenApp, one_row_store: Warehouse, name: str) -> None:
    app = view_of(open_app, one_row_store, name)
    assert not failed(app)
    assert not chart_specs(app)


def test_words_of_complaint_and_praise_with_their_comments(open_app: OpenApp, read_store: Warehouse) -> None:
    app = words_view(open_app, read_store)
    assert not failed(app)
    (chart,) = chart_specs(app)
    assert "快递太慢" in chart
    assert "，等了三天才送到（第" in shown_html(app)
    app.selectbox(key="contrast-term").set_value("1|店员热情").run()
    assert not failed(app)
    assert "店员热情，" in shown_html(app)


@pytest.mark.parametrize("method", ["tf_idf", "text_rank"])
def test_another_method_says_that_it_tests_nothing(open_app: OpenApp, read_store: Warehouse, method: str) -> None:
    app = words_view(open_app, read_store)
    app.selectbox(key="contrast-method").set_value(method).run()
    assert not failed(app)
    assert say(f"screen.words.rule_{method}") in shown_html(app)


def test_a_period_without_comments_before_is_not_compared(open_app: OpenApp, read_store: Warehouse) -> None:
    app = words_view(open_app, read_store)
    app.segmented_control(key="contrast-between").set_value("period").run()
    assert not failed(app)
    assert not chart_specs(app)
    assert say("screen.words.few_body") in shown_html(app)
    app.segmented_control(key="contrast-between").set_value("store").run()
    assert say("screen.words.no_stores") in shown_html(app)


def test_the_sample_unread(open_app: OpenApp, sample_store: Warehouse) -> None:
    app = voice(open_app, sample_store, "year")
    assert not failed(app)
    assert say("screen.voice.answer_unread") in shown_html(app)
