"""Functions that return a figure and nothing else; one file per family of charts."""
