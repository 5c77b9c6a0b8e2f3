"""Weights as people have them: known by content; what is none is named."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import open_clip
import pytest
import torch
from safetensors.torch import save_file
from weight_samples import add_tiny_architecture, archive, clip

from drawkit.errors import InputError
from drawkit.perceptor.clip import open_perceptor


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


@pytest.mark.parametrize(
    "given",
    [
        [1, 2, 3],
        None,
        {},
        {"state_dict": {}},
        {"model": {"model": {"visual.proj": torch.ones(2)}}},
        {"visual.proj": torch.ones(1).expand(10**12)},  # would take 4 TB
        {"visual.proj": torch.ones(2, device="meta")},
        {"visual.proj": torch.eye(2).to_sparse()},
    ],
)
@pytest.mark.parametrize("form", ["{}", "ViT-B-32:{}"])
def test_tables_of_other_things_are_no_weights(given: Any, form: str, tmp_path: Path) -> None:
    torch.save(given, tmp_path / "list.pt")
    with pytest.raises(InputError, match="holds no table of weights"):
        open_perceptor(form.format(tmp_path / "list.pt"))


@pytest.mark.parametrize("packed", [True, False])
def test_weights_in_a_zip_archive(packed: bool, tmp_path: Path) -> None:
    torch.save(clip("vit", quick=False).state_dict(), tmp_path / "w.pt")
    method = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(tmp_path / "w.zip", "w", method) as archive_:
        archive_.write(tmp_path / "w.pt", "w.pt")
    with pytest.raises(InputError, match="is a zip archive, not weights; unpack it first"):
        open_perceptor(str(tmp_path / "w.zip"))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_weights_of_every_precision(dtype: torch.dtype, tmp_path: Path) -> None:
    model = clip("vit", quick=False)
    torch.save({k: v.to(dtype) for k, v in model.state_dict().items()}, tmp_path / "w.pt")
    perceptor = open_perceptor(str(tmp_path / "w.pt"), precision="fp32", device="cpu")
    with torch.no_grad():
        told = model.encode_text(open_clip.get_tokenizer("ViT-B-32")(["a cat"]), normalize=True)
    assert torch.allclose(perceptor.encode_text(["a cat"]), told, atol=1e-2)


def test_no_notice_of_weights_that_cannot_be_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    weights = clip("vit", quick=False).state_dict()
    torch.save({**weights, "stray": torch.ones(1)}, tmp_path / "w.pt")
    for form in ("{}", "ViT-B-32:{}"):
        with pytest.raises(InputError, match="its weights belong to another model"):
            open_perceptor(form.format(tmp_path / "w.pt"))
    assert not caplog.records


@pytest.mark.parametrize("form", ["{path}", "{name}:{path}"])
def test_weights_are_known_by_content(form: str, tmp_path: Path) -> None:
    named = add_tiny_architecture(tmp_path)
    weights = clip("vit", quick=False).state_dict()
    compiled = {f"module._orig_mod.{key}": value for key, value in weights.items()}
    save_file(weights, tmp_path / "safe.pt")
    torch.save(weights, tmp_path / "torch.safetensors")
    torch.save({"epoch": 3, "model": compiled}, tmp_path / "training.ckpt")
    torch.save(weights, tmp_path / "old.bin", _use_new_zipfile_serialization=False)
    for name in ("safe.pt", "torch.safetensors", "training.ckpt", "old.bin"):
        perceptor = open_perceptor(
            form.format(name=named, path=tmp_path / name), precision="fp32", device="cpu"
        )
        assert perceptor.input_size == 64


def test_safetensors_that_were_cut_off(tmp_path: Path) -> None:
    save_file(clip("vit", quick=False).state_dict(), tmp_path / "whole.safetensors")
    whole = (tmp_path / "whole.safetensors").read_bytes()
    for size in (600, len(whole) // 2, len(whole) - 1):
        (tmp_path / "cut.safetensors").write_bytes(whole[:size])
        with pytest.raises(InputError, match=r"cut\.safetensors is cut off; download it again"):
            open_perceptor(str(tmp_path / "cut.safetensors"))


def test_a_text_of_any_encoding_is_no_weights_file(tmp_path: Path) -> None:
    for encoding in ("utf-8", "utf-16"):
        (tmp_path / "w.pt").write_bytes(("Zugriff verweigert: ü " * 99).encode(encoding))
        with pytest.raises(InputError, match="is text, not weights"):
            open_perceptor(str(tmp_path / "w.pt"))
