"""The built-in model without OpenCLIP: the answers that OpenCLIP gives, and a quicker start."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from drawkit.perceptor.loading import load_model
from drawkit.perceptor.names import BUILTIN, ModelSpec
from drawkit.perceptor.small_clip import open_builtin
from drawkit.perceptor.tokenizer import Tokenizer
from drawkit.perceptor.visual import fastest_layout

TEXTS = [
    "a cat",
    "two red apples, please!",
    "don't",
    "schöne Blume",
    "🐱 & 🌈",
    "x" * 99,
    "",
    "&amp;",
]


@pytest.fixture(scope="module")
def theirs() -> tuple[Any, Any]:
    model, tokenizer = load_model(ModelSpec.parse("builtin"))
    return model.eval(), tokenizer


@given(st.text())
@example("I'LL 've <start_of_text>x<end_of_text> 12,5 \u200d")
@example("  &lt;b&gt; â€œquotedâ€\x9d  ")
def test_tokens_are_those_of_openclip(theirs: tuple[Any, Any], text: str) -> None:
    ours = Tokenizer(BUILTIN / "bpe_16k.txt.gz", 32)
    assert torch.equal(ours([text, "a cat"]), theirs[1]([text, "a cat"]))


def test_texts_and_pictures_are_placed_to_the_bit_where_openclip_places_them(
    theirs: tuple[Any, Any],
) -> None:
    model, tokenizer = open_builtin()
    model.eval()
    pictures = torch.rand(3, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        words = model.encode_text(tokenizer(TEXTS))
        assert torch.equal(words, theirs[0].encode_text(theirs[1](TEXTS)))
        assert torch.equal(model.visual(pictures), theirs[0].encode_image(pictures))
        assert not torch.equal(words[0], words[1])
        options = {"intermediates_only": True, "output_fmt": "NCHW"}
        ours, others = (
            m.visual.forward_intermediates(pictures, **options) for m in (model, theirs[0])
        )
    for one, other in zip(ours["image_intermediates"], others["image_intermediates"], strict=True):
        assert torch.equal(one, other)
    assert model.visual.preprocess_cfg["mean"] == list(theirs[0].visual.image_mean)
    assert model.visual.image_size == 64


def test_a_drawing_starts_without_the_libraries_that_take_seconds() -> None:
    """Settings are read too: they load every loss, canvas and way of cutting out."""
    program = """
import json, sys
from drawkit.engine import settings_for
from drawkit.perceptor.clip import open_perceptor
settings_for({})
open_perceptor("builtin").encode_text(["a cat"])
print(json.dumps(sorted(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = set(json.loads(done.stdout))
    assert "drawkit.perceptor.small_clip" in loaded
    assert not loaded & {
        "open_clip",
        "timm",
        "torchvision",
        "transformers",
        "torch._dynamo",
        "kornia",
    }


def test_fp32_has_channels_last_and_bf16_has_not() -> None:
    """Measured: see `fastest_layout`; the wrong one costs 7 % of every step."""
    visual = open_builtin(random_weights=True)[0].visual
    assert fastest_layout(visual, torch.float32) is torch.channels_last
    assert fastest_layout(visual, torch.bfloat16) is torch.contiguous_format
