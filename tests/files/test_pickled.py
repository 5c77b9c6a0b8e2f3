"""Tensors out of pickles, and nothing of what else such a file would do."""

from __future__ import annotations

import collections
import pickle
import subprocess
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from drawkit.errors import InputError
from drawkit.files.pickled import read_pickled


class Layer(nn.Module):
    """A convolution with names of its own, as OpenAI's."""

    def __init__(self) -> None:
        super().__init__()
        self.w = nn.Parameter(torch.randn(4, 3, 1, 1))
        self.register_buffer("told", torch.arange(3))
        self.also = {1, 2}


class Whole(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.Sequential(
            collections.OrderedDict([("input", Layer()), ("act", nn.ReLU())])
        )
        self.small = nn.Parameter(torch.randn(5).half())


class Harm:
    """Leaves a file behind where it is unpickled as pickles are."""

    def __init__(self, command: list[str]) -> None:
        self.command = command

    def __reduce__(self) -> Any:
        return subprocess.check_call, (self.command,)


def same(found: dict[str, Tensor], wanted: dict[str, Tensor]) -> bool:
    return found.keys() == wanted.keys() and all(
        torch.equal(found[name], wanted[name]) and found[name].dtype == wanted[name].dtype
        for name in wanted
    )


@pytest.mark.parametrize("archive", [True, False])
def test_a_pickled_module_gives_its_tensors(archive: bool, tmp_path: Path) -> None:
    module, path = Whole(), tmp_path / "decoder.pkl"
    torch.save(module, path, _use_new_zipfile_serialization=archive)
    assert same(read_pickled(path), module.state_dict())


def test_pickles_of_several_modules_name_each(tmp_path: Path) -> None:
    path, module = tmp_path / "network.pkl", Whole()
    with open(path, "wb") as file:
        pickle.dump({"eye": module, "seen": 3, "augment_pipe": None}, file)
    wanted = {f"eye.{name}": value for name, value in module.state_dict().items()}
    assert same(read_pickled(path), wanted)


@pytest.mark.parametrize("archive", [True, False])
def test_a_training_gives_its_weights_and_runs_nothing(archive: bool, tmp_path: Path) -> None:
    module, path, harmed = Whole(), tmp_path / "last.ckpt", tmp_path / "harmed"
    kept = {
        "callbacks": {Harm: Harm(["touch", str(harmed)])},
        "optimizer_states": [{"m": torch.zeros(3)}],
        "state_dict": module.state_dict(),
    }
    torch.save(kept, path, _use_new_zipfile_serialization=archive)
    assert same(read_pickled(path), module.state_dict())
    assert not harmed.exists()
    with open(path, "rb") as file:  # the file is as harmful as it looks
        torch.load(file, weights_only=False)
    assert harmed.exists()


@pytest.mark.parametrize(
    "harm",
    [
        b"\x80\x02cbuiltins\neval\nX\x11\x00\x00\x00open('harmed','w')\x85R.",
        b"\x80\x02ctorch._utils\n_rebuild_tensor_v2.__globals__\n.",
        b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x0ctouch harmed\x85R.",
        b"cos\nsystem\n(S'touch harmed'\ntR.",
    ],
)
def test_names_do_nothing(harm: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.pkl").write_bytes(harm)
    with pytest.raises(InputError, match=r"x\.pkl"):
        read_pickled(Path("x.pkl"))
    assert not Path("harmed").exists()


def test_what_is_broken_is_said_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "whole.pkl"
    torch.save(Whole(), path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(InputError, match="cut off"):
        read_pickled(path)
    torch.save(Whole(), path, _use_new_zipfile_serialization=False)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) - 20])
    with pytest.raises(InputError, match=r"whole\.pkl"):
        read_pickled(path)
    with open(path, "wb") as file:
        pickle.dump({"a": 1}, file)
    with pytest.raises(InputError, match="no tensors"):
        read_pickled(path)
    with pytest.raises(InputError, match=r"none\.pkl"):
        read_pickled(tmp_path / "none.pkl")
