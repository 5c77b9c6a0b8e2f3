"""StyleGANs from files: which kind the weights are of, also under rosinality's names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from torch import Tensor

from drawkit.files import expanded
from drawkit.files.pickled import read_pickled
from drawkit.files.tensors import Found, built, read_tensors
from drawkit.generators.stylegan import Stylegan
from drawkit.generators.stylegan2 import Stylegan2
from drawkit.generators.stylegan3 import Stylegan3

__all__ = ["changed_weights", "from_rosinality", "load_stylegan"]

_WAVES = "synthesis.input.freqs"
_KEPT = "loop.canvas."
"""Before the names of what a canvas keeps, in a state file."""
_START = "input.input"
_RENAMED = {
    "conv.weight": "weight",
    "conv.modulation.weight": "affine.weight",
    "conv.modulation.bias": "affine.bias",
    "noise.weight": "noise_strength",
    "activate.bias": "bias",
    "bias": "bias",
}
_STYLE = re.compile(r"style\.(\d+)\.(weight|bias)$")
_LAYER = re.compile(r"(conv|to_rgb)1\.(.+)$|(convs|to_rgbs)\.(\d+)\.(.+)$")
_NOISE = re.compile(r"noises\.noise_(\d+)$")


def load_stylegan(given: str) -> Stylegan:
    """The StyleGAN2 or StyleGAN3 in a file. Raises InputError where there is none."""
    return built(read_tensors(given), "StyleGAN2 or StyleGAN3", _made)


def changed_weights(given: str, net: Stylegan) -> Stylegan:
    """The generator with the weights that a run of the canvas `nada` left in its state file.

    Raises InputError for a file that has none, or those of a generator of another size.
    """
    path = expanded(given)
    return built(
        Found(path, read_pickled(path), {}), "state of a trained generator", partial(_laid, net)
    )


def _laid(net: Stylegan, found: Found) -> Stylegan:
    first = next(iter(name for names in net.learnable() for name in names))
    names = {n: _KEPT + n.replace(".", "/") for names in net.learnable() for n in names}
    changed = {name: found.tensors[kept] for name, kept in names.items() if kept in found.tensors}
    if not changed:
        raise KeyError(names[first])
    if any(tensor.shape != net[name].shape for name, tensor in changed.items()):
        raise RuntimeError("of another size")
    return net.with_tensors(changed)


def _made(found: Found) -> Stylegan:
    tensors: Mapping[str, Tensor] = found.tensors
    if _START in tensors:
        tensors = from_rosinality(tensors)
    return Stylegan3(tensors) if _WAVES in tensors else Stylegan2(tensors)


def from_rosinality(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The same StyleGAN2 under NVIDIA's names: its axes of length 1 are left out there."""
    found = {}
    for name, tensor in tensors.items():
        if name == _START:
            found["synthesis.b4.const"] = tensor.flatten(0, 1)
        elif name == "latent_avg":
            found["mapping.w_avg"] = tensor.flatten()
        elif style := _STYLE.match(name):
            found[f"mapping.fc{int(style[1]) - 1}.{style[2]}"] = tensor
        elif noise := _NOISE.match(name):
            found[f"{_place('convs', int(noise[1]) - 1)}.noise_const"] = tensor.flatten(0, 2)
        elif layer := _LAYER.match(name):
            kind, own = layer[1] or layer[3], layer[2] or layer[5]
            number = -1 if layer[1] else int(layer[4])
            if own in _RENAMED:
                found[f"{_place(kind, number)}.{_RENAMED[own]}"] = _plain(own, tensor)
    return found


def _place(kind: str, number: int) -> str:
    """NVIDIA's name of a layer; -1: the one before those that are counted."""
    if kind.startswith("to_rgb"):
        return f"synthesis.b{4 * 2 ** (number + 1)}.torgb"
    return f"synthesis.b{4 * 2 ** (number // 2 + 1)}.conv{number % 2}"


def _plain(own: str, tensor: Tensor) -> Tensor:
    if own == "conv.weight":
        return tensor[0]
    return tensor.flatten() if own == "bias" else tensor
