"""Who may talk to the studio: only the browser that was given its address with the token."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

__all__ = ["TOKEN", "Guard"]

TOKEN = "token"
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

_ONLY_HERE = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
    "script-src 'self' 'unsafe-inline' 'unsafe-eval'; connect-src 'self' {socket}; "
    "font-src 'self' data:; frame-ancestors 'none'; form-action 'none'; base-uri 'none'"
)


class Guard:
    """Lets requests through that know the token, by their address or by the cookie it set.

    All others get 403, websockets too: those with another host in their name (a page elsewhere
    that has its name lead here) or from another site. The browser is told to load nothing from
    anywhere else.
    """

    def __init__(self, app: Asgi, token: str, port: int) -> None:
        self._app = app
        self._token = token
        self._cookie = f"drawkit-studio-{port}"  # cookies are shared by all ports of a machine
        self._hosts = {f"{host}:{port}" for host in ("127.0.0.1", "localhost")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get(TOKEN, [""])[0]
        known = self._is_token(asked) or self._is_token(self._in_cookie(headers))
        if not known or headers.get("host") not in self._hosts or not self._from_here(headers):
            await self._refuse(scope, send)
            return
        await self._app(scope, receive, self._marked(send, headers["host"], self._is_token(asked)))

    def _marked(self, send: Send, host: str, first: bool) -> Send:
        """Sends answers with what the browser is to keep to."""

        async def marked(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                policy = _ONLY_HERE.format(socket=f"ws://{host}")
                more = [
                    (b"content-security-policy", policy.encode()),
                    (b"referrer-policy", b"no-referrer"),
                    (b"x-content-type-options", b"nosniff"),
                ]
                if first:
                    cookie = f"{self._cookie}={self._token}; Path=/; HttpOnly; SameSite=Strict"
                    more.append((b"set-cookie", cookie.encode()))
                message["headers"] = [*message.get("headers", []), *more]
            await send(message)

        return marked

    async def _refuse(self, scope: Scope, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # before it is open: 403
            return
        text = b"403: open the address that drawkit studio printed, with its token\n"
        kind = [(b"content-type", b"text/plain; charset=utf-8")]
        await send({"type": "http.response.start", "status": 403, "headers": kind})
        await send({"type": "http.response.body", "body": text})

    def _is_token(self, given: str) -> bool:
        return secrets.compare_digest(given.encode(), self._token.encode())

    def _in_cookie(self, headers: dict[str, str]) -> str:
        try:
            found = SimpleCookie(headers.get("cookie", "")).get(self._cookie)
        except CookieError:
            return ""
        return "" if found is None else found.value

    def _from_here(self, headers: dict[str, str]) -> bool:
        origin = headers.get("origin")
        return origin is None or origin.removeprefix("http://") in self._hosts
