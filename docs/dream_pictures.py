"""The pictures of `howto/dream.md` and of the systems that are canvases.

    python docs/dream_pictures.py [canvases then plain]

Takes a quarter of an hour on one core. The plain perceptor is the second judge of `training/`:
another net, trained on the same art without attacks.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from drawkit import dream
from drawkit.perceptor import Perceptor, perceptors
from drawkit.perceptor.defaults import defaults_for
from drawkit.perceptor.precision import choose_precision

HERE = Path(__file__).parent
FOLDER = HERE / "pictures"
SIDE = 128
THINGS = (
    *("a cat", "an owl", "a sunflower", "an apple", "a house"),
    *("a fish", "a rose", "a sailboat", "a butterfly", "a mushroom"),
)
WORDS_ALONE = {
    "losses.expected.weight": 0.0,
    "losses.text.weight": 1.0,
    "losses.rivals.weight": 0.7,
    "losses.smoothness.weight": 0.0002,
}
"""A run that follows the words and nothing else."""
CANVASES = ("fourier", "wavelet", "siren", "rgb")


def dreamt(thing: str, canvas: str, **options: object) -> Image.Image:
    """What the built-in perceptor alone makes of it."""
    drawing = dream(thing, canvas=canvas, size=SIDE, imagine=0, **options)  # type: ignore[arg-type]
    return on_white(drawing.image(256))


def on_white(picture: Image.Image) -> Image.Image:
    """Without alpha."""
    white = Image.new("RGBA", picture.size, "white")
    white.alpha_composite(picture)
    return white.convert("RGB")


def sheet(rows: Sequence[Sequence[Image.Image]], name: str, side: int) -> None:
    """Pictures in rows."""
    gap = 4
    width = max(map(len, rows)) * (side + gap) - gap
    paper = Image.new("RGB", (width, len(rows) * (side + gap) - gap), "white")
    for row, pictures in enumerate(rows):
        for column, picture in enumerate(pictures):
            small = picture.resize((side, side), Image.Resampling.LANCZOS)
            paper.paste(small, (column * (side + gap), row * (side + gap)))
    paper.save(FOLDER / f"{name}.webp", quality=88)


class PlainPerceptor(Perceptor):
    """A net that was never attacked, with the words that it was trained with."""

    def __init__(self, device: str = "cpu") -> None:
        from training.judge import load_judge

        self.device = torch.device("cpu")
        self.name, self.input_size = "plain", 64
        self.precision = choose_precision("auto", self.device)
        self._net = load_judge(precision=self.precision)

    def encode_text(self, prompts: Sequence[str]) -> Tensor:
        """[P, D]: sentences as MiniLM has them, brought into the net's space."""
        from training.sentences import embed

        with torch.no_grad():
            return F.normalize(self._net.bridge(torch.from_numpy(embed(list(prompts))).float()))

    def encode_image(self, cutouts: Tensor) -> Tensor:
        """[N, D]."""
        return F.normalize(self._net(cutouts), dim=1)

    def stages(self, cutouts: Tensor) -> tuple[Tensor, ...]:
        """None: no style is asked for."""
        return ()


def main() -> None:
    """Make what is asked for, or all."""
    wanted = sys.argv[1:] if len(sys.argv) > 1 else ["canvases", "then", "plain"]
    if "canvases" in wanted:
        rows = [[dreamt(thing, canvas) for thing in THINGS] for canvas in CANVASES]
        sheet(rows, "dream", 96)
        sheet([[rows[0][4], rows[1][4]]], "aphantasia", 160)
        sheet([[rows[2][4], rows[2][9]]], "deep-daze", 160)
    if "then" in wanted:
        how: list[dict[str, object]] = [{}, {"then": "trace", "shapes": 48}]
        how += [{"then": "pixels", "cells": 24, "palette": "pico8"}]
        drawings = [dream("a red apple", **one).image(480) for one in how]  # type: ignore[arg-type]
        sheet([[on_white(picture) for picture in drawings]], "dream-then", 160)
    if "plain" in wanted:
        perceptors.register("plain")(PlainPerceptor)
        same = {
            f"{section}.{key}": value
            for section, keys in defaults_for("builtin", "fourier").items()
            for key, value in keys.items()
            if section not in ("perceptor", "strokes")
        }
        few = ("a house", "an apple", "a sunflower")
        rows = []
        ways = (("builtin", {}), ("builtin", WORDS_ALONE), ("plain", WORDS_ALONE))
        for model, more in ways:
            how = {"model": model, "settings": {**same, **more}}
            rows.append([dreamt(one, "fourier", **how) for one in few])
        sheet(rows, "dream-plain", 128)


if __name__ == "__main__":
    main()
