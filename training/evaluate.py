"""Measure how well a model finds names for pictures and pictures for names, also under attack.

```
python -m training.evaluate --model builtin --pictures DIR --names names.tsv
python -m training.evaluate --model builtin --art ART   # the held-out emoji vendor
```
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import open_clip
import torch
import torch.nn.functional as F
from torch import Tensor, nn

import drawkit.perceptor.net  # registers the image tower
from training.measure import attacked, encode, recall
from training.pictures import Named, from_folder, held_out

BUILTIN = Path(drawkit.perceptor.net.__file__).parent / "builtin"


class Judge(nn.Module):
    """An open_clip model as a function of [N, 3, 64, 64] pictures in 0..1."""

    def __init__(self, model: Any, tokenizer: Any, bf16: bool) -> None:
        super().__init__()
        self.model = model.eval().requires_grad_(False)
        self.model.visual.to(memory_format=torch.channels_last)
        self.tokenizer, self.bf16 = tokenizer, bf16
        size = model.visual.image_size
        self.size = (size, size) if isinstance(size, int) else tuple(size)
        config = model.visual.preprocess_cfg
        self.mean = torch.tensor(config["mean"]).view(1, 3, 1, 1)
        self.std = torch.tensor(config["std"]).view(1, 3, 1, 1)

    def forward(self, pictures: Tensor) -> Tensor:
        """Image features [N, D], not normalized."""
        if pictures.shape[-2:] != self.size:
            pictures = F.interpolate(
                pictures, size=self.size, mode="bicubic", antialias=True, align_corners=False
            )
        x = ((pictures - self.mean) / self.std).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            return self.model.encode_image(x).float()

    def names(self, names: list[str]) -> Tensor:
        """Unit text features [P, D]."""
        with torch.no_grad():
            parts = [names[i : i + 256] for i in range(0, len(names), 256)]
            encoded = [self.model.encode_text(self.tokenizer(p), normalize=True) for p in parts]
        return torch.cat(encoded)


def load(name: str, bf16: bool = False) -> Judge:
    """Load `builtin`, a folder in open_clip's layout, or NAME/TAG."""
    folder = BUILTIN if name == "builtin" else Path(name)
    if folder.is_dir():
        spec = f"local-dir:{folder}"
        model = open_clip.create_model_from_pretrained(spec, return_transform=False)
        bpe = sorted(folder.glob("*.txt.gz"))
        options = {"bpe_path": str(bpe[0])} if bpe else {}
        return Judge(model, open_clip.get_tokenizer(spec, **options), bf16)
    arch, _, tag = name.partition("/")
    model = open_clip.create_model(arch, pretrained=tag, force_quick_gelu=tag == "openai")
    return Judge(model, open_clip.get_tokenizer(arch), bf16)


def figures(
    judge: Judge, named: Named, radius: float, steps: int, every: int
) -> dict[str, float | int]:
    """R@1 and R@10 both ways, clean and under an L2 attack that knows each picture's name."""
    text = judge.names(named.names)
    image = encode(judge, named.pictures)
    out: dict[str, float | int] = {"pictures": len(named.names)}
    for at in (1, 5, 10):
        to_text, to_image = recall(image, text, at)
        out[f"image_to_text_r{at}"] = round(to_text, 4)
        out[f"text_to_image_r{at}"] = round(to_image, 4)
    if radius > 0:
        some = torch.arange(0, len(named.names), every)
        scale = float(judge.model.logit_scale.exp())
        torch.manual_seed(0)
        moved = attacked(judge, named.pictures, text, radius, steps, scale, some)
        hard = image.clone()
        hard[some] = encode(judge, moved)
        to_text, to_image = recall(hard, text, 10, some)
        out["attack_l2"], out["attack_steps"] = radius, steps
        out["attacked_image_to_text_r10"] = round(to_text, 4)
        out["attacked_text_to_image_r10"] = round(to_image, 4)
    return out


def main() -> None:
    """Read the command line, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="builtin", help="builtin, a folder or NAME/TAG")
    parser.add_argument("--pictures", type=Path, help="folder of PNGs")
    parser.add_argument("--names", type=Path, help="lines of file<TAB>name")
    parser.add_argument("--art", type=Path, help="the art folder: measure on the held-out vendor")
    parser.add_argument("--attack", type=float, default=1.0, help="L2 radius at 64 x 64; 0: none")
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--every", type=int, default=1, help="attack every so manieth picture")
    parser.add_argument("--bf16", action="store_true", help="faster where the CPU has it")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    if args.pictures and args.names:
        named = from_folder(args.pictures, args.names)
    elif args.art:
        named = held_out(args.art)
    else:
        parser.error("give --pictures DIR --names FILE, or --art ART")
    began = time.monotonic()
    found = figures(load(args.model, args.bf16), named, args.attack, args.steps, args.every)
    if args.json:
        print(json.dumps(found))
        return
    print(f"{args.model}: {found['pictures']} pictures, {time.monotonic() - began:.0f} s")
    for at in (1, 5, 10):
        to_text, to_image = found[f"image_to_text_r{at}"], found[f"text_to_image_r{at}"]
        print(f"  R@{at:<3} image -> text {to_text:.3f}   text -> image {to_image:.3f}")
    if "attack_l2" in found:
        print(
            f"  R@10 under L2 {args.attack:g}, {args.steps} steps: "
            f"image -> text {found['attacked_image_to_text_r10']:.3f}   "
            f"text -> image {found['attacked_text_to_image_r10']:.3f}"
        )


if __name__ == "__main__":
    main()
