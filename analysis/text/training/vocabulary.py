"""Which words are learned from: those of jieba's dictionary that the texts hold often enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import jieba
import numpy as np

from analysis.text.folding import fold_texts
from analysis.text.words import LONGEST, WordList

LEAST_SEEN = 8  # times, inside other words too


def frequent_words(texts: Sequence[str]) -> WordList:
    """Words of two to four characters in the order of their code points."""
    with jieba.get_dict_file() as file:
        known = {line.decode("utf-8").split(" ")[0] for line in file}
    known = {word for word in known if 2 <= len(word) <= LONGEST}
    folded = fold_texts(texts)
    line = folded.codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
    bounds = np.searchsorted(folded.text, np.arange(len(texts) + 1)).tolist()
    seen: Counter[str] = Counter()
    for start, stop in pairwise(bounds):
        stretches = (line[i : i + n] for n in range(2, LONGEST + 1) for i in range(start, stop - n + 1))
        seen.update(stretch for stretch in stretches if stretch in known)
    return WordList.of(sorted(word for word, count in seen.items() if count >= LEAST_SEEN))
