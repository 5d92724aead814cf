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
NOT_A_KEY = re.compile(r"\.(?:py|toml|csv|json|xlsx|svg)$")


def literals(path: Path) -> set[str]:
    """String constants of a module, without docstrings' inner text."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def keys_named_in_code() -> dict[str, str]:
    files = [*(ROOT / "analysis").rglob("*.py"), *(ROOT / "dashboard").rglob("*.py"), ROOT / "streamlit_app.py"]
    return {
        text: str(path.relative_to(ROOT))
        for path in files
        for text in literals(path)
        if KEY.fullmatch(text) and not NOT_A_KEY.search(text)
    }


def blanks(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_every_key_named_in_code_has_its_sentence() -> None:
    named = keys_named_in_code()
    assert named, "the search finds keys at all"
    missing = {key: where for key, where in named.items() if key not in words(DEFAULT_LANGUAGE)}
    assert not missing


@pytest.mark.parametrize("language", languages())
def test_languages_have_the_same_keys_and_blanks(language: str) -> None:
    own, default = words(language), words(DEFAULT_LANGUAGE)
    assert own.keys() == default.keys()
    assert {key: blanks(own[key]) for key in own} == {key: blanks(default[key]) for key in default}


def test_no_sentence_is_empty() -> None:
    assert [key for key, sentence in words(DEFAULT_LANGUAGE).items() if not sentence.strip()] == []


def test_unknown_sentence_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("errors.there_is_no_such_sentence")
