"""What `drawkit bench` measures."""
