"""What comments say: their tone, the dimensions they speak of, and the words that set two groups apart.

Models and dictionaries load at the first call that needs them, never at import.
"""

from analysis.text.engines import DEFAULT_ENGINE
from analysis.text.keywords import keywords
from analysis.text.pool import Read, parts_of, readers, score_in_parts
from analysis.text.scoring import COMMON, Reading, score
from analysis.text.typical import typical_terms

__all__ = [
    "COMMON", "DEFAULT_ENGINE", "Read", "Reading", "keywords", "parts_of", "readers", "score", "score_in_parts",
    "typical_terms",
]
