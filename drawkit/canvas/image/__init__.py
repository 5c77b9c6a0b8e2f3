"""Canvases of free pixels, each behind a transform of its own: one plug-in a file."""

__all__ = ["DREAM_CANVASES", "IMAGE_CANVASES", "LATENT_CANVASES"]

IMAGE_CANVASES = ("fourier", "wavelet", "siren", "rgb")
"""Their names, the usual one first."""
LATENT_CANVASES = ("vqgan", "dvae", "biggan", "stylegan", "nada")
"""Those whose pixels a network makes, which a file of weights holds."""
DREAM_CANVASES = (*IMAGE_CANVASES, *LATENT_CANVASES)
"""All that pictures are dreamt of."""
