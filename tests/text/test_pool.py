"""Large inputs are read in parts, by child processes where it pays."""

import pandas as pd
import pytest

from analysis.errors import UnknownName
from analysis.text import pool, score, score_in_parts

TEXTS = ["店员很热情", None, "物流太慢，但是质量很好", "", "不是不好", "👍"]


@pytest.mark.parametrize("workers", [1, 2])
def test_parts_say_what_the_whole_says_in_the_same_order(workers):
    parts = [*score_in_parts(TEXTS, part=2, workers=workers)]
    assert [len(part) for part in parts] == [2, 2, 2]
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), score(TEXTS))


def test_no_texts_have_no_parts():
    assert [*score_in_parts([])] == []


def test_a_small_input_starts_no_process(monkeypatch):
    monkeypatch.setattr(pool, "ProcessPoolExecutor", None)
    assert len([*score_in_parts(TEXTS, part=1)]) == len(TEXTS)


def test_an_unknown_engine_names_those_that_exist():
    with pytest.raises(UnknownName) as error:
        [*score_in_parts(TEXTS, engine="oracle")]
    assert error.value.values["known"] == ["snownlp", "xinsheng"]
