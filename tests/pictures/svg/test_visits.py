"""What an SVG draws is counted before it is drawn, and never as more than it is."""

from __future__ import annotations

import pytest
from lxml import etree
from svg_oracle import svg

from drawkit.pictures.svg.values import IDENTITY, View
from drawkit.pictures.svg.visits import visits_at_least
from drawkit.pictures.svg.walk import Walk

RECT = '<rect id="r" width="9" height="9"/>'
DOUBLED = "".join(
    f'<g id="u{at + 1}"><use href="#u{at}"/><use href="#u{at}"/></g>' for at in range(5)
)

DRAWN = {
    "shapes": RECT + "<g>" + RECT + "<a>" + RECT + "</a></g>",
    "again": RECT + '<use href="#r"/><g><use xlink:href="#r"/></g>',
    "doubled": f'<g id="u0">{RECT}</g>{DOUBLED}',
    "symbol": f'<symbol id="s">{RECT}<g>{RECT}</g></symbol><use href="#s"/><use href="#s"/>',
    "document": f'<defs><svg id="s">{RECT}</svg></defs><use href="#s"/>',
    "not drawn": f'<defs>{RECT}</defs><symbol id="s">{RECT}</symbol><text id="t">a</text>',
    "of another": RECT + '<use href="xr"/><use href="x.svg#r"/><use href="#none"/><use/>',
    "of words": '<text id="t">a</text><use href="#t"/>',
    "of a gradient": '<linearGradient id="l"/><use href="#l"/>',
    "hidden": f'<g display="none">{RECT}</g><use href="#r" visibility="hidden"/>',
    "switch": f'<switch id="w"><g systemLanguage="xx">{RECT}</g><g>{RECT}</g></switch>'
    '<use href="#w"/>',
    "language": f'<g id="g" systemLanguage="xx">{RECT}</g><use href="#g"/>',
}


@pytest.mark.parametrize("body", DRAWN.values(), ids=DRAWN)
def test_as_many_as_are_drawn_or_fewer(body: str) -> None:
    root = etree.fromstring(svg(body).encode())
    walk = Walk(root)
    counted = visits_at_least(root, walk._by_id)
    walk.run(IDENTITY, View(100, 80))
    drawn = walk._visits - 1  # the whole is one as well
    assert counted <= drawn
    assert counted == drawn or "switch" in body


def test_what_is_within_itself_or_deep_ends() -> None:
    for body in (
        '<g id="a"><use href="#a"/></g>',
        '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>',
        "<g>" * 250 + RECT + "</g>" * 250,
    ):
        root = etree.fromstring(svg(body).encode())
        assert visits_at_least(root, Walk(root)._by_id) < 200


def test_doubling_thirty_times_takes_no_time() -> None:
    uses = "".join(
        f'<g id="u{at + 1}"><use href="#u{at}"/><use href="#u{at}"/></g>' for at in range(30)
    )
    root = etree.fromstring(svg(f'<g id="u0">{RECT}</g>{uses}').encode())
    assert visits_at_least(root, Walk(root)._by_id) > 2**30
