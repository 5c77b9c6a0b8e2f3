"""Kernel that finds the edge of filled outlines: pieces of line with the inside on one side."""

from __future__ import annotations

import numpy as np

from drawkit.raster.cpu.jit import device, kernel
from drawkit.raster.cpu.scalars import maths

__all__ = ["find_pieces"]

inside = maths.inside
F0, F1 = np.float32(0), np.float32(1)
PARALLEL = np.float32(1e-7)  # px^2: lines that turn by less do not cross
SHORT = np.float32(1e-5)  # a piece shorter than this share of its line is dropped
SAME = np.float32(1e-4)  # px: lines this near are one edge


@device
def is_edge(start, step, l0, l1, i, at, even_odd):
    """+1 or -1 where line i has the inside on one side only at parameter `at`, else 0.

    +1: the inside lies on the side of the line's normal (-step y, step x). Winding numbers
    before and after the line, along the axis that it crosses more steeply; lines through the
    very same point are counted with it: two that run back over each other are no edge.
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
    if inside(before, even_odd) == inside(before + here, even_odd):
        return 0
    toward_before = step[i, 1] > F0 if x == 0 else step[i, 0] < F0
    return 1 if toward_before == inside(before, even_odd) else -1


@device
def cut(start, step, l0, l1, i, cuts):
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
def find_pieces(lines, filled, even_odd, first, line, span):
    """Edge pieces of every filled path: how many, with first [N + 1], line [M], span [M, 3].

    A span is the low and high parameter and the side of the inside, as `Edges` has it.
    Where there are more than fit, the rest is only counted: call again with longer arrays.
    """
    total = 0
    for path in range(len(filled)):
        first[path] = total
        if filled[path]:
            l0, l1 = lines.first[path], lines.first[path + 1]
            cuts = np.empty(2 * (l1 - l0) + 2, np.float32)
            for i in range(l0, l1):
                count = cut(lines.start, lines.step, l0, l1, i, cuts)
                for k in range(count - 1):
                    low, high = cuts[k], cuts[k + 1]
                    middle = np.float32(0.5) * (low + high)
                    if high - low <= SHORT:
                        continue
                    side = is_edge(lines.start, lines.step, l0, l1, i, middle, even_odd[path])
                    if side != 0:
                        if total < len(line):
                            line[total], span[total, 0], span[total, 1] = i, low, high
                            span[total, 2] = np.float32(side)
                        total += 1
    first[len(filled)] = total
    return total
