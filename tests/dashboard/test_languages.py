"""Every page speaks one language at a time. What customers said and are called is in English here, so that any
Chinese on an English page, and any English sentence on a Chinese one, is a word of the product."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pandas as pd
import pytest
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

from analysis import pipeline
from analysis.estimate import FLOOR_SHOWN
from analysis.i18n import speaking, words
from analysis.store import Warehouse
from dashboard import behind, language
from streamlit_app import PAGES
from tests.dashboard.test_pages import failed

OpenApp = Callable[[Warehouse], AppTest]
LAST = date(2026, 11, 22)
WEEKS = 27
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
ITS_NAMES = set(language.ITS_NAME.values())
NAMES_OF_THINGS = re.compile(r"id|.*_id|.*_key|url|page_script_hash|element_hash")  # fields that nobody reads
ALT_AT_LEAST = 4  # characters that say what a chart shows
# Marks of these stand for nobody in particular: cases settled at once, customers of whom nothing is known.
HALF_LED = {"first-contact-chart", "segments-chart", "promises-chart", "promise-parts-chart"}
VOICE_VIEWS = ("words", "themes", "needs", "labels")  # the vocabulary is in the customers' language


def survey() -> bytes:
    """Twelve answers a day and a half, live chat resolving less and less the longer one waits."""
    lines = ["response id,date,customer id,channel,store,member tier,wait minutes,likelihood to recommend,"
             "overall satisfaction,live chat - problem resolution,live chat - staff attitude,delivery - delivery speed,"
             "comment"]
    for n in range(WEEKS * 40):
        day, low, wait = LAST - timedelta(days=n * 7 // 40), n % 3 == 0, n % 17
        chat, place = ("live chat", "app")[n % 2], ("Riverside", "Harbour", "Old Town")[n % 3]
        overall = 2 + (n % 4 > 0) + (n % 5 > 1) + (n % 7 > 2)
        said = ("the parcel came late again", "very friendly people")[n % 2] if n % 4 == 0 else ""
        lines.append(f"R{n},{day},C{n},{chat},{place},{('gold', 'silver')[n % 2]},{wait},{overall * 2},{overall},"
                     f"{1 + (n % 2 if low else overall % 3)},{3 + n % 3},{max(1, overall - wait // 8)},{said} {n}")
    return "\n".join(lines).encode()


def complaints() -> bytes:
    lines = ["ticket id,created,category,content,channel"]
    for n in range(400):
        cause = "late delivery" if n % 3 or n < 60 else "wrong item"
        lines.append(f"T{n},{LAST - timedelta(days=n // 3)} 10:00,{cause},nobody answered me {n},app")
    return "\n".join(lines).encode()


def volumes() -> bytes:
    return ("date,channel,orders\n" + "\n".join(
        f"{LAST - timedelta(days=n)},{channel},{500 + n}" for n in range(WEEKS * 7) for channel in ("app", "live chat")
    )).encode()


def read_all(store: Warehouse) -> None:
    """Every comment gets a tone and a dimension."""
    texts = store.pending_texts(10_000)
    bad = texts["text"].str.contains("late|nobody")
    aspects = [
        {"dimension": "物流时效" if b else "服务态度", "polarity": "negative" if b else "positive", "evidence": ""}
        for b in bad
    ]
    store.save_scores(pd.DataFrame({
        "text_hash": texts["text_hash"], "sentiment": bad.map({True: 0.1, False: 0.9}),
        "polarity": bad.map({True: "negative", False: "positive"}), "aspects": [json.dumps([a]) for a in aspects],
        "engine": "hand",
    }))


@pytest.fixture(scope="module")
def english_store() -> Iterator[Warehouse]:
    """A store whose own words are English, but for the standard names."""
    with Warehouse.open(":memory:") as store:
        pipeline.import_file(store, survey(), file_name="survey.csv", kind="survey")
        pipeline.import_file(store, complaints(), file_name="complaints.csv", kind="complaint")
        pipeline.import_file(store, volumes(), file_name="orders.csv", kind="volume")
        store.add_event("Singles Day", kind="promotion", start=date(2026, 11, 9), end=date(2026, 11, 15), who="Lei")
        read_all(store)
        yield store


def texts_of(message: Message) -> Iterator[str]:
    """All texts of an element that somebody could read."""
    for field, value in message.ListFields():
        if NAMES_OF_THINGS.fullmatch(field.name):
            continue
        for part in value if isinstance(value, list) or hasattr(value, "append") else [value]:
            if isinstance(part, Message):
                yield from texts_of(part)
            elif isinstance(part, str):
                yield drawn_words(part) if field.name == "spec" else part


def drawn_words(spec: str) -> str:
    """A figure without the ids of its marks, which nobody reads."""
    figure = json.loads(spec)
    for trace in figure["data"]:
        trace.pop("ids", None)
    return json.dumps(figure, ensure_ascii=False)


def read_out(app: AppTest) -> str:
    """All texts on the page, one after the other."""
    protos = (getattr(node, "proto", None) for node in app._tree)
    return "\n".join(text for proto in protos if proto is not None for text in texts_of(proto))


def visit(app: AppTest, name: str, spoken: str, **state: object) -> str:
    """What stands on a page in a language."""
    app.switch_page(f"dashboard/pages/{name}.py")
    before = app.segmented_control(key=language.KEY).value
    app.session_state[language.KEY] = spoken
    for key, value in state.items():
        app.session_state[key] = value
    with speaking(before):  # AppTest itself asks for the words of the controls that stand there
        app.run()
    assert not failed(app), name
    assert [chart.proto.id for chart in app.get("plotly_chart") if len(chart.proto.alt) < ALT_AT_LEAST] == [], name
    return read_out(app)


def english_sentences() -> dict[str, str]:
    """The longest part of each English sentence that Chinese ones do not share, where it has several words."""
    parts = {key: max(re.split(r"\{[^}]*\}", sentence), key=len) for key, sentence in words("en").items()}
    return {key: part for key, part in parts.items() if len(re.findall(r"[a-z]{2,}", part)) >= 3
            and part not in words("zh-CN")[key]}


def chinese_in(said: str) -> list[str]:
    """Chinese words with what stands around them."""
    return [said[max(found.start() - 40, 0) : found.end() + 20] for found in CHINESE.finditer(said)
            if found[0] not in ITS_NAMES]


class Wired:
    """What pages ask of `behind.chart`: whether each mark that can be clicked leads somewhere."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lost: dict[str, set[str]] = {}
        self.reached: set[str] = set()
        draw = behind.chart

        def noted(figure, groups, *, key: str, **options: object) -> None:
            groups = list(groups)
            ids = {name for trace in figure.data if trace.ids is not None for name in trace.ids}
            lost = ids - {group.mark for group in groups}
            if lost and key not in HALF_LED:
                self.lost[key] = lost
            if any(group.mark in ids and group.n >= FLOOR_SHOWN for group in groups):
                self.reached.add(key)
            draw(figure, groups, key=key, **options)

        monkeypatch.setattr(behind, "chart", noted)


def test_every_page_speaks_one_language_whatever_was_kept_for_the_other(
    open_app: OpenApp, english_store: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    wired = Wired(monkeypatch)
    app, sentences = open_app(english_store), english_sentences()
    assert len(sentences) > 500
    visits = [(name, {"period": "weeks12"}) for name, _ in PAGES]
    visits += [("voice", {"period": "weeks12", "voice-view": view}) for view in VOICE_VIEWS]
    left = {}
    for name, state in visits:
        left[name, *state.values(), "en"] = chinese_in(visit(app, name, "en", **state))
        said = visit(app, name, "zh-CN", **state)
        left[name, *state.values(), "zh"] = [key for key, part in sentences.items() if part in said]
        assert CHINESE.search(said)
    assert {place: found for place, found in left.items() if found} == {}
    assert wired.lost == {}
    assert wired.reached >= {"weak-chart", "weeks-chart", "scores-chart", "journey-chart", "course-chart",
                             "cause-chart", "volume-chart", "funnel-chart", "order-chart", "dimension-chart"}


def test_a_first_visit_is_english_too(open_app: OpenApp, empty_store: Warehouse) -> None:
    app = open_app(empty_store)
    for name in ("overview", "data"):
        assert {*CHINESE.findall(visit(app, name, "en"))} <= ITS_NAMES, name
