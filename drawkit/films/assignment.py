"""Who becomes whom: the optimal assignment of rows to columns."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["assigned", "shared_out"]

_Floats = npt.NDArray[np.float64]
_Indices = npt.NDArray[np.intp]


def assigned(cost: _Floats) -> _Indices:
    """The column of each row at which all costs together are least; as many columns, or more.

    cost: [N, M], N <= M, finite. Shortest augmenting paths (Jonker and Volgenant 1987), a row of
    the matrix at a time: a second for a thousand rows.
    """
    rows, columns = cost.shape
    row_of = np.full(columns, -1)
    price_of_row, price = np.zeros(rows), np.zeros(columns)
    for row in range(rows):
        least = np.full(columns, np.inf)
        came_from = np.full(columns, row)
        done = np.zeros(columns, bool)
        here, far, sink = row, 0.0, -1
        ways: list[int] = []
        while sink < 0:
            through = far + cost[here] - price_of_row[here] - price
            nearer = ~done & (through < least)
            least[nearer] = through[nearer]
            came_from[nearer] = here
            at = int(np.argmin(np.where(done, np.inf, least)))
            far = float(least[at])
            done[at] = True
            ways.append(at)
            if row_of[at] < 0:
                sink = at
            else:
                here = int(row_of[at])
        price_of_row[row] += far
        for at in ways[:-1]:
            price_of_row[row_of[at]] += far - least[at]
        price[ways] -= far - least[ways]
        at = sink
        while True:
            before = int(came_from[at])
            row_of[at] = before
            if before == row:
                break
            (others,) = np.nonzero((row_of == before) & (np.arange(columns) != at))
            at = int(others[0])
    found = np.empty(rows, np.intp)
    taken = np.flatnonzero(row_of >= 0)
    found[row_of[taken]] = taken
    return found


def shared_out(cost: _Floats) -> list[tuple[int, int]]:
    """Pairs of a row and a column in which each of both stands: some stand in several.

    First everybody of the fewer gets one of the more, then those that are left are shared out
    among them, as evenly as may be, at the least cost of all.
    """
    rows, columns = cost.shape
    if rows > columns:
        return [(row, column) for column, row in shared_out(cost.T)]
    first = assigned(cost)
    pairs = list(zip(range(rows), first.tolist(), strict=True))
    left = np.setdiff1d(np.arange(columns), first)
    while len(left):
        some = left[:rows] if len(left) > rows else left
        back = assigned(np.ascontiguousarray(cost[:, some].T))
        pairs += list(zip(back.tolist(), some.tolist(), strict=True))
        left = left[len(some) :]
    return pairs
