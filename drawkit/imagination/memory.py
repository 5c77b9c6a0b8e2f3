"""Small pictures that the imagination begins from: drawings of things that words may mean.

Semi-parametric synthesis (Blattmann et al., arXiv 2204.11824): beside the net lies a set of openly
licensed small pictures with their names. Those that lie nearest to the words are recalled, in
poses of their own and in the colour that the words give them; the perceptor chooses. What nothing
is remembered of is imagined from noise alone.
"""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from PIL.ImageColor import colormap
from torch import Tensor

from drawkit.color import oklab_to_srgb, parse_color, srgb_to_oklab
from drawkit.imagination.counts import SMALL, head_nouns, singular
from drawkit.raster import straight

__all__ = ["Memory", "Recalled", "load_memory", "save_memory", "webp"]

_SAID, _KIND, _NEAR = 0.3, 0.6, 0.78
"""Likeness from which pictures are recalled whose name the words say, its last word, and others."""
_LONGER = 0.1
"""How much likeness each further word of a name is worth: a black cat rather than a cat."""
_AS_NEAR = 0.12
"""How much less like the words than the nearest another picture may be."""
_DYED, _DARK = 0.85, 0.22
"""How far colours go toward the one that a picture is dyed in, and how light what stays is."""
_TURN, _STRETCH, _SMALLER = 0.1, 0.06, 0.1
"""How far poses differ at most: radians, and shares of the size."""
_ROOM = 1.12
"""How much larger a pose's square is than its picture: what fills it stays on it when turned."""
_MOST = 8
"""Pictures that are recalled at once."""


@dataclass(frozen=True)
class Recalled:
    """`pictures` [K, 4, 64, 64] premultiplied RGBA 0..1, the nearest first, and their names.

    color: the one that the words give the thing, where its name does not.
    """

    pictures: Tensor
    names: tuple[str, ...]
    color: str | None

    def posed(self, count: int, generator: torch.Generator) -> tuple[Tensor, list[str]]:
        """`count` pictures [N, 4, 64, 64] and their names, each in turn, no two in one pose.

        Mirrored or not, turned and stretched a little, smaller by a tenth to a fifth.
        """
        rows = torch.arange(count) % len(self.pictures)
        roll = torch.rand(4, count, generator=generator) * 2 - 1
        turn, stretch = _TURN * roll[0], 1 + _STRETCH * roll[1]
        zoom = _ROOM + _SMALLER * (roll[2] + 1) / 2
        mirror = torch.where(roll[3] < 0, -1.0, 1.0)
        sine, cosine, zero = turn.sin() * zoom, turn.cos() * zoom, torch.zeros(count)
        theta = torch.stack(
            [
                torch.stack([mirror * cosine * stretch, -sine * stretch, zero], 1),
                torch.stack([mirror * sine / stretch, cosine / stretch, zero], 1),
            ],
            dim=1,
        )
        pictures = self.pictures[rows]
        grid = F.affine_grid(theta, list(pictures.shape), align_corners=False)
        posed = F.grid_sample(pictures, grid, mode="bilinear", align_corners=False)
        if self.color is not None:
            posed = _dyed(posed, self.color)
        return posed, [self.names[row] for row in rows.tolist()]


@dataclass(frozen=True)
class Memory:
    """`files`: N pictures of 64 x 64 as WebP, one a name; the names' `words` [N, D] unit vectors.

    names, hands: of each, what it shows and whose drawing it is, a key of `licences`.
    """

    files: tuple[bytes, ...]
    words: Tensor
    names: tuple[str, ...]
    hands: tuple[str, ...]
    licences: dict[str, str]

    def picture(self, row: int) -> Tensor:
        """Premultiplied RGBA [4, 64, 64], 0..1."""
        with Image.open(io.BytesIO(self.files[row])) as image:
            values = torch.from_numpy(np.array(image.convert("RGBA"))).permute(2, 0, 1) / 255
        return torch.cat([values[:3] * values[3:], values[3:]])

    def _told(self, row: int) -> set[str]:
        """The words of a name, without small ones."""
        return {*self.names[row].split()} - SMALL

    def said(self, words: Sequence[str]) -> set[str]:
        """Those of the words, in small letters, that are names of pictures, alone or together."""
        bag = _forms(words)
        each = map(self._told, range(len(self.names)))
        named = set().union(*(told for told in each if told <= bag))
        return {word for word in words if {word, singular(word)} & named}

    def recall(self, words: Tensor, said: Sequence[Sequence[str]]) -> Recalled | None:
        """Pictures near to words [D], of several hands; None: none is near enough.

        said: the words themselves, in small letters, of each prompt.
        """
        bags = [_forms(each) for each in said]
        like = (self.words @ words.float().cpu()).tolist()
        # A colour is not for all of a cat in a box.
        several = SMALL - {"of"} if any(bag & _COLORS for bag in bags) else set()
        rows = [row for row in range(len(like)) if not {*self.names[row].split()} & several]
        # What is said is meant, however near other things are; then what is a kind of it.
        any_said = set().union(*bags)
        kinds = [r for r in rows if self.names[r].rpartition(" ")[2] in any_said]
        said_in_full = [r for r in kinds if any(self._told(r) <= bag for bag in bags)]
        # Of a mug with steam the mug, not the steam.
        heads = _forms(set().union(*map(head_nouns, said)))
        meant = [r for r in said_in_full if heads & self._told(r)]
        of_kind = [r for r in kinds if self.names[r].rpartition(" ")[2] in heads]
        tried = ((meant, _SAID), (of_kind, _KIND), (said_in_full, _SAID), (kinds, _KIND))
        for some, least in (*tried, (rows, _NEAR)):
            if near := [row for row in some if like[row] >= least]:
                break
        else:
            return None
        fit = {row: like[row] + _LONGER * self.names[row].count(" ") for row in near}
        order = sorted(near, key=lambda row: -fit[row])
        chosen: list[int] = []
        for row in order:
            if fit[row] < fit[order[0]] - _AS_NEAR or len(chosen) == _MOST:
                break
            chosen.append(row)
        told = [
            f"{self.names[r]} ({self.hands[r]}, {self.licences[self.hands[r]]})" for r in chosen
        ]
        color = _color_of(self.names[order[0]], said)
        return Recalled(torch.stack([self.picture(r) for r in chosen]), tuple(told), color)


def _forms(words: Collection[str]) -> set[str]:
    """The words, and what they are several of."""
    return {*words, *filter(None, map(singular, words))}


def _color_of(name: str, said: Sequence[Sequence[str]]) -> str | None:
    """The colour that words give the thing of that name: a red old house -> red."""
    parts = name.split()
    for words in said:
        for at, word in enumerate(words):
            if {word, singular(word)} & {parts[0], parts[-1]}:
                before = words[max(0, at - 2) : at]
                found = [word for word in reversed(before) if word in _COLORS - {*parts}]
                if found:
                    return found[0]
    return None


def _dyed(pictures: Tensor, color: str) -> Tensor:
    """Pictures [N, 4, H, W] in a colour that CSS knows, shades and dark lines as they are."""
    alpha = pictures[:, 3:]
    colors = straight(pictures.permute(0, 2, 3, 1))[..., :3].clamp(0, 1)
    lab = srgb_to_oklab(colors.double().numpy())
    goal = srgb_to_oklab(parse_color(_CALLED.get(color, color))[:3])
    light = lab[..., :1]
    shown = alpha.permute(0, 2, 3, 1).double().numpy()
    mean = (light * shown).sum((1, 2, 3), keepdims=True) / shown.sum((1, 2, 3), keepdims=True)
    inked = mean < _DARK  # dark all over: then no part is a line around another one
    share = _DYED * np.where(inked, 1.0, np.clip(light / _DARK - 1, 0, 1))
    lab[..., :1] += share * (goal[0] - mean) * 0.75
    lab[..., 1:] += share * (goal[1:] - lab[..., 1:])
    dyed = torch.from_numpy(oklab_to_srgb(np.clip(lab, -1, 1))).float().clamp(0, 1)
    return torch.cat([dyed.permute(0, 3, 1, 2) * alpha, alpha], 1)


_COLORS = colormap.keys() | {"golden"}
_CALLED = {"golden": "gold"}


def save_memory(memory: Memory, path: Path) -> None:
    """Write all of it in one file, the words in 8 bits, and pictures of several names once."""
    from safetensors.torch import save_file

    scale = memory.words.abs().amax(1, keepdim=True) / 127
    place = {file: at for at, file in enumerate(dict.fromkeys(memory.files))}
    tensors = {
        "files": torch.frombuffer(bytearray(b"".join(place)), dtype=torch.uint8),
        "ends": torch.tensor([len(file) for file in place]).cumsum(0),
        "of": torch.tensor([place[file] for file in memory.files]),
        "words": (memory.words / scale).round().to(torch.int8),
    }
    facts = {"names": memory.names, "hands": memory.hands, "licences": memory.licences}
    save_file(tensors, path, metadata={key: json.dumps(value) for key, value in facts.items()})
    path.chmod(0o644)


def load_memory(path: Path) -> Memory:
    """Read what `save_memory` wrote."""
    from safetensors import safe_open

    with safe_open(path, "pt") as file:
        files, ends, of, words = map(file.get_tensor, ("files", "ends", "of", "words"))
        facts = {key: json.loads(value) for key, value in file.metadata().items()}
    whole = files.numpy().tobytes()
    each = [whole[begin:end] for begin, end in itertools.pairwise([0, *ends.tolist()])]
    return Memory(
        tuple(each[at] for at in of.tolist()),
        F.normalize(words.float(), dim=1),
        tuple(facts["names"]),
        tuple(facts["hands"]),
        facts["licences"],
    )


def webp(picture: Tensor) -> bytes:
    """Premultiplied RGBA [4, H, W] 0..1 as a small file."""
    pixels = (straight(picture.permute(1, 2, 0)).clamp(0, 1) * 255).round().byte()
    file = io.BytesIO()
    Image.fromarray(pixels.numpy()).save(file, "WEBP", quality=72, alpha_quality=70, method=6)
    return file.getvalue()
