"""What games take: animated sprites, sheets, tilesets."""
