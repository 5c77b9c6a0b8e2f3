"""cairosvg, which fails to import where the system library libcairo is missing."""

from __future__ import annotations

from types import ModuleType

from drawkit.errors import BackendError

__all__ = ["load_cairosvg"]


def load_cairosvg(what: str) -> ModuleType:
    """Cairosvg itself; `BackendError` that says what to install for `what`, if it is missing."""
    try:
        import cairosvg
    except (ImportError, OSError) as error:
        raise BackendError(
            f"{what} needs cairosvg and the system library libcairo, which is missing here: "
            "install it (Debian: apt install libcairo2; macOS: brew install cairo)"
        ) from error
    module: ModuleType = cairosvg
    return module
