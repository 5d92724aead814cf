"""What was done, told without a judging word: 几分钟就办好了 praises, 拖了三天才回复 complains.

Reviews of goods, from which the weights are learned, hardly tell of service; where they tell without judging they
mostly complain. What such a sentence means stands in its grammar: 就 says that something came early, 才 that it came
late (Lü 1999), 还没 that it should have come, 帮我 that somebody took the trouble and 让我 that the customer had to.
The cues are data, in `event_cues.toml`.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from analysis.text.clauses import Clauses
from analysis.text.folding import Folded


@dataclass(frozen=True, slots=True)
class _Cues:
    praise: re.Pattern[str]
    blame: re.Pattern[str]
    mishap: re.Pattern[str]


def event_tones(folded: Folded, clauses: Clauses, asked: np.ndarray) -> np.ndarray:
    """What each clause tells of an event: 1 that service was done well, -1 that it was not, 0 nothing of the kind.

    `asked`: a boolean a clause, which of them to look at. A mishap (寄错颜色) is blame unless another clause of the
    text praises: what counts is what was done about it.
    """
    tones = np.zeros(len(clauses))
    cues = _cues()
    line = folded.codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
    ends = np.append(clauses.first[1:], len(folded.codes))[: len(clauses)]
    mishaps = []
    for index in np.flatnonzero(asked).tolist():
        clause = line[clauses.first[index] : ends[index]]
        if cues.blame.search(clause):
            tones[index] = -1.0
        elif cues.praise.search(clause):
            tones[index] = 1.0
        elif cues.mishap.search(clause):
            mishaps.append(index)
    praised = np.zeros(len(folded.starts), dtype=bool)
    praised[clauses.text[tones > 0]] = True
    tones[[index for index in mishaps if not praised[clauses.text[index]]]] = -1.0
    return tones


@cache
def _cues() -> _Cues:
    tree = tomllib.loads(resources.files(__package__).joinpath("event_cues.toml").read_text(encoding="utf-8"))
    words = {name: f"(?:{part})" for name, part in tree["parts"].items()}
    sides = ("praise", "blame", "mishap")
    return _Cues(*(re.compile("|".join(cue.format_map(words) for cue in tree[side])) for side in sides))
