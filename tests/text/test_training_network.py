"""The networks learn what no sum of words can tell, and learn the same from the same seed."""

from dataclasses import fields

import numpy as np
import pytest

from analysis.text.folding import fold_texts
from analysis.text.training import network
from analysis.text.words import WordList

# The same two words in either order: the later one decides.
PRAISE_LAST = [f"{blame}但是{praise}" for blame in "贵慢脏吵" for praise in "香快新美"]
BLAME_LAST = [f"{praise}但是{blame}" for blame in "贵慢脏吵" for praise in "香快新美"]
TEXTS = PRAISE_LAST + BLAME_LAST
WORDS = WordList.of(["但是", "是香", "贵但"])
LABELS = np.repeat([1, 0], len(PRAISE_LAST))


@pytest.fixture(scope="module")
def learned():
    """Three networks: two from the same seed, one from another."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("EPOCHS", 60), ("_WARM_STEPS", 1), ("_ROWS", 256), ("_NAMED", 32)):
            patch.setattr(network, name, value)
        network._step.clear_cache()
        network._naming_step.clear_cache()
        yield network.fit_network(TEXTS, LABELS, np.ones(len(TEXTS)), WORDS, seeds=(1, 1, 2))
    network._step.clear_cache()
    network._naming_step.clear_cache()


def test_the_order_of_words_is_learned(learned):
    folded = fold_texts(TEXTS)
    rows = WORDS.rows(WORDS.find(folded.codes, folded.text), len(folded.codes))
    odds = learned.log_odds(folded, np.ones(len(TEXTS), dtype=bool), rows)
    assert ((odds > 0) == LABELS).all()


def test_the_same_seed_gives_the_same_network_and_another_one_another(learned):
    for field in fields(learned):
        if field.name in ("vocabulary", "words"):
            continue
        once, again, _ = getattr(learned, field.name)
        assert (once == again).all()
    once, _, other = learned.near
    assert not np.allclose(once, other)
