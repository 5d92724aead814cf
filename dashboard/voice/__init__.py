"""The page of voices, view by view."""
