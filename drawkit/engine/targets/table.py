"""All sources of pictures to follow, by the names that `draw.target` has."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from drawkit.engine.targets import Target
from drawkit.engine.targets.generate import Generate
from drawkit.engine.targets.imagine import Imagine

__all__ = ["TARGETS"]

TARGETS: Mapping[str, type[Target]] = MappingProxyType({"imagine": Imagine, "generate": Generate})
