"""The command line: one line of arguments in, a table or JSON out.

Exit code 0 when it did what was asked, 130 when Ctrl-C ended it, 2 with one clear line on standard error otherwise.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence

from analysis.cli.options import asked_language, parse
from analysis.errors import XinshengError
from analysis.i18n import say, speaking

DONE = 0
REFUSED = 2
INTERRUPTED = 130  # 128 + SIGINT, as shells count


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; `arguments` without the program's name, from the command line where None."""
    with speaking(asked_language(arguments)):
        return _run(arguments)


def _run(arguments: Sequence[str] | None) -> int:
    try:
        options = parse(arguments)
        outcome = options.run(options)
    except XinshengError as error:
        print(say(error.key, **error.values), file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        # Whatever was being written was taken back on the way here.
        print(say("cli.interrupted"), file=sys.stderr)
        return INTERRUPTED
    answer = json.dumps(outcome.data, ensure_ascii=False, indent=2, allow_nan=False) if options.json else outcome.text
    try:
        _print(answer)
    except BrokenPipeError:
        # The reader, say `head`, has seen enough; without this, Python complains once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    for line in outcome.failures:
        print(line, file=sys.stderr)
    return REFUSED if outcome.failures else DONE


def _print(text: str) -> None:
    if text:
        print(text, flush=True)
