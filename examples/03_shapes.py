"""Filled shapes instead of strokes, more than one prompt, and the finished scene as plain data.

python examples/03_shapes.py

drawkit clipdraw "a red apple" --prompt "text:-0.3" --strokes 0 --shapes 16 --seed fruit \
    --background "#fdf6e3" --set strokes.shape_segments=5 -o apple.svg
"""

from drawkit import draw

drawing = draw(
    ["a red apple", "text:-0.3"],
    strokes=0,
    shapes=16,
    seed="fruit",
    background="#fdf6e3",
    settings={"strokes.shape_segments": 5},
)
drawing.save("apple.svg")
for layer in drawing.scene.layers:
    for path in layer.paths:
        red, green, blue, opacity = path.fill
        print(f"{layer.name}: rgb({red:.2f}, {green:.2f}, {blue:.2f}), opacity {opacity:.2f}")
