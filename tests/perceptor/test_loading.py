"""Models by name, file and folder: what is built of them, and what is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import open_clip
import open_clip.pretrained
import pytest
import torch
from safetensors.torch import save_file
from tiny_model import save_tiny_model
from weight_samples import add_tiny_architecture, archive, clip

from drawkit.errors import BackendError, InputError
from drawkit.files.torchscript import read_torchscript
from drawkit.perceptor.clip import open_perceptor


@pytest.fixture
def named(tmp_path: Path) -> str:
    """A small architecture that OpenCLIP knows by its name, and its twin with QuickGELU."""
    return add_tiny_architecture(tmp_path)


def test_weights_without_their_activation_are_taken_with_a_notice(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    model = clip("vit", quick=False)
    torch.save({"state_dict": {f"module.{k}": v for k, v in model.state_dict().items()}},
               tmp_path / "epoch_1.pt")  # fmt: skip
    perceptor = open_perceptor(str(tmp_path / "epoch_1.pt"), precision="fp32", device="cpu")
    words = open_clip.get_tokenizer("ViT-B-32")(["a cat"])
    with torch.no_grad():
        told = model.encode_text(words, normalize=True)
    assert torch.allclose(perceptor.encode_text(["a cat"]), told, atol=1e-5)
    (line,) = [record.getMessage() for record in caplog.records]
    assert "does not say with which activation" in line
    assert "ViT-B-32-quickgelu:" in line


def test_openais_own_download_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`clip.load` of OpenAI's code puts it there; no network is needed then."""
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / ".cache" / "clip"
    folder.mkdir(parents=True)
    (folder / "ViT-B-32.pt").write_bytes(b"<!DOCTYPE html>" + b" " * 600)
    with pytest.raises(InputError, match=r"ViT-B-32\.pt is a web page"):
        open_perceptor("ViT-B-32/openai")


@pytest.fixture
def tag(named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A pretrained tag of it, with caches of this test's own and no network to fill them from."""

    def no_network(*_: object, **__: object) -> None:
        raise AssertionError("there is no network in this test")

    source = {
        "url": "https://example.com/ab12/ViT-tiny.pt",
        "hf_hub": "drawkit/tiny/",
        "quick_gelu": True,
        "mean": (0.1, 0.2, 0.3),
        "std": (1.0, 1.0, 1.0),
    }
    monkeypatch.setitem(open_clip.pretrained._PRETRAINED, named, {"own": source})
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr("open_clip.pretrained.hf_hub_download", no_network)
    monkeypatch.setattr("socket.getaddrinfo", no_network)
    monkeypatch.setenv("HOME", str(tmp_path))
    return f"{named}/own"


def in_hub(tmp_path: Path) -> Path:
    """Where the hub's cache keeps the weights of the tag."""
    folder = tmp_path / "hub" / "models--drawkit--tiny"
    (folder / "refs").mkdir(parents=True)
    (folder / "refs" / "main").write_text("abc")
    (folder / "snapshots" / "abc").mkdir(parents=True)
    return folder / "snapshots" / "abc" / "open_clip_model.safetensors"


@pytest.mark.parametrize("kept", ["by the hub", "by OpenAI's code"])
def test_a_download_is_used_without_network(
    kept: str, tag: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """With the activation and the colours that the tag was trained with."""
    model = clip("vit", quick=True)
    if kept == "by the hub":
        save_file(model.state_dict(), in_hub(tmp_path))
    else:
        (tmp_path / ".cache" / "clip").mkdir(parents=True)
        archive(model, tmp_path / ".cache" / "clip" / "ViT-tiny.pt")
    perceptor = open_perceptor(tag, precision="fp32", device="cpu")
    pictures = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    mean = torch.tensor([0.1, 0.2, 0.3]).view(1, 3, 1, 1)
    words = open_clip.get_tokenizer("ViT-B-32")(["a cat"])
    with torch.no_grad():
        seen = model.encode_image(pictures - mean, normalize=True)
        told = model.encode_text(words, normalize=True)
        plain = clip("vit", quick=False).encode_text(words, normalize=True)
        uncolored = model.encode_image(pictures, normalize=True)
    assert torch.allclose(perceptor.encode_image(pictures), seen, atol=1e-3)
    assert torch.allclose(perceptor.encode_text(["a cat"]), told, atol=1e-3)
    assert not torch.allclose(plain, told, atol=2e-3)
    assert not torch.allclose(uncolored, seen, atol=2e-3)
    assert not caplog.records


def test_a_broken_download_is_named(tag: str, tmp_path: Path) -> None:
    path = in_hub(tmp_path)
    for content, words in (
        (b"version https://git-lfs.github.com/spec/v1", "pointer of Git LFS"),
        (b"<!DOCTYPE html><html>", "is a web page"),
        (b"\0garbage" * 99, "it is no weights file, or a broken one"),
    ):
        path.write_bytes(content)
        with pytest.raises(InputError, match=words) as caught:
            open_perceptor(tag)
        assert str(path) in str(caught.value)


def test_the_activation_under_a_name(
    named: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """OpenAI's own weights are known in an archive and out of it; others by the name alone."""
    words = open_clip.get_tokenizer("ViT-B-32")(["a cat"])
    told = {}
    for quick in (True, False):
        with torch.no_grad():
            told[quick] = clip("vit", quick=quick).encode_text(words, normalize=True)
    assert (told[True] - told[False]).abs().max() > 1e-3
    archive(clip("vit", quick=True), tmp_path / "archive.pt")
    torch.save(read_torchscript(tmp_path / "archive.pt"), tmp_path / "table.pt")
    halves = {k: v.half() for k, v in clip("vit", quick=True).state_dict().items()}
    torch.save(halves, tmp_path / "plain.pt")
    for model, quick, notices in (
        (f"{named}:{tmp_path}/archive.pt", True, 0),
        (f"{named}:{tmp_path}/table.pt", True, 0),
        (f"{tmp_path}/table.pt", True, 0),
        (f"{named}-quickgelu:{tmp_path}/plain.pt", True, 0),
        (f"{named}:{tmp_path}/plain.pt", False, 1),
    ):
        caplog.clear()
        perceptor = open_perceptor(model, precision="fp32", device="cpu")
        found = perceptor.encode_text(["a cat"])
        assert torch.allclose(found, told[quick], atol=2e-3), model
        assert not torch.allclose(found, told[not quick], atol=2e-3), model
        assert len(caplog.records) == notices, model


def test_weights_of_another_architecture(named: str, tmp_path: Path) -> None:
    archive(clip("resnet", quick=True), tmp_path / "archive.pt")
    save_file(clip("resnet", quick=True).state_dict(), tmp_path / "table.safetensors")
    for name in ("archive.pt", "table.safetensors"):
        for model in (named, "RN50"):  # of other parts, and of other sizes
            with pytest.raises(InputError, match="its weights belong to another model"):
                open_perceptor(f"{model}:{tmp_path / name}")


@pytest.mark.parametrize(
    "config",
    [
        '{"model_cfg": []}',
        '{"model_cfg": {}}',
        '{"model_cfg": {"embed_dim": 32, "vision_cfg": [], "text_cfg": {}}}',
        '{"model_cfg": {"embed_dim": 32, "vision_cfg": {}, "text_cfg": 3}}',
        '{"model_cfg": {"embed_dim": "x", "vision_cfg": {}, "text_cfg": {}}}',
        '{"model_cfg": {"embed_dim": 32, "vision_cfg": {"layers": -1}, "text_cfg": {}}}',
        '{"model_cfg": {"embed_dim": 32, "vision_cfg": {"colour": 1}, "text_cfg": {}}}',
        "[]",
        "3",
        "{",
        "[" * 100_000,
    ],
)
def test_broken_folders_get_our_words(config: str, tmp_path: Path) -> None:
    (tmp_path / "open_clip_config.json").write_text(config)
    torch.save(clip("vit", quick=False).state_dict(), tmp_path / "open_clip_pytorch_model.bin")
    with pytest.raises(InputError) as caught:
        open_perceptor(str(tmp_path))
    said = str(caught.value).replace(str(tmp_path), "").replace("pytorch_model.bin", "")
    assert "\n" not in said
    assert len(said) < 200
    assert not any(word in said for word in ("Error", "torch", "object", "argument", "__"))


def test_pointers_in_folders_are_named(tmp_path: Path) -> None:
    vision, text = '{"layers": 2}', '{"layers": 2}'
    config = f'{{"model_cfg": {{"embed_dim": 32, "vision_cfg": {vision}, "text_cfg": {text}}}}}'
    (tmp_path / "open_clip_config.json").write_text(config)
    (tmp_path / "open_clip_model.safetensors").write_text("version https://git-lfs.github.com/x")
    with pytest.raises(InputError, match="pointer of Git LFS"):
        open_perceptor(str(tmp_path))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("preprocess_cfg", [1], "its 'mean' is not three numbers"),
        ("preprocess_cfg", {"mean": [1, 2]}, "its 'mean' is not three numbers"),
        ("preprocess_cfg", {"std": "x"}, "its 'std' is not three numbers"),
        ("embed_dim", -1, "its config describes no model"),
        ("vision_cfg", {"layers": 10**9}, "vision_cfg has 1000000000 layers; allowed: 1000"),
        ("text_cfg", {"layers": 10**9}, "text_cfg has 1000000000 layers; allowed: 1000"),
        ("embed_dim", 16, "its weights belong to another model"),
        ("text_cfg", {"tokenizer_kwargs": {"x": 1}}, "its vocabulary cannot be read"),
        ("text_cfg", {"tokenizer_kwargs": 3}, "its vocabulary cannot be read"),
    ],
)
def test_folders_that_are_half_right(
    name: str, value: Any, words: str, named: str, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    config = json.loads((tmp_path / f"{named}.json").read_text())
    whole = {"model_cfg": config, "preprocess_cfg": {}}
    if name == "preprocess_cfg":
        whole[name] = value
    elif isinstance(value, dict):
        config[name] |= value
    else:
        config[name] = value
    (folder / "open_clip_config.json").write_text(json.dumps(whole))
    torch.save(clip("vit", quick=False).state_dict(), folder / "open_clip_pytorch_model.bin")
    with pytest.raises(InputError, match=words) as caught:
        open_perceptor(str(folder))
    assert "\n" not in str(caught.value)


def test_folders_whose_files_are_none(named: str, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    config = json.loads((tmp_path / f"{named}.json").read_text())
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": config}))
    with pytest.raises(InputError, match="there are no weights in"):
        open_perceptor(str(folder))
    (folder / "model.safetensors").write_text("version https://git-lfs.github.com/spec/v1\n")
    with pytest.raises(InputError, match="pointer of Git LFS"):
        open_perceptor(str(folder))
    save_file(clip("vit", quick=False).state_dict(), folder / "model.safetensors")
    assert open_perceptor(str(folder), precision="fp32", device="cpu").input_size == 64
    (folder / "words.txt.gz").write_bytes(b"version https://git-lfs.github.com/spec/v1\n")
    with pytest.raises(InputError, match="its vocabulary cannot be read"):
        open_perceptor(str(folder))


def test_a_text_tower_that_lies_on_the_hub(
    named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drawkit.perceptor.trouble._network", lambda: False)
    config = json.loads((tmp_path / f"{named}.json").read_text())
    config["text_cfg"] = {"hf_model_name": "org/text", "hf_tokenizer_name": "org/text"}
    (tmp_path / "open_clip_config.json").write_text(json.dumps({"model_cfg": config}))
    with pytest.raises(BackendError, match=r"the text tower of .* \(no network\)"):
        open_perceptor(str(tmp_path))


TRAP = """
open({ran!r}, "w").close()
from transformers import PreTrainedTokenizer, PretrainedConfig
class Words(PreTrainedTokenizer):
    pass
class Tower(PretrainedConfig):
    model_type = "trap"
"""


@pytest.mark.parametrize(
    "text",
    [
        {"hf_tokenizer_name": "x"},
        {"hf_tokenizer_name": "x", "tokenizer_kwargs": {"trust_remote_code": True}},
        {"hf_model_name": "{folder}", "hf_tokenizer_name": "x"},
    ],
)
def test_no_folder_runs_code(
    text: dict[str, Any], named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is anybody asked whether it may."""
    transformers = pytest.importorskip("transformers")
    monkeypatch.setattr("builtins.input", lambda *_: "y")
    monkeypatch.setattr("drawkit.perceptor.trouble._network", lambda: False)
    folder, ran = tmp_path / "trap", tmp_path / "ran"
    folder.mkdir()
    (folder / "trap.py").write_text(TRAP.format(ran=str(ran)))
    words = {"tokenizer_class": "Words", "auto_map": {"AutoTokenizer": ["trap.Words", None]}}
    (folder / "tokenizer_config.json").write_text(json.dumps(words))
    tower = {"model_type": "trap", "auto_map": {"AutoConfig": "trap.Tower"}}
    (folder / "config.json").write_text(json.dumps(tower))
    config = json.loads((tmp_path / f"{named}.json").read_text())
    config["text_cfg"] |= text
    if "hf_model_name" in text:
        config["text_cfg"]["hf_model_name"] = str(folder)
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": config}))
    with pytest.raises(InputError, match="drawkit runs no code out of files"):
        open_perceptor(str(folder))
    assert not ran.exists()
    transformers.AutoConfig.from_pretrained(str(folder))  # the trap is one
    assert ran.exists()


@pytest.mark.parametrize("content", [b"version https://git-lfs.github.com/spec/v1\n", b"\0" * 99])
def test_what_lies_beside_the_weights(content: bytes, tmp_path: Path) -> None:
    """What a model has seen, and what it imagines, as the built-in one carries them."""
    folder = save_tiny_model(tmp_path / "tiny")
    (folder / "concepts.json.gz").write_bytes(content)
    (folder / "imagination.safetensors").write_bytes(content)
    (folder / "memory.safetensors").write_bytes(content)
    (folder / "expected.safetensors").write_bytes(content)
    perceptor = open_perceptor(str(folder), precision="fp32", device="cpu")
    text = perceptor.encode_text(["a cat"])
    with pytest.raises(InputError, match=r"concepts\.json\.gz cannot be read") as caught:
        perceptor.doubt("a cat")
    assert "\n" not in str(caught.value)
    with pytest.raises(InputError, match=r"memory\.safetensors cannot be read") as caught:
        perceptor.imagine(text, [1.0], 1, torch.Generator())
    assert "\n" not in str(caught.value)
    with pytest.raises(InputError, match=r"imagination\.safetensors cannot be read") as caught:
        perceptor.imagine(text, [1.0], 1, torch.Generator(), recall=False)
    assert "\n" not in str(caught.value)
    says = "is a pointer of Git LFS" if content.startswith(b"version") else "cannot be read"
    with pytest.raises(InputError, match=rf"expected\.safetensors {says}") as caught:
        perceptor.expect(text)
    assert "\n" not in str(caught.value)
