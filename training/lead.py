"""Imagine many things, let the second judge name them: choosing among pictures, or leading them.

    python -m training.lead --count 24 --sheet best.png
    python -m training.lead --count 8 --lead 0.2 --sheet led.png

Nothing is recalled. Prints processor seconds a thing, at one thread, with the judge's figures.
"""

from __future__ import annotations

import argparse
import io
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from drawkit.imagination.imagine import on_white
from drawkit.perceptor.clip import open_perceptor
from training.contact import AMONG, NAMES, compose, read_things
from training.judge import load_judge
from training.sentences import embed


def judged(pictures: Tensor, names: list[str]) -> tuple[list[int], float]:
    """Place of each picture's name among 300, and the mean cosine with it."""
    among = NAMES.read_text().split("\n")[:-1]
    judge = load_judge()
    with torch.no_grad():
        sentences = judge.bridge(torch.from_numpy(np.asarray(embed(among))).float())
        image = F.normalize(judge(F.interpolate(pictures, size=(64, 64), mode="area")), dim=-1)
    fits = image @ sentences.T
    own = fits.gather(1, torch.tensor([among.index(name) for name in names])[:, None])
    return ((fits > own).sum(1) + 1).tolist(), float(own.mean())


def png(picture: Tensor) -> bytes:
    """A picture [3, H, W], 0..1."""
    file = io.BytesIO()
    pixels = (picture.permute(1, 2, 0) * 255).round().byte().numpy()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def main() -> None:
    """Read the command line, imagine, judge, show."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=24, help="pictures, of which the best is kept")
    parser.add_argument("--lead", type=float, default=0.0)
    parser.add_argument("--every", type=int, default=3, help="every so manieth thing")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sheet", type=Path, help="PNG to write")
    args = parser.parse_args()
    torch.set_num_threads(1)
    perceptor = open_perceptor("builtin")
    things = read_things()[:: args.every]
    found, seconds = [], 0.0
    for thing in things:
        text = perceptor.encode_text([thing.prompt])
        began = time.process_time()
        dice = torch.Generator().manual_seed(args.seed)
        one = perceptor.imagine(text, [1.0], args.count, dice, recall=False, lead=args.lead)
        seconds += time.process_time() - began
        assert one is not None
        found.append(on_white(one.picture)[0])
    places, fit = judged(torch.stack(found), [thing.name for thing in things])
    named = [sum(place <= most for place in places) for most in (1, AMONG)]
    print(
        f"first {named[0]}, among the first {AMONG} {named[1]}, of {len(things)}; cosine {fit:.3f}"
    )
    print(f"{seconds / len(things):.2f} s of one processor a thing")
    if args.sheet is not None:
        compose(things, places, [png(picture) for picture in found], args.sheet)


if __name__ == "__main__":
    main()
