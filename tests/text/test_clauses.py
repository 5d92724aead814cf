"""Where comments are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.text.clauses import split_clauses


def cut(text):
    return [clause.plain for clause in split_clauses([text])[0]]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("店员热情，环境干净。", ["店员热情", "环境干净"]),
        ("菜好吃但贵", ["菜好吃", "贵"]),
        ("東西不錯不過太貴", ["东西不错", "太贵"]),
        ("等了1,000年,3.5分.", ["等了1,000年", "3.5分"]),
        ("不但便宜，而且新鲜", ["不但便宜", "而且新鲜"]),
        ("真是再好不过了", ["真是再好不过了"]),
        ("但愿下次好些", ["但愿下次好些"]),
        ("第一行\r\n第二行", ["第一行", "第二行"]),
        ("店员\x00热情，环\ud83d境", ["店员 热情", "环 境"]),
        ("，，。！", []),
        ("", []),
    ],
)
def test_cuts(text, clauses):
    assert cut(text) == clauses


@pytest.mark.parametrize(
    ("text", "contrast"),
    [
        ("质量好，但是贵", [False, True]),
        ("质量好但是，贵", [False, True]),
        ("质量好，价格却贵", [False, True]),
        ("质量好，价格贵", [False, False]),
    ],
)
def test_a_contrast_word_marks_the_clause_after_it(text, contrast):
    assert [clause.contrast for clause in split_clauses([text])[0]] == contrast


@given(st.lists(st.text(alphabet="好但是不过却，。3.5,\n \u3000😀ＡａⅣ㎏臺灣", max_size=40), max_size=5))
def test_each_clause_is_a_span_of_its_text(texts):
    for text, clauses in zip(texts, split_clauses(texts), strict=True):
        for clause in clauses:
            assert text[clause.start : clause.start + len(clause.text)] == clause.text
            assert clause.text.strip() == clause.text != ""


@given(st.lists(st.text(st.characters(), max_size=60), max_size=4))
def test_any_text_is_split_alone_as_in_company(texts):
    assert split_clauses(texts) == [split_clauses([text])[0] for text in texts]
