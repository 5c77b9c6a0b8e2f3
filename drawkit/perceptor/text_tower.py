"""CLIP's text tower (Radford et al., arXiv 2103.00020), with the names of OpenCLIP's weights.

The built-in perceptor opens with it because importing OpenCLIP takes two seconds.
"""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import Tensor, nn

__all__ = ["TextTower"]


class ResidualAttentionBlock(nn.Module):
    """Attention, then a small net, each after a layer norm and added to what came in."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.ln_1 = nn.LayerNorm(width)
        self.attn = nn.MultiheadAttention(width, heads, batch_first=True)
        self.ln_2 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(
            OrderedDict(
                c_fc=nn.Linear(width, 4 * width),
                gelu=nn.GELU(),
                c_proj=nn.Linear(4 * width, width),
            )
        )

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:  # [P, T, D], [T, T] -> [P, T, D]
        y = self.ln_1(x)
        x = x + self.attn(y, y, y, need_weights=False, attn_mask=mask)[0]
        result: Tensor = x + self.mlp(self.ln_2(x))
        return result


class Transformer(nn.Module):
    """Blocks, one after the other."""

    def __init__(self, width: int, heads: int, layers: int) -> None:
        super().__init__()
        self.resblocks = nn.ModuleList(ResidualAttentionBlock(width, heads) for _ in range(layers))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:  # [P, T, D], [T, T] -> [P, T, D]
        for block in self.resblocks:
            x = block(x, mask)
        return x


class TextTower(nn.Module):
    """Tokens [P, T], closed by the largest one, to joint features [P, embed_dim], not normalized.

    context_length: T. heads divide `width`.
    """

    def __init__(
        self,
        embed_dim: int,
        *,
        context_length: int,
        vocab_size: int,
        width: int,
        heads: int,
        layers: int,
    ) -> None:
        super().__init__()
        self.token_embedding = nn.Embedding(vocab_size, width)
        self.positional_embedding = nn.Parameter(torch.empty(context_length, width))
        self.transformer = Transformer(width, heads, layers)
        self.ln_final = nn.LayerNorm(width)
        self.text_projection = nn.Parameter(torch.empty(width, embed_dim))
        nn.init.normal_(self.positional_embedding, std=0.01)
        nn.init.normal_(self.text_projection, std=width**-0.5)
        mask = torch.full((context_length, context_length), float("-inf")).triu_(1)
        self.register_buffer("attn_mask", mask, persistent=False)

    def encode_text(self, tokens: Tensor) -> Tensor:
        """Read the answer at the end-of-text token."""
        x = self.token_embedding(tokens) + self.positional_embedding
        x = self.transformer(x, self.attn_mask)
        x = self.ln_final(x)[torch.arange(len(x)), tokens.argmax(dim=-1)]
        features: Tensor = x @ self.text_projection
        return features
