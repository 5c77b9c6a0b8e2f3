"""Where bf16 pays: processors that multiply it natively; elsewhere fp32 is faster and exact.

The answer is read from the processor, never timed: a choice that depends on what else the
machine does would make the same command give two different drawings.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

import torch

__all__ = ["choose_precision"]

# oneDNN emulates bf16 below these sets, several times slower than fp32. Its own answer
# (torch.ops.mkldnn._is_mkldnn_bf16_supported) is yes on every AVX-512 machine, so it is not asked.
_NATIVE_ISAS = ("AVX512_CORE_BF16", "AVX512_CORE_FP16", "AVX512_CORE_AMX", "AVX10_")


def choose_precision(
    asked: str, device: torch.device, environ: Mapping[str, str] = os.environ
) -> str:
    """`fp32` or `bf16` for `asked` auto, fp32 or bf16 on this device."""
    if asked != "auto":
        return asked
    if device.type == "cuda":
        return "bf16" if torch.cuda.is_bf16_supported(including_emulation=False) else "fp32"
    return "bf16" if device.type == "cpu" and _cpu_multiplies_bf16(environ) else "fp32"


def _cpu_multiplies_bf16(environ: Mapping[str, str]) -> bool:
    """Whether oneDNN will use AVX512-BF16 or AMX instructions here."""
    limit = environ.get("ONEDNN_MAX_CPU_ISA", environ.get("DNNL_MAX_CPU_ISA", "")).upper()
    if limit not in ("", "ALL", "DEFAULT") and not limit.startswith(_NATIVE_ISAS):
        return False
    # Private names, but the only ones in every torch since 2.6; a torch without them gets fp32.
    checks = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(getattr(torch.cpu, check, bool)() for check in checks)
