"""What the built-in perceptor expects to see of words."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from tiny_model import save_tiny_model

from drawkit.imagination.memory import load_memory
from drawkit.losses.expected import expected_fit
from drawkit.perceptor.clip import open_perceptor
from drawkit.perceptor.expectation import Expectation
from drawkit.perceptor.names import BUILTIN

NAMES = ("cat", "house", "fish", "sunflower", "mushroom", "bicycle")


def test_pictures_look_as_their_own_words_let_expect() -> None:
    perceptor = open_perceptor("builtin", precision="fp32", device="cpu")
    memory = load_memory(BUILTIN / "memory.safetensors")
    rows = [
        next(
            row
            for row, (known, hand) in enumerate(zip(memory.names, memory.hands, strict=True))
            if known == name and hand == "noto-emoji"
        )
        for name in NAMES
    ]
    pictures = torch.stack([memory.picture(row) for row in rows])
    with torch.no_grad():
        seen = perceptor.stages(pictures[:, :3] + 1 - pictures[:, 3:])[-1]
        expected = perceptor.expect(perceptor.encode_text([f"a {name}" for name in NAMES]))
    assert expected is not None
    ways, center = expected
    assert ways.shape == (len(NAMES), 4, seen[0].numel())
    assert torch.allclose(ways.norm(dim=2), torch.ones(len(NAMES), 4), atol=1e-4)
    fits = torch.stack([expected_fit(one[None], (ways, center), 100.0) for one in seen])
    assert fits.argmax(dim=1).tolist() == list(range(len(NAMES)))
    assert float(fits.diagonal().min()) > 0.3


def test_other_models_expect_nothing(tmp_path: Path) -> None:
    perceptor = open_perceptor(str(save_tiny_model(tmp_path / "tiny")), device="cpu")
    assert perceptor.expect(perceptor.encode_text(["a cat"])) is None


def test_ways_are_along_the_directions() -> None:
    torch.manual_seed(0)
    directions, center = torch.randn(3, 20), torch.randn(20)
    net = Expectation(8, 5, 2, directions, center)
    words = F.normalize(torch.randn(4, 8), dim=1)
    ways, middle = net.expected(words)
    assert torch.equal(middle, center)
    along = F.normalize(net(words).detach() @ directions, dim=2)
    assert torch.allclose(ways, along, atol=1e-6)
    with pytest.raises(RuntimeError):
        net(torch.randn(4, 9))
