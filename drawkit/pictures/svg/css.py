"""What style sheets and `style` attributes say of each element."""

from __future__ import annotations

from typing import Any

import cssselect2
import tinycss2

from drawkit.errors import InputError
from drawkit.pictures.svg.document import local_name

__all__ = ["Styles"]

_MAX_RULES = 5_000
_MAX_MATCHES = 2_000_000
"""Rules times elements: each element is held against each rule."""
_ESCAPED = ('"', "'", "(", "/*", "\\")


class Styles:
    """The style sheets of a document."""

    def __init__(self, root: Any) -> None:
        self._elements = list(root.iter())  # kept, as lxml makes new ones for those that are not
        self._found: dict[Any, list[tuple[tuple[Any, ...], str, str]]] = {}
        self._declared: dict[Any, dict[str, str]] = {}
        matcher = self._matcher(root)
        if matcher is None:
            return
        for element in cssselect2.ElementWrapper.from_xml_root(root).iter_subtree():
            rules = [
                ((important, *specificity, order), name, value)
                for specificity, order, _, declarations in matcher.match(element)
                for name, value, important in declarations
            ]
            if rules:
                self._found[element.etree_element] = sorted(rules, key=lambda rule: rule[0])

    def declared(self, element: Any) -> dict[str, str]:
        """Every property that an element sets itself: attributes, sheets, then its `style`."""
        if element not in self._declared:
            self._declared[element] = self._of(element)
        return self._declared[element]

    def _of(self, element: Any) -> dict[str, str]:
        found = {k: v for k, v in element.attrib.items() if not k.startswith("{")}
        style = found.pop("style", None)
        rules = self._found.get(element, ())
        found |= {name: value for key, name, value in rules if not key[0]}
        if style is not None:
            found |= _of_attribute(style)
        found |= {name: value for key, name, value in rules if key[0]}
        return found

    def _matcher(self, root: Any) -> cssselect2.Matcher | None:
        sheets = [e for e in self._elements if local_name(e) == "style"]
        text = "\n".join(
            "".join(sheet.itertext())
            for sheet in sheets
            if sheet.get("type", "text/css").strip() in ("", "text/css")
            and sheet.get("media", "all").strip() in ("", "all", "screen")
        )
        if not text.strip():
            return None
        matcher, count = cssselect2.Matcher(), 0
        for rule in tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True):
            if rule.type != "qualified-rule" or count > _MAX_RULES:
                continue
            declarations = [
                (d.lower_name, tinycss2.serialize(d.value).strip(), d.important)
                for d in tinycss2.parse_blocks_contents(rule.content)
                if d.type == "declaration"
            ]
            try:
                selectors = cssselect2.compile_selector_list(rule.prelude)
            except cssselect2.SelectorError:
                continue
            for selector in selectors:
                if selector.pseudo_element is None:
                    matcher.add_selector(selector, declarations)
                    count += 1
        if count * len(self._elements) > _MAX_MATCHES:
            raise InputError(f"it has {count} rules of style for {len(self._elements)} elements")
        return matcher if count else None


def _of_attribute(text: str) -> dict[str, str]:
    if any(mark in text for mark in _ESCAPED):
        return {
            d.lower_name: tinycss2.serialize(d.value).strip()
            for d in tinycss2.parse_blocks_contents(text)
            if d.type == "declaration"
        }
    parts = (part.partition(":") for part in text.split(";"))
    return {
        name.strip().lower(): value.replace("!important", "").strip()
        for name, colon, value in parts
        if colon
    }
