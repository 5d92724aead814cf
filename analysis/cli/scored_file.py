"""The score command: a table in, the same table with what its texts say out."""

from __future__ import annotations

from argparse import Namespace

import pandas as pd

from analysis import export, ingest, text
from analysis.cli.showing import Outcome, Progress
from analysis.errors import OutputFailed, UnknownName
from analysis.i18n import say

ADDED_COLUMNS = ("sentiment", "polarity", "aspects")
CHUNK = 256  # texts between two words of progress


def score_file(options: Namespace) -> Outcome:
    """Score one column of a file; every readable row comes out again, with its cells as they were."""
    inspection = ingest.inspect(options.file, file_name=options.file.name, encoding=options.encoding, kind="review")
    frame = inspection.table.frame
    if options.text not in frame.columns:
        raise UnknownName("errors.unknown_column", name=options.text, known="、".join(frame.columns))
    if not options.out.parent.is_dir():
        raise OutputFailed("errors.output_failed", path=options.out, detail=options.out.parent)
    scores = _scores(frame[options.text].tolist(), options.engine).set_axis(frame.index)
    names = dict(zip(ADDED_COLUMNS, (_free_name(name, frame) for name in ADDED_COLUMNS), strict=True))
    export.write(pd.concat([frame, scores.rename(columns=names)], axis=1), options.out, sheet=options.file.stem)
    counts = scores["polarity"].value_counts().to_dict()
    data = {
        "file": options.file.name, "out": str(options.out), "rows": len(frame), "unreadable": len(inspection.issues),
        **counts,
    }
    return Outcome(
        data,
        say("cli.scored", n=len(frame), out=options.out, unreadable=len(inspection.issues)),
    )


def _scores(texts: list[str], engine: str) -> pd.DataFrame:
    progress = Progress("cli.progress.score")
    chunks = []
    for start in range(0, len(texts), CHUNK):
        chunks.append(text.score(texts[start:start + CHUNK], engine=engine))
        progress(min(start + CHUNK, len(texts)), len(texts))
    return pd.concat(chunks, ignore_index=True) if chunks else text.score([], engine=engine)


def _free_name(name: str, frame: pd.DataFrame) -> str:
    while name in frame.columns:
        name += "_"
    return name
