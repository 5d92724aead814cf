"""jieba's dictionary with parts of speech, loaded once and only when a name may be near."""

from __future__ import annotations

import logging
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jieba.posseg


@cache
def tagger() -> jieba.posseg.POSTokenizer:
    """Cuts a text into words with their part of speech; nr is the name of a person."""
    import jieba  # 2 s with its dictionary and its tag model
    import jieba.posseg

    jieba.setLogLevel(logging.WARNING)
    cutter = jieba.Tokenizer()
    cutter.tmp_dir = str(private_directory())
    return jieba.posseg.POSTokenizer(cutter)


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
