"""Whole files or none: every exporter hands its bytes to `write_whole`."""

from __future__ import annotations

from drawkit.files.places import reason
from drawkit.files.writing import write_whole

__all__ = ["reason", "write_whole"]
