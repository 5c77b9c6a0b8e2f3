"""Threads change nothing: neither numba's own, nor Python's that draw at once."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numba
import pytest
import torch
from raster.builder import VALUES, gradients, random_paths, soft_slope
from torch import Tensor

HERE = Path(__file__).parent

SCRIPT = """
import sys
from concurrent.futures import ThreadPoolExecutor
import numba
sys.path.insert(0, sys.argv[1])
from raster.test_threads import digest
print(numba.get_num_threads())
for seed in range(3):
    print(digest(seed))
with ThreadPoolExecutor(4) as pool:
    print(*pool.map(digest, [0, 1, 2] * 5), sep="\\n")
"""


def digest(seed: int) -> str:
    """A hash over all bits of a picture of 60 paths and its gradients."""
    picture, told = gradients(random_paths(seed, 60, 61, 47), soft_slope(61, 47, seed))
    whole = b"".join(value.numpy().tobytes() for value in (picture, *told.values()))
    return hashlib.sha256(whole).hexdigest()


def test_the_number_of_threads_changes_no_bit() -> None:
    """Two threads in another process, asked by one caller and by four at once; one here.

    Of numba's ways to run threads, `workqueue` is there everywhere and ends the process where two
    callers launch at once.
    """
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(HERE.parent)],
        env={**os.environ, "NUMBA_NUM_THREADS": "2", "NUMBA_THREADING_LAYER": "workqueue"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    threads, *found = done.stdout.split()
    assert threads == "2"
    before = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        here = [digest(seed) for seed in range(3)]
    finally:
        numba.set_num_threads(before)
    assert found == here * 6
    assert len(set(here)) == 3


def drawn(seed: int) -> list[Tensor]:
    picture, told = gradients(random_paths(seed, 20, 40, 30), soft_slope(40, 30, seed))
    return [picture, *(told[name] for name in VALUES)]


@pytest.mark.parametrize("workers", [2, 8])
def test_callers_on_several_threads_get_their_own_pictures(workers: int) -> None:
    alone = [drawn(seed) for seed in range(8)]
    with ThreadPoolExecutor(workers) as pool:
        together = list(pool.map(drawn, [seed % 8 for seed in range(40)]))
    for seed, found in enumerate(together):
        assert all(torch.equal(a, b) for a, b in zip(alone[seed % 8], found, strict=True))


def test_drawing_twice_gives_the_same_bits() -> None:
    assert all(torch.equal(a, b) for a, b in zip(drawn(5), drawn(5), strict=True))
    assert not torch.equal(drawn(5)[0], drawn(6)[0])
