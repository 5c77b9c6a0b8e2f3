"""Words in, editable drawing out.

python examples/01_draw.py

The same from the command line: drawkit clipdraw "a cat" --strokes 64 -o cat.svg -o cat.png
"""

from drawkit import draw

drawing = draw("a cat", strokes=64)
print(drawing.save("cat.svg"), drawing.save("cat.png"), f"score {drawing.score:.3f}")
