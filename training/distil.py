"""Teach the text tower to say what the sentence encoder says. Independent of the pictures.

    python -m training.distil CACHE --out RUN --minutes 30

writes `RUN/text.pt` (weights and optimizer) every few minutes and goes on from it. `--image RUN`
names a trained image tower: then what counts to the pictures counts most.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.precision import add_precision, cast, told
from training.text import (
    BPE_NAME,
    encode_tokens,
    make_text_tower,
    make_tokenizer,
    warm_start,
    write_bpe,
)

SHARES = {"name": 0.30, "caption": 0.20, "word": 0.20, "phrase": 0.30}
BATCH = 384
RATE = 1e-3
HELD_OUT = 97  # every so manieth string is never trained on


@dataclass(frozen=True)
class Strings:
    """Token ids [N, 32], sentence embeddings [N, 384] half precision, and what each string is."""

    tokens: Tensor
    sentences: Tensor
    kinds: list[str]
    texts: list[str]
    chances: Tensor  # [N] how often a string names a picture in the image tower's training

    @staticmethod
    def load(cache: Path, bpe: Path) -> Strings:
        """Read what `prepare` and `corpus` wrote."""
        index = json.loads((cache / "index.json").read_text())
        captions = index["captions"]
        corpus = json.loads((cache / "corpus.json").read_text())
        vectors = [np.load(cache / "captions.npy"), np.load(cache / "corpus.npy")]
        kinds = ["caption"] * len(captions) + ["phrase" if " " in t else "word" for t in corpus]
        texts = captions + corpus
        tokens = make_tokenizer(bpe)(texts)
        chances = torch.zeros(len(texts))
        chances.index_add_(0, torch.tensor(index["name"]), torch.tensor(index["weight"]))
        sentences = torch.from_numpy(np.concatenate(vectors))
        return Strings(tokens, sentences, kinds, texts, chances)

    def rows(self, generator: torch.Generator, held_out: Tensor) -> Iterator[Tensor]:
        """Batches of row numbers for ever, each kind with its share; few of those held out."""
        pools = {}
        for kind in SHARES:
            if kind == "name":  # every picture's name is learned
                chance = self.chances.double()
            else:
                chance = torch.tensor([k == kind for k in self.kinds], dtype=torch.float64)
                chance[held_out] = 0
            pools[kind] = (chance / chance.sum()).cumsum(0)
        while True:
            parts = []
            for kind, share in SHARES.items():
                spots = torch.rand(round(BATCH * share), dtype=torch.float64, generator=generator)
                parts.append(torch.searchsorted(pools[kind], spots))
            yield torch.cat(parts).clamp(max=len(self.kinds) - 1)


def distance(found: Tensor, wanted: Tensor) -> Tensor:
    """Angle to the wanted sentence, and whether its neighbours in the batch are the same."""
    found, wanted = F.normalize(found, dim=-1), F.normalize(wanted, dim=-1)
    apart = 1 - (found * wanted).sum(-1).mean()
    target = F.softmax(wanted @ wanted.T / 0.06, dim=-1)
    order = -(target * F.log_softmax(found @ wanted.T / 0.06, dim=-1)).sum(-1).mean()
    return apart + 0.1 * order


def measure(tower: nn.Module, strings: Strings, rows: Tensor) -> str:
    """Mean cosine with the sentence encoder on strings never trained on, by kind."""
    found = []
    with torch.no_grad():
        for part in rows.split(512):
            found.append(F.normalize(encode_tokens(tower, strings.tokens[part]), dim=-1))
    cosine = (torch.cat(found) * strings.sentences[rows].float()).sum(-1)
    kinds = [strings.kinds[i] for i in rows.tolist()]
    return "  ".join(
        f"{kind} {float(cosine[[k == kind for k in kinds]].mean()):.3f}"
        for kind in dict.fromkeys(kinds)
    )


def distil(
    tower: nn.Module,
    strings: Strings,
    bridge: Tensor | None,
    path: Path,
    minutes: float,
    seed: int,
    every: float,
    precision: str = "auto",
) -> None:
    """Regress until the time is spent; cosine decay over elapsed time.

    `bridge` [256, 384] leads to the joint space, where distance then counts as well.
    """
    optimizer = torch.optim.AdamW(tower.parameters(), lr=RATE, weight_decay=0.01, betas=(0.9, 0.98))
    elapsed, step = 0.0, 0
    if path.exists():
        state = torch.load(path, weights_only=True)
        tower.load_state_dict(state["tower"])
        optimizer.load_state_dict(state["optimizer"])
        elapsed, step = state["elapsed"], state["step"]
    generator = torch.Generator().manual_seed(seed + step)
    held_out = torch.arange(0, len(strings.kinds), HELD_OUT)
    batches = strings.rows(generator, held_out)
    saved, mean = elapsed, 0.0
    while elapsed < 60 * minutes:
        began = time.monotonic()
        rows = next(batches)
        progress = min(1.0, elapsed / (60 * minutes))
        for group in optimizer.param_groups:
            warm = min(1.0, (step + 1) / 200)
            group["lr"] = RATE * warm * 0.5 * (1 + math.cos(math.pi * progress))
        with cast(precision, rows.device):
            found = encode_tokens(tower, strings.tokens[rows])
        found, wanted = found.float(), strings.sentences[rows].float()
        loss = distance(found, wanted)
        if bridge is not None:
            loss = loss + distance(found @ bridge.T, wanted @ bridge.T)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(tower.parameters(), 1.0)
        optimizer.step()
        step += 1
        elapsed += time.monotonic() - began
        value = float(loss.detach())
        mean = value if mean == 0 else 0.98 * mean + 0.02 * value
        if elapsed - saved > 60 * every or elapsed >= 60 * minutes:
            saved = elapsed
            state = {
                "tower": tower.state_dict(),
                "optimizer": optimizer.state_dict(),
                "elapsed": elapsed,
                "step": step,
            }
            torch.save(state, path.with_suffix(".new"))
            path.with_suffix(".new").replace(path)
            print(
                f"{elapsed / 60:6.1f} min  step {step}  loss {mean:.3f}  "
                f"held-out cosine: {measure(tower, strings, held_out)}",
                flush=True,
            )


def main() -> None:
    """Read the command line, distil."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cache", type=Path, help="folder of training.prepare and training.corpus")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--image", type=Path, help="folder of a trained image tower")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--save-every", type=float, default=2.0, help="minutes")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    add_precision(parser)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    args.out.mkdir(parents=True, exist_ok=True)
    bpe = args.out / BPE_NAME
    write_bpe(bpe)
    strings = Strings.load(args.cache, bpe)
    print(f"{len(strings.kinds)} strings", flush=True)
    path = args.out / "text.pt"
    tower = make_text_tower(384)
    words = {
        text: vector.float()
        for text, vector in zip(strings.texts, strings.sentences, strict=True)
        if " " not in text
    }
    warm_start(tower, make_tokenizer(bpe), words, strings.sentences[::7].float())
    bridge = None
    if args.image:
        state = torch.load(args.image / "checkpoint.pt", weights_only=True)
        bridge = state["average"]["bridge.linear.weight"]
    print(told(args.precision), flush=True)
    how = (args.minutes, args.seed, args.save_every, args.precision)
    distil(tower, strings, bridge, path, *how)


if __name__ == "__main__":
    main()
