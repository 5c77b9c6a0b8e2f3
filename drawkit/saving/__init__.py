"""How files are saved: which names may be written, and how they appear whole or not at all."""
