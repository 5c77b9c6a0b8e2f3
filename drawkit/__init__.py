"""drawkit: words in, editable drawing out."""

__version__ = "0.1.0"
