"""Kernel that finds the edge of filled outlines: pieces of line with the inside on one side."""

from __future__ import annotations

import numpy as np

from drawkit.raster.jit import device, kernel

__all__ = ["find_pieces"]

F0, F1 = np.float32(0), np.float32(1)
PARALLEL = np.float32(1e-7)  # px^2: lines that turn by less do not cross
SHORT = np.float32(1e-5)  # a piece shorter than this share of its line is dropped
SAME = np.float32(1e-4)  # px: lines this near are one edge


@device
def inside(number, even_odd):  # type: ignore[no-untyped-def]
    """SVG's fill rules."""
    return number % 2 != 0 if even_odd else number != 0


@device
def is_edge(start, step, l0, l1, i, at, even_odd):  # type: ignore[no-untyped-def]
    """Whether line i has the inside on one side only at parameter `at`.

    Winding numbers before and after the line, along the axis that it crosses more steeply;
    lines through the very same point are counted with it: two that run back over each other
    are no edge.
    """
    px, py = start[i, 0] + at * step[i, 0], start[i, 1] + at * step[i, 1]
    x, y = (0, 1) if abs(step[i, 1]) >= abs(step[i, 0]) else (1, 0)
    mine, level = (px, py) if x == 0 else (py, px)
    before, here = 0, 0
    for j in range(l0, l1):
        low, high = start[j, y], start[j, y] + step[j, y]
        turn = 0
        if low <= level and high > level:
            turn = 1
        elif high <= level and low > level:
            turn = -1
        if turn != 0:
            cross = start[j, x] + (level - low) / step[j, y] * step[j, x]
            if j == i or abs(cross - mine) < SAME:
                here += turn
            elif cross < mine:
                before += turn
    return inside(before, even_odd) != inside(before + here, even_odd)


@device
def cut(start, step, l0, l1, i, cuts):  # type: ignore[no-untyped-def]
    """Sorted parameters where other lines cross line i into `cuts` (0 first, 1 last); count."""
    ox, oy, dx, dy = start[i, 0], start[i, 1], step[i, 0], step[i, 1]
    low_x, high_x = min(ox, ox + dx), max(ox, ox + dx)
    low_y, high_y = min(oy, oy + dy), max(oy, oy + dy)
    cuts[0] = F0
    count = 1
    for j in range(l0, l1):
        x, y, ex, ey = start[j, 0], start[j, 1], step[j, 0], step[j, 1]
        if max(y, y + ey) < low_y or min(y, y + ey) > high_y:
            continue
        if max(x, x + ex) < low_x or min(x, x + ex) > high_x or j == i:
            continue
        turn = dx * ey - dy * ex
        if abs(turn) < PARALLEL:
            continue
        along = ((x - ox) * ey - (y - oy) * ex) / turn
        across = ((x - ox) * dy - (y - oy) * dx) / turn
        if along > F0 and along < F1 and across >= F0 and across <= F1 and count < len(cuts) - 1:
            k = count
            while cuts[k - 1] > along:
                cuts[k] = cuts[k - 1]
                k -= 1
            cuts[k] = along
            count += 1
    cuts[count] = F1
    return count + 1


@kernel
def find_pieces(lines, filled, even_odd):  # type: ignore[no-untyped-def]
    """Edge pieces of every filled path: first [N + 1], line, low, high [M]."""
    paths = len(filled)
    first = np.zeros(paths + 1, np.int32)
    line = np.empty(len(lines.start) + 16, np.int32)
    span = np.empty((len(line), 2), np.float32)
    total = 0
    for path in range(paths):
        l0, l1 = lines.first[path], lines.first[path + 1]
        cuts = np.empty(l1 - l0 + 2 if filled[path] else 1, np.float32)
        for i in range(l0, l1 if filled[path] else l0):
            count = cut(lines.start, lines.step, l0, l1, i, cuts)
            if total + count > len(line):
                grown = np.empty(2 * len(line) + count, np.int32)
                grown[:total] = line[:total]
                line = grown
                wider = np.empty((len(line), 2), np.float32)
                wider[:total] = span[:total]
                span = wider
            for k in range(count - 1):
                low, high = cuts[k], cuts[k + 1]
                middle = np.float32(0.5) * (low + high)
                if high - low > SHORT and is_edge(
                    lines.start, lines.step, l0, l1, i, middle, even_odd[path]
                ):
                    line[total], span[total, 0], span[total, 1] = i, low, high
                    total += 1
        first[path + 1] = total
    return first, line[:total], span[:total]
