"""Files on the disk: which names may be written, and how they appear whole or not at all."""
