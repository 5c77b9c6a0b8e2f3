"""Where bf16 pays: processors that multiply it well; elsewhere fp32 is faster and exact.

AMX (Intel since Sapphire Rapids) always pays. AVX512-BF16 alone does on some processors and not
on others, in either case by half and more, and nothing that the processor says tells which: so
both are timed once, and the answer is kept for the machine. Where it cannot be kept nothing is
timed and fp32 is taken: a choice that depends on what else the machine does would make the same
command give two different drawings.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import platform
import time
from collections.abc import Mapping
from pathlib import Path

import torch
import torch.nn.functional as F

from drawkit.errors import FileError
from drawkit.files import cache_home, read_json, read_text

__all__ = ["choose_precision", "time_precisions"]

log = logging.getLogger("drawkit")

# Names of oneDNN's instruction sets, for the limit that a user may set. Its own answer
# (torch.ops.mkldnn._is_mkldnn_bf16_supported) is yes on every AVX-512 machine, so it is not asked.
_WITH_AMX = ("", "ALL", "DEFAULT", "AVX512_CORE_AMX", "AVX10_")
_WITH_BF16 = (*_WITH_AMX, "AVX512_CORE_BF16", "AVX512_CORE_FP16")
_ROUNDS = 7
_FASTER = 1.1
"""bf16 costs digits: it must be at least so many times as fast."""


def choose_precision(
    asked: str, device: torch.device, environ: Mapping[str, str] = os.environ
) -> str:
    """`fp32` or `bf16` for `asked` auto, fp32 or bf16 on this device."""
    if asked != "auto":
        return asked
    if device.type == "cuda":
        return "bf16" if torch.cuda.is_bf16_supported(including_emulation=False) else "fp32"
    if device.type != "cpu":
        return "fp32"
    limit = environ.get("ONEDNN_MAX_CPU_ISA", environ.get("DNNL_MAX_CPU_ISA", "")).upper()
    if _has("_is_amx_tile_supported") and _allows(limit, _WITH_AMX):
        return "bf16"
    if _has("_is_avx512_bf16_supported") and _allows(limit, _WITH_BF16):
        return _kept(cache_home() / f"precision-{_machine()}.json")
    return "fp32"


def time_precisions() -> tuple[float, float]:
    """Milliseconds of a small net forward and backward in fp32 and in bf16, the best of a few.

    Both take turns, so that a slow moment of the machine meets both.
    """
    pictures, patches = torch.ones(8, 48, 32, 32), torch.ones(8 * 50, 512)
    kernels, weights = torch.full((96, 48, 3, 3), 0.01), torch.full((2048, 512), 0.01)

    def run(dtype: torch.dtype) -> float:
        given = [x.to(dtype).requires_grad_() for x in (pictures, patches)]
        begun = time.perf_counter()
        out = F.conv2d(given[0], kernels.to(dtype), padding=1).mean()
        out = out + F.linear(given[1], weights.to(dtype)).mean()
        torch.autograd.grad(out, given)
        return 1000 * (time.perf_counter() - begun)

    times = [(run(torch.float32), run(torch.bfloat16)) for _ in range(_ROUNDS)]
    exact, coarse = zip(*times[1:], strict=True)  # the first of each builds its kernels
    return min(exact), min(coarse)


def _kept(path: Path) -> str:
    """The choice of an earlier run on this machine; else a new one, if it can be kept."""
    if (known := _read(path)) is not None:
        return known
    mine = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(mine, "w", encoding="utf-8") as file:
            exact, coarse = time_precisions()
            chosen = "bf16" if coarse * _FASTER < exact else "fp32"
            json.dump({"precision": chosen, "fp32_ms": exact, "bf16_ms": coarse}, file)
        if _read(path) is None:  # else another run was first, and its answer stands
            os.replace(mine, path)
    except OSError:
        log.debug("the faster precision cannot be kept in %s: fp32", path.parent)
        return "fp32"
    finally:
        with contextlib.suppress(OSError):
            mine.unlink()
    return _read(path) or chosen


def _read(path: Path) -> str | None:
    """What a file of a measurement says, None where it says nothing."""
    with contextlib.suppress(FileError, ValueError, KeyError, TypeError):
        known = read_json(read_text(path))["precision"]
        return str(known) if known in ("fp32", "bf16") else None
    return None


def _machine() -> str:
    """A name for this processor, torch and number of threads."""
    names = [torch.__version__, platform.machine(), str(torch.get_num_threads())]
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        names += sorted({line for line in lines if line.startswith(("model", "cpu family"))})
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]


def _has(check: str) -> bool:
    """Private names of torch, but in every one since 2.6; a torch without them says no."""
    return bool(getattr(torch.cpu, check, bool)())


def _allows(limit: str, sets: tuple[str, ...]) -> bool:
    """Whether oneDNN may use one of these sets."""
    return limit in sets or any(limit.startswith(name) for name in sets if name.endswith("_"))
