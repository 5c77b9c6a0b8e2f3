"""The server of the studio: on this machine alone, on a free port, behind a token."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from drawkit import FileError
from drawkit.studio.guard import TOKEN, Guard
from drawkit.studio.history import History
from drawkit.studio.shelf import STATIC, Shelf

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fastapi import FastAPI

__all__ = ["serve"]

_HERE = "127.0.0.1"


def serve(folder: Path, shelf: Shelf, ready: Callable[[str], object]) -> None:
    """Serve the studio until Ctrl-C. ready: called with its address once it answers.

    folder: where drawings are kept. Raises FileError where that cannot be, or no port is free.
    """
    history = History(folder)
    token = secrets.token_urlsafe(24)
    try:
        door = socket.create_server((_HERE, 0))
    except OSError as error:
        raise FileError(f"cannot serve on {_HERE}: {error.strerror or error}") from error
    port = door.getsockname()[1]
    address = f"http://{_HERE}:{port}/?{TOKEN}={token}"

    import uvicorn
    from fastapi import FastAPI
    from nicegui import ui

    from drawkit.studio.page import add_page
    from drawkit.studio.routes import add_routes
    from drawkit.studio.studio import Studio
    from drawkit.studio.table import Table

    table = Table(history)
    studio = Studio(table)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        table.listen()
        asyncio.get_running_loop().call_later(0, ready, address)
        yield

    app = FastAPI(lifespan=life, openapi_url=None, docs_url=None, redoc_url=None)
    add_routes(app, studio)
    add_page(studio, shelf)
    ui.run_with(
        app,
        title="drawkit studio",
        favicon=STATIC / "favicon.svg",
        dark=None,
        tailwind=False,
        show_welcome_message=False,
        message_history_length=0,
        gzip_middleware_factory=None,
    )
    config = uvicorn.Config(
        Guard(app, token, port),
        log_level="warning",
        lifespan="on",
        ws_max_size=16 << 20,
        timeout_graceful_shutdown=1,
    )
    try:
        uvicorn.Server(config).run(sockets=[door])
    finally:
        table.close()
        door.close()
