"""Any OpenCLIP model as the judge; the built-in one by default."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.errors import BackendError
from drawkit.files.broken import reading
from drawkit.imagination.compose import corners, falls_apart, fewer, is_strip, strip_shape
from drawkit.imagination.counts import SEVERAL
from drawkit.imagination.editing import edited_picture
from drawkit.imagination.guided import WordsGuide
from drawkit.imagination.imagine import SIDE, Imagination, load_imagination, on_white
from drawkit.imagination.leading import leading
from drawkit.imagination.memory import Memory, Recalled, load_memory
from drawkit.imagination.places import (
    AS_GOOD,
    KINDS,
    shows_pair,
    side_by_side,
    told_apart,
    varied,
)
from drawkit.imagination.sharpen import DRAWN, sharpened
from drawkit.perceptor import Imagined, Perceptor
from drawkit.perceptor.concepts import Concepts, load_concepts
from drawkit.perceptor.config import PerceptorConfig
from drawkit.perceptor.doubt import doubt, unknown_words
from drawkit.perceptor.expectation import Expectation, load_expectation
from drawkit.perceptor.names import ModelSpec, folder_of
from drawkit.perceptor.plain_words import WORD
from drawkit.perceptor.precision import choose_precision
from drawkit.perceptor.visual import cast_, fastest_layout, normalization, square_side

__all__ = ["ClipPerceptor", "PerceptorConfig", "open_perceptor"]

Found = TypeVar("Found")


class ClipPerceptor(Perceptor):
    """A frozen OpenCLIP model.

    model: from open_clip, its tokenizer beside it. precision: `fp32` or `bf16`, what the image
    tower computes in; texts are always encoded in fp32, features always come out in fp32.
    folder: where the model lies, if in one; it may also hold what it has seen and an imagination.
    """

    def __init__(
        self,
        name: str,
        model: Any,
        tokenizer: Any,
        *,
        precision: str,
        device: torch.device,
        folder: Path | None = None,
    ) -> None:
        self.name = name
        self._concepts_file = _beside(folder, "concepts.json.gz")
        self._imagination = _beside(folder, "imagination.safetensors")
        self._memory_file = _beside(folder, "memory.safetensors")
        self._expected_file = _beside(folder, "expected.safetensors")
        self.device = device
        self.precision = precision
        self._dtype = torch.bfloat16 if precision == "bf16" else torch.float32
        self._text_model: Any = model.eval().requires_grad_(False).to(device)
        self._tokenizer = tokenizer
        self._visual: Any = model.visual
        self._mean, self._std = normalization(model.visual, device)
        self.input_size = square_side(name, model.visual.image_size)
        self._layout = fastest_layout(self._visual, self._dtype)
        cast_(self._visual, self._dtype, self._layout)

    def encode_text(self, prompts: Sequence[str]) -> Tensor:
        """[P, D] float32 unit vectors, one a prompt; no gradient."""
        if self._text_model is None:
            raise RuntimeError("the text tower was dropped; open the perceptor again")
        with torch.no_grad():
            tokens = self._tokenizer(list(prompts)).to(self.device)
            return F.normalize(self._text_model.encode_text(tokens).float(), dim=-1)

    def doubt(self, prompt: str) -> str | None:
        """One line where a word of `prompt` is like nothing that the built-in model saw."""
        if self._concepts is None:
            return None
        unknown = unknown_words(self._concepts, prompt, self.encode_text)
        if not unknown:
            return None
        names = () if self._memory is None else self._memory.said(WORD.findall(prompt.lower()))
        return doubt(self._concepts, prompt, unknown, self.encode_text, remembered=names)

    def vocabulary(self) -> tuple[tuple[str, ...], Tensor] | None:
        """Names of what it has seen, and their places [N, D], if its folder says so."""
        if self._concepts is None:
            return None
        return self._concepts.names, F.normalize(self._concepts.places.float(), dim=1)

    def drop_text_tower(self) -> None:
        """Free the text tower's memory; the prompts cannot change after that."""
        self._text_model = self._tokenizer = None

    def encode_image(self, cutouts: Tensor) -> Tensor:
        """[N, 3, S, S] RGB 0..1 -> [N, D] float32 unit vectors, differentiable."""
        return F.normalize(self._visual(self._prepare(cutouts)).float(), dim=-1)

    @property
    def imagines(self) -> bool:
        """Whether an imagination lies beside the model."""
        return self._imagination is not None

    @torch.no_grad()
    def imagine(
        self,
        text: Tensor,
        weights: Sequence[float],
        count: int,
        generator: torch.Generator,
        *,
        near: Tensor | None = None,
        keep: float = 0.0,
        size: tuple[int, int] = (1, 1),
        texts: Sequence[str] = (),
        recall: bool = True,
        lead: float = 0.0,
    ) -> Imagined | None:
        """The best of `count` small pictures, if this model can imagine any.

        Its picture is [1, 4, 256, 256] of one thing. On a wide or tall sheet scenes are longer one
        way, and imagined fewer times (`drawkit.imagination.compose`); several things stand side by
        side, each imagined so often (`drawkit.imagination.places`). The text tower must be there
        for that. What is remembered of the words (`drawkit.imagination.memory`) is not imagined.
        """
        if self._imagination is None:
            return None
        shares = torch.tensor(list(weights), dtype=text.dtype, device=text.device)
        if not (shares.clamp(min=0) @ text).any():  # nothing but what must not be seen
            return None
        near = None if near is None else near.to(self.device)
        memory = self._memory if recall else None
        composed = near is None and is_strip(size)
        several = near is None and any(map(SEVERAL.search, texts))
        things = told_apart(texts) if several else None
        if things and not composed and memory is not None:
            said = [WORD.findall(own_text.lower()) for own_text in texts]
            if shows_pair(memory.recall(_wanted(text, shares), said), things):
                things = None
        if things:
            some = fewer(count, (SIDE, SIDE * len(things)), SIDE)
            found: list[Tensor] = []
            after: dict[str, None] = {}
            for thing in things:
                own = text.clone()
                own[shares > 0] = self.encode_text(thing.texts)
                turns = min(thing.count, KINDS)
                said = [WORD.findall(own_text.lower()) for own_text in thing.texts]
                known = None if memory is None else memory.recall(_wanted(own, shares), said)
                best = self._best(own, shares, some, generator, turns, thing.kinds, known, led=lead)
                after |= dict.fromkeys(best.after)
                flat = torch.cat([_clean(one[None], best.after) for one in best.picture])
                found += varied(flat, thing.count)
            return Imagined(side_by_side(found, size), tuple(after))
        shape = (SIDE, SIDE)
        if composed:
            words = _wanted(text, shares)
            shape = strip_shape(size, SIDE, texts, words, self.encode_text)
        some = fewer(count, shape, SIDE)
        known = None
        if memory is not None and near is None and shape == (SIDE, SIDE):
            said = [WORD.findall(own_text.lower()) for own_text in texts]
            known = memory.recall(_wanted(text, shares), said)
        how: dict[str, Any] = {"near": near, "keep": keep, "shape": shape, "led": lead}
        best = self._best(text, shares, some, generator, known=known, **how)
        return Imagined(_clean(best.picture, best.after), best.after)

    @torch.no_grad()
    def edit(
        self,
        picture: Tensor,
        old: Tensor,
        new: Tensor,
        strength: float,
        generator: torch.Generator,
    ) -> Tensor | None:
        """What the imagination makes of it (`drawkit.imagination.editing`), if there is one."""
        if self._imagination is None:
            return None
        words = F.normalize(old, dim=0), F.normalize(new, dim=0)
        return edited_picture(
            self._net, picture, *words, strength, generator, dtype=self._dtype
        ).cpu()

    def expect(self, text: Tensor) -> tuple[Tensor, Tensor] | None:
        """What a small net beside the model says, if there is one."""
        if self._expectation is None:
            return None
        ways, center = self._expectation.expected(text.cpu())
        return ways.to(self.device), center.to(self.device)

    def guide(self, text: Tensor, weights: Sequence[float]) -> WordsGuide | None:
        """The imagination with these words, if there is one."""
        shares = torch.tensor(list(weights), dtype=text.dtype, device=text.device)
        if self._imagination is None or not (shares > 0).any():
            return None
        away = _wanted(text, -shares) if (shares < 0).any() else None
        return WordsGuide(self._net, _wanted(text, shares), away, self._dtype)

    def _best(
        self,
        text: Tensor,
        shares: Tensor,
        count: int,
        generator: torch.Generator,
        turns: int = 1,
        wanted: int = 1,
        known: Recalled | None = None,
        led: float = 0.0,
        **how: Any,
    ) -> Imagined:
        """The best of `turns` times `count` pictures, with up to `wanted` that are as good."""
        words = _wanted(text, shares).expand(count, -1)
        if known is None:
            names = [""] * (turns * count)
            net, how = self._net, {**how, "dtype": self._dtype}
            if led:
                how["lead"] = leading(lambda seen: self._fit(seen, text, shares), led)
            parts = [net.imagine(words, generator, **how) for _ in range(turns)]
        else:
            posed, names = known.posed(turns * count, generator)
            parts = [posed.to(words)]
        pictures = torch.cat(parts)
        fits = self._fit(pictures, text, shares)
        if pictures.shape[-2] != pictures.shape[-1]:
            fits -= falls_apart(pictures)
        order = fits.argsort(descending=True, stable=True)[:wanted]
        chosen = order[fits[order] >= fits[order[0]] - AS_GOOD]
        after = dict.fromkeys(names[row] for row in chosen.tolist() if names[row])
        return Imagined(pictures[chosen], tuple(after))

    def _fit(self, pictures: Tensor, text: Tensor, shares: Tensor) -> Tensor:
        """[N] how well premultiplied RGBA [N, 4, H, W] fits the prompts, on white."""
        return self._fits(on_white(pictures), text, shares, min(pictures.shape[-2:]))

    def _fits(self, pictures: Tensor, text: Tensor, shares: Tensor, side: int) -> Tensor:
        """[N] how well RGB [N, 3, H, W] fits the prompts; of strips the whole and its squares."""
        height, width = pictures.shape[-2:]
        looks = [pictures[..., y : y + side, x : x + side] for y, x in corners(height, width, side)]
        if len(looks) > 1:
            long = max(height, width)
            right, below = (long - width) // 2, (long - height) // 2
            looks.append(F.pad(pictures, (right, right, below, below), value=1.0))
        fits = []
        for look in looks:
            seen = F.interpolate(look, size=self.input_size, mode="bicubic")
            features = self.encode_image(seen.clamp(0, 1))
            fit = features @ text.T @ shares
            # rather what is plainly this than what is also something else
            if self._concepts is not None:
                fit -= self._concepts.rival_fit(features, text) * shares.abs().sum()
            fits.append(fit)
        return torch.stack(fits).mean(0)

    def stages(self, cutouts: Tensor) -> tuple[Tensor, ...]:
        """Intermediate features of the image tower, each [N, C, h, w], differentiable."""
        found = self._visual.forward_intermediates(
            self._prepare(cutouts), intermediates_only=True, output_fmt="NCHW"
        )
        return tuple(stage.float() for stage in found["image_intermediates"])

    @cached_property
    def _net(self) -> Imagination:
        """What imagines, read once."""
        assert self._imagination is not None
        with reading(self._imagination):
            return load_imagination(self._imagination).to(self.device)

    @cached_property
    def _memory(self) -> Memory | None:
        """What is remembered, read once; other folders may hold none."""
        return _read(self._memory_file, load_memory, "it does not hold what is remembered")

    @cached_property
    def _expectation(self) -> Expectation | None:
        """What it expects of words, read once."""
        what = "it does not hold what the model expects"
        return _read(self._expected_file, load_expectation, what)

    @cached_property
    def _concepts(self) -> Concepts | None:
        """What this model has seen, if its folder says so."""
        what = "it does not hold what the model has seen"
        return _read(self._concepts_file, load_concepts, what)

    def _prepare(self, cutouts: Tensor) -> Tensor:
        """RGB 0..1 -> what the tower was trained on, in its type and memory layout."""
        normalized = (cutouts - self._mean) / self._std
        return normalized.to(self._dtype).contiguous(memory_format=self._layout)


def _clean(thumbnail: Tensor, after: Sequence[str]) -> Tensor:
    """A thumbnail [1, 4, h, w] enlarged; after: the drawn pictures that it is made of, if any."""
    return sharpened(thumbnail.cpu(), calm=DRAWN) if after else sharpened(thumbnail.cpu())


def _wanted(text: Tensor, shares: Tensor) -> Tensor:
    """[D] what is to be seen, of prompts [P, D] and their shares."""
    return F.normalize(shares.clamp(min=0) @ text, dim=-1)


def open_perceptor(
    model: str, *, precision: str = "auto", device: str = "auto", random_weights: bool = False
) -> ClipPerceptor:
    """Load one perceptor (`model` as `--model` takes it; a weight behind it is not used here).

    random_weights: build the architecture without its weights, to time it. Raises InputError
    for a model that does not exist or a broken checkpoint, BackendError where it cannot be
    downloaded or the device is not there.
    """
    spec = ModelSpec.parse(model)
    where = _open_device(device)
    clip, tokenizer = _load(spec, random_weights)
    chosen = choose_precision(precision, where)
    return ClipPerceptor(
        str(spec),
        clip,
        tokenizer,
        precision=chosen,
        device=where,
        folder=None if random_weights else folder_of(spec),
    )


def _load(spec: ModelSpec, random_weights: bool) -> tuple[Any, Any]:
    """The model and its tokenizer, on the CPU in fp32."""
    if spec.kind == "builtin":
        from drawkit.perceptor.small_clip import open_builtin

        return open_builtin(random_weights=random_weights)
    from drawkit.perceptor.loading import load_model  # OpenCLIP takes 2 s to import

    return load_model(spec, random_weights=random_weights)


def _beside(folder: Path | None, name: str) -> Path | None:
    """A file that some models carry beside their weights."""
    path = None if folder is None else folder / name
    return path if path is not None and path.is_file() else None


def _read(file: Path | None, load: Callable[[Path], Found], lacks: str) -> Found | None:
    """What lies in a file that is there; lacks: what is said where it holds something else."""
    if file is None:
        return None
    with reading(file, lacks):
        return load(file)


def _open_device(asked: str) -> torch.device:
    """`auto`, `cpu`, `cuda` or `mps` -> a device that is there."""
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if asked == "auto":
        return torch.device(next((name for name, here in there.items() if here), "cpu"))
    if not there.get(asked, True):
        usable = ", ".join(["cpu", *(name for name, here in there.items() if here)])
        raise BackendError(f"there is no {asked} device here; usable: {usable}")
    return torch.device(asked)
