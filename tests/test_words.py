"""Every sentence the code names exists, in every language, with the same blanks to fill."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

from analysis.i18n import DEFAULT_LANGUAGE, languages, say, words

ROOT = Path(__file__).parent.parent
SECTIONS = {key.split(".")[0] for key in words(DEFAULT_LANGUAGE)}
KEY = re.compile(rf"(?:{'|'.join(sorted(SECTIONS))})(?:\.[a-z0-9_]+)+")
BEGINNING = re.compile(rf"(?:{'|'.join(sorted(SECTIONS))})\.[a-z0-9_.]*")
NOT_A_KEY = re.compile(r"\.(?:py|toml|csv|json|xlsx|svg)$")


def literals(path: Path) -> tuple[set[str], set[str]]:
    """String constants of a module, and the beginnings of its f-strings."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    formatted = [node for node in nodes if isinstance(node, ast.JoinedStr)]
    parts = {id(part) for node in formatted for part in node.values}
    strings = [node for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    whole = {node.value for node in strings if id(node) not in parts}
    heads = {node.values[0].value for node in formatted if isinstance(node.values[0], ast.Constant)}
    return whole, heads


def code_files() -> list[Path]:
    return [*(ROOT / "analysis").rglob("*.py"), *(ROOT / "dashboard").rglob("*.py"), ROOT / "streamlit_app.py"]


def keys_named_in_code() -> dict[str, str]:
    return {
        text: str(path.relative_to(ROOT))
        for path in code_files()
        for text in literals(path)[0]
        if KEY.fullmatch(text) and not NOT_A_KEY.search(text)
    }


def key_beginnings_in_code() -> dict[str, str]:
    return {
        head: str(path.relative_to(ROOT))
        for path in code_files()
        for head in literals(path)[1]
        if BEGINNING.fullmatch(head)
    }


def blanks(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_every_key_named_in_code_has_its_sentence() -> None:
    named = keys_named_in_code()
    assert named, "the search finds keys at all"
    missing = {key: where for key, where in named.items() if key not in words(DEFAULT_LANGUAGE)}
    assert not missing


def test_every_key_put_together_in_code_has_sentences() -> None:
    beginnings = key_beginnings_in_code()
    assert beginnings, "the search finds keys at all"
    missing = {
        head: where
        for head, where in beginnings.items()
        if not any(key.startswith(head) for key in words(DEFAULT_LANGUAGE))
    }
    assert not missing


@pytest.mark.parametrize("language", languages())
def test_languages_have_the_same_keys_and_blanks(language: str) -> None:
    own, default = words(language), words(DEFAULT_LANGUAGE)
    assert own.keys() == default.keys()
    assert {key: blanks(own[key]) for key in own} == {key: blanks(default[key]) for key in default}


def test_english_is_written_without_chinese_characters_and_wide_quotes() -> None:
    wide = re.compile(r"[“”‘’\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
    assert [key for key, sentence in words("en").items() if wide.search(sentence)] == []


def test_no_sentence_is_empty() -> None:
    assert [key for key, sentence in words(DEFAULT_LANGUAGE).items() if not sentence.strip()] == []


def test_unknown_sentence_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("errors.there_is_no_such_sentence")


# What is joined there is in the customers' words.
JOINED_IN_CHINESE = {"analysis/briefing/themes.py"}


def joins_in_chinese(path: Path) -> bool:
    calls = [node.func for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    joined = [f.value for f in calls if isinstance(f, ast.Attribute) and f.attr == "join"]
    return any(isinstance(v, ast.Constant) and isinstance(v.value, str) and not v.value.isascii()
               and v.value.strip("、，；：。") != v.value for v in joined)


def test_lists_are_joined_as_the_language_does() -> None:
    assert {str(path.relative_to(ROOT)) for path in code_files() if joins_in_chinese(path)} == JOINED_IN_CHINESE
