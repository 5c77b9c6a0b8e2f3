"""Every part of SVG that is read, as resvg draws it and as drawkit draws what it read."""

from __future__ import annotations

import numpy as np
import pytest
from svg_oracle import apart, by_drawkit, by_resvg, svg

from drawkit.pictures.svg import svg_file

BOUND = 0.6
"""Levels of 255: edges are antialiased a little otherwise."""
STAR = "M50 5 L75 75 L10 30 L90 30 L25 75 Z"
DONUT = "M10 10 H90 V70 H10 Z M30 25 V55 H70 V25 Z"

CASES = {
    "implicit fill": f'<path d="{STAR}"/>',
    "even odd": f'<path d="{STAR}" fill="teal" fill-rule="evenodd"/>',
    "hole": f'<path d="{DONUT}" fill="#a30"/>',
    "curves": '<path d="M5 40 C5 5 50 5 50 40 S95 75 95 40 Q70 0 50 30 T10 70" fill="#39c"/>',
    "arcs": '<path d="M10 40 a30 20 30 1 0 40 5 A10 30 0 0 1 90 40 a5 5 0 0110 10z" fill="red"/>',
    "flat arc": '<path d="M10 40 A0 20 0 0 1 80 40 L40 70z"/>',
    "small radii": '<path d="M10 40 A1 2 20 0 1 80 40z"/>',
    "relative": '<path d="m10 10 l20 0 0 20 z m40 10 h20 v30 h-20z l5 30" stroke="red"/>',
    "compact": '<path d="M10-.5.5 30-5 40 60L90,70 1e1 2E1z"/>',
    "error": '<path d="M10 10 L60 10 L60 60 L foo 5 5 L1 1"/>',
    "nan": '<path d="M10 10 L60 10 60 60 L NaN 3 L1 1"/>',
    "no moveto": '<path d="L10 10 90 90 0 90"/><rect width="9" height="9"/>',
    "rect": '<rect x="10" y="10" width="50" height="30" rx="8" fill="#0a0"/>',
    "rect of two radii": '<rect x="10" y="10" width="50" height="30" rx="80" ry="3"/>',
    "no size": '<rect width="0" height="30"/><circle r="-3"/><rect x="9" width="9" height="9"/>',
    "circle": '<circle cx="50" cy="40" r="30" fill="none" stroke="blue" stroke-width="7"/>',
    "ellipse": '<ellipse cx="50" cy="40" rx="40" ry="12"/><ellipse cx="9" cy="9" rx="5"/>',
    "line": '<line x1="10" y1="10" x2="90" y2="60" stroke="black" stroke-width="6"/>',
    "polygon": '<polygon points="10,10 90 10 50,70" stroke="red" fill="yellow"/>',
    "odd polyline": '<polyline points="10 10 90 10 50 70 3" stroke="red" fill="none"/>',
    "caps": "".join(
        f'<path d="M20 {y} H80" stroke="black" stroke-width="12" stroke-linecap="{cap}"/>'
        for y, cap in ((15, "butt"), (40, "round"), (65, "square"))
    ),
    "joins": "".join(
        f'<path d="M10 {y} L40 {y + 14} L10 {y + 20} H90" fill="none" stroke="#000"'
        f' stroke-width="7" stroke-linejoin="{join}" stroke-miterlimit="{limit}"/>'
        for y, join, limit in ((5, "miter", 10), (30, "round", 4), (55, "bevel", 4))
    ),
    "miter limit": '<path d="M10 60 L50 10 L90 60 L80 20" fill="none" stroke="#000"'
    ' stroke-width="9" stroke-miterlimit="1.2"/>',
    "closed joins": '<path d="M20 20 H80 L50 60 Z" fill="none" stroke="#000" stroke-width="9"/>',
    "dots": '<path d="M30 40 z M60 40 h0" stroke="red" stroke-width="20" stroke-linecap="round"/>',
    "square dot": '<path d="M30 40 h0" stroke="red" stroke-width="20" stroke-linecap="square"/>',
    "butt dot": '<path d="M30 40 h0" stroke="red" stroke-width="20"/><rect width="5" height="5"/>',
    "dashes": '<path d="M10 40 C30 -20 70 90 90 40" fill="none" stroke="#000" stroke-width="5"'
    ' stroke-dasharray="9,4 2" stroke-dashoffset="3"/>',
    "round dashes": '<circle cx="50" cy="40" r="30" fill="#fc0" stroke="#000" stroke-width="5"'
    ' stroke-dasharray="0 9" stroke-linecap="round"/>',
    "dashes in percent": '<path d="M0 40H100" stroke="red" stroke-width="9"'
    ' stroke-dasharray="10%"/>',
    "no dashes": '<path d="M0 40H100" stroke="red" stroke-width="9" stroke-dasharray="0 0"/>',
    "hairline": '<path d="M5 5 L95 70" stroke="black" stroke-width=".1"/>',
    "fill and line": '<circle cx="50" cy="40" r="20" fill="red" fill-opacity=".5" stroke="blue"'
    ' stroke-opacity=".5" stroke-width="12"/>',
    "opacity of both": '<circle cx="50" cy="40" r="20" fill="red" stroke="blue" opacity=".5"'
    ' stroke-width="12"/>',
    "group opacity": '<g opacity=".5"><rect width="60" height="60"/><rect x="30" y="20"'
    ' width="60" height="50" fill="red"/></g>',
    "nested opacity": '<g opacity=".5"><rect width="60" height="60"/><g opacity=".5" fill="red">'
    '<rect x="30" y="20" width="60" height="50"/><circle cx="50" cy="40" r="30" fill="lime"/>'
    "</g></g>",
    "opacity in percent": '<rect width="60" height="60" opacity="40%" fill-opacity="50%"/>',
    "transforms": '<g transform="translate(50,40) rotate(30)"><rect width="30" height="20"'
    ' transform="scale(1.5) skewX(10) translate(-10 -5)"/></g>',
    "rotation about": '<rect x="30" y="20" width="30" height="20" transform="rotate(20 45,30)"/>',
    "matrix": '<rect width="30" height="20" transform="matrix(1,.5 -.5 1 30 9)"/>',
    "mirrored": '<path d="M10 10 H60 L40 50z" transform="matrix(-1 0 0 1 90 9)" stroke="red"/>',
    "stretched line": '<g transform="scale(4 1)"><path d="M4 10 L20 40 L4 70" fill="none"'
    ' stroke="#000" stroke-width="5"/></g>',
    "stretched circle": '<g transform="rotate(30) scale(1 .3)"><circle cx="60" cy="30" r="25"'
    ' fill="#fc0" stroke="#000" stroke-width="9"/></g>',
    "flat": '<rect width="30" height="20" transform="scale(0)"/><rect width="9" height="9"/>',
    "colors": "".join(
        f'<rect x="{x}" width="10" height="80" fill="{fill}"/>'
        for x, fill in zip(
            range(0, 100, 10),
            (
                "rgb(10, 200, 30)",
                "rgb(10%,20%,90%)",
                "#1a2",
                "#11aa2280",
                "hsl(120, 100%, 25%)",
                "PapayaWhip",
                "rgba(0,0,255,.5)",
                "hsla(40, 50%, 50%, .5)",
                "currentColor",
                "rgb(300,-5,20)",
            ),
            strict=True,
        )
    ),
    "current color": '<g color="#c0f"><rect width="60" height="60" fill="currentColor"/></g>',
    "inherit": '<g fill="red" stroke="blue"><rect x="9" y="9" width="60" height="50"'
    ' fill="inherit"/></g>',
    "style": '<rect width="60" height="60" fill="red" style="fill:#0c0; stroke : blue;"/>',
    "classes": "<style>.a{fill:red} #b{fill:lime} rect{fill:blue;stroke:#000}"
    "/* no */ g > .c { fill: orange !important } .d, .e {opacity:.5}</style>"
    '<rect class="a x" width="20" height="60"/><rect id="b" class="a" x="25" width="20"'
    ' height="60"/><g><rect class="c" style="fill:pink" x="50" width="20" height="60"/></g>'
    '<rect x="75" class="e" width="20" height="60"/>',
    "display": '<g display="none"><rect width="60" height="60"/></g><rect width="9" height="9"/>',
    "visibility": '<g visibility="hidden"><rect width="60" height="60"/>'
    '<circle r="30" visibility="visible"/></g>',
    "use": '<defs><path id="p" d="M0 0 H20 L10 20z"/></defs><use href="#p" x="10" y="10"/>'
    '<use xlink:href="#p" transform="scale(2)" x="20" y="10" fill="red"/>',
    "symbol": '<symbol id="s" viewBox="0 0 10 10"><circle cx="5" cy="5" r="5"/></symbol>'
    '<use href="#s" x="10" y="10" width="30" height="60"/>',
    "nested svg": '<svg x="10" y="10" width="50" height="50" viewBox="0 0 10 10"'
    ' preserveAspectRatio="none"><rect width="10" height="5"/></svg>',
    "switch": '<switch><rect requiredExtensions="x" width="60" height="60"/>'
    '<rect systemLanguage="de" width="60" height="60"/><circle r="30"/><rect width="9"'
    ' height="9"/></switch>',
    "units": '<rect x="2mm" y=".1in" width="1cm" height="20pt" stroke="red" stroke-width="1pc"/>',
    "percent": '<rect x="10%" y="10%" width="50%" height="50%"/><circle cx="50%" cy="50%"'
    ' r="10%" fill="red"/>',
    "em": '<g font-size="20"><rect width="2em" height="1.5em"/></g>',
    "stroke first": '<circle cx="50" cy="40" r="20" fill="red" stroke="blue" stroke-width="15"'
    ' paint-order="stroke"/>',
    "broken paint": '<rect width="60" height="60" fill="#12" stroke="no colour"/>',
    "geometry in a style": '<rect width="60" height="60" style="width:20px"/>',
    "origin": '<rect width="60" height="40" transform="rotate(30)" transform-origin="30 20"/>',
    "origin in words": '<rect width="60" height="40" transform="scale(.5)"'
    ' transform-origin="right"/>',
    "extension": '<rect width="60" height="60" requiredExtensions="x"/><circle r="30"/>',
    "no paint": '<circle r="30" fill="none"/><rect width="9" height="9"/>',
    "missing server": '<rect width="60" height="60" fill="url(#no) green"/>',
    "one-colour gradient": '<linearGradient id="g"><stop stop-color="red" stop-opacity=".5"/>'
    '</linearGradient><rect width="60" height="60" fill="url(#g)"/>',
    "link": '<a href="http://example.invalid"><rect width="60" height="60"/></a>',
}
PAGES = {
    "view box": 'width="100" height="80" viewBox="10 5 50 40"',
    "wide": 'width="100" height="80" viewBox="0 0 50 80"',
    "slice": 'width="100" height="80" viewBox="0 0 50 80" preserveAspectRatio="xMinYMax slice"',
    "corner": 'width="100" height="80" viewBox="0 0 50 80" preserveAspectRatio="xMaxYMid meet"',
    "none": 'width="100" height="80" viewBox="0 0 50 80" preserveAspectRatio="none"',
    "no size": 'viewBox="0 0 50 80"',
    "only width": 'width="90" viewBox="0 0 50 50"',
    "millimetres": 'width="30mm" height="24mm" viewBox="0 0 300 240"',
    "percent": 'width="100%" height="100%" viewBox="0 0 120 90"',
    "style of all": 'width="100" height="80" fill="red" style="stroke:blue"',
}
SOME = f'<path d="{STAR}" fill="teal" fill-rule="evenodd" stroke="#000" stroke-width="3"/>'


@pytest.mark.parametrize("body", CASES.values(), ids=CASES)
def test_elements(body: str) -> None:
    assert apart(svg(body), zoom=2) < BOUND
    assert not svg_file(svg(body + '<rect width="1" height="1"/>').encode()).note


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_pages(page: str) -> None:
    assert apart(svg(SOME, page), zoom=2) < BOUND


def test_the_comparison_can_fail() -> None:
    wanted = by_resvg(svg(SOME))
    for wrong in ("nonzero", "evenodd"):
        body = SOME.replace("evenodd", wrong).replace("stroke-width", "stroke-miterlimit")
        found = by_drawkit(svg_file(svg(body).encode()), wanted)
        assert np.abs(found - wanted).mean() * 255 > BOUND


LEFT_OUT = {
    "left out: 1 text": "<text>words</text>",
    "left out: 2 texts": "<text>words</text><g><text>words</text></g>",
    "left out: 1 script": "<script>alert(1)</script>",
    "left out: 1 clip": '<clipPath id="c"/><g clip-path="url(#c)"><rect width="9" height="9"/></g>',
    "left out: 1 filter, 1 mask": '<g filter="url(#f)" style="mask:url(#m)"/>',
    "left out: 1 link to another file": '<use href="http://example.invalid/a.svg#b"/>',
    "left out: 1 picture": '<image href="file:///etc/passwd" width="9" height="9"/>',
    "left out: 1 pattern": '<pattern id="p"/><circle r="9" fill="url(#p)"/>',
    "left out: 1 marker": '<path d="M0 0 H9" marker-end="url(#m)"/>',
    "left out: 1 blend mode": '<g style="mix-blend-mode:multiply"/>',
    "left out: 1 context paint": '<path d="M0 0 H9" fill="context-fill"/>',
    "left out: 2 clips": '<svg width="5" height="5"><circle r="9"/></svg><symbol id="s"'
    ' viewBox="0 0 5 5"><circle r="9"/></symbol><use href="#s"/>',
    "left out: 1 foreign object": "<foreignObject/>",
    "left out: 1 path beyond all measure": '<path d="M0 0 H1e308 V1e308"/>',
    "1 gradient became a plain colour": '<linearGradient id="g"><stop/><stop offset="1"'
    ' stop-color="red"/></linearGradient><rect width="9" height="9" fill="url(#g)"/>',
    "": '<g display="none"><text>words</text></g><defs><text>words</text></defs>',
}


@pytest.mark.parametrize(("said", "body"), LEFT_OUT.items(), ids=[*[*LEFT_OUT][:-1], "hidden"])
def test_what_is_left_out_is_told(said: str, body: str) -> None:
    found = svg_file(svg(body + '<rect width="9" height="9"/>').encode())
    assert found.note == said


def test_gradients_become_their_mean() -> None:
    body = (
        '<linearGradient id="a"><stop offset="0" stop-color="#000"/><stop offset="1"'
        ' stop-color="#fff"/></linearGradient><linearGradient id="g" xlink:href="#a"/>'
        '<rect width="100" height="80" fill="url(#g)"/>'
    )
    (path,) = svg_file(svg(body).encode()).scene.paths()
    wanted = by_resvg(svg(body)).mean(axis=(0, 1))
    np.testing.assert_allclose(path.fill, wanted, atol=0.01)


def test_what_resvg_does_not_know() -> None:
    body = (
        '<path d="M4 10 L20 40" stroke="#ff0000 icc-color(x, 1)" stroke-width="5"'
        ' transform="scale(3)" vector-effect="non-scaling-stroke"/>'
    )
    (path,) = svg_file(svg(body).encode()).scene.paths()
    assert (path.stroke, path.stroke_width) == ((1.0, 0.0, 0.0, 1.0), 5.0)
