"""What is set before anything else in a process that is drawkit's own."""

from __future__ import annotations

from drawkit.cli.streams import steady_streams
from drawkit.files.memory import keep_freed_memory

__all__ = ["own_process"]


def own_process() -> None:
    """Streams that never end the program, and memory that steps find again."""
    steady_streams()
    keep_freed_memory()
