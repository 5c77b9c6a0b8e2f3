"""On a real Ray cluster of this machine: the same bytes, and a killed worker loses nothing."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import drawkit
from drawkit.engine.many.cluster import Cluster
from drawkit.errors import BackendError, InputError

pytest.importorskip("ray", reason="pip install 'drawkit[batch]'")
ROOT = str(Path(drawkit.__file__).parents[1])


def free_port() -> int:
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        return int(own.getsockname()[1])


@pytest.fixture(scope="module")
def head(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a cluster that `ray start --head` begins, and what programs need for it."""
    folder = Path(os.path.realpath(subprocess.check_output(["mktemp", "-d"], text=True).strip()))
    port = free_port()
    command = [
        *(sys.executable, "-m", "ray.scripts.scripts", "start", "--head", "--block"),
        *(f"--port={port}", "--num-cpus=2", "--include-dashboard=false"),
        *(f"--temp-dir={folder}/ray", "--object-store-memory=100000000"),
        *("--node-ip-address=127.0.0.1", "--disable-usage-stats"),
    ]
    environment = {
        **os.environ,
        "PYTHONPATH": ROOT,
        "RAY_AUTH_MODE": "disabled",  # a token would be written where the user keeps his
    }
    process = subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    end = time.monotonic() + 120
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        time.sleep(0.2)
    time.sleep(3)
    yield f"127.0.0.1:{port}", environment
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=5)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    subprocess.run(["rm", "-rf", str(folder)], check=False)


Started = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path, head: tuple[str, dict[str, str]]) -> Started:
    """`start("batch", ...)` as a process of its own, in `tmp_path`."""

    def call(*args: object) -> subprocess.Popen[str]:
        # By the built-in model: actors load it in half the time of any other.
        small = ("--size", "32", "--strokes", "4", "--cutouts", "2", "--set", "perceptor.imagine=0")
        return subprocess.Popen(
            [sys.executable, "-m", "drawkit", *map(str, args), *small],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            env=head[1],
        )

    return call


def artists() -> list[int]:
    """The processes of actors that draw."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and b"ray::_Artist" in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
    return found


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see processes")
def test_the_same_bytes_although_an_actor_is_killed(
    start: Started, head: tuple[str, dict[str, str]], tmp_path: Path
) -> None:
    lines = [{"prompt": "a cat", "seed": seed, "init": "start.png"} for seed in range(6)]
    (tmp_path / "jobs.jsonl").write_text("\n".join(map(json.dumps, lines)))
    from PIL import Image

    Image.new("RGB", (32, 32), "teal").save(tmp_path / "start.png")
    args = ("batch", "jobs.jsonl", "--steps", "20")
    process = start(*args, "-o", "far", "--ray", head[0], "--json")
    end = time.monotonic() + 120
    while not artists() and time.monotonic() < end and process.poll() is None:
        time.sleep(0.05)
    while not list((tmp_path / "far").glob("*.svg")) and process.poll() is None:
        time.sleep(0.05)
    killed = artists()
    assert killed, process.communicate()[1]
    os.kill(killed[0], signal.SIGKILL)
    out, err = process.communicate(timeout=200)
    assert process.returncode == 0, err
    found = json.loads(out)
    assert (found["drawn"], found["failed"]) == (6, 0)
    assert sum(job["tries"] for job in found["jobs"]) == 7
    assert "a drawing is begun again: its process on the cluster ended" in err
    process = start(*args, "-o", "near", "--workers", "2", "-q")
    assert process.wait(timeout=200) == 0
    files = sorted((tmp_path / "near").glob("*.*g"))
    assert len(files) == 12
    for path in files:
        assert path.read_bytes() == (tmp_path / "far" / path.name).read_bytes(), path.name


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("nowhere", "'nowhere' is no address of a Ray cluster; allowed: HOST:PORT"),
        ("127.0.0.1:99999", "no Ray cluster answers at '127.0.0.1:99999'"),
        ("", "'' is no address"),
    ],
)
def test_what_is_no_cluster(address: str, words: str) -> None:
    with pytest.raises((InputError, BackendError)) as caught:
        Cluster(address)
    assert words in str(caught.value)


def test_nobody_answers_there() -> None:
    with pytest.raises(BackendError, match=r"no Ray cluster answers at '127\.0\.0\.1:"):
        Cluster(f"127.0.0.1:{free_port()}")


def test_without_ray_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(BackendError, match=r"--ray needs Ray: pip install 'drawkit\[batch\]'"):
        Cluster()


class Library:
    """What is asked of Ray where there are GPUs."""

    def __init__(self, **resources: float) -> None:
        self.resources, self.asked = resources, {}  # type: ignore[var-annotated]

    def init(self, *args: Any, **named: Any) -> None: ...

    def cluster_resources(self) -> dict[str, float]:
        return self.resources

    def remote(self, cls: type) -> Library:
        return self

    def options(self, **named: Any) -> Library:
        self.asked = named
        return self


def test_an_actor_has_a_gpu_where_there_are_some(monkeypatch: pytest.MonkeyPatch) -> None:
    from drawkit.engine.many.processes import shared_out

    library = Library(CPU=16.0, GPU=4.0)
    monkeypatch.setitem(sys.modules, "ray", library)  # type: ignore[arg-type]
    crew = Cluster()
    assert (crew.processors, crew.gpus) == (16, 4)
    assert shared_out(100, crew.gpus, None, crew.processors, most=crew.most) == (4, 4)
    crew.team(print, 4, 4)
    assert library.asked == {"num_cpus": 4, "num_gpus": 1, "max_restarts": 0}
    monkeypatch.setitem(sys.modules, "ray", Library(CPU=2.0))  # type: ignore[arg-type]
    assert Cluster().gpus == 0
