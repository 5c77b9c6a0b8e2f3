"""Devices: a backend is chosen by the tensors', and comes from anywhere without a change here."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, replace
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from raster.builder import VALUES, gradients, random_paths, soft_slope
from torch import Tensor

from drawkit.errors import BackendError, InputError
from drawkit.raster import Paths, rasterize
from drawkit.raster.backends import Backend, backend_for, backends
from drawkit.raster.backends.cpu import CpuBackend
from drawkit.raster.maths import build

PAPER = (0.2, 0.4, 0.6, 0.5)


@pytest.fixture(autouse=True)
def _own_backends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins with the built-in backend alone, and what it registers is gone after it."""
    monkeypatch.setattr(backends, "_plugins", {"cpu": backends.get("cpu")})


def moved(paths: Paths, device: str) -> Paths:
    return Paths(**{f.name: getattr(paths, f.name).to(device) for f in fields(paths)})


def learning(paths: Paths) -> Paths:
    return replace(paths, **{name: getattr(paths, name).requires_grad_() for name in VALUES})


def with_shapes_only() -> list[dict[str, Any]]:
    """Register a backend for torch's device without numbers; what it was asked, as it goes."""
    asked: list[dict[str, Any]] = []

    @backends.register("meta")
    class ShapesOnly(Backend):
        """Draws nothing, in the right shapes."""

        def draw(
            self, paths: Paths, background: Tensor, width: int, height: int, *, keep: bool
        ) -> tuple[Tensor, Any]:
            given = [background, *(getattr(paths, f.name) for f in fields(paths))]
            asked.append({"given": given, "size": (width, height), "keep": keep})
            return background.new_empty((4, height, width)), paths

        def draw_backward(self, drawn: Any, grad_output: Tensor) -> tuple[Tensor, ...]:
            asked.append({"given": [grad_output]})
            return tuple(torch.empty_like(getattr(drawn, name)) for name in VALUES)

    return asked


def test_a_backend_from_outside_draws_tensors_of_its_device() -> None:
    asked = with_shapes_only()
    paths = learning(moved(random_paths(1, 5, 20, 12), "meta"))
    picture = rasterize(paths, 20, 12, PAPER, premultiplied=True)
    assert picture.device.type == "meta"
    assert picture.shape == (12, 20, 4)
    picture.sum().backward()
    for name in VALUES:
        value = getattr(paths, name)
        assert value.grad.device.type == "meta"
        assert value.grad.shape == value.shape
    there, back = asked
    assert there["size"] == (20, 12)
    assert there["keep"]
    for tensor in there["given"] + back["given"]:
        assert tensor.device.type == "meta"
        assert not tensor.requires_grad
    assert all(t.dtype == torch.float32 for t in there["given"] if t.is_floating_point())
    assert back["given"][0].shape == (4, 12, 20)


FROM_A_PACKAGE = """
from drawkit.raster.backends.cpu import CpuBackend
from drawkit.raster.backends import backends

@backends.register("xpu")
class Elsewhere(CpuBackend):
    pass
"""


def test_a_package_brings_a_backend_by_its_entry_point(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere.py").write_text(FROM_A_PACKAGE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    entry = metadata.EntryPoint("xpu", "elsewhere", "drawkit.backends")
    known = {"drawkit.backends": [entry]}
    monkeypatch.setattr(metadata, "entry_points", lambda group: known.get(group, []))
    with pytest.raises(BackendError, match="only on cpu:"):
        backend_for(torch.device("xpu"))
    monkeypatch.setattr(backends, "_loaded", False)
    assert type(backend_for(torch.device("xpu:0"))).__name__ == "Elsewhere"
    with pytest.raises(BackendError, match="only on cpu, xpu:"):
        backend_for(torch.device("cuda"))


def test_nothing_is_kept_where_no_gradient_is_wanted() -> None:
    asked = with_shapes_only()
    paths = moved(random_paths(1, 5, 20, 12), "meta")
    rasterize(paths, 20, 12)
    with torch.no_grad():
        rasterize(learning(paths), 20, 12)
    assert [call["keep"] for call in asked] == [False, False]


def test_another_backend_may_take_the_place_of_ours() -> None:
    calls = []

    class Counting(CpuBackend):
        def draw(self, *given: Any, **named: Any) -> tuple[Tensor, Any]:
            calls.append("draw")
            return super().draw(*given, **named)

        def draw_backward(self, *given: Any) -> tuple[Tensor, ...]:
            calls.append("draw_backward")
            return super().draw_backward(*given)

    paths, slope = random_paths(2, 6, 24, 18), soft_slope(24, 18)
    picture, ours = gradients(paths, slope)
    assert calls == []
    del backends._plugins["cpu"]
    backends.register("cpu")(Counting)
    same, theirs = gradients(paths, slope)
    assert calls == ["draw", "draw_backward"]
    assert torch.equal(picture, same)
    assert all(torch.equal(ours[name], theirs[name]) for name in VALUES)


def test_a_device_without_backend_is_said_in_one_line() -> None:
    paths = moved(random_paths(1, 5, 20, 12), "meta")
    with pytest.raises(BackendError) as caught:
        rasterize(paths, 20, 12)
    message = str(caught.value)
    assert "\n" not in message
    for part in ("'meta'", "only on cpu", "'reference'"):
        assert part in message
    with pytest.raises(BackendError, match="'cuda:1'"):
        backend_for(torch.device("cuda:1"))
    assert isinstance(backend_for(torch.device("cpu")), CpuBackend)


def test_paths_on_two_devices_are_refused() -> None:
    paths = random_paths(1, 5, 20, 12)
    with pytest.raises(
        InputError, match=r"one device, got points on cpu, radius on meta"
    ) as caught:
        rasterize(replace(paths, radius=paths.radius.to("meta")), 20, 12)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("rasterizer", ["numba", "reference"])
def test_what_is_made_on_the_way_lies_on_the_paths_device(rasterizer: str) -> None:
    """Tensors that are made without saying where land on the default device: here one that no
    other tensor can be added to.
    """
    paths, slope = random_paths(3, 6, 16, 12), soft_slope(16, 12)
    picture, told = gradients(paths, slope, PAPER, rasterizer)
    with torch.device("meta"):
        with pytest.raises(RuntimeError):
            _ = paths.points + torch.zeros(3, 2)
        same, again = gradients(paths, slope, PAPER, rasterizer)
    assert torch.equal(picture, same)
    assert all(torch.equal(told[name], again[name]) for name in VALUES)


NUMBERS = np.linspace(-1.3, 1.7, 11).astype(np.float32)
SIMULATED = """
import sys
import numpy as np
from numba import cuda
sys.path.insert(0, sys.argv[1])
from raster.test_backends import NUMBERS, cases, flat
from drawkit.raster.maths import build
maths = build(cuda.jit(device=True))
lines = []

@cuda.jit
def one_thread():
    for name, given in cases():
        lines.append(flat(getattr(maths, name)(*given)))

one_thread[1, 1]()
np.save(sys.argv[2], np.concatenate(lines))
"""


def cases() -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Arguments for each of the scalar functions."""
    x = [np.float32(v) for v in NUMBERS]
    for i in range(3):
        yield "corner", (np.float32(i / 2), 7 + i)
        yield "line_count", tuple(np.float32(9) * v for v in x[i : i + 8])
        yield "along", (x[i], x[i + 1], x[7], x[8], x[i + 6], np.float32(0), np.float32(1))
        yield "to_edge", (x[i], x[i + 1], x[7], x[8], x[i + 6], np.float32(0), np.float32(1))
        yield "grid_of", (abs(x[i]) / np.float32(4),)
        yield "inside", (i, i % 2 == 0)
        for depth in x:
            nx, ny = np.float32(np.cos(i)), np.float32(np.sin(i))
            yield "share", (depth / 2, nx, ny)
            yield "share_slopes", (depth / 2, nx, ny)


def flat(found: Any) -> np.ndarray:
    """What a function gave, as numbers in a row."""
    return np.atleast_1d(np.array(found, np.float64))


def test_the_scalar_maths_is_the_same_for_every_compiler(tmp_path: Path) -> None:
    """As plain Python, as the CPU's kernels have it, and as CUDA's simulator runs it."""
    from drawkit.raster.cpu.jit import kernel

    plain, compiled = build(lambda function: function), build(kernel)
    wanted = [flat(getattr(plain, name)(*given)) for name, given in cases()]
    assert {name for name, _ in cases()} == set(plain._fields)
    ours = [flat(getattr(compiled, name)(*given)) for name, given in cases()]
    np.testing.assert_allclose(np.concatenate(ours), np.concatenate(wanted), rtol=1e-5, atol=1e-6)

    file, here = tmp_path / "simulated.npy", Path(__file__).parents[1]
    environment = {**os.environ, "NUMBA_ENABLE_CUDASIM": "1"}
    command = [sys.executable, "-c", SIMULATED, str(here), str(file)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    np.testing.assert_allclose(np.load(file), np.concatenate(wanted), rtol=1e-6, atol=1e-7)


def test_plain_maths_makes_no_float64() -> None:
    """On a GPU each would cost many times a float32."""
    plain = build(lambda function: function)
    for name, given in cases():
        found = getattr(plain, name)(*given)
        for value in found if isinstance(found, tuple) else (found,):
            assert not isinstance(value, float) or isinstance(value, np.float32), (
                name,
                type(value),
            )
