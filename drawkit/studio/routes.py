"""Files that go in and out of the studio: pictures dropped in, drawings taken away."""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from fastapi.staticfiles import StaticFiles

from drawkit import DrawkitError, InputError
from drawkit.studio.shelf import STATIC
from drawkit.studio.studio import Studio

__all__ = ["FORMATS", "add_routes"]

FORMATS = {
    "svg": ("svg", "whole"),
    "png": ("png", "whole"),
    "pdf": ("pdf", "whole"),
    "film": ("gif", "film"),
    "sprite": ("png", "sprite"),
    "aseprite": ("aseprite", "whole"),
}
"""What a drawing can be had as -> suffix, and what is made of it."""
_MOST = 50 << 20
"""Bytes of a picture that is dropped in, as of one that the command line reads."""
_ODD = re.compile(r"[^A-Za-z0-9._-]+")


def add_routes(app: FastAPI, studio: Studio) -> None:
    """Uploads, downloads, and pictures of the history."""
    app.mount("/static", StaticFiles(directory=STATIC))

    @app.post("/pictures")
    async def take(request: Request, name: str = "picture") -> JSONResponse:
        """Keep a picture, or say in one line why it is none."""
        try:
            path = await _received(request, studio.history.pictures, name)
            line = await studio.check(path)
        except (DrawkitError, OSError) as error:
            return JSONResponse({"line": " ".join(str(error).split())}, 422)
        if line:
            path.unlink(missing_ok=True)
            return JSONResponse({"line": line}, 422)
        return JSONResponse({"picture": str(path), "name": path.name})

    @app.get("/drawings/{name}/{kind}")
    async def give(name: str, kind: str) -> Response:
        """A drawing as a file."""
        try:
            if kind not in FORMATS:
                raise InputError(f"a drawing is had as {', '.join(FORMATS)}, not as '{kind[:20]}'")
            suffix, form = FORMATS[kind]
            path = await studio.export(name, suffix, form)
            if not path.is_file():
                raise InputError("there is no such drawing")
            title = studio.file_name(name, suffix)
        except DrawkitError as error:
            return PlainTextResponse(str(error), 404)
        said = f"attachment; filename*=UTF-8''{quote(title)}"
        return FileResponse(
            path, headers={"content-disposition": said, "cache-control": "no-store"}
        )

    @app.get("/history/{name}")
    async def show(name: str) -> Response:
        """The picture of a drawing that is kept."""
        try:
            path = studio.history.path(name)
        except DrawkitError as error:
            return PlainTextResponse(str(error), 404)
        if not path.is_file():
            return PlainTextResponse("there is no such drawing", 404)
        return FileResponse(path, media_type="image/svg+xml", headers={"cache-control": "no-cache"})


async def _received(request: Request, folder: Path, name: str) -> Path:
    """The body of a request as a file, under a name that is safe. Raises InputError."""
    safe = _ODD.sub("-", Path(name.replace("\\", "/")).name).strip("-.")[-60:]
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > _MOST:
            raise InputError(f"the picture '{safe}' is larger than {_MOST >> 20} MB")
    if not data:
        raise InputError(f"the picture '{safe}' is empty")
    place = folder / secrets.token_hex(4)
    place.mkdir(parents=True)
    path = place / (safe if safe else "picture")
    path.write_bytes(data)
    return path
