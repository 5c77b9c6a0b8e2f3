"""Measure how near to what it saw a word must be for the built-in perceptor to know it.

    python -m training.likeness drawkit/perceptor/builtin

writes two limits into the folder's `concepts.json.gz`; run it whenever the weights or the names
are new (`training.concepts` does). `sure` lies between what names of things reach with an article
before them (all but the lowest 1 %) and what the words of `unknown.txt` reach (all but the highest
5 %). `described` is what things reach, against themselves, behind a word that only tells how they
look (all but the lowest 5 %).
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterable
from pathlib import Path

import torch
from torch import Tensor

from drawkit.perceptor.clip import open_perceptor
from drawkit.perceptor.concepts import Concepts, load_concepts
from drawkit.perceptor.doubt import unknown_words
from drawkit.perceptor.names import BUILTIN
from training.export import note_files

HERE = Path(__file__).parent
LOOKS = "shiny fluffy ancient haunted lonely striped spotted medieval broken rusty mossy sleepy"
SHARE = 0.2  # nearer to the unknown: between lie other words for known things, as kitten
EVERY = 12  # of the names, behind each of these words


def lines_of(name: str) -> list[str]:
    """The first column of a list beside this file, without comments."""
    text = (HERE / name).read_text(encoding="utf-8")
    return [line.split("\t")[0] for line in text.splitlines() if line and line[0] != "#"]


class Measure:
    """A perceptor's folder, and where it puts texts."""

    def __init__(self, folder: Path) -> None:
        self.concepts: Concepts = load_concepts(folder / "concepts.json.gz")
        place = "builtin" if folder.resolve() == BUILTIN.resolve() else str(folder)
        self.perceptor = open_perceptor(place, precision="fp32", device="cpu")

    def places(self, texts: Iterable[str]) -> Tensor:  # [N, D]
        """Unit vectors of `a TEXT`."""
        told = [f"{'an' if text[0] in 'aeiou' else 'a'} {text}" for text in texts]
        parts = [self.perceptor.encode_text(told[i : i + 256]) for i in range(0, len(told), 256)]
        return torch.cat(parts)

    def limits(self) -> dict[str, float]:
        """`sure` and `described`."""
        names = self.concepts.names
        known = self.concepts.likeness(self.places(names)).quantile(0.01)
        words = [word for word in lines_of("unknown.txt") if word not in names]
        unknown = self.concepts.likeness(self.places(words)).quantile(0.95)
        plain = names[::EVERY]
        bare = self.places(plain)
        told = [(self.places(f"{look} {n}" for n in plain) * bare).sum(1) for look in LOOKS.split()]
        described = torch.cat(told).quantile(0.05)
        return {
            "sure": round(float(unknown + SHARE * (known - unknown)), 2),
            "described": round(float(described), 2),
        }

    def warned(self, texts: Iterable[str]) -> list[str]:
        """Which of these prompts it is unsure of."""
        return [t for t in texts if unknown_words(self.concepts, t, self.perceptor.encode_text)]


def calibrate(folder: Path) -> None:
    """Measure, write the limits, and say what comes of them."""
    path = folder / "concepts.json.gz"
    limits = Measure(folder).limits()
    data = json.loads(gzip.decompress(path.read_bytes())) | limits
    path.write_bytes(gzip.compress(json.dumps(data).encode(), mtime=0))
    note_files(folder)
    after = Measure(folder)
    things, unknown = lines_of("things.txt"), lines_of("unknown.txt")
    unknown = [word for word in unknown if word not in after.concepts.names]
    print(f"sure {limits['sure']}, described {limits['described']}")
    print(f"warned: {len(after.warned(things))} of {len(things)} things", end=", ")
    print(f"{len(after.warned(f'a {word}' for word in unknown))} of {len(unknown)} unknown words")


def main() -> None:
    """Read the command line, write the limits."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="folder of a perceptor with concepts.json.gz")
    calibrate(parser.parse_args().folder)


if __name__ == "__main__":
    main()
