"""Train the second opinion: a net that drawings are named by, and that never guided one.

    python -m training.judge CACHE --out RUN --minutes 30
    python -m training.judge CACHE --out RUN --to training/judge.safetensors

Another net than the perceptor's (timm's ResNet with batch norm, ReLU and pooling, not a smooth
one), another seed, no adversarial training: more accurate than robust. Its names are sentence
embeddings (MiniLM), so it shares no text tower either.
"""

from __future__ import annotations

import argparse
import copy
import math
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from timm.models.resnet import BasicBlock, ResNet
from torch import Tensor, nn

from training.augment import Augment
from training.cache import read_cache
from training.checkpoint import Part, resume, save
from training.dataset import Art, Validation
from training.measure import retrieval_line
from training.objective import Bridge, soft_contrast
from training.precision import add_precision, cast, told
from training.styled import Styled

WEIGHTS = Path(__file__).parent / "judge.safetensors"
BATCH, BANK, NOTHING = 128, 1024, 12
RATE, DECAY, EMA, SEED = 1.5e-3, 0.03, 0.998, 77


class SecondJudge(nn.Module):
    """Pictures [N, 3, 64, 64] in 0..1 -> features [N, 256]; `bridge` takes sentences there."""

    def __init__(self, precision: str = "auto") -> None:
        super().__init__()
        self.precision = precision
        channels = (48, 96, 160, 256)
        self.net = ResNet(BasicBlock, (2, 2, 2, 2), num_classes=256, channels=channels)
        self.bridge = Bridge()

    def forward(self, pictures: Tensor) -> Tensor:
        """Image features, not normalized."""
        x = ((pictures - 0.5) / 0.5).contiguous(memory_format=torch.channels_last)
        with cast(self.precision, pictures.device):
            features: Tensor = self.net(x)
        return features.float()

    @torch.no_grad()
    def ranks(self, pictures: Tensor, sentences: Tensor, right: Tensor) -> Tensor:
        """Place of the right name, 1 the best: pictures [N, 3, H, W], right [N] -> [N].

        sentences: [P, 384], one a name. Pictures of any size are shrunk by area.
        """
        small = F.interpolate(pictures, size=(64, 64), mode="area")
        image = F.normalize(self(small), dim=-1)
        fits = image @ self.bridge(sentences).T
        own = fits.gather(1, right[:, None])
        return (fits > own).sum(1) + 1


def load_judge(weights: Path = WEIGHTS, precision: str = "auto") -> SecondJudge:
    """Read the committed judge."""
    judge = SecondJudge(precision)
    judge.load_state_dict({k: v.float() for k, v in load_file(weights).items()}, strict=False)
    return judge.eval().requires_grad_(False)


def write(judge: nn.Module, to: Path) -> None:
    """Write the weights in fp16, whole or not at all."""
    state = {k: v.half() for k, v in judge.state_dict().items() if v.is_floating_point()}
    save_file({k: v.contiguous() for k, v in state.items()}, to.with_suffix(".new"))
    to.with_suffix(".new").replace(to)


class Run:
    """Weights, their moving average, optimizer, time spent; goes on where it was."""

    def __init__(self, out: Path, minutes: float, precision: str = "auto") -> None:
        torch.manual_seed(SEED)
        self.path, self.limit = out / "judge.pt", 60 * minutes
        self.judge = SecondJudge(precision).to(memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.judge).requires_grad_(False)
        self.optimizer = torch.optim.AdamW(self.judge.parameters(), lr=RATE, weight_decay=DECAY)
        self.step, self.elapsed = resume(self.path, self.parts) or (0, 0.0)

    @property
    def parts(self) -> dict[str, Part]:
        """What a checkpoint holds."""
        return {"judge": self.judge, "average": self.average, "optimizer": self.optimizer}

    def save(self) -> None:
        """Write the checkpoint."""
        save(self.path, self.parts, self.step, self.elapsed)

    def learn(self, pictures: Tensor, sentences: Tensor, bank: Tensor) -> float:
        """One step; the pictures past the last sentence show nothing."""
        loss = soft_contrast(self.judge(pictures), self.judge.bridge, sentences, bank)
        progress = min(1.0, self.elapsed / self.limit)
        rate = RATE * min(1.0, (self.step + 1) / 100) * 0.5 * (1 + math.cos(math.pi * progress))
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.judge.parameters(), 1.0)
        self.optimizer.step()
        keep = min(EMA, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            slow, fast = self.average.state_dict(), self.judge.state_dict()
            for name, value in slow.items():  # batch norm's statistics too
                if value.is_floating_point():
                    value.lerp_(fast[name], 1 - keep)
        self.step += 1
        return float(loss.detach())


def train(run: Run, art: Art, augment: Augment, styled: Styled, validation: Validation) -> None:
    """Learn until the time is spent; report and save every five minutes."""
    saved, mean = run.elapsed, 0.0
    while run.elapsed < run.limit:
        began = time.process_time()
        batch = art.batch(BATCH)
        pictures = styled(augment(batch))
        both = torch.cat([pictures, augment.scramble(pictures[:NOTHING])])
        loss = run.learn(both, batch.captions, art.bank(BANK))
        run.elapsed += time.process_time() - began
        mean = loss if mean == 0 else 0.98 * mean + 0.02 * loss
        if run.step % 100 == 0:
            print(f"{run.elapsed / 60:6.1f} min  step {run.step}  loss {mean:.3f}", flush=True)
        if run.elapsed - saved > 300 or run.elapsed >= run.limit:
            saved = run.elapsed
            run.save()
            run.average.eval()
            print(retrieval_line(run.average, validation), flush=True)


def main() -> None:
    """Read the command line; train, or write the trained judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cache", type=Path, help="folder that training.prepare wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder of the checkpoint")
    parser.add_argument("--minutes", type=float, default=60.0, help="of the processor")
    parser.add_argument("--styled", type=float, default=0.0, help="share of pictures, 0..1")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--to", type=Path, help="write the weights here instead of training")
    add_precision(parser)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    run = Run(args.out, args.minutes, args.precision)
    if args.to:
        write(run.average, args.to)
        return
    print(told(args.precision), flush=True)
    generator = torch.Generator().manual_seed(SEED + run.step)
    cache = read_cache(args.cache)
    styled = Styled(generator, args.styled)
    train(run, Art(cache, generator), Augment(generator), styled, Validation.of(cache))


if __name__ == "__main__":
    main()
