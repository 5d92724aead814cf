"""Choices that stand in the address under names of no language, so that a link shows everybody what its sender saw.

Streamlit's own binding writes what a control shows, which is another word in every language.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st

from analysis.i18n import languages
from analysis.privacy.masking import mask_text

Choice = TypeVar("Choice", str, list[str])
LONGEST_TEXT = 60  # characters of a typed line
Words = Callable[[str, str], str]  # an option and a language to what a control shows


def kept(key: str, options: Sequence[str], *, default: str, draw: Callable[[], str | None], words: Words | None) -> str:
    """What the control `key` says that `draw` draws, one of `options`; it begins with what the address says.

    `words` give the options' labels, which older addresses hold. The control must not set a default of its own.
    """
    begin(key, options, default=default, words=words)
    chosen = draw() or default
    tell(key, [] if chosen == default else [chosen])
    st.session_state[_memory(key)] = chosen
    return chosen


def begin(key: str, options: Sequence[str], *, default: str, words: Words | None = None) -> str:
    """The option that such a control begins with, for whoever must know it before it is drawn."""
    asked = [st.session_state.pop(_wish(key), None)] if st.session_state.get(_wish(key)) in options else []
    asked += seed(key, options, words)
    if asked:
        st.session_state[key] = asked[-1]
    elif st.session_state.get(key) not in options:
        remembered = st.session_state.get(_memory(key))
        st.session_state[key] = remembered if remembered in options else default
    return st.session_state[key]


def choose(key: str, option: str) -> None:
    """Let such a control show `option` when it is drawn next; Streamlit lets none be set in the run that drew it."""
    st.session_state[_wish(key)] = option


def kept_several(key: str, options: Sequence[str], *, draw: Callable[[], list[str]], words: Words) -> tuple[str, ...]:
    """The same for a control of which several options, or none, may be chosen."""
    begin_several(key, options, words=words)
    chosen = list(draw() or [])
    tell(key, chosen)
    st.session_state[_memory(key)] = chosen
    return tuple(chosen)


def kept_or_none(key: str, options: Sequence[str], *, draw: Callable[[], str | None]) -> str | None:
    """The same for a control of which one option, or none, may be chosen."""
    asked = seed(key, options)
    if asked:
        st.session_state[key] = asked[-1]
    elif st.session_state.get(key) not in options:
        st.session_state[key] = None
    chosen = draw()
    tell(key, [chosen] if chosen else [])
    return chosen


def kept_text(key: str, *, draw: Callable[[], str], longest: int = LONGEST_TEXT) -> str:
    """The same for a line that is typed. What the shown comments would mask stands in no address."""
    said = st.query_params.get_all(key)
    if said and said != st.session_state.get(_written(key), []):
        st.session_state[key] = said[-1][:longest]
    typed = draw()
    tell(key, [typed] if typed and mask_text(typed) == typed else [])
    return typed


def begin_several(key: str, options: Sequence[str], *, words: Words) -> tuple[str, ...]:
    """The options that such a control begins with, for whoever must know them before it is drawn."""
    asked = seed(key, options, words)
    if asked:
        st.session_state[key] = asked
    elif key not in st.session_state:
        st.session_state[key] = st.session_state.get(_memory(key), [])
    return tuple(option for option in st.session_state[key] or () if option in options)


def seed(key: str, options: Sequence[str], words: Words | None = None) -> list[str]:
    """The options that the address names and has not named before; empty where it says nothing new."""
    said = st.query_params.get_all(key)
    if said == st.session_state.get(_written(key), []):
        return []
    meant = {name: name for name in options}
    if words:
        meant = {words(option, language): option for language in languages() for option in options} | meant
    return [meant[name] for name in said if name in meant]


def tell(key: str, names: list[str]) -> None:
    """Write into the address what was chosen; nothing takes it out."""
    if st.query_params.get_all(key) != names:
        if names:
            st.query_params[key] = names
        else:
            st.query_params.pop(key, None)
    st.session_state[_written(key)] = names


def _written(key: str) -> str:
    return f"address-of-{key}"


def _wish(key: str) -> str:
    return f"wish-for-{key}"


def _memory(key: str) -> str:
    """A control's own state goes with the page; this stays."""
    return f"memory-of-{key}"
