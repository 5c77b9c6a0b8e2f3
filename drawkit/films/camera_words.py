"""What people write for a camera: views at times, or the name of a move."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from drawkit import InputError
from drawkit.films.camera import Camera, View
from drawkit.scene.motion import EASE

__all__ = ["MOVES", "read_camera", "read_time"]

_FORM = "0: zoom 1; 5: zoom 1.6 at 0.7,0.3 turn 10"
_NUMBER = r"-?(?:\d+\.?\d*|\.\d+)"
_WORDS = re.compile(rf"zoom ({_NUMBER})|turn ({_NUMBER})|at ({_NUMBER}) ?, ?({_NUMBER})|(even)")
_LIMITS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"zoom": (0.05, 50.0), "turn": (-3600.0, 3600.0), "at": (-2.0, 3.0)}
)
_VIEWS_MOST = 1000


@dataclass(frozen=True)
class _Move:
    """How far a move goes where nothing is said, the least and most of it, and its two ends."""

    usual: float
    least: float
    most: float
    ends: tuple[str, str]


MOVES: Mapping[str, _Move] = MappingProxyType(
    {
        "zoom-in": _Move(1.5, 1.0, 50.0, ("", "zoom")),
        "zoom-out": _Move(1.5, 1.0, 50.0, ("zoom", "")),
        "pan-left": _Move(0.2, 0.0, 2.0, ("+x", "-x")),
        "pan-right": _Move(0.2, 0.0, 2.0, ("-x", "+x")),
        "pan-up": _Move(0.2, 0.0, 2.0, ("+y", "-y")),
        "pan-down": _Move(0.2, 0.0, 2.0, ("-y", "+y")),
        "turn": _Move(15.0, -3600.0, 3600.0, ("", "turn")),
    }
)
"""Moves over the whole film; `walk` is one too. Pans: shares of the page from end to end."""

_WALK_SECONDS = 9.0
"""How long the slowest swing of a walk takes, about."""
_WALK_STEP = 0.25
_WALK_START = 2.0
"""Seconds in which a walk leaves the whole page."""
_WALK_FAR, _WALK_ZOOM, _WALK_TURN = 0.1, 0.3, 6.0
"""How far it goes at most: shares of the page, of zoom (a factor of 1.35), degrees."""


def read_camera(
    text: str, seconds: float, *, parallax: float = 0.0, seed: int = 0, loop: bool = False
) -> Camera:
    """The camera that a text describes, for a film of so many seconds.

    Views: `TIME: zoom FACTOR at X,Y turn DEGREES even; ...`: times in seconds or `50%`, `at` what
    is in the middle, in shares of the page; what a view leaves out stays as it was; the way to it
    is slow at both ends, or `even`. Moves: names of `MOVES`, with how far behind, several by
    commas: `zoom-in 1.8, turn 10`; `walk` wanders by the seed, or by its own, `walk 7`. In a loop
    moves come back. Raises `InputError` in one line for all else.
    """
    if not isinstance(parallax, int | float) or not 0 <= parallax <= 1:
        raise InputError(f"parallax is {parallax}; allowed: 0 to 1")
    words = " ".join(text.split())
    views = _views(words, seconds) if ":" in words else _moved(words, seconds, seed, loop)
    return Camera(tuple(views), float(parallax))


def read_time(text: str, seconds: float, what: str) -> float:
    """Seconds, `5`, `5s`, or a share of the film, `50%`; within the film, else `InputError`."""
    found = re.fullmatch(rf"({_NUMBER}) ?(s|%)?", text.strip())
    if found is None:
        raise InputError(f"{what} has the time '{text.strip()}'; allowed: seconds, or 50%")
    time = float(found[1]) * (seconds / 100 if found[2] == "%" else 1)
    if not 0 <= time <= seconds + 1e-6:
        raise InputError(f"{what} is at {time:g} s; the film lasts from 0 to {seconds:g} s")
    return min(time, seconds)


def _views(text: str, seconds: float) -> list[View]:
    views: list[View] = []
    parts = [part.strip() for part in text.split(";") if part.strip()]
    if len(parts) > _VIEWS_MOST:
        raise InputError(f"the camera has {len(parts)} views; allowed: {_VIEWS_MOST}")
    for part in parts:
        time, colon, said = part.partition(":")
        what = f"the camera's '{part}'"
        if not colon:
            raise InputError(f"{what} has no time; it is written '{_FORM}'")
        at = read_time(time, seconds, what)
        if views and at < views[-1].at:
            raise InputError(f"{what} comes before the view that it follows")
        view, even = _view(replace(views[-1] if views else View(0.0), at=at), said.strip(), what)
        if views and even:
            views[-1] = replace(views[-1], ease=None)
        views.append(view)
    return views


def _view(view: View, said: str, what: str) -> tuple[View, bool]:
    """A view with what is said of it, and whether the way to it is even."""
    view, even = replace(view, ease=EASE), False
    while said:
        found = _WORDS.match(said)
        if found is None or (found.end() < len(said) and said[found.end()] not in " ,"):
            raise InputError(
                f"{what} has '{said}'; allowed: zoom FACTOR, at X,Y, turn DEGREES, even"
            )
        zoom, turn, x, y, word = found.groups()
        if zoom:
            view = replace(view, zoom=_within("zoom", zoom, what))
        elif turn:
            view = replace(view, turn=_within("turn", turn, what))
        elif word:
            even = True
        else:
            view = replace(view, x=_within("at", x, what), y=_within("at", y, what))
        said = said[found.end() :].lstrip(" ,")
    return view, even


def _within(name: str, text: str, what: str) -> float:
    least, most = _LIMITS[name]
    if not least <= float(text) <= most:
        raise InputError(f"{what} has {name} {text}; allowed: {least:g} to {most:g}")
    return float(text)


def _moved(text: str, seconds: float, seed: int, loop: bool) -> list[View]:
    """The views of moves by name, one on the other."""
    ends = [View(0.0), View(seconds)]
    walks: list[int] = []
    for part in text.split(","):
        name, _, far = part.strip().partition(" ")
        if name == "walk":
            walks.append(_seed(far, seed))
            continue
        if name not in MOVES:
            allowed = ", ".join([*MOVES, "walk"])
            raise InputError(f"unknown camera '{part.strip()}'; allowed: {allowed}, or '{_FORM}'")
        move = MOVES[name]
        amount = _amount(name, far, move)
        ends = [_on(view, end, amount) for view, end in zip(ends, move.ends, strict=True)]
    if loop:
        ends = [ends[0], replace(ends[1], at=seconds / 2), replace(ends[0], at=seconds)]
    if not walks:
        return ends
    if len(walks) > 1 or len(text.split(",")) > 1:
        raise InputError(f"camera '{text}': a walk goes alone")
    return _walk(seconds, walks[0], loop)


def _amount(name: str, text: str, move: _Move) -> float:
    if not text:
        return move.usual
    if not re.fullmatch(_NUMBER, text) or not move.least <= float(text) <= move.most:
        raise InputError(f"camera {name} is '{text}'; allowed: {move.least:g} to {move.most:g}")
    return float(text)


def _seed(text: str, seed: int) -> int:
    if text and not re.fullmatch(r"\d{1,18}", text):
        raise InputError(f"camera walk has the seed '{text}'; allowed: whole numbers from 0")
    return int(text) if text else seed


def _on(view: View, end: str, amount: float) -> View:
    """A view with one end of a move on it."""
    sign = -0.5 if end.startswith("-") else 0.5
    match end.lstrip("+-"):
        case "zoom":
            return replace(view, zoom=view.zoom * amount)
        case "turn":
            return replace(view, turn=view.turn + amount)
        case "x":
            return replace(view, x=view.x + sign * amount)
        case "y":
            return replace(view, y=view.y + sign * amount)
    return view


def _walk(seconds: float, seed: int, loop: bool) -> list[View]:
    """Slow swings in every direction that fit into each other: smooth, never far, by seed alone."""
    rng = np.random.default_rng(seed)
    times = np.linspace(0, seconds, max(2, round(seconds / _WALK_STEP) + 1))
    begun = np.clip(times / _WALK_START, 0, 1) ** (0 if loop else 1)
    begun = begun * begun * (3 - 2 * begun)
    swings = np.zeros((4, len(times)))
    for swing in swings:
        shares = rng.dirichlet([2.0, 2.0, 2.0])
        for share, quicker in zip(shares, (1.0, 1.7, 2.6), strict=True):
            turns = seconds / _WALK_SECONDS * quicker * rng.uniform(0.8, 1.2)
            if loop:
                turns = max(1.0, float(round(turns)))
            phase = rng.uniform(0, 2 * np.pi)
            swing += share * np.sin(2 * np.pi * (turns * times / max(seconds, 1e-9)) + phase)
    x, y, zoom, turn = swings * begun
    rows = np.stack(
        [
            times,
            0.5 + _WALK_FAR * x,
            0.5 + _WALK_FAR * y,
            np.exp(_WALK_ZOOM / 2 * (zoom + begun)),
            _WALK_TURN * turn,
        ],
        axis=1,
    )
    return [View(at, a, b, near, turned, None) for at, a, b, near, turned in rows.tolist()]
