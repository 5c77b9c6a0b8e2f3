"""Measure the imagination itself: are its thumbnails named right, before anything is drawn?

    python -m training.thumbnails --from drawkit/perceptor/builtin [--sheet SHEET.png]
    python -m training.thumbnails --from RUN/imagine.pt

prints the share of single thumbnails that the second judge names among its first five of 300, the
share of the best of 24 (as the perceptor picks it), and the flow-matching error on the held-out
vendor, at fixed times and noise. A checkpoint's averaged weights are measured.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.imagination.imagine import Imagination, load_imagination, on_white
from drawkit.perceptor.clip import ClipPerceptor, open_perceptor
from training.contact import AMONG, NAMES
from training.judge import SecondJudge, load_judge
from training.precision import add_precision, dtype_for, told
from training.sentences import embed

EVERY = 4  # of the 300 names: 75
SINGLE, CHOICE = 8, 24


def open_imagination(path: Path) -> Imagination:
    """The net of an exported folder, or the averaged one of a checkpoint."""
    if path.is_dir():
        return load_imagination(path / "imagination.safetensors")
    net = Imagination()
    net.load_state_dict(torch.load(path, weights_only=True)["average"])
    return net.eval().requires_grad_(False)


@torch.no_grad()
def held_out_error(net: Imagination, perceptor: ClipPerceptor, cache: Path) -> float:
    """Mean squared error on the held-out vendor, weighted over time as in training."""
    from training.cache import read_cache

    read = read_cache(cache)
    rgba = read.validation.permute(0, 3, 1, 2).float() / 255
    pictures = F.interpolate(rgba, size=(32, 32), mode="area") * 2 - 1
    words = perceptor.encode_text(read.validation_names)
    generator = torch.Generator().manual_seed(5)
    errors = []
    for at in (0.15, 0.35, 0.55, 0.75):
        noise = torch.randn(pictures.shape, generator=generator)
        for some in torch.arange(len(pictures)).split(128):
            noisy = at * pictures[some] + (1 - at) * noise[some]
            found = net(noisy, torch.full((len(some),), at), words[some])
            errors.append(((found - pictures[some]) / (1 - at)).square().mean((1, 2, 3)))
    return float(torch.cat(errors).mean())


def named(
    judge: SecondJudge, pictures: Tensor, names: Sequence[str], rows: Tensor, first: int = AMONG
) -> float:
    """Share of pictures [N, 4, 32, 32] whose name (a row of `names`) is among the first few."""
    sentences = torch.from_numpy(np.asarray(embed(list(names)))).float()
    seen = F.interpolate(on_white(pictures), size=(128, 128), mode="bicubic").clamp(0, 1)
    return float((judge.ranks(seen, sentences, rows) <= first).float().mean())


def choose(perceptor: ClipPerceptor, pictures: Tensor, text: Tensor) -> Tensor:
    """The best-fitting of [N, K, 4, 32, 32] for each of N names, as drawings choose it."""
    chosen = []
    for some, words in zip(pictures, text, strict=True):
        seen = F.interpolate(on_white(some), size=perceptor.input_size, mode="bicubic")
        features = perceptor.encode_image(seen.clamp(0, 1))
        fits = features @ words
        assert perceptor._concepts is not None
        fits = fits - perceptor._concepts.rival_fit(features, words[None])
        chosen.append(some[fits.argmax()])
    return torch.stack(chosen)


def sample(
    net: Imagination, text: Tensor, count: int, guidance: float, dtype: torch.dtype
) -> Tensor:
    """`count` thumbnails of each of N names [N, count, 4, 32, 32]."""
    generator = torch.Generator().manual_seed(11)
    parts = [
        net.imagine(words.expand(count, -1), generator, guidance=guidance, dtype=dtype)
        for words in text
    ]
    return torch.stack(parts)


def main() -> None:
    """Read the command line, sample, measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--from", dest="start", type=Path, required=True)
    parser.add_argument("--cache", type=Path, help="for the error on the held-out vendor")
    parser.add_argument("--guidance", type=float, default=4.5)
    parser.add_argument("--single", action="store_true", help="not the best of 24")
    parser.add_argument("--threads", type=int, default=1)
    add_precision(parser)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    names = NAMES.read_text().split("\n")[:-1]
    rows = torch.arange(0, len(names), EVERY)
    net, judge = open_imagination(args.start), load_judge()
    perceptor = open_perceptor("builtin", precision="fp32", device="cpu")
    text = perceptor.encode_text([names[row] for row in rows])
    if args.cache:
        print(f"error on the held-out vendor: {held_out_error(net, perceptor, args.cache):.4f}")
    print(told(args.precision), flush=True)
    dtype = dtype_for(args.precision, text.device)
    pictures = sample(net, text, SINGLE if args.single else CHOICE, args.guidance, dtype)
    each = rows[:, None].expand(-1, SINGLE).flatten()
    few = pictures[:, :SINGLE].flatten(0, 1)
    kinds = [("any one thumbnail", few, each)]
    if not args.single:
        kinds.append((f"best of {CHOICE}", choose(perceptor, pictures, text), rows))
    for kind, shown, right in kinds:
        shares = [f"{named(judge, shown, names, right, first):.3f}" for first in (1, AMONG)]
        print(f"{kind}: named first {shares[0]}, among the first {AMONG} {shares[1]}")


if __name__ == "__main__":
    main()
