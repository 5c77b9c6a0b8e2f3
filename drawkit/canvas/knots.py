"""What holds outlines to what they are: lines stay straight, smooth knots turn no corner."""

from __future__ import annotations

import torch
from torch import Tensor, nn

__all__ = ["Knots"]


class Knots(nn.Module):
    """Turns learned control points of closed runs into those that are drawn, with gradients.

    segments: [R] cubics of each run. smooth: [S] whether a run goes on without a turn at the knot
    where segment s begins; straight: [S] whether segment s is a line. They follow from what the
    canvas keeps, so no state keeps them.
    """

    smooth: Tensor
    straight: Tensor
    before: Tensor
    after: Tensor

    def __init__(self, segments: Tensor, smooth: Tensor, straight: Tensor) -> None:
        super().__init__()
        first = (segments.cumsum(0) - segments).repeat_interleave(segments)
        place = torch.arange(int(segments.sum())) - first
        length = segments.repeat_interleave(segments)
        held = {
            "smooth": smooth,
            "straight": straight,
            "before": first + (place - 1) % length,
            "after": first + (place + 1) % length,
        }
        for name, tensor in held.items():
            self.register_buffer(name, tensor, persistent=False)

    def forward(self, points: Tensor) -> Tensor:
        """[3 S, 2] -> [3 S, 2], px."""
        knot, leaving, arriving = points.view(-1, 3, 2).unbind(1)
        end = knot[self.after]
        line = self.straight[:, None]
        leaving = torch.where(line, knot + (end - knot) / 3, leaving)
        arriving = torch.where(line, end + (knot - end) / 3, arriving)
        before, line_before = arriving[self.before], line[self.before]
        ahead, back = leaving - knot, knot - before
        along = torch.where(line, ahead, torch.where(line_before, back, ahead + back))
        along = along / along.norm(dim=1, keepdim=True).clamp(min=1e-6)
        smooth = self.smooth[:, None]
        far = (ahead * along).sum(dim=1, keepdim=True).clamp(min=0)
        near = (back * along).sum(dim=1, keepdim=True).clamp(min=0)
        leaving = torch.where(smooth & ~line, knot + far * along, leaving)
        before = torch.where(smooth & ~line_before, knot - near * along, before)
        return torch.stack([knot, leaving, before[self.after]], dim=1).view(-1, 2)
