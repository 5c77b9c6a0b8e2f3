"""Networks that make pictures of latents: rebuilt here, with weights that others published.

Each is a few functions over a table of tensors, name -> tensor, under the names that the published
files have; how many layers there are, and how wide, is read off the names and shapes.
"""
