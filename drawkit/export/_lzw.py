"""LZW as GIF packs its indices (https://www.w3.org/Graphics/GIF/spec-gif89a.txt, appendix F)."""

from __future__ import annotations

__all__ = ["lzw_packed"]

_MOST_CODES = 4095


def lzw_packed(indices: bytes, depth: int) -> bytes:
    """The code stream of `indices` (each below 2 ** depth, at least one), codes low bits first.

    depth: 2..8, what GIF calls the minimum code size.
    """
    clear = 1 << depth
    out = bytearray()
    table: dict[int, int] = {}
    following, width = clear + 2, depth + 1
    pending, bits = clear, width  # bits not yet written, the oldest lowest
    prefix = indices[0]
    for index in indices[1:]:
        key = prefix << 8 | index
        code = table.get(key)
        if code is not None:
            prefix = code
            continue
        pending |= prefix << bits
        bits += width
        while bits >= 8:
            out.append(pending & 255)
            pending >>= 8
            bits -= 8
        prefix = index
        # The reader learns each code one step later than the writer.
        if following >= 1 << width:
            width += 1
        if following < _MOST_CODES:
            table[key] = following
            following += 1
        else:
            pending |= clear << bits
            bits += width
            table.clear()
            following, width = clear + 2, depth + 1
    pending |= prefix << bits
    bits += width
    if following >= 1 << width:
        width += 1
    pending |= (clear + 1) << bits
    bits += width
    return bytes(out) + pending.to_bytes(-(-bits // 8), "little")
