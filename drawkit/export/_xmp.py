"""How a picture was made as XMP, which WebP and JPEG hold (ISO 16684-1)."""

from __future__ import annotations

from dataclasses import asdict
from xml.sax.saxutils import escape

from drawkit.export import _provenance as provenance
from drawkit.scene import Metadata

__all__ = ["xmp_packet"]

_XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:drawkit="urn:drawkit:run:1"><rdf:Description rdf:about="">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt>
<rdf:li xml:lang="x-default">{description}</rdf:li>
</rdf:Alt></dc:description>
<xmp:CreatorTool>{software}</xmp:CreatorTool>
<drawkit:run>{run}</drawkit:run>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


def xmp_packet(metadata: Metadata) -> bytes:
    """How it was made, in the form that picture programs read; nothing if it is not to be said."""
    if metadata.detail == "none":
        return b""
    facts = asdict(provenance.told(metadata))
    text = _XMP.format(**{name: escape(value) for name, value in facts.items()})
    return text.encode("utf-8")
