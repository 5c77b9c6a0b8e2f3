"""Canvases of free pixels, each behind a transform of its own: one plug-in a file."""

__all__ = ["IMAGE_CANVASES"]

IMAGE_CANVASES = ("fourier", "wavelet", "siren", "rgb")
"""Their names, the usual one first."""
