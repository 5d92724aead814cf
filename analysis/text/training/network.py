"""How the networks of `analysis.text.network` learn: gradients by JAX, steps by Adam (Kingma and Ba 2015).

First without labels, to name characters that are left out by those around them (Devlin et al. 2019); then with labels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import jax
import jax.numpy as jnp
import numpy as np

from analysis.text.folding import fold_texts
from analysis.text.network import ATTENTION_LIMIT, GAP, STRENGTH, Network, kept_characters
from analysis.text.words import WordList

WIDTH, HEADS = 48, 4
EPOCHS = 8
SEEDS = (1,)  # a network each
_RARE = 5  # a character seen less often than this is unknown
_TOP_RATE, _WARM_STEPS, _LEAST_SHARE = 3e-3, 200, 0.02
_DECAY = 3e-4
_SMOOTHING = 0.05  # labels are wrong now and then, so nothing is learned as quite certain
_WHOLE_DROPPED, _PART_DROPPED = 0.15, 0.25  # of characters, of their numbers
_WORDS_DROPPED = 0.3  # of places, where only the character is read
_WORD_SPREAD = 0.02  # of the vectors of words at first, a fifth of that of characters
_NAMING_EPOCHS, _NAMED = 3, 1_200  # characters named in a step
_NAMING_WARM_STEPS, _NAMING_LEAST_SHARE = 100, 0.05
_ROWS, _TEXTS = 9_000, 256  # a step's characters with the gaps between texts, and its texts at most
_MEAN_TEXTS = 256.0
_MOST_IMPORTANT = 2.0
_FIRST_MOMENT, _SECOND_MOMENT, _TINY = 0.9, 0.99, 1e-6

Arrays = dict[str, jax.Array]


def fit_network(
    texts: Sequence[str], labels: np.ndarray, importance: np.ndarray, words: WordList, *, seeds: Sequence[int] = SEEDS
) -> Network:
    """Networks learned from texts with labels (1 positive, 0 negative), one a seed; the same on the same machine."""
    pieces, vocabulary = _numbered(texts, words)
    weights = np.minimum(importance, _MOST_IMPORTANT)
    sizes = len(vocabulary) + 2, len(words.points)
    learned = [_learned(pieces, labels, weights, sizes=sizes, seed=seed) for seed in seeds]
    return _finished(learned, vocabulary, words)


def _learned(
    pieces: list[np.ndarray], labels: np.ndarray, weights: np.ndarray, *, sizes: tuple[int, int], seed: int
) -> Arrays:
    """The arrays of one network; `sizes`: how many characters and words there are."""
    rng = np.random.default_rng(seed)
    arrays = _acquainted(_initial(jax.random.PRNGKey(seed), *sizes), pieces, rng)
    moments = _no_moments(arrays)
    batches = [batch for _ in range(EPOCHS) for batch in _batches(pieces, rng)]
    for number, batch in enumerate(batches, start=1):
        rate = _TOP_RATE * min(1.0, number / _WARM_STEPS) * max(_LEAST_SHARE, 1.0 - number / len(batches))
        packed = _packed([pieces[i] for i in batch], labels[batch], weights[batch])
        arrays, moments = _step(arrays, moments, float(number), rate, packed, _left_out(rng))
    return arrays


def _acquainted(arrays: Arrays, pieces: list[np.ndarray], rng: np.random.Generator) -> Arrays:
    """The arrays after naming characters that were left out, which needs no labels."""
    heads = {name: arrays[name] for name in ("attention", "saying", "bias")}
    naming = {name: array for name, array in arrays.items() if name not in heads}
    naming["names"] = jax.random.normal(jax.random.PRNGKey(9), arrays["vectors"].shape[::-1]) * 0.1
    naming["names_bias"] = jnp.zeros(len(arrays["vectors"]))
    moments = _no_moments(naming)
    batches = [batch for _ in range(_NAMING_EPOCHS) for batch in _batches(pieces, rng)]
    for number, batch in enumerate(batches, start=1):
        share = max(_NAMING_LEAST_SHARE, 1.0 - number / len(batches))
        rate = _TOP_RATE * min(1.0, number / _NAMING_WARM_STEPS) * share
        numbers, owner, _, _ = _packed([pieces[i] for i in batch], np.zeros(len(batch)), np.zeros(len(batch)))
        asked = rng.choice(np.flatnonzero(owner < _TEXTS), _NAMED)
        for place in (-1, 0, 1):  # the word would name the character
            numbers[np.clip(asked + place, 0, _ROWS - 1), 1] = 0
        naming, moments = _naming_step(naming, moments, float(number), rate, numbers, owner, asked)
    return {name: naming[name] for name in arrays if name in naming} | heads


def _numbered(texts: Sequence[str], words: WordList) -> tuple[list[np.ndarray], np.ndarray]:
    """Each text's characters as numbers, beside that of the word each is in (from 1), and their code points."""
    folded = fold_texts(texts)
    points, counts = np.unique(folded.codes, return_counts=True)
    vocabulary = points[counts >= _RARE]
    at = np.minimum(np.searchsorted(vocabulary, folded.codes), len(vocabulary) - 1)
    numbers = np.zeros((len(at), 2), dtype=np.int32)
    numbers[:, 0] = np.where(vocabulary[at] == folded.codes, at + 2, 1)
    rows = words.rows(words.find(folded.codes, folded.text), len(at))
    numbers[:, 1] = np.where(rows >= 0, np.searchsorted(words.first_row, rows, side="right"), 0)
    kept = kept_characters(folded.text, len(texts))
    bounds = np.searchsorted(folded.text[kept], np.arange(1, len(texts)))
    return np.split(numbers[kept], bounds), vocabulary


def _batches(pieces: list[np.ndarray], rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Texts in random order, as many together as fit."""
    batch: list[int] = []
    size = 2 * GAP
    for index in rng.permutation(len(pieces)).tolist():
        length = len(pieces[index]) + GAP
        if size + length > _ROWS or len(batch) == _TEXTS:
            yield np.array(batch)
            batch, size = [], 2 * GAP
        batch.append(index)
        size += length
    yield np.array(batch)


def _packed(pieces: list[np.ndarray], labels: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, ...]:
    """Arrays of one size: character, word and text of each row; target and weight of each text."""
    numbers, owner = np.zeros((_ROWS, 2), dtype=np.int32), np.full(_ROWS, _TEXTS, dtype=np.int32)
    targets, importance = np.zeros((2, _TEXTS), dtype=np.float32)
    start = GAP
    for index, piece in enumerate(pieces):
        numbers[start : start + len(piece)] = piece
        owner[start : start + len(piece)] = index
        start += len(piece) + GAP
    targets[: len(pieces)], importance[: len(pieces)] = labels, weights
    return numbers, owner, targets, importance


def _initial(key: jax.Array, characters: int, words: int) -> Arrays:
    keys = iter(jax.random.split(key, 6))

    def drawn(rows: int, columns: int, spread: float) -> jax.Array:
        return jax.random.normal(next(keys), (rows, columns)) * spread

    reach = (3 * WIDTH) ** -0.5
    return {
        "vectors": drawn(characters, WIDTH, 0.1),
        "near": drawn(3 * WIDTH, 2 * WIDTH, reach), "near_bias": jnp.zeros(2 * WIDTH),
        "far": drawn(3 * WIDTH, 2 * WIDTH, reach), "far_bias": jnp.zeros(2 * WIDTH),
        "attention": drawn(WIDTH, HEADS, 0.05), "saying": drawn(WIDTH, HEADS, 0.05), "bias": jnp.zeros(()),
        "words": drawn(words + 1, WIDTH, _WORD_SPREAD),
    }  # fmt: skip


def _left_out(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """What a step leaves out, True where: whole characters, numbers of them, numbers of what they are read as.

    Drawn here and not by JAX, whose random numbers take a third of a step.
    """
    whole = rng.random((_ROWS, 1), dtype=np.float32) < _WHOLE_DROPPED
    parts = np.frombuffer(rng.bytes(2 * _ROWS * WIDTH), dtype=np.uint8).reshape(2, _ROWS, WIDTH)
    part, late = parts < round(256 * _PART_DROPPED)
    return whole, part, late, rng.random(_ROWS, dtype=np.float32) < _WORDS_DROPPED


def _log_odds(arrays: Arrays, numbers: jax.Array, owner: jax.Array, left_out: tuple[jax.Array, ...]) -> jax.Array:
    """The network without the parts of it that are left out."""
    whole, part, late, wordless = left_out
    live = (owner < _TEXTS)[:, None]
    vectors = _vectors(arrays, numbers[:, 0], jnp.where(wordless, 0, numbers[:, 1]), live)
    vectors = _thinned(vectors, whole, _WHOLE_DROPPED)
    vectors = _thinned(vectors, part, _PART_DROPPED)
    hidden = _thinned(_hidden(arrays, vectors, live), late, _PART_DROPPED)
    weight = jnp.exp(jnp.clip(hidden @ arrays["attention"], -ATTENTION_LIMIT, ATTENTION_LIMIT)) * live
    said = jax.ops.segment_sum(weight * (hidden @ arrays["saying"]), owner, _TEXTS + 1)[:_TEXTS]
    weights = jax.ops.segment_sum(weight, owner, _TEXTS + 1)[:_TEXTS]
    return STRENGTH * (said / (weights + 1e-3)).sum(axis=1) + arrays["bias"]


def _vectors(arrays: Arrays, characters: jax.Array, words: jax.Array, live: jax.Array) -> jax.Array:
    return (arrays["vectors"][characters] + arrays["words"][words] * (words > 0)[:, None]) * live


def _hidden(arrays: Arrays, vectors: jax.Array, live: jax.Array) -> jax.Array:
    near = _gated(_around(vectors, 1) @ arrays["near"] + arrays["near_bias"]) * live
    return near + _gated(_around(near, 2) @ arrays["far"] + arrays["far_bias"]) * live


@jax.jit
def _naming_step(
    arrays: Arrays, moments: tuple, number: float, rate: float, numbers: jax.Array, owner: jax.Array, asked: jax.Array
) -> tuple:
    """The same after one step of naming the characters at the rows `asked`, which are left out."""
    live = (owner < _TEXTS)[:, None]
    named = numbers[asked, 0]

    def loss(now: Arrays) -> jax.Array:
        vectors = _vectors(now, numbers[:, 0], numbers[:, 1], live.at[asked].set(False))
        odds = _hidden(now, vectors, live)[asked] @ now["names"] + now["names_bias"]
        return (jax.nn.logsumexp(odds, axis=1) - jnp.take_along_axis(odds, named[:, None], axis=1)[:, 0]).mean()

    return _moved(arrays, moments, jax.grad(loss)(arrays), number, rate, decay=0.0)


@jax.jit
def _step(arrays: Arrays, moments: tuple, number: float, rate: float, packed: tuple, left_out: tuple) -> tuple:
    """The arrays and moments after one step."""
    numbers, owner, targets, weights = packed
    smooth = targets * (1 - _SMOOTHING) + _SMOOTHING / 2

    def loss(now: Arrays) -> jax.Array:
        odds = _log_odds(now, numbers, owner, left_out)
        return (weights * (jnp.logaddexp(0.0, odds) - smooth * odds)).sum() / _MEAN_TEXTS

    return _moved(arrays, moments, jax.grad(loss)(arrays), number, rate, decay=_DECAY)


def _no_moments(arrays: Arrays) -> tuple[Arrays, Arrays]:
    return jax.tree.map(jnp.zeros_like, arrays), jax.tree.map(jnp.zeros_like, arrays)


def _moved(arrays: Arrays, moments: tuple, slopes: Arrays, number: float, rate: float, *, decay: float) -> tuple:
    """A step of Adam down the slopes."""
    first = jax.tree.map(lambda m, g: _FIRST_MOMENT * m + (1 - _FIRST_MOMENT) * g, moments[0], slopes)
    second = jax.tree.map(lambda v, g: _SECOND_MOMENT * v + (1 - _SECOND_MOMENT) * g * g, moments[1], slopes)

    def moved(value: jax.Array, m: jax.Array, v: jax.Array) -> jax.Array:
        mean, square = m / (1 - _FIRST_MOMENT**number), v / (1 - _SECOND_MOMENT**number)
        return value - rate * (mean / (jnp.sqrt(square) + _TINY) + decay * value)

    return jax.tree.map(moved, arrays, first, second), (first, second)


def _thinned(values: jax.Array, left_out: jax.Array, share: float) -> jax.Array:
    return values * ~left_out / (1 - share)


def _around(vectors: jax.Array, distance: int) -> jax.Array:
    before = jnp.pad(vectors, ((distance, 0), (0, 0)))[:-distance]
    after = jnp.pad(vectors, ((0, distance), (0, 0)))[distance:]
    return jnp.concatenate([before, vectors, after], axis=1)


def _gated(both: jax.Array) -> jax.Array:
    value, gate = jnp.split(both, 2, axis=1)
    return value * jax.nn.sigmoid(gate)


def _finished(learned: list[Arrays], vocabulary: np.ndarray, words: WordList) -> Network:
    """The networks one after the other in single precision, the vectors as int8."""
    single = {name: np.stack([np.asarray(one[name], dtype=np.float32) for one in learned]) for name in learned[0]}
    vectors, steps = _in_steps(single.pop("vectors"))
    word_vectors, word_steps = _in_steps(single.pop("words")[:, 1:])
    of_words = {"words": words.points, "word_vectors": word_vectors, "word_steps": word_steps}
    return Network(vocabulary=vocabulary, vectors=vectors, steps=steps, **of_words, **single)


def _in_steps(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A table in 127 steps on either side, and the size of a step by row: rare rows are small beside common ones."""
    steps = np.maximum(np.abs(table).max(axis=-1, keepdims=True) / 127, _TINY).astype(np.float32)
    return np.rint(table / steps).astype(np.int8), steps
