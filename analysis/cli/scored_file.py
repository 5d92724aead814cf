"""The score command: a table in, the same table with what its texts say out."""

from __future__ import annotations

from argparse import Namespace

import pandas as pd

from analysis import export, ingest, text
from analysis.cli.showing import Outcome, Progress
from analysis.errors import OutputFailed, UnknownName
from analysis.i18n import say

ADDED_COLUMNS = ("sentiment", "polarity", "aspects")
CHUNK = 1_024  # texts between two words of progress


def score_file(options: Namespace) -> Outcome:
    """Score one column of a file; every row comes out again in its place, with its cells as they were.

    A row with a cell too long to keep shows and reads its beginning; one that does not fit the header is uncertain.
    """
    inspection = ingest.inspect(options.file, file_name=options.file.name, encoding=options.encoding, kind="review")
    frame, misfits = _every_row(inspection)
    if options.text not in frame.columns:
        raise UnknownName("errors.unknown_column", name=options.text, known=tuple(frame.columns))
    if not options.out.parent.is_dir():
        raise OutputFailed("errors.output_failed", path=options.out, detail=options.out.parent)
    texts = frame[options.text].mask(frame.index.isin(misfits))
    scores = _scores(texts.tolist(), options.engine).set_axis(frame.index)
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


def _every_row(inspection: ingest.Inspection) -> tuple[pd.DataFrame, list[int]]:
    """The table with the rows that its reader set aside back in their places, and which of those do not fit it."""
    frame = inspection.table.frame
    width = frame.shape[1]
    cells = {torn.row: _fitted(torn.fields, width) for torn in inspection.torn}
    aside = pd.DataFrame.from_dict(cells, orient="index", columns=frame.columns, dtype="str")
    misfits = [torn.row for torn in inspection.torn if len(torn.fields) != width]
    return (pd.concat([frame, aside]).sort_index(kind="stable") if cells else frame), misfits


def _fitted(fields: tuple[str, ...], width: int) -> list[str]:
    """As many cells as there are columns; what is over stays together in the last."""
    padded = [*fields, *[""] * (width - len(fields))]
    return [*padded[: width - 1], ",".join(padded[width - 1 :])]


def _scores(texts: list[str], engine: str) -> pd.DataFrame:
    progress = Progress("cli.progress.score")
    chunks = []
    for done, scored in enumerate(text.score_in_parts(texts, engine=engine, part=CHUNK), start=1):
        chunks.append(scored)
        progress(min(done * CHUNK, len(texts)), len(texts))
    return pd.concat(chunks, ignore_index=True) if chunks else text.score([], engine=engine)


def _free_name(name: str, frame: pd.DataFrame) -> str:
    while name in frame.columns:
        name += "_"
    return name
