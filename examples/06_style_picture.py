"""Draw as a picture is made: its paper, its colours, its marks; the words say what.

python examples/06_style_picture.py

drawkit clipdraw "a fox" --style-image styles/images/poster.png -o poster-fox.svg
drawkit pixeldraw "a fox" --style-image styles/images/poster.png -o poster-fox.png
"""

from pathlib import Path

from drawkit import draw

PICTURE = str(Path(__file__).parents[1] / "styles" / "images" / "poster.png")

drawing = draw("a fox", style_image=[PICTURE])
print(drawing, drawing.save("poster-fox.svg"))

# Half as much of it, and cells in place of paths.
sprite = draw("a fox", style_image=[f"{PICTURE}:0.5"], canvas="pixels")
print(sprite, sprite.save("poster-fox.png"))
