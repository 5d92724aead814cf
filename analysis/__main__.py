"""`python -m analysis`: see `analysis.cli`."""

import sys

from analysis.cli import main

# A file or another program gets UTF-8 on every machine; a terminal gets what it can show.
sys.stdout.reconfigure(errors="replace", encoding=None if sys.stdout.isatty() else "utf-8")
sys.stderr.reconfigure(errors="replace")

raise SystemExit(main())
