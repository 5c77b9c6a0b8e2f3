"""Write the imagination's memory: thumbnails of the art that may be drawn after, with their names.

    python -m training.remember CACHE --to drawkit/perceptor/builtin

Takes things, animals and people of the sets below: public domain, MIT and Apache-2.0 alone.
"""

from __future__ import annotations

import argparse
import io
import re
import tomllib
from pathlib import Path

import numpy as np
import resvg_py
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from drawkit.imagination.counts import SMALL
from drawkit.imagination.memory import Memory, save_memory, webp
from drawkit.perceptor.clip import open_perceptor
from drawkit.perceptor.plain_words import PLAIN
from training.cache import read_cache
from training.export import note_files
from training.names import with_article

LICENCES = {
    "noto-emoji": "Apache-2.0",
    "noto-v1": "Apache-2.0",
    "fluent-emoji": "MIT",
    "fluent-emoji-flat": "MIT",
}
FURTHER = {
    "openclipart": "CC0-1.0",
    "crawl-tiles": "CC0-1.0",
    "glyphs-poly": "MIT",
    "flat-color-icons": "MIT",
    "fluent-color": "MIT",
    "icon-park": "Apache-2.0",
    "meteocons": "MIT",
    "temaki": "CC0-1.0",
    "maki": "CC0-1.0",
    "mdi": "Apache-2.0",
    "healthicons": "MIT",
}
"""One picture each of what the others do not have, the first set's."""
OWN = Path(__file__).parent / "art"
"""SVGs of drawkit's own, of things that none of the sets shows well: treasure-chest.svg."""
CALLED = Path(__file__).with_name("called.toml")
LEFT_OUT = re.compile(
    r"keycap|\bbutton\b|(?<!bow and )(?<!\bstop )\b(sign|mark|symbol|arrow|squared?|circled?)\b"
    r"|o'clock|thirty"
    r"|^(letter|digit|input|flag|regional)\b|\b(hands?|finger|fist|palms|woman|women|men)\b"
)
"""Plates, letters, gestures, and the second of two pictures of the same person."""
NAMED_AS_THEY_LOOK = frozenset(("coral", "crayon", "lime", "olive", "pencil"))
"""Things whose names are words of looks as well."""
SIDE = 64
FULL = 0.06  # share of the cells that a picture covers at least


def remembered(cache_folder: Path) -> Memory:
    """The memory of a cache."""
    cache = read_cache(cache_folder)
    index, captions = cache.index, cache.index["captions"]
    rows = [
        row
        for row, (source, name) in enumerate(zip(index["source"], index["name"], strict=True))
        if source in LICENCES and names_a_thing(captions[name])
    ]
    own_names, own_pictures = own_art()
    called = tomllib.loads(CALLED.read_text(encoding="utf-8"))["called"]
    have = {captions[index["name"][row]] for row in rows} | {*own_names}
    have |= {other for name in have for other in called.get(name, ())}
    # An icon of a tree is needed less than a pine tree; one of a box is, beside a cat in a box.
    have |= {name.split()[-1] for name in have if not {*name.split()} & SMALL}
    for source in FURTHER:
        for row, (own, name) in enumerate(zip(index["source"], index["name"], strict=True)):
            caption = captions[name]
            if own == source and plain(caption) and not have & {caption, *caption.split()}:
                have.add(caption)
                rows.append(row)
    large = cache.pictures[rows].permute(0, 3, 1, 2).float() / 255
    small = F.interpolate(large, size=(SIDE, SIDE), mode="bilinear", antialias=True)
    full = ((small[:, 3] > 0.5).float().mean((1, 2)) > FULL).tolist()
    names = [captions[index["name"][row]] for row in rows]
    hands = [index["source"][row] for row in rows]
    shown = [(names[at], hands[at], at) for at, covers in enumerate(full) if covers]
    shown += [(name, "drawkit", len(rows) + at) for at, name in enumerate(own_names)]
    for name, hand, at in [*shown]:
        others = [other for other in called.get(name, ()) if other not in own_names]
        shown += [(other, hand, at) for other in others]
    files = [webp(picture) for picture in torch.cat([small, own_pictures])]
    perceptor = open_perceptor("builtin", precision="fp32", device="cpu")
    told = [with_article(name) for name, _, _ in shown]
    words = [perceptor.encode_text(told[at : at + 256]) for at in range(0, len(told), 256)]
    return Memory(
        tuple(files[at] for _, _, at in shown),
        torch.cat(words),
        tuple(name for name, _, _ in shown),
        tuple(hand for _, hand, _ in shown),
        LICENCES | FURTHER | {"drawkit": "CC0-1.0"},
    )


def own_art() -> tuple[list[str], Tensor]:
    """Names of drawkit's own pictures, and those, [N, 4, 64, 64] premultiplied."""
    names, pictures = [], []
    for path in sorted(OWN.glob("*.svg")):
        png = resvg_py.svg_to_bytes(svg_path=str(path), width=SIDE, height=SIDE)
        rgba = np.asarray(Image.open(io.BytesIO(bytes(png))).convert("RGBA")) / np.float32(255)
        picture = torch.from_numpy(rgba).permute(2, 0, 1)
        name = path.stem.replace("-", " ")
        names.append(name)
        pictures.append(torch.cat([picture[:3] * picture[3:], picture[3:]]))
    return names, torch.stack(pictures)


def plain(caption: str) -> bool:
    """Whether an icon of that name shows a thing: one word of letters, or two."""
    return bool(re.fullmatch(r"[a-z]{3,}( [a-z]{3,})?", caption)) and names_a_thing(caption)


def names_a_thing(caption: str) -> bool:
    """Whether a name is of a thing: not of a sign, nor of a look alone, as `brown` of a potion."""
    if caption in NAMED_AS_THEY_LOOK:
        return True
    return not LEFT_OUT.search(caption) and not set(caption.split()) <= PLAIN


def main() -> None:
    """Read the command line, write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cache", type=Path, help="folder that training.prepare wrote")
    parser.add_argument("--to", type=Path, required=True, help="the model's folder")
    args = parser.parse_args()
    torch.set_num_threads(1)
    memory = remembered(args.cache)
    path = args.to / "memory.safetensors"
    save_memory(memory, path)
    note_files(args.to)
    print(f"{path}: {len(memory.names)} pictures, {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
