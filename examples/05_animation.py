"""A sprite that moves: drawn and moved, moved as it is, and with words for each frame.

python examples/05_animation.py

drawkit animate "a smiling face" --motion hop --frames 6 --size 24 -o hop.gif
drawkit animate --init examples/pixels/game-sprites/heart.png --motion breathe -o heart.gif
drawkit animate "a smiling face" --frame "a crying face" --duration 600 --size 24 -o moods.gif
"""

from pathlib import Path

from drawkit import animate

hop = animate("a smiling face", motion="hop", frames=6, size=24)
print(hop, hop.save("hop.gif"))

# A finished sprite: nothing is drawn anew.
heart = Path(__file__).parent / "pixels" / "game-sprites" / "heart.png"
print(animate(init=heart, motion="breathe", frames=6, duration=90).save("heart.gif"))

moods = animate("a smiling face", frame="a crying face", duration=600, size=24)
print(moods.save("moods.gif"))
