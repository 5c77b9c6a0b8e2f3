"""Memory that stays with the process: how often the system hands a page out, as it counts."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

PROBE = """
import resource
import numpy as np

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(20):
        first, second = np.ones(2**20, np.float32), np.ones(2**20, np.float32)
        del first, second
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
"""
STEP = 2 * 2**20 * 4 // 4096  # pages


pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")


def test_a_step_finds_the_memory_of_the_last_one() -> None:
    """Rather than 20 steps' worth of new pages, hardly more than the first one's."""
    found = _ran(
        "from drawkit.files.memory import keep_freed_memory\nkeep_freed_memory()\nprint(faults())"
    )
    assert found < 3 * STEP


@pytest.mark.parametrize(
    "started",
    [
        "import drawkit.cli\nfrom drawkit.__main__ import main\n"
        "drawkit.cli.app = lambda: print(faults())\nmain()",
        "from drawkit.files.workers import _live\nimport pickle\n"
        "_live(None, pickle.dumps((print, ())))\nprint(faults())",
        "import sys, types\nfrom drawkit.studio.crew import _draw\n"
        "work = types.SimpleNamespace(work=lambda *boxes: print(faults()))\n"
        "sys.modules['drawkit.studio.worker'] = work\n_draw(None, None)",
    ],
    ids=["command", "worker", "studio"],
)
def test_processes_of_its_own_keep_it(started: str) -> None:
    assert _ran(started) < 3 * STEP


def test_others_are_left_alone() -> None:
    """A program that imports drawkit has its own mind; and the probe can tell."""
    assert _ran("import drawkit\nprint(faults())") > 4 * STEP


def _ran(code: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", PROBE + code], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[-1])
