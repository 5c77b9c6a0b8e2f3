"""Published diffusion models as guides: they say what picture they see through noise, by words.

Everything here needs the extra `diffusion` (diffusers, transformers, accelerate, peft) and a model
that lies in a local folder: nothing is downloaded.
"""

from __future__ import annotations
