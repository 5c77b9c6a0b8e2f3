"""Downloads of published weights: whole and checked, or not there at all."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import os
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

from safetensors.torch import save

from drawkit.errors import BackendError, FileError, InputError
from drawkit.files import cache_home
from drawkit.files.pickled import read_pickled
from drawkit.files.places import reason
from drawkit.files.published import PUBLISHED, Published, pulled
from drawkit.files.weights import check_weights
from drawkit.files.writing import write_file

__all__ = ["convert", "pull_weights"]

_CHUNK = 2**20
_PATIENCE = 30
"""Seconds without an answer."""


def convert(path: Path, to: Path | None = None, *, overwrite: bool = False) -> Path:
    """The tensors of a checkpoint or a pickled module as safetensors; no code in it is run.

    to: `path` with the suffix .safetensors where it is left out. Returns where they are. Raises
    InputError for a file without tensors and FileError where it cannot be written.
    """
    place = path.with_suffix(".safetensors") if to is None else to
    if place.suffix != ".safetensors":
        raise InputError(f"'{place}' must end in .safetensors: that is what is written")
    tensors = read_pickled(path)
    write_file(place, save(tensors), overwrite=overwrite)
    return place


def pull_weights(name: str) -> Path:
    """Download weights of `PUBLISHED`, unless they are here; those in a pickle are converted.

    Raises BackendError, with what to do, where they are out of reach or not what was published.
    """
    here = pulled(name)
    if here is not None:
        return here
    source = PUBLISHED[name]
    folder = cache_home() / "generators"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        place = folder / f"{name}{source.suffix}"
        with tempfile.NamedTemporaryFile(dir=folder, prefix=f".{name}-", delete=False) as part:
            loose = Path(part.name)
    except OSError as error:
        raise FileError(f"cannot write to '{folder}': {reason(error)}") from error
    try:
        _download(source, loose)
        if source.suffix == ".pkl":
            return convert(loose, folder / f"{name}.safetensors", overwrite=True)
        check_weights(loose)
        os.replace(loose, place)
        return place
    except InputError as error:
        said = str(error).replace(str(loose), "what was sent")
        raise BackendError(_unreachable(name, source, said)) from error
    except (OSError, http.client.HTTPException) as error:
        raise BackendError(_unreachable(name, source, _said(error))) from error
    finally:
        with contextlib.suppress(OSError):
            loose.unlink()


def _download(source: Published, loose: Path) -> None:
    """The file of that address into an open place; InputError where it is not the whole of it."""
    asked = urllib.request.Request(source.url, headers={"User-Agent": "drawkit"})
    digest, got = hashlib.sha256(), 0
    with urllib.request.urlopen(asked, timeout=_PATIENCE) as answer, open(loose, "wb") as file:
        told = answer.headers.get("Content-Length")
        while chunk := answer.read(_CHUNK):
            file.write(chunk)
            digest.update(chunk)
            got += len(chunk)
    if told is not None and told.isdecimal() and int(told) != got:
        raise InputError(f"only {got} of {told} bytes came")
    if source.sha256 and digest.hexdigest() != source.sha256:
        raise InputError("what was sent is not what was published: its SHA-256 differs")


def _unreachable(name: str, source: Published, why: str) -> str:
    flag = "--weights" if source.canvas else "--target-weights"
    return (
        f"{name} cannot be downloaded from {source.url} ({why}); look for it at {source.page}"
        f" and give the file to {flag}"
    )


def _said(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"the server says {error.code}"
    if isinstance(error, urllib.error.URLError):
        inner = error.reason
        return inner.strerror or str(inner) if isinstance(inner, OSError) else str(inner)
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
