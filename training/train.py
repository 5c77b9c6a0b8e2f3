"""Train the image tower adversarially, for a set time, resumable.

    python -m training.train CACHE --out RUN --minutes 85

writes `RUN/checkpoint.pt` (with optimizer state) every few minutes and goes on from it when it
is there. `--from FOLDER` starts from exported weights instead, with a fresh optimizer.
"""

from __future__ import annotations

import argparse
import copy
import math
import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from training.augment import Augment
from training.cache import read_cache
from training.checkpoint import Part, resume, save
from training.dataset import Art, Validation
from training.measure import retrieval_line
from training.objective import attack, best_fit, soft_contrast
from training.precision import add_precision, told
from training.recipe import Recipe, attacked_share_at, radius_at, rate_at
from training.tower import Tower


def make_optimizer(tower: nn.Module, recipe: Recipe) -> torch.optim.AdamW:
    """AdamW; norms, biases and the temperature do not decay."""
    matrices = [p for p in tower.parameters() if p.dim() > 1]
    others = [p for p in tower.parameters() if p.dim() <= 1]
    return torch.optim.AdamW(
        [{"params": matrices, "weight_decay": recipe.decay}, {"params": others, "weight_decay": 0}],
        lr=recipe.rate,
    )


class Run:
    """The state of a training run: weights, their moving average, optimizer, time spent."""

    def __init__(
        self, recipe: Recipe, out: Path, device: str = "cpu", precision: str = "auto"
    ) -> None:
        self.recipe, self.path = recipe, out / "checkpoint.pt"
        torch.manual_seed(recipe.seed)
        self.device = torch.device(device)
        self.tower = Tower(precision).to(self.device, memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.tower).requires_grad_(False)
        self.optimizer = make_optimizer(self.tower, recipe)
        self.step, self.elapsed = 0, 0.0

    def start_from(self, state: dict[str, Any]) -> None:
        """Take weights only (an export); the optimizer starts fresh."""
        self.tower.load_state_dict(state)
        self.average.load_state_dict(state)

    @property
    def parts(self) -> dict[str, Part]:
        """What a checkpoint holds."""
        return {"tower": self.tower, "average": self.average, "optimizer": self.optimizer}

    def hold_names(self) -> None:
        """Leave the bridge as it is: text tower and imagination go on fitting the pictures."""
        self.tower.bridge.requires_grad_(False)

    def resume(self) -> bool:
        """Go on from the checkpoint, where there is one."""
        found = resume(self.path, self.parts)
        if found is not None:
            self.step, self.elapsed = found
        return found is not None

    def save(self) -> None:
        """Write the checkpoint."""
        save(self.path, self.parts, self.step, self.elapsed)

    def learn(self, pictures: Tensor, sentences: Tensor, bank: Tensor, nothing: Tensor) -> float:
        """One step: attack some of the pictures, then fit all; `nothing` fits no name."""
        progress = self.elapsed / (60 * self.recipe.minutes)
        tower = self.tower

        def loss_of(x: Tensor) -> Tensor:
            return soft_contrast(tower(x), tower.bridge, sentences[: len(x)], bank)

        def fit_of(x: Tensor) -> Tensor:
            return best_fit(tower(x), tower.bridge, sentences)

        radius = radius_at(progress, self.recipe)
        if radius > 0.05:
            count = round(len(pictures) * attacked_share_at(progress, self.recipe))
            hard = attack(pictures[:count], loss_of, radius)
            pictures = torch.cat([hard, pictures[count:]])
            # Twice as far: a heap must not become a thing by a stroke (Augustin et al. 2020).
            nothing = attack(nothing, fit_of, 2 * radius)
        loss = soft_contrast(tower(torch.cat([pictures, nothing])), tower.bridge, sentences, bank)
        for group in self.optimizer.param_groups:
            group["lr"] = rate_at(progress, self.step, self.recipe)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(tower.parameters(), 1.0)
        value = float(loss.detach())
        if math.isfinite(value) and math.isfinite(float(norm)):
            self.optimizer.step()
        keep = min(self.recipe.ema, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for slow, fast in zip(self.average.parameters(), tower.parameters(), strict=True):
                slow.lerp_(fast, 1 - keep)
        self.step += 1
        return value


def train(run: Run, art: Art, augment: Augment, validation: Validation, every: float) -> None:
    """Learn until the time is spent; report and save every `every` minutes."""
    limit = 60 * run.recipe.minutes
    saved, mean = run.elapsed, 0.0
    while run.elapsed < limit:
        began = time.monotonic()
        batch = art.batch(run.recipe.batch)
        pictures = augment(batch)
        nothing = augment.scramble(pictures[: run.recipe.nothing])
        parts = (pictures, batch.captions, art.bank(run.recipe.bank), nothing)
        loss = run.learn(*(part.to(run.device) for part in parts))
        run.elapsed += time.monotonic() - began
        mean = loss if mean == 0 else 0.98 * mean + 0.02 * loss
        if run.step % 50 == 0:
            eps = radius_at(run.elapsed / limit, run.recipe)
            speed = run.recipe.batch / (time.monotonic() - began)
            print(
                f"{run.elapsed / 60:6.1f} min  step {run.step}  loss {mean:.3f}  eps {eps:.2f}  "
                f"{speed:.0f}/s  scale {float(run.tower.bridge.scale().detach()):.1f}",
                flush=True,
            )
        if run.elapsed - saved > 60 * every or run.elapsed >= limit:
            saved = run.elapsed
            run.save()
            print(retrieval_line(copy.deepcopy(run.average).cpu(), validation), flush=True)


def main() -> None:
    """Read the command line, start or go on."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cache", type=Path, help="what training.prepare wrote, folder or pack")
    parser.add_argument("--out", type=Path, required=True, help="folder of the checkpoint")
    parser.add_argument("--minutes", type=float, default=Recipe.minutes)
    parser.add_argument("--eps-end", type=float, default=Recipe.eps_end)
    parser.add_argument("--rate", type=float, default=Recipe.rate)
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    parser.add_argument("--threads", type=int, default=Recipe.threads)
    parser.add_argument("--device", default="cpu", help="where the net is; pictures start on cpu")
    parser.add_argument("--save-every", type=float, default=5.0, help="minutes")
    parser.add_argument("--from", dest="start", type=Path, help="exported folder to start from")
    parser.add_argument("--hold-names", action="store_true", help="train the image tower alone")
    parser.add_argument("--redrawn", type=float, default=Recipe.redrawn, help="share of pictures")
    add_precision(parser)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    recipe = Recipe(
        minutes=args.minutes,
        eps_end=args.eps_end,
        rate=args.rate,
        seed=args.seed,
        threads=args.threads,
        redrawn=args.redrawn,
        go_on=args.start is not None,
    )
    print(told(args.precision, args.device), flush=True)
    run = Run(recipe, args.out, args.device, args.precision)
    if run.resume():
        print(f"resumed at step {run.step}, {run.elapsed / 60:.1f} min", flush=True)
    elif args.start:
        from training.export import read_tower

        run.start_from(read_tower(args.start))
    if args.hold_names:
        run.hold_names()
    generator = torch.Generator().manual_seed(recipe.seed + run.step)
    cache = read_cache(args.cache)
    art = Art(cache, generator, recipe.redrawn)
    train(run, art, Augment(generator), Validation.of(cache), args.save_every)


if __name__ == "__main__":
    main()
