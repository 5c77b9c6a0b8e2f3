"""Render the art once: pictures, captions and their sentence embeddings, in one folder.

    python -m training.prepare ART --out CACHE

writes `pictures.npy` (premultiplied RGBA, 72 x 72), `captions.npy` (sentence embeddings),
`index.json` (what belongs to what) and `validation.npy` with `validation.json`.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

from training.cache import pack, read_cache
from training.colours import COLOURS
from training.names import family, with_article
from training.sources import Picture, training_pictures, validation_pictures

SIDE = 72
KIND_SHARE = {"emoji": 0.60, "clipart": 0.06, "colour": 0.14, "mono": 0.15, "tile": 0.05}
COLOURED_NAMES = 2500  # so many one-colour names also get "red NAME", "blue NAME", ...


def render(picture: Picture) -> np.ndarray | None:
    """Draw one picture as premultiplied RGBA uint8 [72, 72, 4]; None where nothing shows."""
    import resvg_py

    if isinstance(picture.art, Path):
        image = Image.open(picture.art).convert("RGBA")
    else:
        try:
            png = resvg_py.svg_to_bytes(svg_string=picture.art, width=SIDE)
        except ValueError:
            return None
        image = Image.open(io.BytesIO(png)).convert("RGBA")
    rgba = np.asarray(image, dtype=np.float32)
    rgba = np.concatenate([rgba[..., :3] * rgba[..., 3:] / 255, rgba[..., 3:]], axis=-1)
    if picture.kind == "tile":
        rgba = rgba.repeat(2, axis=0).repeat(2, axis=1)
    layers = [Image.fromarray(rgba[..., c]) for c in range(4)]
    scale = SIDE / max(layers[0].size) if picture.kind != "tile" else 1
    width, height = (max(1, round(s * scale)) for s in layers[0].size)
    canvas = np.zeros((SIDE, SIDE, 4), np.uint8)
    width, height = min(width, SIDE), min(height, SIDE)
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    for c, layer in enumerate(layers):
        small = layer if layer.size == (width, height) else layer.resize((width, height), 1)
        canvas[top : top + height, left : left + width, c] = np.asarray(small).round().clip(0, 255)
    if (canvas[..., 3] > 24).mean() < 0.01:
        return None
    return canvas


def render_all(pictures: list[Picture], workers: int) -> list[np.ndarray | None]:
    """Render in worker processes, in order."""
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(render, pictures, chunksize=200))


def sampling_weights(names: list[str], kinds: list[str]) -> np.ndarray:
    """Give each kind its share, and within a kind a family of n near-copies sqrt(n)."""
    families = [f"{kind}/{family(name)}" for name, kind in zip(names, kinds, strict=True)]
    counts = Counter(families)
    weights = np.array([counts[f] ** -0.5 for f in families])
    for kind, share in KIND_SHARE.items():
        members = np.array([k == kind for k in kinds])
        if members.any():
            weights[members] *= share / weights[members].sum()
    return weights / weights.sum()


class Captions:
    """Numbers the distinct caption strings."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._ids: dict[str, int] = {}

    def add(self, text: str) -> int:
        """Return the number of a caption, a new one if need be."""
        if text not in self._ids:
            self._ids[text] = len(self.texts)
            self.texts.append(text)
        return self._ids[text]


def write_training(art: Path, out: Path, workers: int) -> Captions:
    """Write pictures.npy and index.json; return the captions to embed."""
    pictures = list(training_pictures(art))
    seen: set[tuple[bytes, str]] = set()
    kept: list[tuple[Picture, np.ndarray]] = []
    for picture, pixels in zip(pictures, render_all(pictures, workers), strict=True):
        if pixels is None:
            continue
        key = (hashlib.blake2b(pixels.tobytes()).digest(), picture.name)
        if key not in seen:
            seen.add(key)
            kept.append((picture, pixels))
    np.save(out / "pictures.npy", np.stack([pixels for _, pixels in kept]))
    captions = Captions()
    chosen = [picture for picture, _ in kept]
    mono = Counter(p.name for p in chosen if p.kind == "mono" and p.name.count(" ") < 2)
    coloured = {name for name, _ in mono.most_common(COLOURED_NAMES)}
    index = {
        "source": [p.source for p in chosen],
        "kind": [p.kind for p in chosen],
        "name": [captions.add(p.name) for p in chosen],
        "article": [captions.add(with_article(p.name)) for p in chosen],
        "keywords": [[captions.add(k) for k in p.keywords] for p in chosen],
        "coloured": [
            [captions.add(f"{c} {p.name}") for c in COLOURS]
            if p.kind == "mono" and p.name in coloured
            else []
            for p in chosen
        ],
        "weight": sampling_weights([p.name for p in chosen], [p.kind for p in chosen]).tolist(),
    }
    index["captions"] = captions.texts
    (out / "index.json").write_text(json.dumps(index))
    print(f"{len(kept)} pictures of {len(pictures)}, {len(captions.texts)} captions", flush=True)
    return captions


def write_validation(art: Path, out: Path, workers: int) -> list[str]:
    """Write the held-out vendor; return its names."""
    pictures = list(validation_pictures(art))
    drawn = render_all(pictures, workers)
    kept = [(p, d) for p, d in zip(pictures, drawn, strict=True) if d is not None]
    np.save(out / "validation.npy", np.stack([d for _, d in kept]))
    names = [p.name for p, _ in kept]
    (out / "validation.json").write_text(json.dumps(names))
    print(f"{len(names)} validation pictures", flush=True)
    return names


def main() -> None:
    """Read the command line, write the cache."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("art", type=Path, help="folder of the upstream art")
    parser.add_argument("--out", type=Path, required=True, help="cache folder, outside the repo")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--pack", type=Path, help="also write all of it into this one file")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    from training.sentences import embed

    captions = write_training(args.art, args.out, args.workers)
    names = write_validation(args.art, args.out, args.workers)
    np.save(args.out / "validation-captions.npy", embed(names))
    np.save(args.out / "captions.npy", embed(captions.texts))
    print("captions embedded", flush=True)
    if args.pack:
        pack(read_cache(args.out), args.pack)
        print(f"{args.pack}: {args.pack.stat().st_size / 2**20:.1f} MiB", flush=True)


if __name__ == "__main__":
    main()
