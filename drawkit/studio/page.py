"""The page: one element of NiceGUI that shows a desk, and what it loads."""

from __future__ import annotations

from typing import Any

from nicegui import Client, ui
from nicegui.element import Element
from nicegui.events import GenericEventArguments

from drawkit.studio.desks import MOST, Desk
from drawkit.studio.shelf import Shelf
from drawkit.studio.studio import Studio

__all__ = ["add_page"]

_HEAD = """
<link rel="stylesheet" href="/static/studio.css">
<script>
  // Before the first paint, so that a dark room stays dark.
  const kept = localStorage.getItem("drawkit-theme");
  if (kept === "light" || kept === "dark") document.documentElement.dataset.theme = kept;
</script>
"""


class _Board(Element, component="static/board.js"):
    """A desk in the browser (`static/board.js`); it asks, and is sent what to show."""

    def __init__(self, studio: Studio, shelf: Shelf) -> None:
        super().__init__()
        self._props["shelf"] = shelf.plain()
        self._props["most"] = MOST
        self._studio = studio
        self._desk: Desk | None = None
        self._page: Client = self.client
        self.on("ask", self._ask)

    @property
    def there(self) -> bool:
        """Whether a browser has the page open."""
        return bool(self._page.has_socket_connection) and not self.is_deleted

    def send(self, message: dict[str, Any]) -> None:
        """Show something."""
        self.run_method("take", message)

    async def _ask(self, event: GenericEventArguments) -> None:
        ask = event.args
        if not isinstance(ask, dict):
            return
        if ask.get("do") == "hello":
            self._desk = self._studio.welcome(str(ask.get("desk", "")), self)
        elif self._desk is not None:
            await self._studio.act(self._desk, ask)


def add_page(studio: Studio, shelf: Shelf) -> None:
    """The page at `/`."""

    @ui.page("/", title="drawkit studio")
    def page() -> None:
        ui.add_head_html(_HEAD)
        _Board(studio, shelf)
