"""Downloads from a server of this machine: whole, broken, gone."""

from __future__ import annotations

import hashlib
import http.server
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
import torch
from torch import nn

from drawkit.errors import BackendError, FileError, InputError
from drawkit.files import published, pulling, tensors
from drawkit.files.pulling import convert, pull_weights
from drawkit.files.tensors import read_tensors
from drawkit.files.weights import read_weights

NAME = "vqgan-imagenet-f16-1024"


class Server(http.server.BaseHTTPRequestHandler):
    """Sends what it holds, and says that it is longer where that is asked for."""

    files: ClassVar[dict[str, bytes]] = {}

    def do_GET(self) -> None:
        data = self.files.get(self.path.strip("/").removesuffix("-cut"))
        if data is None:
            self.send_error(404)
            return
        self.send_response(200)
        more = 100 if self.path.endswith("-cut") else 0
        self.send_header("Content-Length", str(len(data) + more))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: Any) -> None:
        """Nothing."""


@pytest.fixture
def served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[dict[str, bytes], Any]]:
    """Files by name, and a way to say from which of them the weights of `NAME` come."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    monkeypatch.setenv("DRAWKIT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    Server.files = {}

    def publish(file: str, **more: Any) -> None:
        url = f"http://127.0.0.1:{server.server_port}/{file}"
        known = {NAME: replace(published.PUBLISHED[NAME], url=url, **more)}
        for module in (published, pulling, tensors):
            monkeypatch.setattr(module, "PUBLISHED", known)

    yield Server.files, publish
    server.shutdown()
    server.server_close()
    thread.join()


def saved(value: Any, path: Path) -> bytes:
    torch.save(value, path)
    return path.read_bytes()


def left(tmp_path: Path) -> list[str]:
    return [path.name for path in (tmp_path / "cache" / "generators").iterdir()]


def test_a_whole_file_is_kept_and_found_by_its_name(served: Any, tmp_path: Path) -> None:
    files, publish = served
    files["a"] = saved({"x": torch.arange(3.0)}, tmp_path / "a")
    publish("a", sha256=hashlib.sha256(files["a"]).hexdigest())
    with pytest.raises(InputError, match=f"run: drawkit models pull {NAME}"):
        read_tensors(NAME)
    place = pull_weights(NAME)
    assert left(tmp_path) == [place.name] == [f"{NAME}.ckpt"]
    assert read_tensors(NAME).tensors["x"].tolist() == [0, 1, 2]
    files.clear()
    assert pull_weights(NAME) == place  # it is not asked for again


def test_a_pickle_is_converted(served: Any, tmp_path: Path) -> None:
    files, publish = served
    module = nn.Linear(2, 3)
    files["a"] = saved(module, tmp_path / "a")
    publish("a", suffix=".pkl")
    place = pull_weights(NAME)
    assert left(tmp_path) == [place.name] == [f"{NAME}.safetensors"]
    assert torch.equal(read_weights(place)["weight"], module.weight)


@pytest.mark.parametrize(
    ("file", "more", "words"),
    [
        ("gone", {}, "the server says 404"),
        ("a-cut", {}, "bytes came"),
        ("a", {"sha256": "0" * 64}, "its SHA-256 differs"),
        ("page", {}, "what was sent is a web page"),
        ("page", {"suffix": ".pkl"}, "what was sent is a web page"),
    ],
)
def test_what_fails_leaves_nothing_and_says_where_to_look(
    file: str, more: dict[str, str], words: str, served: Any, tmp_path: Path
) -> None:
    files, publish = served
    files["a"] = saved({"x": torch.zeros(3)}, tmp_path / "a")
    files["page"] = b"<!DOCTYPE html><title>Sign in</title>"
    publish(file, **more)
    with pytest.raises(BackendError) as refused:
        pull_weights(NAME)
    assert words in str(refused.value)
    assert "look for it at https://github.com/CompVis" in str(refused.value)
    assert left(tmp_path) == []


def test_no_server_at_all(served: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _, publish = served
    publish("a")
    known = {NAME: replace(published.PUBLISHED[NAME], url="http://127.0.0.1:9/x")}
    monkeypatch.setattr(pulling, "PUBLISHED", known)
    with pytest.raises(BackendError, match="look for it at"):
        pull_weights(NAME)


def test_a_model_to_sample_is_given_by_another_flag(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of guided-diffusion are no canvas' weights: what to do names --target-weights."""
    name = "guided-diffusion-256"
    gone = replace(published.PUBLISHED[name], url="http://127.0.0.1:9/x")
    monkeypatch.setattr(pulling, "PUBLISHED", {name: gone})
    with pytest.raises(BackendError, match="give the file to --target-weights"):
        pull_weights(name)


def test_converting_replaces_nothing_unasked(tmp_path: Path) -> None:
    module, path = nn.Linear(2, 3), tmp_path / "m.pkl"
    torch.save(module, path)
    place = convert(path)
    assert place == tmp_path / "m.safetensors"
    assert torch.equal(read_weights(place)["weight"], module.weight)
    with pytest.raises(FileError, match="exists"):
        convert(path)
    assert convert(path, overwrite=True) == place
    with pytest.raises(InputError, match=r"must end in \.safetensors"):
        convert(path, tmp_path / "m.pt")
