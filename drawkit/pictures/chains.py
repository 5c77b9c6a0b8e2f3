"""Ridges of pixels as chains of places, joined where one goes on as another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from drawkit.pictures.edges import Edges

__all__ = ["Chain", "chains_of"]

_Floats = npt.NDArray[np.float64]
Pixel = tuple[int, int]

_LOW, _HIGH = 0.45, 0.7
"""Strength from which a ridge is followed, and that it must have somewhere (hysteresis)."""
_SHORTEST = 6
"""Places of a chain below which it is a crumb."""
_GAP = 8.0
"""Px that are bridged between two chains that go on as one."""
_MEET = 3.5
"""Px from which they meet, at whatever angle."""
_HEADING = 7
"""Places by which it is told where a chain's end heads to."""
_AROUND = [(-1, 0), (0, 1), (1, 0), (0, -1), (-1, -1), (-1, 1), (1, 1), (1, -1)]


@dataclass(frozen=True, eq=False)
class Chain:
    """Places [N, 2] xy px, about a px from each other; closed: the last goes on to the first."""

    places: _Floats
    closed: bool


def chains_of(edges: Edges) -> list[Chain]:
    """All chains of a picture's edges."""
    pixels = _thinned(_connected(edges))
    ways = _followed(pixels)
    chains = []
    for way in ways:
        closed = len(way) > 3 and way[0] == way[-1]
        rows, columns = np.array(way[:-1] if closed else way).T
        chains.append(Chain(edges.places[:, rows, columns].T, closed))
    kept = [chain for chain in chains if len(chain.places) >= 3]
    return [chain for chain in _joined(kept) if len(chain.places) >= _SHORTEST]


def _connected(edges: Edges) -> set[Pixel]:
    """Pixels (row, column) of ridges that are strong somewhere."""
    weak = edges.thin & (edges.strength > _LOW)
    todo: list[Pixel] = [(y, x) for y, x in np.argwhere(weak & (edges.strength > _HIGH)).tolist()]
    left: set[Pixel] = {(y, x) for y, x in np.argwhere(weak).tolist()}
    found: set[Pixel] = set()
    while todo:
        at = todo.pop()
        if at not in left:
            continue
        left.remove(at)
        found.add(at)
        todo += [(at[0] + y, at[1] + x) for y, x in _AROUND]
    return found


def _thinned(pixels: set[Pixel]) -> set[Pixel]:
    """Without the corners of stairs, that no pixel has a neighbour too many."""
    left = set(pixels)
    for row, column in sorted(pixels):
        ring = [(row + y, column + x) in left for y, x in _RING]
        if 2 <= sum(ring) <= 4 and _parts(ring) == 1:
            sides = [ring[0], ring[2], ring[4], ring[6]]
            if any(sides[n] and sides[n - 1] for n in range(4)):
                left.remove((row, column))
    return left


_RING = [(-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1)]


def _parts(ring: list[bool]) -> int:
    """Groups that the true ones of eight neighbours form, those that touch by a corner as one."""
    filled = [
        here or (n % 2 == 1 and ring[n - 1] and ring[(n + 1) % 8]) for n, here in enumerate(ring)
    ]
    return sum(filled[n] and not filled[n - 1] for n in range(8))


def _followed(pixels: set[Pixel]) -> list[list[Pixel]]:
    """Ways from end to end, from fork to fork, or around; the first pixel again where closed."""
    near = {at: [p for y, x in _AROUND if (p := (at[0] + y, at[1] + x)) in pixels] for at in pixels}
    ways: list[list[Pixel]] = []
    used: set[frozenset[Pixel]] = set()

    def walk(start: Pixel, after: Pixel) -> None:
        way = [start, after]
        used.add(frozenset(way))
        while len(near[way[-1]]) == 2:
            one, other = near[way[-1]]
            to = other if one == way[-2] else one
            step = frozenset((way[-1], to))
            if step in used:
                break
            used.add(step)
            way.append(to)
        ways.append(way)

    for wanted in (1, 3, 4, 5, 6, 7, 8, 2):  # ends, forks, then what is left: rings
        for at in sorted(pixels):
            if len(near[at]) == wanted:
                for to in near[at]:
                    if frozenset((at, to)) not in used:
                        walk(at, to)
    return ways


def _joined(chains: list[Chain]) -> list[Chain]:
    """The same, with ends that go on as each other made one; the straightest ways first."""
    rings = [chain for chain in chains if chain.closed]
    open_ = [chain.places for chain in chains if not chain.closed]
    if not open_:
        return rings
    ends = np.concatenate([[way[0], way[-1]] for way in open_])
    heads = np.concatenate([[_heading(way[::-1]), _heading(way)] for way in open_])
    lengths = np.array([len(way) for way in open_]).repeat(2)
    away = ends[None] - ends[:, None]  # [from, to]
    gap = np.linalg.norm(away, axis=2)
    along = away / np.maximum(gap, 1e-9)[..., None]
    straight = -(heads @ heads.T)  # 1: goes on the same way
    ahead = np.minimum((heads[:, None] * along).sum(2), -(heads[None] * along).sum(2))
    meets = gap < _MEET
    fits = meets | ((gap < _GAP) & (ahead > 0.6) & (straight > 0.3))
    cost = gap * 0.3 + 2 * (1 - straight) + np.where(meets, 0, 1 - ahead)
    one, other = np.nonzero(np.triu(fits, 1))
    partner: dict[int, int] = {}
    for n in np.argsort(cost[one, other], kind="stable").tolist():
        a, b = int(one[n]), int(other[n])
        if a in partner or b in partner or (a // 2 == b // 2 and lengths[a] < 3 * _SHORTEST):
            continue
        partner[a], partner[b] = b, a
    return rings + _strung(open_, partner)


def _strung(ways: list[_Floats], partner: dict[int, int]) -> list[Chain]:
    """Chains through the joins; end 2 n is the first place of way n, end 2 n + 1 its last."""
    left = dict.fromkeys(range(len(ways)))
    found = []
    starts = [end for end in range(2 * len(ways)) if end not in partner]
    for start in [*starts, *range(0, 2 * len(ways), 2)]:  # open ones first, then rings
        if start // 2 not in left:
            continue
        parts, enter, closed = [], start, False
        while enter // 2 in left:
            del left[enter // 2]
            way = ways[enter // 2]
            parts.append(way if enter % 2 == 0 else way[::-1])
            leave = enter ^ 1
            if leave not in partner:
                break
            enter = partner[leave]
            closed = enter == start
        found.append(Chain(np.concatenate(parts), closed))
    return found


def _heading(way: _Floats) -> _Floats:
    """Where the end of a way heads to, of unit length."""
    back = way[max(0, len(way) - 1 - _HEADING)]
    head = way[-1] - back
    unit: _Floats = head / max(float(np.linalg.norm(head)), 1e-9)
    return unit
