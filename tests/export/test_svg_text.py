"""Whatever the words are, the file is valid XML and the words come back."""

from __future__ import annotations

import json
from pathlib import Path as FilePath

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from drawkit.export._text import ascii_slug, xml_text
from drawkit.export.png import PngConfig, png_bytes
from drawkit.export.svg import RUN_NAMESPACE, svg_text
from drawkit.files.slugs import file_slug
from drawkit.scene import Metadata, Path, PathLayer, Scene

# Every code point, lone surrogates and control characters included.
anything = st.text(st.characters(), max_size=30)
POINTS = np.array([[0.0, 0.0], [1, 1], [2, 2], [3, 3]])


def scene_of(title: str, prompt: str, key: str, value: str, label: str) -> Scene:
    path = Path(POINTS, stroke=(0, 0, 0, 1), stroke_width=1, label=label)
    metadata = Metadata(title, ((prompt, 1.0),), config={key: value})
    return Scene(8, 8, (PathLayer(label, (path,)), PathLayer(title)), metadata=metadata)


@given(anything, anything, anything, anything, anything)
@settings(max_examples=150, deadline=None)
def test_any_text_gives_valid_xml(
    title: str, prompt: str, key: str, value: str, label: str
) -> None:
    root = etree.fromstring(svg_text(scene_of(title, prompt, key, value, label)).encode("utf-8"))
    run = json.loads(root.findtext(f".//{{{RUN_NAMESPACE}}}run"))
    # JSON escapes the control characters itself; only what no UTF-8 text can hold is replaced.
    assert run["prompts"][0]["text"] == xml_text_but_controls(prompt)
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))


def xml_text_but_controls(text: str) -> str:
    return "".join(c if c < " " else xml_text(c) for c in text)


@given(anything)
@settings(max_examples=20, deadline=None)
def test_any_text_fits_a_png(prompt: str) -> None:
    scene = scene_of(prompt, prompt, prompt, prompt, prompt)
    assert png_bytes(scene, PngConfig(8)).startswith(b"\x89PNG")


@given(anything)
@settings(max_examples=300, deadline=None)
def test_any_prompt_is_a_file_name(prompt: str) -> None:
    slug = file_slug(prompt)
    assert slug == FilePath(f"{slug}.svg").stem
    assert 0 < len(slug.encode("utf-8")) <= 240
    assert slug.strip("-. ") == slug


def test_slugs_people_would_expect() -> None:
    assert file_slug("a cat") == "a-cat"
    assert file_slug("  A red, red apple!  ") == "a-red-red-apple"
    assert file_slug("../../etc/passwd") == "etc-passwd"
    assert file_slug("ein Kätzchen") == "ein-kätzchen"
    assert file_slug("猫 と 犬") == "猫-と-犬"
    assert file_slug("???") == "drawing"
    assert file_slug("con") == "con-drawing"
    assert file_slug("word " * 30) == "-".join(["word"] * 12)
    assert file_slug("x" * 200) == "x" * 60
    assert ascii_slug("Größe, 1 black!") == "groe-1-black"
    assert ascii_slug("猫") == ""


def test_replacement_is_seen() -> None:
    assert xml_text("a\x00b\ud800c\tz\r\n") == "a\ufffdb\ufffdc\tz\n"
