"""The built-in perceptor: what ships is what the card says, and it knows what it should."""

from __future__ import annotations

import hashlib
import importlib
import json
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F

import drawkit.perceptor.net as net

FOLDER = Path(net.__file__).parent / "builtin"
CARD = json.loads((FOLDER / "card.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def model() -> Any:
    open_clip = importlib.import_module("open_clip")
    return open_clip.create_model_from_pretrained(f"local-dir:{FOLDER}", return_transform=False)


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    open_clip = importlib.import_module("open_clip")
    return open_clip.get_tokenizer(f"local-dir:{FOLDER}", bpe_path=str(FOLDER / CARD["bpe"]))


def say(model: Any, tokenizer: Any, *texts: str) -> torch.Tensor:
    with torch.no_grad():
        return model.encode_text(tokenizer(list(texts)), normalize=True)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_weights_are_those_of_the_card() -> None:
    data = (FOLDER / "open_clip_model.safetensors").read_bytes()
    assert digest(data) == CARD["sha256"]
    assert digest(data[:-1]) != CARD["sha256"]


def test_all_that_lies_beside_the_weights_is_what_the_card_says() -> None:
    assert set(CARD["files"]) == {
        *("imagination.safetensors", "memory.safetensors", "expected.safetensors"),
        *("concepts.json.gz", CARD["bpe"]),
    }
    for name, known in CARD["files"].items():
        assert digest((FOLDER / name).read_bytes()) == known, name


def test_folder_stays_small_enough_for_the_wheel() -> None:
    assert sum(f.stat().st_size for f in FOLDER.iterdir()) <= 36e6


def test_card_and_config_agree() -> None:
    config = json.loads((FOLDER / "open_clip_config.json").read_text(encoding="utf-8"))
    assert config["preprocess_cfg"]["mean"] == CARD["mean"]
    assert config["preprocess_cfg"]["std"] == CARD["std"]
    assert config["model_cfg"]["vision_cfg"]["image_size"] == CARD["input_size"]
    assert config["model_cfg"]["embed_dim"] == CARD["embed_dim"]


def test_tokenizer_has_the_small_vocabulary(model: Any, tokenizer: Any) -> None:
    assert tokenizer.vocab_size == model.token_embedding.num_embeddings
    assert tokenizer.eot_token_id == tokenizer.vocab_size - 1
    assert int(tokenizer(["a cat"]).max()) == tokenizer.eot_token_id


def test_gradient_reaches_every_pixel(model: Any) -> None:
    views = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    views.requires_grad_(True)
    model.encode_image(views, normalize=True)[:, 0].sum().backward()
    assert torch.isfinite(views.grad).all()
    assert (views.grad.abs().amax(dim=1) > 0).float().mean() > 0.99


def test_stages_get_coarser(model: Any) -> None:
    found = model.visual.forward_intermediates(torch.zeros(1, 3, 64, 64))
    sides = [stage.shape[-1] for stage in found["image_intermediates"]]
    assert sides == [32, 16, 8, 4]
    straight = model.visual(torch.zeros(1, 3, 64, 64))
    torch.testing.assert_close(found["image_features"], straight)


def test_chosen_stages_only(model: Any) -> None:
    trunk = model.visual.trunk
    picture = torch.zeros(1, 3, 64, 64)
    every = trunk.forward_intermediates(picture, intermediates_only=True)
    last = trunk.forward_intermediates(picture, indices=1, intermediates_only=True)
    torch.testing.assert_close(last[0], every[-1])
    first = trunk.forward_intermediates(picture, indices=[0], intermediates_only=True)
    assert len(first) == 1
    with pytest.raises(ValueError, match="NCHW"):
        trunk.forward_intermediates(picture, output_fmt="NLC")


def test_timm_weights_are_refused() -> None:
    timm = importlib.import_module("timm")
    with pytest.raises(ValueError, match="open_clip"):
        timm.create_model("drawkit_resnet_64", pretrained=True)
    with pytest.raises(ValueError, match="global_pool"):
        net.DrawkitResNet(8, global_pool="max")


@pytest.mark.parametrize(
    ("word", "near", "far"),
    [
        ("kitten", "cat", "car"),
        ("puppy", "dog", "house"),
        ("automobile", "car", "cat"),
        ("a cottage", "a house", "a fish"),
        ("a red apple", "an apple", "a blue car"),
    ],
)
def test_words_lie_where_they_mean(
    model: Any, tokenizer: Any, word: str, near: str, far: str
) -> None:
    found = say(model, tokenizer, word, near, far)
    assert float(found[0] @ found[1]) > float(found[0] @ found[2]) + 0.1


def test_colour_words_move_the_embedding(model: Any, tokenizer: Any) -> None:
    red, blue = say(model, tokenizer, "a red house", "a blue house")
    assert float(red @ blue) < 0.97


@pytest.mark.parametrize(("rgb", "name"), [((0.9, 0.1, 0.1), "red"), ((0.1, 0.3, 0.9), "blue")])
def test_colour_words_fit_the_colour(
    model: Any, tokenizer: Any, rgb: tuple[float, float, float], name: str
) -> None:
    """A disc of the colour is nearer its own `... ball` than the other's."""
    line = torch.linspace(-1, 1, 64)
    inside = (line[:, None] ** 2 + line[None, :] ** 2 < 0.5)[None].float()
    ink = torch.tensor(rgb)[:, None, None]
    picture = (ink * inside + (1 - inside))[None]
    with torch.no_grad():
        image = F.normalize(model.encode_image((picture - 0.5) / 0.5), dim=-1)[0]
    scores = dict(
        zip(
            ["red", "blue"],
            (say(model, tokenizer, "a red ball", "a blue ball") @ image),
            strict=True,
        )
    )
    assert max(scores, key=lambda k: float(scores[k])) == name
