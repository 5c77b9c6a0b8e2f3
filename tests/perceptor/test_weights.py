"""Weights as people have them: OpenAI's archives, half precision, pointers, pages, traps."""

from __future__ import annotations

import copy
import os
import zipfile
from pathlib import Path

import open_clip
import pytest
import torch
from open_clip.model import CLIP, CLIPTextCfg, CLIPVisionCfg
from torch import Tensor, nn

from drawkit.errors import InputError
from drawkit.perceptor.clip import open_perceptor
from drawkit.perceptor.weights import is_torchscript, read_torchscript, read_weights

WIDTH = 64


def clip(kind: str, *, quick: bool) -> CLIP:
    """A small CLIP of OpenAI's architecture, with their vocabulary."""
    torch.manual_seed(5)
    vision = (
        CLIPVisionCfg(layers=2, width=WIDTH, patch_size=16, image_size=64)
        if kind == "vit"
        else CLIPVisionCfg(layers=(1, 1, 1, 1), width=8, image_size=64)
    )
    text = CLIPTextCfg(context_length=77, vocab_size=49408, width=WIDTH, heads=1, layers=2)
    return CLIP(32, vision, text, quick_gelu=quick).eval()


class Tree(nn.Module):
    """The parameters of a model under their names, as a program that TorchScript can save."""

    def forward(self, x: Tensor) -> Tensor:
        return x

    @classmethod
    def of(cls, weights: dict[str, Tensor]) -> Tree:
        tree = cls()
        for name, value in weights.items():
            place: nn.Module = tree
            *folders, last = name.split(".")
            for folder in folders:
                if not hasattr(place, folder):
                    place.add_module(folder, cls())
                place = getattr(place, folder)
            if value.is_floating_point():
                place.register_parameter(last, nn.Parameter(value, requires_grad=False))
            else:
                place.register_buffer(last, value)
        return tree


def archive(model: CLIP, path: Path) -> None:
    """A file as OpenAI's are: TorchScript, half precision, three sizes beside the weights."""
    weights = {
        name: value.half() if value.is_floating_point() and value.ndim > 1 else value
        for name, value in model.state_dict().items()
        if name != "attn_mask"
    }
    sizes = {"input_resolution": 64, "context_length": 77, "vocab_size": 49408}
    whole = {**weights, **{name: torch.tensor(size) for name, size in sizes.items()}}
    torch.jit.script(Tree.of(whole)).save(str(path))


@pytest.mark.parametrize("kind", ["vit", "resnet"])
def test_an_archive_of_openai_is_what_its_model_computes(kind: str, tmp_path: Path) -> None:
    model = clip(kind, quick=True)
    archive(model, tmp_path / "ViT-B-32.pt")
    assert is_torchscript(tmp_path / "ViT-B-32.pt")
    perceptor = open_perceptor(str(tmp_path / "ViT-B-32.pt"), precision="fp32", device="cpu")
    pictures = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    mean = torch.tensor(open_clip.OPENAI_DATASET_MEAN).view(1, 3, 1, 1)
    std = torch.tensor(open_clip.OPENAI_DATASET_STD).view(1, 3, 1, 1)
    words = open_clip.get_tokenizer("ViT-B-32")(["a cat", "a dog"])
    halved = copy.deepcopy(model)
    for value in halved.parameters():
        value.data = value.data.half().float() if value.ndim > 1 else value.data
    with torch.no_grad():
        seen = halved.encode_image((pictures - mean) / std, normalize=True)
        told = halved.encode_text(words, normalize=True)
    assert torch.allclose(perceptor.encode_image(pictures), seen, atol=1e-5)
    assert torch.allclose(perceptor.encode_text(["a cat", "a dog"]), told, atol=1e-5)


def test_the_archive_is_read_as_torch_reads_it(tmp_path: Path) -> None:
    archive(clip("vit", quick=True), tmp_path / "a.pt")
    known = torch.jit.load(str(tmp_path / "a.pt")).state_dict()
    read = read_torchscript(tmp_path / "a.pt")
    assert set(read) == set(known)
    assert all(torch.equal(read[name], known[name]) for name in known)


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


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 35\n", "git lfs pull"),
        (b"<!DOCTYPE html>\n<html><body>404</body></html>", "web page"),
        (b"\n <HTML>Access denied", "web page"),
        (b"<?xml version='1.0'?><Error><Code>NoSuchKey</Code></Error>", "web page"),
        (b'{"error": "Repository not found"}', "is text, not weights"),
        (b"Entry not found", "is text, not weights"),
        (b"PK\x03\x04" + b"\0" * 4000, "is cut off"),
        (b"\x80\x02garbage\xff" * 99, "no weights file, or a broken one"),
    ],
)
@pytest.mark.parametrize("form", ["{}", "ViT-B-32:{}"])
def test_what_is_no_weights_file(content: bytes, words: str, form: str, tmp_path: Path) -> None:
    path = tmp_path / "weights.pt"
    path.write_bytes(content)
    with pytest.raises(InputError, match=words) as caught:
        open_perceptor(form.format(path))
    assert "\n" not in str(caught.value)
    assert "torch" not in str(caught.value).replace(str(path), "")


def test_a_download_that_was_cut_off(tmp_path: Path) -> None:
    archive(clip("vit", quick=True), tmp_path / "whole.pt")
    whole = (tmp_path / "whole.pt").read_bytes()
    (tmp_path / "cut.pt").write_bytes(whole[: len(whole) * 2 // 3])
    with pytest.raises(InputError, match=r"cut\.pt is cut off"):
        open_perceptor(str(tmp_path / "cut.pt"))


class Trap:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("touch trapped",)


@pytest.mark.parametrize("form", ["{}", "ViT-B-32:{}"])
def test_no_checkpoint_runs_code(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({"state_dict": {"visual.proj": Trap()}}, "trap.pt")
    archive(clip("vit", quick=True), tmp_path / "whole.pt")
    import pickle

    with zipfile.ZipFile("whole.pt") as old, zipfile.ZipFile("script.pt", "w") as new:
        for name in old.namelist():
            data = pickle.dumps(Trap(), 2) if name.endswith("/data.pkl") else old.read(name)
            new.writestr(name, data)
    for name in ("trap.pt", "script.pt"):
        with pytest.raises(InputError, match="drawkit runs no code out of files"):
            open_perceptor(form.format(tmp_path / name))
    assert not (tmp_path / "trapped").exists()
    torch.load("trap.pt", weights_only=False)  # the trap is one
    assert (tmp_path / "trapped").exists()


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
    said = str(caught.value).replace(str(tmp_path), "")
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


def test_tables_of_other_things_are_no_weights(tmp_path: Path) -> None:
    torch.save([1, 2, 3], tmp_path / "list.pt")
    with pytest.raises(InputError, match="holds no table of weights"):
        read_weights(tmp_path / "list.pt")
