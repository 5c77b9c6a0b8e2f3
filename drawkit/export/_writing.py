"""Whole files or none: every exporter hands its bytes to `write_whole`."""

from __future__ import annotations

from drawkit.saving.places import reason
from drawkit.saving.writing import write_whole

__all__ = ["reason", "write_whole"]
