from __future__ import annotations

import hashlib
from pathlib import Path

from drawkit.engine.versions import weights_hash


def test_the_record_names_all_weights_of_a_model_not_only_the_first(tmp_path: Path) -> None:
    (tmp_path / "open_clip_config.json").write_text("{}")
    known = []
    for imagination, model in ((b"a", b"b"), (b"c", b"b"), (b"a", b"d")):
        (tmp_path / "imagination.safetensors").write_bytes(imagination)
        (tmp_path / "open_clip_model.safetensors").write_bytes(model)
        known.append(weights_hash(f"local-dir:{tmp_path}"))
    assert len(set(known)) == 3
    one = tmp_path / "imagination.safetensors"
    one.unlink()
    assert weights_hash(f"local-dir:{tmp_path}") == hashlib.sha256(b"d").hexdigest()


def test_a_public_model_is_known_by_its_name() -> None:
    assert weights_hash("ViT-B-32:laion2b_s34b_b79k") == ""
