"""Bringing a file in, step by step: choose, check what was recognised, import, read the account."""

from dashboard.upload.steps import steps
from dashboard.upload.visit import forget

__all__ = ["forget", "steps"]
