"""OpenAI's archives: read as torch reads them, with no program run."""

from __future__ import annotations

import copy
import os
import pickle
import zipfile
from pathlib import Path

import open_clip
import pytest
import torch
from weight_samples import archive, clip, traced

from drawkit.errors import InputError
from drawkit.files.torchscript import is_torchscript, read_torchscript
from drawkit.perceptor.clip import open_perceptor


@pytest.mark.parametrize("kind", ["vit", "resnet"])
def test_a_traced_program_with_all_that_it_holds(
    kind: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    model = clip(kind, quick=True)
    traced(model, tmp_path / "RN50.pt")
    with zipfile.ZipFile(tmp_path / "RN50.pt") as archive_:
        assert any("/code/" in name for name in archive_.namelist())
    perceptor = open_perceptor(str(tmp_path / "RN50.pt"), precision="fp32", device="cpu")
    words = open_clip.get_tokenizer("ViT-B-32")(["a cat"])
    with torch.no_grad():
        told = model.encode_text(words, normalize=True)
    assert torch.allclose(perceptor.encode_text(["a cat"]), told, atol=1e-5)
    assert not caplog.records


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


def rezipped(path: Path, pickled: bytes | None = None, *, packed: bool = False) -> Path:
    """An archive with another pickle in it, or compressed."""
    new = path.with_name("new.pt")
    method = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(new, "w", method) as made:
        for name in old.namelist():
            other = pickled is not None and name.endswith("/data.pkl")
            made.writestr(name, pickled if other and pickled is not None else old.read(name))
    return new


def test_archives_made_to_harm(tmp_path: Path) -> None:
    archive(clip("vit", quick=True), tmp_path / "whole.pt")
    with pytest.raises(InputError, match="is a packed archive"):  # may grow without end
        open_perceptor(str(rezipped(tmp_path / "whole.pt", packed=True)))
    # Boxes in boxes, each twice in the next: 2 ** 60 ways to the innermost.
    box = b"c__torch__.A\nB\n)\x81q"
    nested = b"\x80\x02" + box + b"\0" + b"}b"
    for number in range(60):
        before = b"h" + bytes([number])
        nested += b"0" + box + bytes([number + 1])
        nested += b"}(X\1\0\0\0a" + before + b"X\1\0\0\0b" + before + b"ub"
    assert read_torchscript(rezipped(tmp_path / "whole.pt", nested + b".")) == {}
    # A pickle may write attributes to what it names: (None, {"__setstate__": None}) to the class.
    wrong = b"\x80\x02c__torch__.A\nB\nN}X\x0c\0\0\0__setstate__Ns\x86b."
    with pytest.raises(TypeError):
        read_torchscript(rezipped(tmp_path / "whole.pt", wrong))
    assert "visual.proj" in read_torchscript(tmp_path / "whole.pt")
