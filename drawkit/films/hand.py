"""How somebody draws a drawing, in settings."""

from __future__ import annotations

from dataclasses import dataclass

from drawkit import InputError

__all__ = ["ORDERS", "Hand"]

ORDERS = ("paint", "size", "part", "hand")


@dataclass(frozen=True)
class Hand:
    """How a drawing is drawn; see `film`. Raises `InputError` for an unknown order."""

    seconds: float = 8.0
    order: str = "paint"
    hold: float = 1.0
    ease: bool = True
    pen: bool = False
    loop: bool = False

    def __post_init__(self) -> None:
        if self.order not in ORDERS:
            raise InputError(f"unknown order '{self.order}'; allowed: {', '.join(ORDERS)}")
