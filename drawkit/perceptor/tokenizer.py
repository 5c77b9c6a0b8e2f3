"""CLIP's byte-pair tokenizer: lower case, words closed by `</w>` (Sennrich, arXiv 1508.07909).

The same tokens as OpenCLIP's, whose import takes two seconds.
"""

from __future__ import annotations

import gzip
import html
import itertools
from collections.abc import Sequence
from pathlib import Path

import ftfy
import regex
import torch
from torch import Tensor

__all__ = ["Tokenizer"]

_PIECES = regex.compile(
    r"<start_of_text>|<end_of_text>|'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+",
    regex.IGNORECASE,
)
_END = "</w>"
_SPECIAL = ("<start_of_text>", "<end_of_text>")


class Tokenizer:
    """Texts to tokens [P, context_length], padded with 0, cut before the closing token.

    merges: a gzipped file with one pair a line after its first line, the most frequent first.
    """

    def __init__(self, merges: Path, context_length: int) -> None:
        lines = gzip.decompress(merges.read_bytes()).decode("utf-8").split("\n")[1:]
        pairs = [tuple(line.split()) for line in lines]
        self._letters = _letters_of_bytes()
        letters = list(self._letters.values())
        words = [*letters, *(letter + _END for letter in letters), *map("".join, pairs), *_SPECIAL]
        self._tokens = {word: token for token, word in enumerate(words)}
        self._ranks = {pair: rank for rank, pair in enumerate(pairs)}
        self._length = context_length

    def __call__(self, texts: Sequence[str]) -> Tensor:
        """One row of tokens a text."""
        start, end = (self._tokens[name] for name in _SPECIAL)
        result = torch.zeros(len(texts), self._length, dtype=torch.long)
        for row, text in zip(result, texts, strict=True):
            plain = html.unescape(html.unescape(ftfy.fix_text(text)))
            pieces = _PIECES.findall(" ".join(plain.split()).lower())
            inside = [token for piece in pieces for token in self._split(piece)]
            tokens = [start, *inside[: self._length - 2], end]
            row[: len(tokens)] = torch.tensor(tokens)
        return result

    def _split(self, piece: str) -> list[int]:
        """Join the piece's letters, always the pair that was most frequent in training."""
        if piece in _SPECIAL:
            return [self._tokens[piece]]
        letters = [self._letters[byte] for byte in piece.encode("utf-8")]
        parts = [*letters[:-1], letters[-1] + _END]
        while len(parts) > 1:
            pair = min(
                itertools.pairwise(parts), key=lambda p: self._ranks.get(p, len(self._ranks))
            )
            if pair not in self._ranks:
                break
            joined, place = [], 0
            while place < len(parts):
                size = 2 if tuple(parts[place : place + 2]) == pair else 1
                joined.append("".join(parts[place : place + size]))
                place += size
            parts = joined
        return [self._tokens[part] for part in parts]


def _letters_of_bytes() -> dict[int, str]:
    """A printable letter for every byte: itself, or one past 255; printable bytes come first."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return {byte: chr(byte) for byte in printable} | {
        byte: chr(256 + place) for place, byte in enumerate(others)
    }
