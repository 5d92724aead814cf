"""Texts as arrays of folded characters that keep their places."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.text.folding import fold_texts


def folded_form(text):
    return "".join(map(chr, fold_texts([text]).codes))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("ＡＰＰ　老是閃退", "app老是闪退"),  # full width, ideographic space, traditional script
        ("臺灣的客服態度", "台湾的客服态度"),
        ("看著妳", "看着你"),
        ("25年３月", "00年0月"),
        ("太慢了！！！！！！", "太慢了!!!"),  # repetition is kept, but not its length
        ("好\u200b好\ufeff", "好好"),  # zero width
        ("打[电话]没人接", "打没人接"),  # what stands for personal data
        ("👍👍", "👍👍"),
        ("\x00\ud83d", ""),
        ("", ""),
    ],
)
def test_folding(text, form):
    assert folded_form(text) == form


@given(st.lists(st.text(st.characters(), max_size=30), max_size=5))
def test_each_character_keeps_its_text_and_place(texts):
    folded = fold_texts(texts)
    assert (np.diff(folded.text) >= 0).all()
    for text, place in zip(folded.text, folded.place, strict=True):
        inside = place - folded.starts[text]
        assert texts[text][inside] == folded.joined[place]


@given(st.lists(st.text(st.characters(), max_size=30), max_size=4))
def test_a_text_folds_alone_as_in_company(texts):
    folded = fold_texts(texts)
    for number, text in enumerate(texts):
        assert "".join(map(chr, folded.codes[folded.text == number])) == folded_form(text)
