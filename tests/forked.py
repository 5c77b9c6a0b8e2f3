"""The program as a process of its own that need not load: forked from one that has loaded.

`start_drawkit("clipdraw", "a cat", ...)` is `python -m drawkit clipdraw "a cat" ...` without the
ten seconds of a slow core in which Python imports torch and the others. A server, one for each
process of tests, has imported them and runs on one thread; what it forks runs the program as
`python -m` does, with arguments, environment, folder, streams and signals of its own.

Tests of starting itself start Python: of imports, of signals while it loads, of streams that are
closed from the beginning, of bytes that the seed of hashes must not change. So does whatever sets
what counts as Python starts, and all where no server can be had.
"""

from __future__ import annotations

import contextlib
import functools
import os
import pickle
import runpy
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

__all__ = ["start_drawkit"]

ROOT = str(Path(__file__).parents[1])
AT_START = ("KMP", "LANG", "LC_", "LD_", "MKL", "NUMBA", "OMP", "OPENBLAS", "PYTHON", "TORCH")
"""How the variables begin that count as Python or a library starts."""
NUMBER = struct.Struct("q")
PACKET = 1 << 17


@dataclass(frozen=True)
class Order:
    """A command. leads: whether it begins a session, whose terminal may be its standard input."""

    words: list[str]
    environment: dict[str, str]
    folder: str
    leads: bool
    terminal: bool
    hang_up: int | None

    def prepare(self) -> None:
        """What the new process does before it becomes the program."""
        if self.terminal:
            import fcntl
            import termios

            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        if self.hang_up is not None:
            signal.signal(signal.SIGHUP, signal.Handlers(self.hang_up))


def start_drawkit(
    *words: object,
    env: Mapping[str, str] | None = None,
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.PIPE,
    stderr: int = subprocess.PIPE,
    text: bool = True,
    leads: bool = False,
    terminal: bool = False,
    hang_up: int | None = None,
    anew: bool = False,
) -> Any:
    """A running `drawkit` with these arguments, in this process's folder, to use as a `Popen`.

    anew: whether Python starts for it.
    """
    given = {**os.environ, "PYTHONPATH": ROOT, **(env or {})}
    order = Order([*map(str, words)], given, os.getcwd(), leads, terminal, hang_up)
    server = None if anew else _server()
    if server is not None and server.alike(given):
        return server.fork(order, (stdin, stdout, stderr), text)
    return subprocess.Popen(
        [sys.executable, "-m", "drawkit", *order.words],
        **{"stdin": stdin, "stdout": stdout, "stderr": stderr, "env": given, "text": text},
        start_new_session=leads,
        preexec_fn=order.prepare if os.name == "posix" else None,
    )


class Server:
    """The process that has loaded all."""

    def __init__(self) -> None:
        self._begun = {**os.environ, "PYTHONPATH": ROOT}
        self._link, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())],
                **{"pass_fds": [theirs.fileno()], "env": self._begun, "cwd": "/"},
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.threads = NUMBER.unpack(self._link.recv(PACKET))[0]

    def alike(self, environment: Mapping[str, str]) -> bool:
        """Whether a process with this environment would have started as the server did."""
        return _at_start(environment) == _at_start(self._begun)

    def fork(self, order: Order, streams: tuple[int, int, int], text: bool) -> Forked:
        """A new process that does this."""
        files: list[IO[Any] | None] = []
        theirs: list[int] = []
        for wanted in streams:
            files.append(None)
            if wanted == subprocess.PIPE:
                read, write = os.pipe()
                files[-1] = os.fdopen(read, "r" if text else "rb")
                theirs.append(write)
            elif wanted == subprocess.DEVNULL:
                theirs.append(os.open(os.devnull, os.O_RDWR))
            else:
                theirs.append(os.dup(theirs[1] if wanted == subprocess.STDOUT else wanted))
        told, tells = os.pipe()
        socket.send_fds(self._link, [pickle.dumps(order)], [*theirs, tells])
        for number in (*theirs, tells):
            os.close(number)
        return Forked(order.words, told, files[1], files[2])


class Forked:
    """What tests use of a `Popen`."""

    def __init__(
        self, args: list[str], told: int, stdout: IO[Any] | None, stderr: IO[Any] | None
    ) -> None:
        self.args, self.stdout, self.stderr = args, stdout, stderr
        self.returncode: int | None = None
        self._told = told
        self.pid: int = NUMBER.unpack(os.read(told, NUMBER.size))[0]

    def poll(self) -> int | None:
        """Its exit code, once it has ended; negative, the signal that ended it."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, when it has ended."""
        if self.returncode is None:
            if not select.select([self._told], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            self.returncode = int(NUMBER.unpack(os.read(self._told, NUMBER.size))[0])
            os.close(self._told)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, if it runs still."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def communicate(self, timeout: float | None = None) -> tuple[Any, Any]:
        """What it still writes, to its end."""
        files = {"out": self.stdout, "err": self.stderr}
        said: dict[str, Any] = {}

        def read(name: str, file: IO[Any]) -> None:
            with file:
                said[name] = file.read()

        readers = [
            threading.Thread(target=read, args=item, daemon=True)
            for item in files.items()
            if item[1] is not None and not item[1].closed
        ]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join(timeout)
            if reader.is_alive():
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
        self.wait(timeout)
        return said.get("out"), said.get("err")


@functools.cache
def _server() -> Server | None:
    """That of this process of tests; None where a fork would not be as good as a start."""
    if sys.platform != "linux":
        return None
    server = Server()
    return server if server.threads == 1 else None


def _at_start(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in environment.items() if name.startswith(AT_START)}


def serve(link: socket.socket) -> None:
    """Load, say on how many threads that runs, and fork for each order until nobody is there."""
    import av  # noqa: F401
    import open_clip  # noqa: F401
    import svgwrite  # noqa: F401

    import drawkit.cli
    import drawkit.engine.run
    import drawkit.raster.cpu.tiles_back  # noqa: F401

    link.send(NUMBER.pack(len(os.listdir("/proc/self/task"))))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # those who watch are not waited for
    while True:
        order, numbers, _, _ = socket.recv_fds(link, PACKET, 4)
        if not order:
            return
        if os.fork() == 0:
            link.close()
            watch(pickle.loads(order), numbers)
        for number in numbers:
            os.close(number)


def watch(order: Order, numbers: list[int]) -> None:
    """Have a child do it; tell its number, and how it ended."""
    *streams, tells = numbers
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if child == 0:
        become(order, streams)
    for stream in streams:
        os.close(stream)
    with contextlib.suppress(OSError):  # nobody may want to know
        os.write(tells, NUMBER.pack(child))
        _, status = os.waitpid(child, 0)
        os.write(tells, NUMBER.pack(os.waitstatus_to_exitcode(status)))
    os._exit(0)


def become(order: Order, streams: list[int]) -> None:
    """Be `python -m drawkit` from here on."""
    try:
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        os.closerange(3, 1024)
        if order.leads:
            os.setsid()
        order.prepare()
        os.chdir(order.folder)
        os.environ.clear()
        os.environ.update(order.environment)
        sys.argv = ["drawkit", *order.words]
        sys.path[0] = order.folder
        sys.stdin = os.fdopen(0, closefd=False)
        sys.stdout = os.fdopen(1, "w", 1 if os.isatty(1) else -1, closefd=False)
        sys.stderr = os.fdopen(2, "w", 1, errors="backslashreplace", closefd=False)
        runpy.run_module("drawkit", run_name="__main__", alter_sys=True)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
    os._exit(0)
