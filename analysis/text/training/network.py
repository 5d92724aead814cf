"""How the networks of `analysis.text.network` learn: gradients by JAX, steps by Adam (Kingma and Ba 2015)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import jax
import jax.numpy as jnp
import numpy as np

from analysis.text.folding import fold_texts
from analysis.text.network import ATTENTION_LIMIT, GAP, STRENGTH, Network, kept_characters

WIDTH, HEADS = 48, 4
EPOCHS = 12
SEEDS = (1,)  # a network each
_RARE = 5  # a character seen less often than this is unknown
_TOP_RATE, _WARM_STEPS, _LEAST_SHARE = 3e-3, 200, 0.02
_DECAY = 3e-4
_SMOOTHING = 0.05  # labels are wrong now and then, so nothing is learned as quite certain
_WHOLE_DROPPED, _PART_DROPPED = 0.15, 0.25  # of characters, of their numbers
_ROWS, _TEXTS = 9_000, 256  # a step's characters with the gaps between texts, and its texts at most
_MEAN_TEXTS = 256.0
_MOST_IMPORTANT = 2.0
_FIRST_MOMENT, _SECOND_MOMENT, _TINY = 0.9, 0.99, 1e-6

Arrays = dict[str, jax.Array]


def fit_network(
    texts: Sequence[str], labels: np.ndarray, importance: np.ndarray, *, seeds: Sequence[int] = SEEDS
) -> Network:
    """Networks learned from texts with labels (1 positive, 0 negative), one a seed; the same on the same machine."""
    pieces, vocabulary = _numbered(texts)
    weights = np.minimum(importance, _MOST_IMPORTANT)
    learned = [_learned(pieces, labels, weights, characters=len(vocabulary) + 2, seed=seed) for seed in seeds]
    return _finished(learned, vocabulary)


def _learned(
    pieces: list[np.ndarray], labels: np.ndarray, weights: np.ndarray, *, characters: int, seed: int
) -> Arrays:
    """The arrays of one network."""
    rng = np.random.default_rng(seed)
    arrays = _initial(jax.random.PRNGKey(seed), characters)
    moments = (jax.tree.map(jnp.zeros_like, arrays), jax.tree.map(jnp.zeros_like, arrays))
    batches = [batch for _ in range(EPOCHS) for batch in _batches(pieces, rng)]
    for number, batch in enumerate(batches, start=1):
        rate = _TOP_RATE * min(1.0, number / _WARM_STEPS) * max(_LEAST_SHARE, 1.0 - number / len(batches))
        packed = _packed([pieces[i] for i in batch], labels[batch], weights[batch])
        arrays, moments = _step(arrays, moments, float(number), rate, packed, _left_out(rng))
    return arrays


def _numbered(texts: Sequence[str]) -> tuple[list[np.ndarray], np.ndarray]:
    """Each text's characters as numbers, as the network reads them, and the code points they stand for."""
    folded = fold_texts(texts)
    points, counts = np.unique(folded.codes, return_counts=True)
    vocabulary = points[counts >= _RARE]
    at = np.minimum(np.searchsorted(vocabulary, folded.codes), len(vocabulary) - 1)
    numbers = np.where(vocabulary[at] == folded.codes, at + 2, 1).astype(np.int32)
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
    """Arrays of one size: character and text of each row; target and weight of each text."""
    numbers, owner = np.zeros(_ROWS, dtype=np.int32), np.full(_ROWS, _TEXTS, dtype=np.int32)
    targets, importance = np.zeros((2, _TEXTS), dtype=np.float32)
    start = GAP
    for index, piece in enumerate(pieces):
        numbers[start : start + len(piece)] = piece
        owner[start : start + len(piece)] = index
        start += len(piece) + GAP
    targets[: len(pieces)], importance[: len(pieces)] = labels, weights
    return numbers, owner, targets, importance


def _initial(key: jax.Array, characters: int) -> Arrays:
    keys = iter(jax.random.split(key, 5))

    def drawn(rows: int, columns: int, spread: float) -> jax.Array:
        return jax.random.normal(next(keys), (rows, columns)) * spread

    reach = (3 * WIDTH) ** -0.5
    return {
        "vectors": drawn(characters, WIDTH, 0.1),
        "near": drawn(3 * WIDTH, 2 * WIDTH, reach), "near_bias": jnp.zeros(2 * WIDTH),
        "far": drawn(3 * WIDTH, 2 * WIDTH, reach), "far_bias": jnp.zeros(2 * WIDTH),
        "attention": drawn(WIDTH, HEADS, 0.05), "saying": drawn(WIDTH, HEADS, 0.05), "bias": jnp.zeros(()),
    }  # fmt: skip


def _left_out(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """What a step leaves out, True where: whole characters, numbers of them, numbers of what they are read as.

    Drawn here and not by JAX, whose random numbers take a third of a step.
    """
    whole = rng.random((_ROWS, 1), dtype=np.float32) < _WHOLE_DROPPED
    parts = np.frombuffer(rng.bytes(2 * _ROWS * WIDTH), dtype=np.uint8).reshape(2, _ROWS, WIDTH)
    part, late = parts < round(256 * _PART_DROPPED)
    return whole, part, late


def _log_odds(arrays: Arrays, numbers: jax.Array, owner: jax.Array, left_out: tuple[jax.Array, ...]) -> jax.Array:
    """The network without the parts of it that are left out."""
    whole, part, late = left_out
    live = (owner < _TEXTS)[:, None]
    vectors = arrays["vectors"][numbers] * live
    vectors = _thinned(vectors, whole, _WHOLE_DROPPED)
    vectors = _thinned(vectors, part, _PART_DROPPED)
    hidden = _gated(_around(vectors, 1) @ arrays["near"] + arrays["near_bias"]) * live
    hidden = hidden + _gated(_around(hidden, 2) @ arrays["far"] + arrays["far_bias"]) * live
    hidden = _thinned(hidden, late, _PART_DROPPED)
    weight = jnp.exp(jnp.clip(hidden @ arrays["attention"], -ATTENTION_LIMIT, ATTENTION_LIMIT)) * live
    said = jax.ops.segment_sum(weight * (hidden @ arrays["saying"]), owner, _TEXTS + 1)[:_TEXTS]
    weights = jax.ops.segment_sum(weight, owner, _TEXTS + 1)[:_TEXTS]
    return STRENGTH * (said / (weights + 1e-3)).sum(axis=1) + arrays["bias"]


@jax.jit
def _step(arrays: Arrays, moments: tuple, number: float, rate: float, packed: tuple, left_out: tuple) -> tuple:
    """The arrays and moments after one step."""
    numbers, owner, targets, weights = packed
    smooth = targets * (1 - _SMOOTHING) + _SMOOTHING / 2

    def loss(now: Arrays) -> jax.Array:
        odds = _log_odds(now, numbers, owner, left_out)
        return (weights * (jnp.logaddexp(0.0, odds) - smooth * odds)).sum() / _MEAN_TEXTS

    slopes = jax.grad(loss)(arrays)
    first = jax.tree.map(lambda m, g: _FIRST_MOMENT * m + (1 - _FIRST_MOMENT) * g, moments[0], slopes)
    second = jax.tree.map(lambda v, g: _SECOND_MOMENT * v + (1 - _SECOND_MOMENT) * g * g, moments[1], slopes)

    def moved(value: jax.Array, m: jax.Array, v: jax.Array) -> jax.Array:
        mean, square = m / (1 - _FIRST_MOMENT**number), v / (1 - _SECOND_MOMENT**number)
        return value - rate * (mean / (jnp.sqrt(square) + _TINY) + _DECAY * value)

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


def _finished(learned: list[Arrays], vocabulary: np.ndarray) -> Network:
    """The networks one after the other in single precision, the vectors as int8."""
    single = {name: np.stack([np.asarray(one[name], dtype=np.float32) for one in learned]) for name in learned[0]}
    vectors, steps = _in_steps(single.pop("vectors"))
    return Network(vocabulary=vocabulary, vectors=vectors, steps=steps, **single)


def _in_steps(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A table in 127 steps on either side, and the size of a step by row: rare rows are small beside common ones."""
    steps = np.maximum(np.abs(table).max(axis=-1, keepdims=True) / 127, _TINY).astype(np.float32)
    return np.rint(table / steps).astype(np.int8), steps
