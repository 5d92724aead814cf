"""How much of the machine one file may use. A file beyond a limit is refused with a message."""

from __future__ import annotations

MEGABYTE = 1024 * 1024

MAX_FILE_BYTES = 200 * MEGABYTE      # the upload limit of the screen's server, kept for the command line too
CHILD_MEMORY_BYTES = 2048 * MEGABYTE  # a million survey rows need about half of it
CHILD_CPU_SECONDS = 90
CHILD_WALL_SECONDS = 120

MAX_COLUMNS = 2_000
MAX_HEADER_CHARACTERS = 400_000  # of all names together; the widest surveys, with whole questions as names, have half
MAX_NAME_CHARACTERS = 5_000       # of one name; a question with its whole introduction has some hundreds
MAX_CELL_CHARACTERS = 200_000  # Excel itself stops at 32,767

# A workbook is a zip archive. Honest ones of survey size hold tens of members and shrink about 10 times.
MAX_MEMBERS = 1_000
MAX_UNPACKED_BYTES = 600 * MEGABYTE
MAX_UNPACK_RATIO = 100
RATIO_FREE_BYTES = 50 * MEGABYTE  # below this unpacked size no ratio is suspicious

# The XLSX engine lays out the full rectangle up to the last used cell before anything is read.
MAX_SHEET_CELLS = 30_000_000
SPARSE_FREE_CELLS = 2_000_000  # a rectangle below this is affordable however empty it is
MIN_FILLED_SHARE = 0.01
