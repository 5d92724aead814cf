"""The command line: one line of arguments in, a table or JSON out.

Exit code 0 when it did what was asked, 2 with one clear line on standard error otherwise.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from analysis.cli.options import parse
from analysis.errors import XinshengError
from analysis.i18n import say

DONE = 0
REFUSED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; `arguments` without the program's name, from the command line where None."""
    try:
        options = parse(arguments)
        outcome = options.run(options)
    except XinshengError as error:
        print(say(error.key, **error.values), file=sys.stderr)
        return REFUSED
    if options.json:
        print(json.dumps(outcome.data, ensure_ascii=False, indent=2, allow_nan=False))
    elif outcome.text:
        print(outcome.text)
    for line in outcome.failures:
        print(line, file=sys.stderr)
    return REFUSED if outcome.failures else DONE
