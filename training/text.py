"""The text tower's shape and its small BPE vocabulary."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

MERGES = 16_384
VOCABULARY = 512 + MERGES + 2
BPE_NAME = "bpe_16k.txt.gz"

TEXT_CONFIG: dict[str, Any] = {
    "context_length": 32,
    "vocab_size": VOCABULARY,
    "width": 192,
    "heads": 3,
    "layers": 4,
}


def write_bpe(target: Path) -> None:
    """Write the first merges of CLIP's BPE vocabulary (MIT, OpenAI); the same bytes every time."""
    from open_clip.tokenizer import default_bpe

    lines = gzip.decompress(Path(default_bpe()).read_bytes()).decode().split("\n")[: MERGES + 1]
    text = "\n".join(lines)  # no newline at the end: it would count as one more merge
    target.write_bytes(gzip.compress(text.encode(), mtime=0))


def make_tokenizer(bpe: Path) -> Any:
    """Tokenizer of the built-in perceptor."""
    from open_clip.tokenizer import SimpleTokenizer

    return SimpleTokenizer(bpe_path=str(bpe), context_length=TEXT_CONFIG["context_length"])


def make_text_tower(width_out: int) -> nn.Module:
    """A fresh open_clip text transformer that ends in `width_out` numbers.

    Its "custom" attention block has the same weights as the default one and is faster in bf16.
    """
    from open_clip.model import CLIPTextCfg, _build_text_tower

    return _build_text_tower(width_out, CLIPTextCfg(**TEXT_CONFIG, block_type="custom"))


def encode_tokens(tower: Any, tokens: Tensor) -> Tensor:
    """Run the tower on tokens cropped to the longest text: what `tower` gives, but faster.

    Attention is causal and the answer is read at the end-of-text token (the largest id), so the
    padding after it cannot matter. Not normalized: [P, width_out].
    """
    ends = tokens.argmax(dim=1)
    length = int(ends.max()) + 1
    x = tower.token_embedding(tokens[:, :length]) + tower.positional_embedding[:length]
    x = tower.transformer(x, attn_mask=tower.attn_mask[:length, :length])
    x = tower.ln_final(x)[torch.arange(len(x)), ends]
    return x @ tower.text_projection


def warm_start(tower: Any, tokenizer: Any, words: dict[str, Tensor], sentences: Tensor) -> None:
    """Begin as a mean of known words instead of as noise, which saves most of the training.

    A token that spells a word gets the word's sentence embedding, reduced to the tower's width by
    a principal subspace of `sentences` [N, 384]; the first attention hands all tokens to the end
    token; the last matrix undoes the reduction.
    """
    width = tower.width
    moments = sentences.T @ sentences
    basis = torch.linalg.eigh(moments).eigenvectors[:, -width:]  # [384, width]
    turn = torch.linalg.qr(torch.randn(width, width)).Q  # spread evenly, for the layer norms
    basis = basis @ turn
    with torch.no_grad():
        for token, row in tokenizer.encoder.items():
            vector = words.get(token.removesuffix("</w>"))
            if vector is not None:
                tower.token_embedding.weight[row] = vector @ basis
        # Start and end of text are in every mean: opposite, they cancel.
        tower.token_embedding.weight[-1] = -tower.token_embedding.weight[-2]
        tower.positional_embedding.mul_(0.1)
        tower.text_projection.copy_(basis.T)
        for block in tower.transformer.resblocks:
            block.attn.out_proj.weight.mul_(0.2)
            block.mlp.c_proj.weight.mul_(0.2)
        first = tower.transformer.resblocks[0].attn
        first.in_proj_weight[: 2 * width].mul_(0.2)
        first.in_proj_weight[2 * width :] = torch.eye(width)
        first.out_proj.weight.copy_(2 * torch.eye(width))
