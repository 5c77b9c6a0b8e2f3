from __future__ import annotations

from pathlib import Path

import open_clip
import pytest
import torch

from drawkit.errors import InputError
from drawkit.perceptor import catalog
from drawkit.perceptor.catalog import describe, listed_models, pull


@pytest.fixture(autouse=True)
def empty_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A hub cache of this test's own."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(
        "huggingface_hub.file_download.constants.HF_HUB_CACHE", str(tmp_path / "hub")
    )
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path / "hub"


def cache_weights(hub: Path, repository: str, name: str, size: int) -> Path:
    """A file as the hub's cache keeps it."""
    folder = hub / f"models--{repository.replace('/', '--')}"
    snapshot = folder / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    (folder / "refs").mkdir()
    (folder / "refs" / "main").write_text("abc")
    (snapshot / name).write_bytes(bytes(size))
    return snapshot / name


def test_the_builtin_comes_first_and_the_others_can_be_had() -> None:
    entries = listed_models()
    assert (entries[0].name, entries[0].state) == ("builtin", "built in")
    assert entries[0].size_mb <= 36
    assert {entry.state for entry in entries[1:]} == {"available"}
    assert "ViT-B-32/openai" in [entry.name for entry in entries]


def test_every_listed_model_is_one_that_open_clip_knows() -> None:
    for name in catalog.KNOWN:
        assert describe(name).name == name


def test_sizes_are_those_of_the_weights() -> None:
    for name in ("RN50/openai", "ViT-B-32/openai"):
        with torch.device("meta"):
            model = open_clip.create_model(name.split("/")[0], device="meta")
        megabytes = sum(p.numel() for p in model.parameters()) * 4 / 1e6
        assert describe(name).size_mb == pytest.approx(megabytes, rel=0.01)


def test_a_bare_name_means_its_usual_weights() -> None:
    assert describe("ViT-B-32").name == "ViT-B-32/openai"
    assert describe("ViT-H-14").name == "ViT-H-14/laion2b_s32b_b79k"


def test_what_is_cached_is_found_and_not_pulled_again(empty_cache: Path) -> None:
    source = open_clip.get_pretrained_cfg("ViT-B-32", "openai")["hf_hub"].strip("/")
    path = cache_weights(empty_cache, source, "open_clip_model.safetensors", 1_500_000)
    entry = describe("ViT-B-32/openai")
    assert (entry.state, entry.size_mb, entry.path) == ("cached", 2, path)
    assert pull("ViT-B-32/openai") == entry


def test_what_openais_own_code_downloaded_is_found(tmp_path: Path, empty_cache: Path) -> None:
    path = tmp_path / ".cache" / "clip" / "ViT-B-32.pt"
    path.parent.mkdir(parents=True)
    path.write_bytes(bytes(1_500_000))
    assert (describe("ViT-B-32").state, describe("ViT-B-32").path) == ("cached", path)
    assert describe("ViT-B-16").state == "available"
    source = open_clip.get_pretrained_cfg("ViT-B-32", "openai")["hf_hub"].strip("/")
    newer = cache_weights(empty_cache, source, "open_clip_model.safetensors", 1000)
    assert describe("ViT-B-32").path == newer


def test_other_cached_models_are_listed_too(empty_cache: Path) -> None:
    source = open_clip.get_pretrained_cfg("ViT-H-14", "laion2b_s32b_b79k")["hf_hub"].strip("/")
    cache_weights(empty_cache, source, "open_clip_model.safetensors", 1000)
    names = {entry.name: entry.state for entry in listed_models()}
    assert names["ViT-H-14/laion2b_s32b_b79k"] == "cached"


def test_folders_and_checkpoints_are_described(tmp_path: Path) -> None:
    (tmp_path / "w.pt").write_bytes(bytes(10))
    assert describe(str(tmp_path / "w.pt")).state == "cached"
    with pytest.raises(InputError, match="does not exist"):
        describe("local-dir:/nowhere")


@pytest.mark.parametrize("model", ["nonsense", "ViT-B-32/nonsense"])
def test_unknown_models_are_refused(model: str) -> None:
    with pytest.raises(InputError, match="nonsense"):
        describe(model)
