"""SVGs that are broken or mean harm: one line each, soon, in little memory, nothing fetched."""

from __future__ import annotations

import gzip
import socket
import time
import tracemalloc
import zlib
from pathlib import Path

import pytest
from hostile import is_plain
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from svg_oracle import svg

from drawkit.errors import FileError, InputError
from drawkit.pictures.of_scene import picture_of
from drawkit.pictures.svg import read_svg, svg_file

ROOT = Path(__file__).parents[3]
RECT = '<rect width="9" height="9"/>'
ENTITIES = "".join(f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">' for at in range(9))
BOMB = f'<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">{ENTITIES}]>'
USES = "".join(
    f'<g id="u{at + 1}"><use href="#u{at}"/><use href="#u{at}"/></g>' for at in range(40)
)

REFUSED = {
    "empty": b"",
    "no XML": b"hello",
    "cut": svg(RECT).encode()[:-9],
    "another": b"<html/>",
    "another SVG": b'<svg xmlns="http://example.invalid/"/>',
    "nothing in it": svg("").encode(),
    "only a script": svg("<script>alert(1)</script>").encode(),
    "entities": (BOMB + svg("&i;")).encode(),
    "entities in attributes": (BOMB + svg('<path d="&i;"/>')).encode(),
    "external entity": (
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + svg("<text>&x;</text>")
    ).encode(),
    "external DTD": b'<!DOCTYPE svg SYSTEM "http://127.0.0.1:9/a.dtd"><svg/>',
    "deep": ("<svg>" + "<g>" * 10_000 + "</g>" * 10_000 + "</svg>").encode(),
    "rather deep": ("<svg>" + "<g>" * 200 + RECT + "</g>" * 200 + "</svg>").encode(),
    "encoding": b'<?xml version="1.0" encoding="klingon"?>' + svg(RECT).encode(),
    "wrong encoding": b'<?xml version="1.0" encoding="utf-8"?><svg><!-- \xff\xfe --></svg>',
    "zero": svg(RECT).encode().replace(b"rect", b"re\0ct"),
    "prefix": b"<svg><x:rect/></svg>",
    "loop": svg('<g id="a"><use href="#a"/></g>').encode(),
    "long loop": svg(
        '<g id="a"><use href="#b"/></g><g id="b"><use href="#c"/></g><g id="c"><use href="#a"/></g>'
    ).encode(),
    "use of all": svg('<use href="#me"/>', 'id="me" viewBox="0 0 9 9"').encode(),
    "many uses": svg(f'<g id="u0">{RECT}</g>{USES}').encode(),
    "nan": svg('<path d="M NaN NaN L 3 3"/>').encode(),
    "great": svg('<path d="M 1e308 1e308 L -1e308 3 L 1e400 9"/>').encode(),
    "great transform": svg(f'<g transform="scale(1e300)">{RECT}</g>').encode(),
    "no size": svg(RECT, 'width="0" height="9"').encode(),
    "endless": svg(RECT, 'width="1e308" height="9"').encode(),
    "negative": svg(RECT, 'width="-5" height="9"').encode(),
    "segments": svg(f'<path d="M0 0 {"h1 v1 " * 200_000}"/>').encode(),
    "elements": svg("<g/>" * 1_100_000).encode(),
    "shapes": svg('<path d="M0 0h1"/>' * 45_000).encode(),
    "style": svg(
        "<style>" + ".a .b{fill:red}" * 2000 + "</style>" + '<g class="b"/>' * 2000
    ).encode(),
    "no gzip": b"\x1f\x8b nothing",
    "cut gzip": gzip.compress(svg(RECT).encode())[:-12],
}


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("something was fetched")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED)
def test_refused_in_one_line(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "it.svg"
    file.write_bytes(data)
    began = time.process_time()
    with pytest.raises(FileError) as caught:
        read_svg(file)
    assert time.process_time() - began < 5
    message = str(caught.value)
    assert message.startswith(f"cannot read the SVG '{file}': it ") or "'#" in message
    assert is_plain(message)
    assert len(message) < 500


def test_large_files_are_not_even_read(tmp_path: Path) -> None:
    file = tmp_path / "large.svg"
    with open(file, "wb") as out:
        out.truncate(51 << 20)
    with pytest.raises(FileError, match=r"^'.*large.svg' is too large; allowed: 50 MiB$"):
        read_svg(file)


def test_packed_bombs_stay_packed(tmp_path: Path) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(200)) + packer.flush()
    file = tmp_path / "bomb.svgz"
    file.write_bytes(bomb)
    tracemalloc.start()
    with pytest.raises(FileError, match="unpacks to more than 50 MiB"):
        read_svg(file)
    assert tracemalloc.get_traced_memory()[1] < 200 << 20
    tracemalloc.stop()


READ = {
    "script": "<script>fetch('http://127.0.0.1:9')</script>",
    "events": '<g onload="alert(1)"/>',
    "external picture": '<image href="http://127.0.0.1:9/a.png" width="9" height="9"/>',
    "external use": '<use href="http://127.0.0.1:9/a.svg#b"/>',
    "external style": "<style>@import url(http://127.0.0.1:9/a.css); rect {fill: red}</style>",
    "external paint": '<circle r="3" fill="url(http://127.0.0.1:9/a.svg#b)"/>',
    "file": '<image href="/etc/passwd" width="9" height="9"/>',
    "broken picture": '<image href="data:image/png;base64,!!" width="9" height="9"/>',
    "gradient loop": '<linearGradient id="a" href="#a"/><circle r="3" fill="url(#a)"/>',
    "gradients in a circle": '<linearGradient id="a" href="#b"/><linearGradient id="b" href="#a"/>'
    '<circle r="3" fill="url(#a)"/>',
    "tiny dashes": '<path d="M0 0H1e6" stroke="red" stroke-dasharray="1e-9"/>',
    "many selectors": f"<style>{'a b c d e f>g,' * 2000}rect{{fill:red}}</style>",
    "broken style": "<style>}}} rect { fill: ; } {{{ rect:unknown(3) {} </style>",
    "processing": '<?xml-stylesheet href="http://127.0.0.1:9/a.css"?>',
    "comment": "<!-- <rect/> -->",
    "wide line": '<path d="M0 0H9" stroke="red" stroke-width="1e300"/>',
}


@pytest.mark.parametrize("body", READ.values(), ids=READ)
def test_read_without_harm(body: str) -> None:
    began = time.process_time()
    found = svg_file(svg(body + RECT).encode())
    picture = picture_of(found.scene, 50, 40)
    assert time.process_time() - began < 5
    assert picture[2, 2, 3] == 1
    assert is_plain(found.note)


def test_packed_files_are_read(tmp_path: Path) -> None:
    file = tmp_path / "a.svgz"
    file.write_bytes(gzip.compress(svg(RECT).encode()))
    assert len(list(read_svg(file).paths())) == 1


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "utf-8-sig"])
def test_encodings(encoding: str) -> None:
    named = {"utf-8-sig": "utf-8"}.get(encoding, encoding)
    text = f'<?xml version="1.0" encoding="{named}"?>' + svg(f'<g id="für">{RECT}</g>')
    (layer,) = svg_file(text.encode(encoding)).scene.layers
    assert layer.name == "für"


SEEDS = [
    path.read_bytes()
    for path in (ROOT / "tests/golden/small.svg", *sorted((ROOT / "docs/pictures").glob("*.svg")))
]
TOKENS = [
    b"1e308", b"NaN", b"-", b".", b"<g>", b"</g>", b"<use href='#a'/>", b"&amp;", b"&x;", b'"',
    b"<", b">", b"M", b"a", b"z", b"%", b"mm", b"url(#a)", b"scale(0)", b"matrix(", b"rotate(1e9)",
    b"0", b"\xff", b"<style>*{fill:red}</style>", b" id='a'", b"stroke-dasharray='1'", b"#fff",
]  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seed=st.sampled_from(SEEDS),
    changes=st.lists(
        st.tuples(st.integers(0, 10_000), st.integers(0, 40), st.sampled_from(TOKENS)), max_size=6
    ),
)
def test_mutated_files_are_read_or_refused(
    seed: bytes, changes: list[tuple[int, int, bytes]]
) -> None:
    data = seed
    for place, length, token in changes:
        at = place % len(data)
        data = data[:at] + token + data[at + length :]
    try:
        found = svg_file(data)
    except InputError:
        return
    picture = picture_of(found.scene, 24, 16)
    assert 0 <= picture.min() <= picture.max() <= 1.0001
