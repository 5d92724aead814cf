"""Issues that come up: reference bursts, a planted phrase, and the silence of noise."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.stats import binom

from analysis.text.emerging import bursts, emerging

# Cases "kleinberg-burst" and "kleinberg-no-burst" of the project's statistics reference: full enumeration of all
# 4,096 paths, computed with scipy 1.17.1.
TOTAL = [100] * 12
BURST = ([2, 1, 3, 2, 2, 9, 11, 8, 2, 1, 2, 3], (0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0), 26.733142)
QUIET = ([2, 1, 3, 2, 2, 5, 2, 1, 2, 1, 2, 3], (0,) * 12, 18.365576)

TOPICS = [
    "物流延误，一直没人回复", "排队太久，只开一个收银台", "包装破损，商品有划痕", "客服推诿，问题没有解决",
    "价格偏高，优惠太少",
]
WEEKS = 16


@pytest.mark.parametrize(("relevant", "states", "cost"), [BURST, QUIET])
def test_reference_bursts(relevant: list, states: tuple, cost: float) -> None:
    found = bursts(relevant, TOTAL)
    assert found.states == states
    assert found.cost == pytest.approx(cost, abs=1e-5)


def test_the_path_is_the_cheapest_of_all() -> None:
    rng = np.random.default_rng(5)
    r, d = rng.binomial(40, 0.1, 7), np.full(7, 40)
    share = r.sum() / d.sum()
    costs = -np.array([binom.logpmf(r, d, p) for p in (share, 2 * share)])

    def cost(path: tuple) -> float:
        ups = sum(b > a for a, b in zip((0, *path), path, strict=False))
        return sum(costs[s, i] for i, s in enumerate(path)) + ups * np.log(7)

    assert bursts(r, d).cost == pytest.approx(min(map(cost, product((0, 1), repeat=7))))


@pytest.mark.parametrize(("relevant", "total"), [([], []), ([0, 0], [5, 5]), ([0, 3], [0, 3]), ([4, 4], [4, 4])])
def test_bursts_at_the_edges(relevant: list, total: list) -> None:
    assert len(bursts(relevant, total).states) == len(relevant)


def ordinary(n: int, *, seed: int) -> tuple[list[str], list[int]]:
    rng = np.random.default_rng(seed)
    return [TOPICS[i] for i in rng.integers(0, len(TOPICS), n)], sorted(rng.integers(0, WEEKS, n).tolist())


def test_a_new_phrase_is_found_and_is_one_issue() -> None:
    texts, weeks = ordinary(900, seed=1)
    texts += ["电子发票开不出来"] * 30
    weeks += [13] * 2 + [14] * 9 + [15] * 19
    (found,) = emerging(texts, weeks, recent=3)
    assert "发票" in found.phrase
    assert (found.recent, found.before) == (30, 0)
    assert found.ratio == np.inf
    assert found.counts[-3:] == (2, 9, 19)
    assert all("发票" in texts[i] for i in found.texts)


def test_traditional_script_is_the_same_issue() -> None:
    texts, weeks = ordinary(900, seed=2)
    texts += ["電子發票開不出來", "电子发票开不出来"] * 12
    weeks += [15] * 24
    (found,) = emerging(texts, weeks, recent=3)
    assert found.recent == 24


def test_what_has_calmed_down_is_not_emerging() -> None:
    texts, weeks = ordinary(900, seed=3)
    texts += ["电子发票开不出来"] * 30
    weeks += [13] * 30
    assert emerging(texts, weeks, recent=3) == ()


def test_noise_is_announced_in_at_most_one_look_in_twenty() -> None:
    looks = [emerging(*ordinary(600, seed=seed), recent=3) for seed in range(100, 140)]
    assert sum(bool(found) for found in looks) <= 2


@pytest.mark.parametrize(
    ("texts", "weeks"), [([], []), (["退款"] * 9, [0] * 9), (["", "  ", "hello"] * 9, list(range(27)))]
)
def test_nothing_to_compare_gives_nothing(texts: list, weeks: list) -> None:
    assert emerging(texts, weeks, recent=3) == ()
