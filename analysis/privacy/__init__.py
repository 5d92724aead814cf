"""Personal data out of texts, and customer ids out of records, before anything is stored.

`mask` replaces what it finds by what it was ([电话]); `find` says where; `pseudonym` turns ids into keyed hashes.
"""

from analysis.privacy.dictionary import private_directory
from analysis.privacy.finding import KINDS, Found, find
from analysis.privacy.masking import ON_LABELS, SIGNS, mask, mask_text
from analysis.privacy.pseudonyms import PSEUDONYM_LENGTH, pseudonym, sealed

__all__ = [
    "KINDS", "ON_LABELS", "PSEUDONYM_LENGTH", "SIGNS", "Found", "find", "mask", "mask_text", "private_directory",
    "pseudonym", "sealed",
]
