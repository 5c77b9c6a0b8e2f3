"""StyleGAN2 and 3: the published names and shapes, and their formulas done one by one."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from scipy import signal
from stylegan_samples import (
    R_1024,
    T_1024,
    rosinality_shapes,
    stylegan2_shapes,
    stylegan3_shapes,
    tiny_stylegan2,
    tiny_stylegan3,
)
from torch import Tensor

from drawkit.errors import InputError
from drawkit.generators import stylegan3
from drawkit.generators.resampling import resampled
from drawkit.generators.stylegan2 import Stylegan2
from drawkit.generators.stylegan3 import Stylegan3
from drawkit.generators.stylegan_kinds import from_rosinality, load_stylegan

Array = Any
"""Of numpy: [C, H, W], one picture at a time."""


def upfirdn(x: Array, taps: Array, up: int, down: int, before: int, after: int) -> Array:
    """[C, H, W] with zeros between, in a frame of zeros or cut, filtered by scipy, thinned out."""
    kernel = np.outer(taps, taps) if np.ndim(taps) == 1 else taps
    found = []
    for plane in x:
        wide = np.zeros([side * up for side in plane.shape])
        wide[::up, ::up] = plane
        wide = np.pad(wide, (max(0, before), max(0, after)))
        wide = wide[max(0, -before) :, max(0, -before) :]
        end = [side - max(0, -after) for side in wide.shape]
        wide = signal.convolve2d(wide[: end[0], : end[1]], kernel, mode="valid")
        found.append(wide[::down, ::down])
    return np.stack(found)


def lrelu(x: Array) -> Array:
    return np.where(x > 0, x, 0.2 * x) * math.sqrt(2)


class Formulas:
    """The layers of both, on arrays of one picture, from the papers."""

    def __init__(self, weights: dict[str, Tensor]) -> None:
        self.of = {name: tensor.double().numpy() for name, tensor in weights.items()}

    def style(self, name: str, code: Array) -> Array:
        weight = self.of[f"{name}.affine.weight"]
        return weight @ code / math.sqrt(weight.shape[1]) + self.of[f"{name}.affine.bias"]

    def conv(
        self, name: str, x: Array, code: Array, around: int, *, colors: bool, flipped: bool = False
    ) -> Array:
        """A convolution with weights made for this picture, by scipy."""
        weight = self.of[f"{name}.weight"]
        weight = weight[..., ::-1, ::-1] if flipped else weight
        if colors:
            weight = weight / math.sqrt(weight[0].size)
        weight = weight * self.style(name, code)[None, :, None, None]
        if not colors:
            weight = weight / np.sqrt((weight**2).sum((1, 2, 3), keepdims=True) + 1e-8)
        x = np.pad(x, ((0, 0), (around, around), (around, around)))
        return np.array(
            [
                sum(signal.correlate2d(i, k, mode="valid") for i, k in zip(x, w, strict=True))
                for w in weight
            ]
        )

    def mapped(self, noise: Array) -> Array:
        x = noise / np.sqrt((noise**2).mean() + 1e-8)
        at = 0
        while f"mapping.fc{at}.weight" in self.of:
            weight = self.of[f"mapping.fc{at}.weight"] * 0.01
            x = lrelu(weight @ x / math.sqrt(len(x)) + self.of[f"mapping.fc{at}.bias"] * 0.01)
            at += 1
        return x

    def stylegan2(self, codes: Array) -> Array:
        taps = self.of["synthesis.b4.resample_filter"]
        x, picture, at, side = self.of["synthesis.b4.const"], None, 0, 4
        while f"synthesis.b{side}.conv1.weight" in self.of:
            for name in ("conv1",) if side == 4 else ("conv0", "conv1"):
                name = f"synthesis.b{side}.{name}"
                if name.endswith("conv0"):  # zeros between, then the flipped weights, then a filter
                    high = np.zeros((len(x), side - 1, side - 1))
                    high[:, ::2, ::2] = x
                    x = self.conv(name, high, codes[at], 2, colors=False, flipped=True)
                    x = upfirdn(x, 4 * taps, 1, 1, 1, 1)
                else:
                    x = self.conv(name, x, codes[at], 1, colors=False)
                x = x + self.of[f"{name}.noise_strength"] * self.of[f"{name}.noise_const"]
                x = lrelu(x + self.of[f"{name}.bias"][:, None, None])
                at += 1
            name = f"synthesis.b{side}.torgb"
            seen = self.conv(name, x, codes[at], 0, colors=True)
            seen = seen + self.of[f"{name}.bias"][:, None, None]
            picture = seen if picture is None else upfirdn(picture, 4 * taps, 2, 1, 2, 1) + seen
            side *= 2
        return picture

    def waves(self, code: Array) -> Array:
        """The first layer of StyleGAN3 on 36 places of which 16 are the picture's width."""
        name = "synthesis.input"
        c, s, x, y = self.style(name, code) / np.hypot(*self.style(name, code)[:2])
        moved = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]) @ np.array(
            [[1, 0, -x], [0, 1, -y], [0, 0, 1]]
        )
        moved = moved @ self.of[f"{name}.transform"]
        found = np.zeros((len(self.of[f"{name}.freqs"]), 36, 36))
        across, down = np.meshgrid((np.arange(36) - 17.5) / 16, (np.arange(36) - 17.5) / 16)
        for wave, freq in enumerate(self.of[f"{name}.freqs"]):
            turned = freq @ moved[:2, :2]
            fade = np.clip(1 - (np.hypot(*turned) - 2) / (8 - 2), 0, 1)
            start = self.of[f"{name}.phases"][wave] + freq @ moved[:2, 2]
            angle = turned[0] * across + turned[1] * down + start
            found[wave] = fade * np.sin(2 * math.pi * angle)
        weight = self.of[f"{name}.weight"] / math.sqrt(len(found))
        return np.einsum("oi,ihw->ohw", weight, found)

    def stylegan3(self, codes: Array) -> Array:
        """Of 64 px, on grids of which this many places are the picture's width."""
        rates = (16, 16, 16, 16, 32, 32, 32, 32, 64, 64, 64, 64, 64, 64, 64)
        names = [n.removesuffix(".bias") for n in self.of if ".L" in n and "affine" not in n]
        names = [n for n in names if f"{n}.bias" in self.of]
        x, before = self.waves(codes[0]), 16
        for name, rate, code in zip(names, rates, codes[1:], strict=True):
            kernel, side = self.of[f"{name}.weight"].shape[-1], int(name.split("_")[1])
            x = self.conv(name, x, code, kernel - 1, colors=name == names[-1])
            x = x / math.sqrt(self.of[f"{name}.magnitude_ema"])
            x = x + self.of[f"{name}.bias"][:, None, None]
            if name == names[-1]:
                return x / 4
            up, down = 2 * max(before, rate) // before, 2 * max(before, rate) // rate
            need = (side - 1) * down + 1 - x.shape[1] * up + 6 * up - 1 + 6 * down - 1
            first = (need + up) // 2
            finer, coarser = (self.of[f"{name}.{part}_filter"] for part in ("up", "down"))
            x = upfirdn(x, finer * up, up, 1, first, need - first)
            x = upfirdn(np.clip(lrelu(x), -256, 256), coarser, 1, down, 0, 0)
            before = rate
        raise AssertionError


def meta(shapes: dict[str, tuple[int, ...]]) -> dict[str, Tensor]:
    return {name: torch.empty(shape, device="meta") for name, shape in shapes.items()}


def test_the_published_shapes_are_understood() -> None:
    two = Stylegan2(meta(stylegan2_shapes()))
    assert (two.side, two.layers, two.width, two.noise, two.classes) == (1024, 18, 512, 512, 0)
    assert sum(t.numel() for n, t in two.items() if "filter" not in n and "noise_c" not in n) > 3e7
    for names, rotates in ((T_1024, False), (R_1024, True)):
        three = Stylegan3(meta(stylegan3_shapes(names, rotates=rotates)))
        assert (three.side, three.layers, three.width) == (1024, 16, 512)
    small = Stylegan2(meta(stylegan2_shapes({s: 512 for s in (4, 8, 16, 32, 64, 128, 256)})))
    assert (small.side, small.layers) == (256, 14)


def test_other_names_come_to_the_same() -> None:
    found = from_rosinality(meta(rosinality_shapes()))
    wanted = {k: s for k, s in stylegan2_shapes().items() if "resample_filter" not in k}
    wanted |= {k: (1,) for k in wanted if k.endswith("noise_strength")}
    assert {name: tuple(tensor.shape) for name, tensor in found.items()} == wanted


@pytest.mark.parametrize("taps", [1, 5, 12])
def test_filters_are_those_of_scipy(taps: int) -> None:
    generator = torch.Generator().manual_seed(taps)
    x = torch.randn(2, 3, 7, 9, generator=generator, dtype=torch.float64)
    kernel = torch.randn(taps, generator=generator, dtype=torch.float64)
    for both in (kernel, torch.outer(kernel, kernel)):
        for up, down, before, after in ((1, 1, 6, 5), (2, 1, 9, -1), (4, 3, 2, 11), (2, 2, -1, 12)):
            found = resampled(x, both, up, down, (before, after), gain=2.0)
            for one, given in zip(found, x, strict=True):
                wanted = upfirdn(given.numpy(), both.numpy(), up, down, before, after)
                assert np.allclose(one.numpy(), 2 * wanted)


@torch.no_grad()
def test_stylegan2_is_its_formulas() -> None:
    weights = tiny_stylegan2()
    weights = {
        name: weights["synthesis.b4.resample_filter"] if "filter" in name else tensor
        for name, tensor in weights.items()
    }
    net, formulas = Stylegan2(weights), Formulas(weights)
    generator = torch.Generator().manual_seed(3)
    noise = torch.randn(2, 6, generator=generator)
    codes = net.mapped(noise)[:, None] + 0.3 * torch.randn(2, 6, 10, generator=generator)
    pictures = net.decode(codes)
    for z, code, picture in zip(noise, codes, pictures, strict=True):
        assert np.allclose(net.mapped(z[None])[0], formulas.mapped(z.double().numpy()), atol=1e-5)
        wanted = formulas.stylegan2(code.double().numpy())
        assert wanted.std() > 0.5
        assert np.allclose(picture, wanted, atol=1e-4)
    net.grain = 0.0
    assert not torch.allclose(net.decode(codes), pictures, atol=0.1)


@torch.no_grad()
@pytest.mark.parametrize("rotates", [False, True])
def test_stylegan3_is_its_formulas(rotates: bool) -> None:
    weights = tiny_stylegan3(rotates=rotates)
    net, formulas = Stylegan3(weights), Formulas(weights)
    code = torch.randn(1, 16, 8, generator=torch.Generator().manual_seed(2))
    wanted = formulas.stylegan3(code[0].double().numpy())
    assert (wanted - wanted.mean((1, 2), keepdims=True)).std() > 0.01
    assert np.allclose(net.decode(code)[0], wanted, atol=1e-6)


def test_stylegan3_has_the_gradient_of_its_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stylegan3, "_AT_ONCE", 1)  # a channel at a time
    net = Stylegan3(tiny_stylegan3())
    generator = torch.Generator().manual_seed(2)
    codes, way = (torch.randn(1, 16, 8, generator=generator) for _ in range(2))
    weight = torch.randn(64, generator=generator)
    codes.requires_grad_()
    (slope,) = torch.autograd.grad((net.decode(codes) * weight).sum(), codes)
    with torch.no_grad():
        ends = [(net.decode(codes + off * way) * weight).sum() for off in (0.002, -0.002)]
    assert float((slope * way).sum()) == pytest.approx(float(ends[0] - ends[1]) / 0.004, rel=0.05)


def test_codes_near_the_mean_are_drawn() -> None:
    net = Stylegan2(tiny_stylegan2())
    mean = net["mapping.w_avg"]
    whole, half = (net.drawn(3, share, torch.Generator().manual_seed(1)) for share in (1.0, 0.5))
    assert torch.allclose(half - mean, (whole - mean) / 2, atol=1e-6)
    assert torch.equal(net.drawn(2, 0.0, torch.Generator()), mean.expand(2, -1))
    weights = tiny_stylegan2()
    del weights["mapping.w_avg"]
    found = Stylegan2(weights).mean()
    drawn = Stylegan2(weights).mapped(torch.randn(5000, 6)).mean(0)
    assert torch.allclose(found, drawn, atol=0.1 * float(drawn.abs().max()))


def test_classes_are_told_apart() -> None:
    net = Stylegan2(tiny_stylegan2(classes=3))
    noise = torch.randn(1, 6)
    assert (net.classes, net.noise) == (3, 6)
    assert not torch.allclose(net.mapped(noise, 0), net.mapped(noise, 2))


def test_a_training_of_rosinality_is_read(tmp_path: Path) -> None:
    own = {k: torch.randn(s) for k, s in rosinality_shapes({4: 8, 8: 6}, 10, 2).items()}
    kept = {"g_ema": own, "latent_avg": own.pop("latent_avg"), "d": {"x": torch.zeros(2)}}
    torch.save(kept, tmp_path / "face.pt")
    net = load_stylegan(str(tmp_path / "face.pt"))
    assert (net.side, net.layers) == (8, 4)
    assert torch.equal(net.mean(), kept["latent_avg"])
    assert torch.equal(net["synthesis.b8.conv1.noise_const"], own["noises.noise_2"][0, 0])


def test_what_is_none_is_refused(tmp_path: Path) -> None:
    torn, wrong = tiny_stylegan2(), tiny_stylegan3()
    del torn["synthesis.b8.torgb.affine.bias"]
    wrong["synthesis.L3_40_6.weight"] = wrong.pop("synthesis.L3_36_6.weight")
    save_file(torn, tmp_path / "torn.safetensors")
    save_file(wrong, tmp_path / "wrong.safetensors")
    save_file({"x": torch.zeros(2)}, tmp_path / "other.safetensors")
    for name, said in {
        "torn": r"no StyleGAN2 or StyleGAN3 that is known: no tensor 'synthesis\.b8\.torgb\.affine",
        "wrong": "its shapes do not fit",
        "other": r"no tensor 'mapping\.fc0\.weight'",
    }.items():
        with pytest.raises(InputError, match=said):
            load_stylegan(str(tmp_path / f"{name}.safetensors"))
