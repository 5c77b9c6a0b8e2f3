"""The rasterizer's kernels for the CPU, compiled by numba, and what launches them."""
