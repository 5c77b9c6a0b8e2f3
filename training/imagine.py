"""Train the imagination: from words to the thumbnails that drawings start from.

    python -m training.imagine CACHE --out RUN --minutes 60
    python -m training.imagine CACHE --out RUN --to drawkit/perceptor/builtin

Flow matching on the same art as the perceptor, told what the shipped text tower says of the
captions: train and export the towers first. Goes on from RUN when started again.
"""

from __future__ import annotations

import argparse
import copy
import itertools
import json
import math
import multiprocessing
import re
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from drawkit.imagination.imagine import Imagination, load_imagination, save_imagination
from training.align import CHANNELS, feature_file
from training.cache import read_cache
from training.checkpoint import Part, resume, save
from training.dataset import Art
from training.export import note_files
from training.muon import Muon
from training.precision import add_precision, cast, dtype_for, told

# Whole colourful things first: an icon in one ink teaches shape and the names of colours.
SHARE = {"emoji": 0.74, "clipart": 0.07, "colour": 0.10, "mono": 0.05, "tile": 0.04}
BATCH, RATE, DECAY, EMA, SEED = 128, 2e-3, 0.02, 0.9995, 1
ALIGNED = 2  # the block whose tokens agree with an encoder's
WORDLESS = 0.1  # share of pictures shown without words, for guidance
EARLY = -0.4  # times are drawn as sigmoid(N(EARLY, 1)): more noise than picture
PLATES = re.compile(r"keycap|\bbutton\b|\b(sign|mark|symbol)$|^(letter|digit|input|squared) ")
"""Names of glyphs on plates: a picture of a key is not a keycap."""


def embed_captions(cache: Path) -> Tensor:
    """What the shipped text tower says of every caption [P, D]; kept in the cache."""
    path = cache / "captions-builtin.npy"
    if not path.exists():
        from drawkit.perceptor.clip import open_perceptor

        perceptor = open_perceptor("builtin", precision="fp32", device="cpu")
        captions = json.loads((cache / "index.json").read_text())["captions"]
        parts = [perceptor.encode_text(captions[i : i + 512]) for i in range(0, len(captions), 512)]
        np.save(path, torch.cat(parts).half().numpy())
    return torch.from_numpy(np.load(path)).float()


@dataclass(frozen=True)
class Lesson:
    """`pictures` [B, 4, 32, 32] premultiplied RGBA in -1..1 and their `words` [B, D].

    seen: what an encoder sees at each token [B, C, 8, 8], 0 where nothing is known; none: not made.
    """

    pictures: Tensor
    words: Tensor
    seen: Tensor | None = None


class Pictures(Art):
    """Batches of premultiplied RGBA [B, 4, 32, 32] in -1..1 with embedded captions [B, D]."""

    keyworded = 0.15  # "cat" is a keyword of nine faces; what is called so shall look like one

    def __init__(self, cache: Path, generator: torch.Generator) -> None:
        read = read_cache(cache)
        super().__init__(read, generator)
        self.sentences = embed_captions(cache)
        kinds, weight = np.array(read.index["kind"]), np.array(read.index["weight"])
        named = [read.index["captions"][name] for name in read.index["name"]]
        weight[[PLATES.search(name) is not None for name in named]] = 0
        for kind, share in SHARE.items():
            if (kinds == kind).any():
                weight[kinds == kind] *= share / weight[kinds == kind].sum()
        self.chances = torch.from_numpy(weight).cumsum(0)
        path = feature_file(cache)
        self.features = np.load(path, mmap_mode="r") if path.exists() else None

    def next(self, count: int) -> Lesson:
        """Pictures in nearly the same place and size, some of them mirrored."""
        batch = self.batch(count)
        ink = batch.inks[:, :, None, None] * batch.rgba[:, 3:]
        mono = batch.mono[:, None, None, None]
        rgba = torch.cat([torch.where(mono, ink, batch.rgba[:, :3]), batch.rgba[:, 3:]], 1)
        zoom = 0.82 + 0.2 * torch.rand(count, generator=self.generator)
        mirror = torch.where(torch.rand(count, generator=self.generator) < 0.25, -1.0, 1.0)
        shift = (torch.rand(count, 2, generator=self.generator) * 2 - 1) * 0.06
        zero = torch.zeros(count)
        theta = torch.stack(
            [
                torch.stack([mirror / zoom, zero, shift[:, 0]], 1),
                torch.stack([zero, 1 / zoom, shift[:, 1]], 1),
            ],
            dim=1,
        )
        grid = F.affine_grid(theta, [count, 4, 64, 64], align_corners=False)
        posed = F.grid_sample(rgba, grid, mode="bilinear", align_corners=False)
        seen = None
        if self.features is not None:
            found = torch.from_numpy(self.features[batch.rows.numpy()]).float()
            spots = F.affine_grid(theta, list(found.shape), align_corners=False)
            seen = F.grid_sample(found, spots, mode="bilinear", align_corners=False)
            seen = torch.where(mono, 0, seen)
        return Lesson(F.avg_pool2d(posed, 2) * 2 - 1, batch.captions, seen)


class Head(nn.Module):
    """Reads off one block's tokens what an encoder sees there: REPA (arXiv 2410.06940)."""

    def __init__(self, net: Imagination) -> None:
        super().__init__()
        width = net.pos.shape[1]
        self.layers = nn.Sequential(
            nn.Linear(width, 2 * width), nn.SiLU(), nn.Linear(2 * width, CHANNELS)
        )
        self._tokens: Tensor | None = None

    def watch(self, net: Imagination) -> None:
        """Remember what comes out of the block at `ALIGNED` of this net."""

        def keep(_module: nn.Module, _given: object, out: Tensor) -> None:
            self._tokens = out

        net.blocks[ALIGNED].register_forward_hook(keep)

    def distance(self, seen: Tensor) -> Tensor:
        """1 less the mean cosine of both, over the tokens of which something is known."""
        assert self._tokens is not None
        wanted = seen.flatten(2).transpose(1, 2)
        found = self.layers(self._tokens[:, -wanted.shape[1] :].float())
        known = wanted.square().sum(-1) > 0
        cosine = F.cosine_similarity(found, wanted, dim=-1)
        return (1 - cosine)[known].mean()


class Run:
    """Weights, their moving average, optimizers, time spent; goes on where it was.

    Weights, average and counters lie in shared memory: two workers, each with optimizers and
    pictures of its own, step the same weights in turn without waiting for each other (Hogwild,
    arXiv 1106.5730). On a machine with other work that wins over two threads of one worker, which
    wait for each other at every layer.
    """

    def __init__(
        self,
        out: Path,
        minutes: float,
        anneal: float | None = None,
        contrast: float = 0.0,
        align: float = 0.0,
        precision: str = "auto",
    ) -> None:
        torch.manual_seed(SEED)
        self.precision = precision
        self.path, self.limit = out / "imagine.pt", 60 * minutes
        self.anneal = self.limit / 2 if anneal is None else 60 * anneal
        self.contrast, self.align = contrast, align
        self.net = Imagination().share_memory()
        self.head = Head(self.net).share_memory()
        self.average = copy.deepcopy(self.net).requires_grad_(False).share_memory()
        self.spent = torch.zeros(2, dtype=torch.float64).share_memory_()  # steps, seconds
        self.equip()
        if found := resume(self.path, self.parts):
            self.spent.copy_(torch.tensor(found, dtype=torch.float64))

    def equip(self) -> None:
        """Make the optimizers; each worker has its own."""
        named = list(self.net.named_parameters())
        inner = [p for name, p in named if p.ndim == 2 and "blocks" in name]
        others = [p for name, p in named if not (p.ndim == 2 and "blocks" in name)]
        others += self.head.parameters()
        # Muon for the matrices: as good in half the steps, at this size, as AdamW alone.
        dtype = dtype_for(self.precision, self.net.pos.device)
        self.optimizers = [
            Muon(inner, dtype, lr=RATE, weight_decay=DECAY),
            torch.optim.AdamW(others, lr=RATE, betas=(0.9, 0.95), weight_decay=0.01),
        ]

    @property
    def step(self) -> int:
        """Steps of all workers."""
        return int(self.spent[0])

    @property
    def elapsed(self) -> float:
        """Seconds of the processor that all workers have spent."""
        return float(self.spent[1])

    @property
    def parts(self) -> dict[str, Part]:
        """What a checkpoint holds."""
        muon, adam = self.optimizers
        return {
            "net": self.net,
            "average": self.average,
            "head": self.head,
            "muon": muon,
            "adam": adam,
        }

    def start_from(self, weights: Path) -> None:
        """Take shipped weights; the optimizers start fresh."""
        state = load_imagination(weights).state_dict()
        self.net.load_state_dict(state)
        self.average.load_state_dict(state)

    def save(self) -> None:
        """Write the checkpoint."""
        save(self.path, self.parts, self.step, self.elapsed)

    def learn(self, lesson: Lesson) -> float:
        """One step: from a mix of picture and noise, find the picture."""
        pictures, words = lesson.pictures, lesson.words
        time_ = torch.sigmoid(torch.randn(len(pictures)) + EARLY)
        share = time_[:, None, None, None]
        noise = torch.randn_like(pictures)
        noisy = share * pictures + (1 - share) * noise
        wordless = torch.rand(len(words), 1) < WORDLESS
        with cast(self.precision, pictures.device):
            found = self.net(noisy, time_, torch.where(wordless, self.net.null, words))
        # The picture is predicted, the velocity toward it measured (Li and He, 2511.13720).
        rest = (1 - share).clamp(min=0.05)
        loss = plain = ((found.float() - pictures) / rest).square().mean()
        if self.contrast:  # and away from that of another picture (arXiv 2506.05350)
            other = (pictures - noise).roll(1, 0)
            loss = plain - self.contrast * ((found.float() - noisy) / rest - other).square().mean()
        if self.align and lesson.seen is not None:
            loss = loss + self.align * self.head.distance(lesson.seen)
        # Warm-up, stable, decay (arXiv 2405.18392): how long it will train need not be known early.
        past = max(0.0, 1 - (self.limit - self.elapsed) / self.anneal)
        late = 0.5 * (1 + math.cos(math.pi * min(1.0, past)))
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = RATE * min(1.0, (self.step + 1) / 200) * max(0.02, late)
            optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        torch.nn.utils.clip_grad_norm_(self.head.parameters(), 1.0)
        for optimizer in self.optimizers:
            optimizer.step()
        keep = min(EMA, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for slow, fast in zip(self.average.parameters(), self.net.parameters(), strict=True):
                slow.lerp_(fast, 1 - keep)
        self.spent[0] += 1
        return float(plain.detach())


def train(run: Run, pictures: Pictures, first: bool = True) -> None:
    """Learn until the time is spent; the first worker reports, and saves every four minutes."""
    saved, mean = run.elapsed, 0.0
    for count in itertools.count(1):
        parent = multiprocessing.parent_process()
        if run.elapsed >= run.limit or (parent and not parent.is_alive()):
            break
        began = time.process_time()
        loss = run.learn(pictures.next(BATCH))
        run.spent[1] += time.process_time() - began
        mean = loss if mean == 0 else 0.98 * mean + 0.02 * loss
        if first and count % 100 == 0:
            print(f"{run.elapsed / 60:6.1f} min  step {run.step}  loss {mean:.4f}", flush=True)
        if first and (run.elapsed - saved > 240 or run.elapsed >= run.limit):
            saved = run.elapsed
            run.save()


def work(run: Run, cache: Path, number: int, threads: int) -> None:
    """What one worker does; the first one has the checkpoint."""
    torch.set_num_threads(threads)
    if number:
        run.equip()
    if run.align:
        run.head.watch(run.net)
    seed = SEED + run.step + 1_000_003 * number
    torch.manual_seed(seed)
    train(run, Pictures(cache, torch.Generator().manual_seed(seed)), first=number == 0)


def main() -> None:
    """Read the command line; train, or write the trained weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cache", type=Path, help="folder that training.prepare wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder of the checkpoint")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--anneal", type=float, help="minutes at the end in which the rate falls")
    parser.add_argument("--threads", type=int, default=1, help="of each worker")
    parser.add_argument("--workers", type=int, default=1, help="processes that train at once")
    parser.add_argument("--contrast", type=float, default=0.0, help="weight of what it is not")
    parser.add_argument("--align", type=float, default=0.0, help="weight of an encoder's features")
    parser.add_argument("--from", dest="start", type=Path, help="exported folder to start from")
    parser.add_argument("--to", type=Path, help="write the weights into this model's folder")
    add_precision(parser)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    run = Run(args.out, args.minutes, args.anneal, args.contrast, args.align, args.precision)
    if args.start and not run.step:
        run.start_from(args.start / "imagination.safetensors")
    if args.to:
        save_imagination(run.average, args.to / "imagination.safetensors")
        note_files(args.to)
        return
    print(told(args.precision), flush=True)
    embed_captions(args.cache)
    start = torch.multiprocessing.get_context("spawn")
    others = [
        start.Process(target=work, args=(run, args.cache, number, args.threads), daemon=True)
        for number in range(1, args.workers)
    ]
    for other in others:
        other.start()
    work(run, args.cache, 0, args.threads)


if __name__ == "__main__":
    main()
