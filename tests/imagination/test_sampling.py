"""How the imagination's net and its way from noise to picture are computed, against plain forms."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.imagination import imagine
from drawkit.imagination.guided import guided_clean
from drawkit.imagination.imagine import SIDE, Block, Imagination, load_imagination
from drawkit.perceptor.names import BUILTIN

GUIDANCE, STEPS = 4.5, 16


@pytest.fixture(scope="module")
def net() -> Imagination:
    return load_imagination(BUILTIN / "imagination.safetensors")


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def words(count: int) -> Tensor:
    return F.normalize(torch.randn(count, 256, generator=seeded(3)), dim=1)


def plain_block(self: Block, x: Tensor, modulation: Tensor) -> Tensor:
    """A block as it is meant: all heads at once, cells moved to where a picture has them."""
    count, tokens, width = x.shape
    one, add, gate, one2, add2, gate2 = (modulation + self.mod).chunk(6, -1)
    y = F.layer_norm(x, (width,)) * (1 + one) + add
    parts = self.qkv(y).view(count, tokens, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
    seen = F.scaled_dot_product_attention(*parts)
    x = x + (1 + gate) * self.o(seen.transpose(1, 2).reshape(count, tokens, width))
    y = self.a(F.layer_norm(x, (width,)) * (1 + one2) + add2)
    cells = self.dw(y[:, 2:].transpose(1, 2).reshape(count, -1, 8, 8))
    y = torch.cat([y[:, :2], cells.flatten(2).transpose(1, 2)], dim=1)
    out: Tensor = x + (1 + gate2) * self.b(F.gelu(y))
    return out


def test_the_net_and_its_slopes_are_those_of_the_plain_form(monkeypatch: Any) -> None:
    found = []
    for form in (Block.forward, plain_block):
        monkeypatch.setattr(Block, "forward", form)
        net = load_imagination(BUILTIN / "imagination.safetensors").requires_grad_(True)
        noisy = torch.randn(3, 4, SIDE, SIDE, generator=seeded(0))
        seen = net(noisy, torch.tensor([0.1, 0.5, 0.9]), words(3))
        seen.square().mean().backward()
        slopes = torch.cat([one.grad.flatten() for one in net.parameters() if one.grad is not None])
        found.append((seen.detach(), slopes))
    (seen, slopes), (wanted, wanted_slopes) = found
    assert float((seen - wanted).abs().max()) < 1e-4
    assert float((slopes - wanted_slopes).norm() / wanted_slopes.norm()) < 1e-4
    assert float((seen - seen.roll(1, 0)).abs().max()) > 0.1


def plainly_imagined(net: Imagination, text: Tensor, seed: int) -> Tensor:
    """Euler's method, with any picture taken away at each step, of all pictures at once."""
    noisy = torch.randn(len(text), 4, SIDE, SIDE, generator=seeded(seed))
    for now, then in itertools.pairwise(torch.linspace(0, 1, STEPS + 1).tolist()):
        sure = now >= 0.9
        told = 1 + 1e-9 if sure else GUIDANCE  # not 1, at which the words alone are asked
        clean = guided_clean(net, noisy, noisy.new_full((len(text),), now), text, told)
        noisy = noisy + (clean - noisy) * ((then - now) / (1 - now))
    rgba = (noisy.clamp(-1, 1) + 1) / 2
    return torch.cat([rgba[:, :3].minimum(rgba[:, 3:]), rgba[:, 3:]], dim=1)


@pytest.mark.parametrize("seed", [0, 1])
def test_thumbnails_are_those_of_the_plain_way(net: Imagination, seed: int) -> None:
    text = words(4)[2 * seed :][:2]
    found = net.imagine(text, seeded(seed), steps=STEPS, guidance=GUIDANCE)
    assert float((found - plainly_imagined(net, text, seed)).abs().max()) < 1e-3
    assert float((found - plainly_imagined(net, text, 7)).abs().max()) > 0.1


def test_the_same_thumbnails_come_of_any_number_of_batches(
    net: Imagination, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[Tensor] = []
    sizes: list[int] = []
    hook = net.register_forward_pre_hook(lambda _net, given: sizes.append(len(given[0])))
    for at_once in (imagine._AT_ONCE, 4 * 3):
        monkeypatch.setattr(imagine, "_AT_ONCE", at_once)
        found.append(net.imagine(words(4), seeded(0), steps=2))
    hook.remove()
    assert sizes == [8, 8, 3, 3, 2, 3, 3, 2]
    assert float((found[0] - found[1]).abs().max()) < 1e-4


def test_where_the_words_alone_count_nothing_else_is_computed(net: Imagination) -> None:
    sizes: list[int] = []
    hook = net.register_forward_pre_hook(lambda _net, given: sizes.append(len(given[0])))
    net.imagine(words(2), seeded(0), steps=STEPS)
    hook.remove()
    assert sizes == [4] * 15 + [2]
