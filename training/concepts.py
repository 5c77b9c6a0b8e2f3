"""Write down which things the built-in perceptor has seen, so that it can say when it has not.

    python -m training.concepts CACHE --to drawkit/perceptor/builtin

writes `concepts.json.gz`: the names of the pictures it learned from, every word of their
captions, the names' places in the joint space (int8), as the shipped text tower has them, and how
near a word must be to be known (`training.likeness`).
"""

from __future__ import annotations

import argparse
import base64
import gzip
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from drawkit.perceptor.clip import open_perceptor
from training.likeness import calibrate

WORTH = {"emoji": 3, "tile": 2, "colour": 1, "mono": 1}
ENOUGH = 3  # one emoji, or several icons that agree on a name
NO_THINGS = ("keycap", "button", "sign", "symbol", "clock", "square", "mark", "flag", "input")
WORD = re.compile(r"[^\W\d_]+")


def concepts_of(index: dict[str, Any]) -> list[str]:
    """Names that stand for a thing seen often enough, without signs and brands, in order."""
    counts: Counter[int] = Counter()
    for kind, name in zip(index["kind"], index["name"], strict=True):
        counts[name] += WORTH[kind]
    names = {index["captions"][number] for number, count in counts.items() if count >= ENOUGH}
    plain = {name for name in names if re.fullmatch(r"[a-z][a-z '-]{2,}", name)}
    return sorted(n for n in plain if n.count(" ") < 3 and not set(n.split()) & set(NO_THINGS))


def words_of(index: dict[str, Any]) -> list[str]:
    """Every word of every caption."""
    return sorted({word for text in index["captions"] for word in WORD.findall(text.lower())})


def places(names: list[str]) -> Tensor:  # [N, D] int8, 127 times the unit vector's share
    """Where the shipped text tower puts the names."""
    perceptor = open_perceptor("builtin", precision="fp32", device="cpu")
    parts = [perceptor.encode_text(names[i : i + 256]) for i in range(0, len(names), 256)]
    text = torch.cat(parts)
    return (text / text.abs().amax(1, keepdim=True) * 127).round().to(torch.int8)


def main() -> None:
    """Read the command line, write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cache", type=Path, help="folder that training.prepare wrote")
    parser.add_argument("--to", type=Path, required=True, help="folder of the exported model")
    args = parser.parse_args()
    index = json.loads((args.cache / "index.json").read_text())
    names = concepts_of(index)
    embedded = places(names).numpy().tobytes()
    data = {
        "names": names,
        "words": words_of(index),
        "places": base64.b64encode(embedded).decode(),
    }
    packed = gzip.compress(json.dumps(data).encode(), mtime=0)
    (args.to / "concepts.json.gz").write_bytes(packed)
    calibrate(args.to)
    print(f"{len(names)} names, {len(data['words'])} words, {len(packed) / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
