"""Where comments are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.text.clauses import cut_clauses
from analysis.text.folding import fold_texts


def cut(*texts):
    """The clauses of each text as they are written, with their contrast marks."""
    folded = fold_texts(texts)
    clauses = cut_clauses(folded)
    rows = [[] for _ in texts]
    for text, start, end, contrast in zip(clauses.text, clauses.start, clauses.end, clauses.contrast, strict=True):
        rows[text].append((folded.joined[start:end], bool(contrast)))
    return rows


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("店员热情，环境干净。", ["店员热情", "环境干净"]),
        ("菜好吃但贵", ["菜好吃", "贵"]),
        ("東西不錯不過太貴", ["東西不錯", "太貴"]),
        ("等了1,000年,3.5分.", ["等了1,000年", "3.5分"]),
        ("不但便宜，而且新鲜", ["不但便宜", "而且新鲜"]),
        ("真是再好不过了", ["真是再好不过了"]),
        ("但愿下次好些", ["但愿下次好些"]),
        ("第一行\r\n第二行", ["第一行", "第二行"]),
        ("质量不错 发货很快", ["质量不错", "发货很快"]),  # a space in place of a comma
        ("質量不錯\u3000\u3000發貨很快\xa0客服熱情", ["質量不錯", "發貨很快", "客服熱情"]),
        ("服务 很 好 很 周到", ["服务 很 好 很 周到"]),  # between single words it sets only them apart
        ("用 really good stuff 洗头", ["用 really good stuff 洗头"]),
        ("味道很好吃\\n环境太差\\\\n\\\\n贵", ["味道很好吃", "环境太差", "贵"]),  # line breaks written out
        ("D:\\new的图", ["D:\\new的图"]),
        ("店员\x00热情，环\ud83d境", ["店员\x00热情", "环\ud83d境"]),
        ("，，。！", []),
        ("", []),
    ],
)
def test_cuts(text, clauses):
    assert [clause for clause, _ in cut(text)[0]] == clauses


@pytest.mark.parametrize(
    ("text", "contrast"),
    [
        ("质量好，但是贵", [False, True]),
        ("质量好但是，贵", [False, True]),
        ("质量好，价格却贵", [False, True]),
        ("质量好，价格贵", [False, False]),
        ("以前要排队，现在随到随办", [False, True]),  # what came of what was expected or once so
        ("本來以為很難，結果很快辦好", [False, True]),
        ("一开始很好，服务也行，后来天天坏", [False, False, True]),
        ("以前要排队。人多，现在随到随办", [False, False, False]),  # remembered in another sentence
        ("人很多，现在随到随办", [False, False]),
    ],
)
def test_a_contrast_word_marks_the_clause_after_it(text, contrast):
    assert [mark for _, mark in cut(text)[0]] == contrast


def test_a_text_never_shares_a_clause_with_its_neighbour():
    assert cut("质量好但", "，。贵", "", "。好")[1:] == [[("贵", False)], [], [("好", False)]]


@given(st.lists(st.text(alphabet="好但是不过却，。3.5,\n \u3000\xa0\\n😀ＡａⅣ㎏臺灣", max_size=40), max_size=5))
def test_each_clause_is_a_span_of_its_text(texts):
    for text, clauses in zip(texts, cut(*texts), strict=True):
        for clause, _ in clauses:
            assert clause in text
            assert clause.strip() == clause != ""


@given(st.lists(st.text(st.characters(), max_size=60), max_size=4))
def test_any_text_is_split_alone_as_in_company(texts):
    assert cut(*texts) == [cut(text)[0] for text in texts]
