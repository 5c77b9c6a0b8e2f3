"""Pickles of whole trainings as NVIDIA writes them, with the program of the networks in them."""

from __future__ import annotations

import pickle
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import pytest
import torch
from stylegan_samples import tiny_stylegan2
from torch import Tensor, nn

from drawkit.errors import InputError
from drawkit.files.pulling import convert
from drawkit.files.weights import read_weights
from drawkit.generators.stylegan_kinds import load_stylegan


def _reconstruct_persistent_obj(meta: Any) -> Any:
    """Runs the source that a file brings along, as NVIDIA's own does."""
    program: dict[str, Any] = {}
    exec(meta["module_src"], program)
    return program[meta["class_name"]]()


class EasyDict(dict[str, Any]):
    """A table with a class of its own."""


class Kept(nn.Module):
    """A module that is pickled as its source and its state."""

    source = "class Generator: pass"

    def __reduce__(self) -> Any:
        meta = {"type": "class", "version": 6, "module_src": self.source}
        meta |= {"class_name": "Generator", "state": EasyDict(self.__dict__)}
        return _reconstruct_persistent_obj, (meta,), None


@pytest.fixture
def of_nvidia(monkeypatch: pytest.MonkeyPatch) -> None:
    """The names that stand in such files."""
    for module, value in (
        ("torch_utils.persistence", _reconstruct_persistent_obj),
        ("dnnlib.util", EasyDict),
    ):
        monkeypatch.setitem(sys.modules, module.partition(".")[0], types.ModuleType("parent"))
        made = types.ModuleType(module)
        setattr(made, value.__name__, value)
        monkeypatch.setitem(sys.modules, module, made)
        monkeypatch.setattr(value, "__module__", module)


def network(tensors: dict[str, Tensor]) -> Kept:
    """Modules in modules: what is noise or mean is a buffer, all else parameters."""
    root = Kept()
    for name, tensor in tensors.items():
        *path, last = name.split(".")
        place: nn.Module = root
        for part in path:
            if part not in place._modules:
                place.add_module(part, Kept())
            place = place.get_submodule(part)
        if last in ("noise_const", "w_avg", "resample_filter"):
            place.register_buffer(last, tensor)
        else:
            place.register_parameter(last, nn.Parameter(tensor))
        place.register_buffer("nothing", None)
        vars(place)["init_kwargs"] = EasyDict(clamp=256, taps=torch.ones(4))
    return root


def test_the_averaged_generator_is_taken_and_no_program_runs(
    of_nvidia: None, tmp_path: Path
) -> None:
    tensors, ran = tiny_stylegan2(), tmp_path / "ran"
    generator = network(tensors)
    generator.source = f"open({str(ran)!r}, 'w').close()\nclass Generator: pass"
    kept = {"G": network(tiny_stylegan2(classes=2)), "D": network({"b4.fc.weight": torch.ones(2)})}
    kept |= {"G_ema": generator, "augment_pipe": None, "training_set_kwargs": EasyDict(path="x")}
    path = tmp_path / "network-snapshot.pkl"
    path.write_bytes(pickle.dumps(kept))
    pickle.loads(path.read_bytes())
    assert ran.exists(), "unpickled as pickles are, it would run"
    ran.unlink()
    with pytest.raises(InputError, match="drawkit models convert"):
        load_stylegan(str(path))
    found = read_weights(convert(path))
    assert not ran.exists()
    assert found.keys() == tensors.keys()
    assert all(torch.equal(found[name], tensor) for name, tensor in tensors.items())
    codes = torch.randn(1, 6, 10)
    net = load_stylegan(str(path.with_suffix(".safetensors")))
    assert net.decode(codes).shape == (1, 3, 16, 16)


class Harm:
    """Leaves a file behind where it is unpickled as pickles are."""

    def __init__(self, command: list[str]) -> None:
        self.command = command

    def __reduce__(self) -> Any:
        return subprocess.check_call, (self.command,)


def test_what_else_is_in_it_does_nothing(of_nvidia: None, tmp_path: Path) -> None:
    path, ran = tmp_path / "harm.pkl", tmp_path / "ran"
    generator = network(tiny_stylegan2())
    vars(generator)["hook"] = Harm(["touch", str(ran)])
    path.write_bytes(pickle.dumps({"G_ema": generator, "more": Harm(["touch", str(ran)])}))
    convert(path)
    path.write_bytes(pickle.dumps(Harm(["touch", str(ran)])))
    with pytest.raises(InputError, match="no tensors"):
        convert(path, tmp_path / "none.safetensors")
    assert not ran.exists()


def test_a_training_of_rosinality_gives_its_averaged_generator(tmp_path: Path) -> None:
    own, mean = {"input.input": torch.randn(1, 2, 4, 4)}, torch.randn(5)
    rest = {"g": {"x": torch.ones(2)}, "g_optim": {"state": {}}, "args": types.SimpleNamespace()}
    torch.save({"g_ema": own, "latent_avg": mean, **rest}, tmp_path / "550000.pt")
    found = read_weights(convert(tmp_path / "550000.pt"))
    assert found.keys() == {"input.input", "latent_avg"}
    assert torch.equal(found["latent_avg"], mean)
