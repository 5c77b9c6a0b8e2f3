"""A sprite that moves: drawn and moved, moved as it is, and with words for each frame.

python examples/05_animation.py

drawkit animate "a smiling face" --motion hop --frames 6 --size 24 -o hop.gif
drawkit animate --init examples/pixels/game-sprites/heart.png --motion breathe -o heart.gif
drawkit animate "a smiling face" --frame "a crying face" --duration 600 --size 24 -o moods.gif
"""

from dataclasses import replace

from drawkit import Drawing
from drawkit.config import Given, named_layer
from drawkit.games.animate import AnimateConfig, animate, animate_grid
from drawkit.scene import CellLayer

layer = {
    **named_layer({"prompt": "a smiling face", "size": 24, "background": "transparent"}),
    "draw.canvas": Given("pixels", "example"),
}
hop = animate(layer, AnimateConfig(frames=6, motion="hop"))
print(hop, hop.save("hop.gif"))

# The same cells with another motion: nothing is drawn anew.
first = replace(hop.scene.grid, frames=hop.scene.grid.frames[:1], tags=())
moved = animate_grid(first, AnimateConfig(frames=6, motion="breathe", durations=(90,)))
scene = replace(hop.scene, layers=(CellLayer("cells", moved),))
print(Drawing(scene).save("breathe.gif"))

moods = animate(layer, AnimateConfig(words=("a crying face",), durations=(600,)))
print(moods.save("moods.gif"))
