"""A link shows what its sender saw: choices stand in the address, personal data does not."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import address


def controls() -> None:
    import streamlit as st

    from dashboard import address

    tones = ("negative", "positive")
    address.kept_text("search", longest=5, draw=lambda: st.text_input("search", key="search"))
    address.kept_or_none("tone", tones, draw=lambda: st.segmented_control("tone", tones, key="tone"))
    address.kept("side", tones, default="negative", words=None, draw=lambda: st.selectbox("side", tones, key="side"))


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(controls, default_timeout=20)


def said(app: AppTest) -> dict[str, str]:
    return {key: value for key, value in app.query_params.items() if value}


def test_what_is_chosen_can_be_sent_and_what_is_taken_back_goes(app: AppTest) -> None:
    assert said(app.run()) == {}
    app.text_input(key="search").set_value("排队")
    app.segmented_control(key="tone").set_value("positive")
    sent = said(app.selectbox(key="side").set_value("positive").run())
    assert sent == {"search": "排队", "tone": "positive", "side": "positive"}
    other = AppTest.from_function(controls, default_timeout=20)
    for key, value in sent.items():
        other.query_params[key] = value
    other.run()
    assert (other.text_input(key="search").value, other.segmented_control(key="tone").value) == ("排队", "positive")
    assert (other.selectbox(key="side").value, said(other)) == ("positive", sent)
    other.text_input(key="search").set_value("")
    other.segmented_control(key="tone").set_value(None)
    assert said(other.selectbox(key="side").set_value("negative").run()) == {}


@pytest.mark.parametrize("key", ["tone", "side"])
def test_what_no_longer_exists_is_not_chosen(app: AppTest, key: str) -> None:
    app.query_params[key] = "gone"
    app.run()
    assert not app.exception
    assert (app.segmented_control(key="tone").value, app.selectbox(key="side").value) == (None, "negative")


def test_a_long_search_is_cut(app: AppTest) -> None:
    app.query_params["search"] = "电子发票开不出来"
    assert app.run().text_input(key="search").value == "电子发票开"


@pytest.mark.parametrize("typed", ["13800138000", "li@example.com"])
def test_personal_data_stands_in_no_address(app: AppTest, typed: str) -> None:
    app.run().text_input(key="search").set_value(typed).run()
    assert (app.text_input(key="search").value, said(app)) == (typed, {})


def test_a_control_shows_next_what_was_wished_for(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    app.run()
    state: dict[str, object] = {}
    with monkeypatch.context() as patched:
        patched.setattr(st, "session_state", state)
        address.choose("side", "positive")
    for key, value in state.items():
        app.session_state[key] = value
    assert app.run().selectbox(key="side").value == "positive"
    assert app.selectbox(key="side").set_value("negative").run().selectbox(key="side").value == "negative"


