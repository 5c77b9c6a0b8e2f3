"""Pixel art by rule: motion, clean-up, dither, outlines, recolouring, pictures made into cells."""
