"""jieba's dictionary with parts of speech, loaded once and only when a name may be near."""

from __future__ import annotations

import logging
import os
import re
import tempfile
from functools import cache
from pathlib import Path

_ENTRY = re.compile(r"^(\S+) \d+ (\S+)$", re.M)  # word, frequency, tag
_UNKNOWN = "x"


class Tagger:
    """Cuts a text into words of jieba's dictionary with their part of speech; nr is the name of a person.

    Without guesses of unknown words: an unknown name falls into single characters, and the tables for guessing,
    which take longer to load than the dictionary, stay on the disk.
    """

    def __init__(self) -> None:
        import jieba

        jieba.setLogLevel(logging.WARNING)
        self._cutter = jieba.Tokenizer()
        self._cutter.tmp_dir = str(private_directory())
        with self._cutter.get_dict_file() as lines:
            entries = _ENTRY.findall(lines.read().decode())
        self._tags = dict(entries)

    def cut(self, text: str) -> list[tuple[str, str]]:
        """The words in order with their tags, "x" for what the dictionary does not know."""
        return [(word, self._tags.get(word, _UNKNOWN)) for word in self._cutter.cut(text, HMM=False)]


@cache
def tagger() -> Tagger:
    """The one tagger of the process, loaded at first use."""
    return Tagger()


@cache
def private_directory() -> Path:
    """Where jieba keeps its compiled dictionary: a directory that only this user can enter.

    jieba's own choice is the shared temporary directory, from where it would load what anybody put there.
    """
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    path = base / "xinsheng" / "jieba"
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.chmod(0o700)  # fails on a directory of somebody else
    except OSError:  # no home to write to: a new directory for this process, 0700 by definition
        return Path(tempfile.mkdtemp(prefix="xinsheng-"))
    return path
