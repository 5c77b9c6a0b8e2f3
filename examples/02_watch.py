"""Follow a drawing step by step, and keep what it looked like on the way.

python examples/02_watch.py

The command line shows the same progress; `--save-every 50` keeps one file up to date.
"""

from drawkit import draw


def look(step):
    if step.score is not None:
        print(f"step {step.index} of {step.total}: loss {step.loss:.3f}, score {step.score:.3f}")
    if step.index % 50 == 0:
        step.drawing().save(f"fish-{step.index:03d}.svg")


draw("a fish", strokes=64, steps=200, on_step=look).save("fish.svg")
