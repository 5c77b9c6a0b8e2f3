"""Teach what pictures of words make the image tower see inside, for `losses.expected`.

    python -m training.expect --to drawkit/perceptor/builtin

writes `expected.safetensors`, from the pictures and names in `memory.safetensors` (but for icons of
one colour and game tiles), in about two minutes of one core. The net may say several ways that a
thing looks, and only the nearest is taught (multiple choice learning, Guzman-Rivera et al. 2012):
their mean would look like none of them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor

from drawkit.imagination.memory import load_memory
from drawkit.losses.expected import inner_features
from drawkit.perceptor.clip import ClipPerceptor, open_perceptor
from drawkit.perceptor.expectation import Expectation

HANDS = (
    *("noto-emoji", "noto-v1", "fluent-emoji", "fluent-emoji-flat", "fluent-color"),
    *("openclipart", "flat-color-icons", "meteocons", "drawkit"),
)
WAYS, DIRECTIONS, WIDTH = 4, 160, 384
EPOCHS, BATCH, RATE, DECAY = 20, 128, 2e-3, 0.02
NOISE = 0.02  # of the places of words
LOOSE, TIGHT = 0.5, 0.05  # share that all ways are taught with, at first and from a third on


def learned(folder: Path) -> tuple[Tensor, Tensor]:
    """Places of words [2 N, D], and the last stage [2 N, F] of pictures on white, unit vectors."""
    memory = load_memory(folder / "memory.safetensors")
    rows = [row for row, hand in enumerate(memory.hands) if hand in HANDS]
    perceptor = open_perceptor("builtin", precision="fp32", device="cpu")
    parts = [rows[at : at + 64] for at in range(0, len(rows), 64)]
    seen = torch.cat([_seen(perceptor, torch.stack([memory.picture(r) for r in p])) for p in parts])
    places = []
    for article in (False, True):
        names = [_with_article(memory.names[row]) if article else memory.names[row] for row in rows]
        places += [perceptor.encode_text(names[at : at + 64]) for at in range(0, len(names), 64)]
    return torch.cat(places), torch.cat([seen, seen])


@torch.no_grad()
def _seen(perceptor: ClipPerceptor, pictures: Tensor) -> Tensor:
    on_white = pictures[:, :3] + 1 - pictures[:, 3:]
    return inner_features(perceptor.stages(on_white)[-1])


def _with_article(name: str) -> str:
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def taught(places: Tensor, seen: Tensor) -> Expectation:
    """The net that says the features of the words."""
    center = seen.mean(0)
    apart = seen - center
    _, axes = torch.linalg.eigh(apart.T @ apart / len(apart))
    directions = axes.flip(1)[:, :DIRECTIONS].T.contiguous()
    along = apart @ directions.T
    spread = along[:, 0].std()
    torch.manual_seed(0)
    net = Expectation(places.shape[1], WIDTH, WAYS, directions, center)
    optimizer = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=DECAY)
    steps = EPOCHS * (len(places) // BATCH)
    for step in range(steps):
        if step % (len(places) // BATCH) == 0:
            order = torch.randperm(len(places))
        rows, order = order[:BATCH], order[BATCH:]
        noise = torch.randn(BATCH, places.shape[1]) * torch.rand(BATCH, 1) * NOISE
        said = net(F.normalize(places[rows] + noise, dim=1))
        off = (said - (along[rows] / spread)[:, None]).square().mean(2)
        loose = max(TIGHT, LOOSE * (1 - 3 * step / steps))
        loss = ((1 - loose) * off.amin(1) + loose * off.mean(1)).mean()
        optimizer.zero_grad()
        loss.backward()
        for group in optimizer.param_groups:
            group["lr"] = RATE * (1 - step / steps)
        optimizer.step()
        if step % 200 == 0:
            print(f"step {step} of {steps}: {float(off.detach().amin(1).mean()):.4f}", flush=True)
    return net


def save(net: Expectation, path: Path) -> None:
    """Directions in whole numbers, all else in half precision."""
    kept = {name: value.half().contiguous() for name, value in net.state_dict().items()}
    directions = kept.pop("directions").float()
    scale = directions.abs().amax(1) / 127
    kept["directions"] = (directions / scale[:, None]).round().to(torch.int8)
    kept["scale"] = scale
    save_file(kept, path)
    path.chmod(0o644)


def main() -> None:
    """Read the command line, write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=Path, required=True, help="folder of the exported model")
    args = parser.parse_args()
    torch.set_num_threads(1)
    save(taught(*learned(args.to)), args.to / "expected.safetensors")


if __name__ == "__main__":
    main()
