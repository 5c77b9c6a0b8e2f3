"""The PDF: vectors, a page of the drawing's size, and one clear line without libcairo."""

from __future__ import annotations

import re
import sys
import zlib
from pathlib import Path

import pytest
from scenes import METADATA, random_scene

from drawkit.errors import BackendError
from drawkit.export import exporter_for
from drawkit.export.pdf import pdf_bytes
from drawkit.scene import Scene


def operators(pdf: bytes) -> bytes:
    """The page's drawing commands."""
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.S)
    return b"".join(zlib.decompressobj().decompress(s) for s in streams if s[:1] == b"x")


def test_every_segment_stays_a_curve() -> None:
    scene = random_scene(4, paths=12)
    pdf = pdf_bytes(scene)
    assert pdf.startswith(b"%PDF-")
    assert b"/Image" not in pdf
    curves = len(re.findall(rb" c\b", operators(pdf)))
    # A path filled and stroked is either painted at once or stated twice.
    once = sum(p.segments for p in scene.paths())
    assert once <= curves <= 2 * once


def test_page_has_the_size_of_the_drawing() -> None:
    box = re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", pdf_bytes(Scene(320, 180)))
    assert box is not None
    assert [float(v) for v in box.groups()] == [240.0, 135.0]  # 96 px to the inch, 72 pt


def test_facts_are_in_the_file() -> None:
    pdf = pdf_bytes(Scene(9, 9, metadata=METADATA))
    assert b"/Title (a cat)" in pdf
    assert b"/Creator (drawkit 0.1.0)" in pdf


@pytest.mark.parametrize("error", [OSError("no library called cairo"), ImportError("no cairosvg")])
def test_without_libcairo_one_line_says_what_to_install(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        def find_spec(self, name: str, path: object, target: object = None) -> None:
            if name == "cairosvg":
                raise error

    monkeypatch.delitem(sys.modules, "cairosvg", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    with pytest.raises(BackendError, match="libcairo2") as caught:
        exporter_for(Path("cat.pdf"))
    assert "\n" not in str(caught.value)
