"""Comments grouped into themes that hold from one sample to the next."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from analysis.text import score
from analysis.text.themes import MIN_SIZE, Passage, group, labels_of

TOPICS = {
    "味道": ("卷饼味道太淡", "米饭夹生难吃", "鸡肉味道怪难吃", "卷饼冷了难吃"),
    "漏单": ("少送一份饮料", "漏了饮料没补", "饮料少送了", "少送米饭一份"),
    "屏幕": ("屏幕刮花有划痕", "收到就有划痕", "屏幕划痕明显", "划痕在屏幕上"),
}
NAMED = {"物流时效": ("送餐太慢", "配送太慢", "迟到半小时"), "价格": ("价格太贵", "涨价太快")}


def passages(seed: int, count: int = 400) -> list[Passage]:
    """One passage a comment: half on dimensions, half on topics that no dimension names."""
    rng = np.random.default_rng(seed)
    pools = [(said, name) for name, said in NAMED.items()] + [(said, None) for said in TOPICS.values()]
    found = []
    for number in range(count):
        said, dimension = pools[rng.choice(len(pools), p=[0.3, 0.2, 0.2, 0.15, 0.15])]
        found.append(Passage(number, f"{rng.choice(said)}，{rng.choice(['下次再说', '算了吧', '哎呀'])}", dimension))
    return found


def test_themes_are_named_by_phrases_and_told_apart():
    found = group(passages(1))
    names = {theme.dimension: theme.phrases for theme in found}
    assert names["物流时效"][0] in ("送餐太慢", "配送太慢", "迟到半小时")
    assert names["价格"][0] in ("价格太贵", "涨价太快")
    free = [theme for theme in found if theme.dimension is None]
    assert len(free) >= len(TOPICS)
    for said in ("难吃", "饮料", "划痕"):
        assert any(said in "".join(theme.phrases) for theme in free)


def test_the_order_of_the_passages_does_not_matter():
    some = passages(2)
    forth, back = group(some), group(some[::-1])
    assert [theme.phrases for theme in forth] == [theme.phrases for theme in back]
    assert [theme.comments for theme in forth] == [theme.comments for theme in back]


def test_sizes_count_comments_and_small_themes_are_left_out():
    some = [Passage(0, "送餐太慢", "物流时效")] * 50 + [Passage(n, "价格太贵", "价格") for n in range(MIN_SIZE)]
    (theme,) = group(some)
    assert (theme.dimension, len(theme.comments), len(theme.passages)) == ("价格", MIN_SIZE, MIN_SIZE)
    assert theme.phrases == ("价格太贵",)


@pytest.mark.parametrize(
    "some", [[], [Passage(0, "", None)] * 100, [Passage(n, "ok", None) for n in range(100)]],
    ids=["none", "blank", "no Chinese"],
)
def test_nothing_to_group_gives_no_themes(some):
    assert group(some) == ()


def resampled(some: list[Passage], seed: int) -> list[Passage]:
    """A bootstrap sample of the comments with all their passages."""
    rng = np.random.default_rng(seed)
    comments = sorted({p.comment for p in some})
    drawn = Counter(rng.choice(comments, len(comments)).tolist())
    return [p for p in some for _ in range(drawn[p.comment])]


def stability(some: list[Passage], rounds: int = 3) -> list[float]:
    """Adjusted Rand indices between groupings learned from two bootstrap samples each."""
    pairs = [
        [labels_of(some, fitted_on=resampled(some, 2 * number + turn)) for turn in (0, 1)] for number in range(rounds)
    ]
    return [adjusted_rand_score(first, second) for first, second in pairs]


def test_themes_of_made_comments_hold_between_bootstrap_samples():
    assert min(stability(passages(3))) >= 0.8


def test_themes_of_the_sample_hold_between_bootstrap_samples(sample_store):
    texts = sample_store.texts(source="review")["text"].head(1_500)
    read = score(texts.tolist())
    some = []
    for number, (text, polarity, aspects) in enumerate(zip(texts, read["polarity"], read["aspects"], strict=True)):
        own = [a for a in json.loads(aspects) if a["polarity"] == polarity == "negative"]
        some += [Passage(number, a["evidence"], a["dimension"]) for a in own]
        some += [Passage(number, text, None)] * (polarity == "negative" and not own)
    assert min(stability(some)) >= 0.7
