"""Moving paths as SVG that plays by itself, in `<img>` too: SMIL, no script.

Who has asked for reduced motion sees the last frame, still; so do programs that know no animations.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from xml.etree.ElementTree import Element, SubElement

from drawkit.color import format_hex
from drawkit.export._poses import layer_poses, runs_of, track_poses
from drawkit.export._svg_layers import OPACITY_DECIMALS, paint, stepped_data
from drawkit.export._text import ascii_slug, plain_number
from drawkit.scene import Path
from drawkit.scene.motion import Ease, Key, Motion, MovingLayer, Track
from drawkit.scene.poses import Pose

__all__ = ["add_motion"]

_RULES = (
    ".still{display:none}"
    "@media (prefers-reduced-motion:reduce){.moving{display:none}.still{display:inline}}"
)
_DASH = 1.02
"""Lengths of its line: a little more, so that no rounding leaves its end open."""
_NOTHING = 1.03
"""How far a dash is moved to be out of sight, round end and all."""
_TIMES = 5
"""Digits after the point of shares of the whole time."""
_FIRST = "translate"
"""Of the transforms of a group: the others are put on it."""
_PAINTS = ("stroke", "stroke-width", "stroke-opacity", "fill", "fill-opacity")


def add_motion(root: Element, motion: Motion, decimals: int) -> None:
    """Add the layers to an SVG in units of the scene, moving, and as they are in the end."""
    style = SubElement(root, "style")
    style.text = _RULES
    if motion.background.painted and motion.background.color is not None:
        sides = {"width": plain_number(motion.width, 6), "height": plain_number(motion.height, 6)}
        SubElement(root, "rect", {"fill": format_hex(motion.background.color), **sides})
    moving = SubElement(root, "g", {"class": "moving"})
    for poses, layers in runs_of(motion.layers, layer_poses):
        seen = _seen(moving, poses, motion, decimals)
        for layer in layers:
            group = SubElement(seen, "g", _attributes(layer))
            for own, tracks in runs_of(layer.tracks, track_poses):
                inner = group if own is poses else _seen(group, own, motion, decimals)
                for track in tracks:
                    _add_track(inner, track, motion, decimals)
    still = SubElement(root, "g", {"class": "still"})
    scene = motion.at(motion.seconds)
    for layer, last in zip(motion.layers, scene.layers, strict=True):
        paths = getattr(last, "paths", ())
        if paths:
            group = SubElement(still, "g", {**_attributes(layer), "id": ""})
            del group.attrib["id"]
            for path in paths:
                SubElement(group, "path", {"d": _data(path, decimals), **_paint(path, decimals)})


def _seen(parent: Element, poses: tuple[Pose, ...], motion: Motion, decimals: int) -> Element:
    """A group that moves, grows and turns as a camera has it; the parent where there is none."""
    if not poses:
        return parent
    middle = " ".join(plain_number(side, decimals) for side in motion.middle)
    rows = {
        "translate": [_shift(pose, motion, decimals) for pose in poses],
        "scale": [plain_number(pose.zoom, _TIMES) for pose in poses],
        "rotate": [f"{plain_number(pose.turn, decimals + 1)} {middle}" for pose in poses],
    }
    last = " ".join(f"{kind}({row[-1]})" for kind, row in rows.items())
    group = SubElement(parent, "g", {"transform": last})
    for kind, row in rows.items():
        values = [(pose.at, text) for pose, text in zip(poses, row, strict=True)]
        if len(set(row)) == 1:  # the other two stand on it all the same
            values = values[:1]
        _animate(group, "transform", values, motion, kind=kind)
    return group


def _shift(pose: Pose, motion: Motion, decimals: int) -> str:
    """What is left to move where zoom and turn go about the corner and the middle of the page."""
    x, y = motion.middle
    shift = x + pose.x - pose.zoom * x, y + pose.y - pose.zoom * y
    return " ".join(plain_number(side, decimals) for side in shift)


def _attributes(layer: MovingLayer) -> dict[str, str]:
    found = {"id": ascii_slug(layer.name) or "layer"}
    if layer.opacity != 1:
        found["opacity"] = plain_number(layer.opacity, OPACITY_DECIMALS)
    return found


def _add_track(group: Element, track: Track, motion: Motion, decimals: int) -> None:
    """A path as it is in the end, and what of it changes before."""
    keys, last = track.keys, track.keys[-1]
    element = SubElement(
        group, "path", {"d": _data(last.path, decimals), **_paint(last.path, decimals)}
    )
    ends = motion.seconds if track.until is None else track.until
    there = [(keys[0].at, "inline")]
    if keys[0].at > 0:
        there.insert(0, (0.0, "none"))
    if ends < motion.seconds:
        element.set("display", "none")
        there.append((ends, "none"))
    if len(there) > 1:
        _animate(element, "display", there, motion, steps=True)
    if len(keys) == 1:
        return
    if any(key.drawn < 1 for key in keys):
        element.set("pathLength", "1")
        element.set("stroke-dasharray", f"{_DASH} 2")
        _add_change(element, "stroke-dashoffset", keys, _offset, motion)
    if any(key.path is not last.path for key in keys):
        _add_change(element, "d", keys, lambda key: _data(key.path, decimals), motion)
        paints = [_paint(key.path, decimals) for key in keys]
        for name in _PAINTS:
            if len({paint.get(name, "1") for paint in paints}) > 1:
                values = {id(k): p.get(name, "1") for k, p in zip(keys, paints, strict=True)}
                _add_change(element, name, keys, lambda key: values[id(key)], motion)  # noqa: B023


def _add_change(
    element: Element,
    name: str,
    keys: Sequence[Key],
    value: Callable[[Key], str],
    motion: Motion,
) -> None:
    values = [(key.at, value(key)) for key in keys]
    if len({text for _, text in values}) > 1:
        _animate(element, name, values, motion, eases=[key.ease for key in keys])


def _animate(
    element: Element,
    name: str,
    values: list[tuple[float, str]],
    motion: Motion,
    *,
    kind: str = "",
    steps: bool = False,
    eases: Sequence[Ease | None] = (),
) -> None:
    """An animation over the whole time: before the first key and after the last nothing changes.

    kind: of a transform.
    """
    curves: list[Ease | None] = list(eases[:-1])
    if values[0][0] > 0:
        values, curves = [(0.0, values[0][1]), *values], [None, *curves]
    if values[-1][0] < motion.seconds and not steps:
        values, curves = [*values, (motion.seconds, values[-1][1])], [*curves, None]
    times = [plain_number(min(at / motion.seconds, 1.0), _TIMES) for at, _ in values]
    attributes = {
        "attributeName": name,
        **({"type": kind, "additive": "replace" if kind == _FIRST else "sum"} if kind else {}),
        "values": ";".join(text for _, text in values),
        "keyTimes": ";".join(times),
        "dur": f"{plain_number(motion.seconds, 3)}s",
    }
    if steps:
        attributes["calcMode"] = "discrete"
    elif any(curves):
        attributes["calcMode"] = "spline"
        evenly = (0.0, 0.0, 1.0, 1.0)
        attributes["keySplines"] = ";".join(
            " ".join(plain_number(number, 3) for number in (evenly if ease is None else ease))
            for ease in curves
        )
    attributes |= {"repeatCount": "indefinite"} if motion.loop else {"fill": "freeze"}
    SubElement(element, "animateTransform" if kind else "animate", attributes)


def _offset(key: Key) -> str:
    if key.drawn >= 1:
        return "0"
    return plain_number(_DASH - key.drawn if key.drawn > 0 else _NOTHING, _TIMES)


def _data(path: Path, decimals: int) -> str:
    return "".join(stepped_data(run, decimals) for run in path.subpaths)


def _paint(path: Path, decimals: int) -> dict[str, str]:
    return {name: str(value) for name, value in paint(path, decimals).items()}
