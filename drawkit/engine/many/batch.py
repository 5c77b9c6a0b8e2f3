"""Thousands of drawings into one folder: what is there already stays, what failed is tried again.

`manifest.jsonl` in the folder says of every drawing what made it and what its files were like. It
is written before and after the files, so that a run that is killed at any moment goes on.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import drawkit
from drawkit.engine.many.crew import Crew, Here, draw_all
from drawkit.engine.many.job import Job, Made
from drawkit.engine.many.orders import BadLines, Order, named
from drawkit.errors import FileError, InputError
from drawkit.files.ledger import Ledger
from drawkit.files.leftovers import settle
from drawkit.files.places import reason, refuse_unwritable
from drawkit.files.writing import write_set

__all__ = ["MANIFEST", "MOST_RETRIES", "Batch", "Filled", "Report", "Status"]

MANIFEST = "manifest.jsonl"
MOST_RETRIES = 100

Status = Literal["drawn", "there", "failed", "left"]


@dataclass(frozen=True, eq=False)
class Filled:
    """What became of an order. there: it was drawn before; left: the run was stopped first."""

    order: Order
    status: Status
    paths: tuple[Path, ...] = ()
    score: float | None = None
    seed: int | None = None
    seconds: float = 0.0
    tries: int = 0
    error: str | None = None

    @property
    def record(self) -> dict[str, Any]:
        """For scripts."""
        return {
            "line": self.order.place,
            "output": self.order.name,
            "status": self.status,
            **({"values": dict(self.order.values)} if self.order.values else {}),
            "paths": [str(path) for path in self.paths],
            "score": self.score,
            "seed": self.seed,
            "seconds": round(self.seconds, 3),
            "tries": self.tries,
            **({} if self.error is None else {"error": self.error}),
        }


@dataclass(frozen=True, eq=False)
class Report:
    """All orders, in the order of their lines, and what became of them."""

    folder: Path
    filled: tuple[Filled, ...]
    seconds: float

    def count(self, status: Status) -> int:
        """How many ended like that."""
        return sum(one.status == status for one in self.filled)

    @property
    def failed(self) -> tuple[Filled, ...]:
        """Those that could not be drawn."""
        return tuple(one for one in self.filled if one.status == "failed")


class Batch:
    """Orders for one folder: `with Batch(orders, folder) as batch: for one in batch.fill(): ...`.

    Entering it makes the folder and finds what is there already. Raises `FileError` for a folder
    that cannot be, or that another run is at work in, and `BadLines` where two orders have one
    name, or a file is in the way that was not drawn here or was changed since, unless `overwrite`.
    """

    def __init__(self, orders: Sequence[Order], folder: Path, *, overwrite: bool = False) -> None:
        self._orders, self._overwrite = orders, overwrite
        self.folder = folder
        self._ledger = Ledger(folder / MANIFEST)
        self._began = time.monotonic()

    def __enter__(self) -> Batch:
        _make_folder(self.folder)
        settle([self.folder])
        self._ledger.__enter__()
        try:
            self._look()
        except BaseException:
            self._ledger.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, *error: Any) -> None:
        self._ledger.__exit__(*error)

    @property
    def waiting(self) -> int:
        """How many are to be drawn."""
        return len(self._todo)

    def fill(
        self,
        *,
        retries: int = 1,
        workers: int | None = None,
        threads: int | None = None,
        crew: Crew | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Iterator[Filled]:
        """Draw what is not there, in whatever order it gets done, and write it down.

        retries: how often what fails is tried again. workers, threads: as of `draw_all`.
        """
        jobs = [Job(self._found[at].layer, self._found[at].suffixes) for at in self._todo]
        for done in draw_all(
            jobs,
            count=len(self._orders),
            workers=workers,
            threads=threads,
            crew=Here() if crew is None else crew,
            stopped=stopped,
            tries=1 + retries,
            again=True,
        ):
            at = self._todo[done.at]
            made = done.result
            if made is None or made.ending != "finished":
                error = done.error if made is None else made.error
                self._filled[at] = self._fail(self._found[at], str(error), done.tries)
            else:
                self._filled[at] = self._keep(self._found[at], made, done.tries)
            yield self._filled[at]

    def report(self) -> Report:
        """What has become of all orders until now."""
        filled = tuple(
            self._filled.get(at, Filled(order, "left")) for at, order in enumerate(self._found)
        )
        return Report(self.folder, filled, time.monotonic() - self._began)

    def _look(self) -> None:
        """Find names, and what is there of them."""
        rows = [row for row in self._ledger.rows if isinstance(row.get("output"), str)]
        last = {str(row["output"]): row for row in rows if row.get("status") != "failed"}
        ours: dict[str, set[Any]] = {}
        for row in rows:
            for file, digest in _digests(row).items():
                ours.setdefault(file, set()).add(digest)
        known = {name: str(row.get("sign")) for name, row in last.items()}
        self._found = named(self._orders, known)
        self._filled: dict[int, Filled] = {}
        self._todo: list[int] = []
        bad = []
        for at, order in enumerate(self._found):
            before = last.get(order.name)
            if before is not None and self._is_there(order, before):
                self._filled[at] = self._there(order, before)
                continue
            self._todo.append(at)
            for file in order.files if not self._overwrite else ():
                path = self.folder / file
                if path.is_symlink() or (
                    path.exists() and _digest(path.read_bytes()) not in ours.get(file, ())
                ):
                    bad.append(
                        f"{order.place}: '{path}' is there, and is no drawing of this batch as it"
                        " was left; --overwrite replaces it"
                    )
                    break
        if bad:
            raise BadLines(bad)
        if not rows:
            self._ledger.add({"drawkit": drawkit.__version__})

    def _is_there(self, order: Order, row: Mapping[str, Any]) -> bool:
        digests = _digests(row)
        if row.get("sign") != order.sign or not set(order.files) <= set(digests):
            return False
        paths = [self.folder / file for file in order.files]
        if not all(path.is_file() for path in paths):
            return False
        # Of a run that was killed as it wrote, nobody knows how far it came.
        return row.get("status") == "done" or all(
            _digest(path.read_bytes()) == digests[path.name] for path in paths
        )

    def _there(self, order: Order, row: Mapping[str, Any]) -> Filled:
        score, seed = row.get("score"), row.get("seed")
        seconds = row.get("seconds")
        return Filled(
            order,
            "there",
            tuple(self.folder / file for file in order.files),
            float(score) if isinstance(score, int | float) else None,
            seed if isinstance(seed, int) else None,
            float(seconds) if isinstance(seconds, int | float) else 0.0,
        )

    def _keep(self, order: Order, made: Made, tries: int) -> Filled:
        files = {self.folder / f"{order.name}{end}": data for end, data in made.files.items()}
        row = {
            "output": order.name,
            "files": {path.name: _digest(data) for path, data in files.items()},
            "sign": order.sign,
            "line": order.place,
            "prompts": made.record["prompts"],
            "score": made.score,
            "seed": made.record["seed"],
            "seconds": round(made.seconds, 3),
            "threads": made.record["versions"].get("threads"),
            "tries": tries,
        }
        self._ledger.add({**row, "status": "writing"})
        write_set(files)
        self._ledger.add({**row, "status": "done"})
        seed = made.record["seed"]
        return Filled(order, "drawn", tuple(files), made.score, seed, made.seconds, tries)

    def _fail(self, order: Order, error: str, tries: int) -> Filled:
        row = {"output": order.name, "sign": order.sign, "line": order.place, "tries": tries}
        self._ledger.add({**row, "status": "failed", "error": error})
        return Filled(order, "failed", tries=tries, error=error)


def _digests(row: Mapping[str, Any]) -> dict[str, Any]:
    files = row.get("files")
    return files if isinstance(files, dict) else {}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _make_folder(folder: Path) -> None:
    """The last folder of the path; what is above it must be there: a slip would hide it all."""
    try:
        folder.mkdir(exist_ok=True)
    except FileNotFoundError as error:
        raise FileError(f"there is no folder '{folder.parent}' to make '{folder}' in") from error
    except FileExistsError as error:
        raise InputError(f"'{folder}' is a file; the drawings need a folder") from error
    except (OSError, ValueError) as error:
        said = reason(error) if isinstance(error, OSError) else str(error)
        raise FileError(f"cannot make the folder '{folder}': {said}") from error
    refuse_unwritable(folder)
