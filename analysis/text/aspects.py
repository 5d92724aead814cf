"""Which dimensions a clause speaks of, by the terms of the taxonomy."""

from __future__ import annotations

import re
from functools import cache

from analysis.taxonomy import fold, taxonomy
from analysis.text.polarity import one_of

_HANZI = re.compile(r"[\u4e00-\u9fff]")


def dimensions_of(clause: str) -> tuple[str, ...]:
    """The dimensions that a clause (plain form) names, in the order of mention, each once.

    Longer terms win over shorter ones inside them. A term of one character (慢, 贵, 懂) is vague: it counts
    only where the clause has no longer term, so that "客服回复慢" is not about delivery.

    >>> dimensions_of("客服回复慢"), dimensions_of("真慢")
    (('响应速度',), ('物流时效',))
    """
    dimension, pattern = _terms()
    found = pattern.findall(clause)
    clear = [term for term in found if len(term) > 1]
    return tuple(dict.fromkeys(dimension[term] for term in clear or found))


@cache
def _terms() -> tuple[dict[str, str], re.Pattern[str]]:
    dimension: dict[str, str] = {}
    for entry in taxonomy().dimensions:
        for term in (*entry.terms, entry.name, *entry.aliases) if entry.terms else ():
            if _HANZI.search(term):
                dimension.setdefault(fold(term), entry.name)
    return dimension, one_of(dimension)
