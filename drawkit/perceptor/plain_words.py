"""English words that need no picture of their own: the little ones, and what things look like."""

from __future__ import annotations

import re

__all__ = ["LITTLE", "MANNER", "PLAIN", "WORD"]

WORD = re.compile(r"[^\W\d_]+(?:'s\b)?")

LITTLE = frozenset(
    WORD.findall(
        "a an the of in on at by to for from with without and or but no not is are was be as his "
        "her its their my your our this that these those some very it he she they we you i under "
        "over into onto near next beside behind between through up down out off who which while"
    )
)
"""English words that carry no picture of their own."""

PLAIN = frozenset(
    WORD.findall(
        # colours
        "red green blue yellow orange purple violet pink brown black white gray grey beige cyan "
        "magenta turquoise teal navy gold golden silver bronze maroon olive lime indigo crimson "
        "scarlet ivory khaki lavender salmon coral aqua tan cream dark light pale bright deep "
        "vivid pastel neon colourful colorful coloured colored multicoloured multicolored "
        "transparent "
        # sizes, shapes and numbers
        "big small little tiny huge large giant gigantic enormous massive mini miniature "
        "tall short long wide narrow thin thick fat high low deep round square flat "
        "one two three four five six seven eight nine ten dozen "
        "many several few couple pair group bunch lots some single "
        # ways of showing
        "photo photos photograph picture pictures image images drawing drawings painting paintings "
        "sketch doodle icon icons sprite art artwork pixel pixels logo illustration portrait "
        "cartoon clipart sticker emoji symbol print render rendering line lines style "
        "styled design watercolor watercolour crayon pencil charcoal "
        "background foreground closeup close view front side top bottom middle center centre "
        # what anything may be
        "old young new cute nice pretty beautiful lovely good simple plain ordinary typical "
        "detailed real realistic happy sad angry funny smiling fresh different"
    )
)
"""Words that say how a thing looks or is shown: beside a known thing they are understood."""

MANNER = re.compile(
    r"\b(?:in|with)\s+(?:(?:the|a|an)\s+)?(?:[\w'-]+\s+){0,3}style\b(?:\s+of\b[^,.;|]*)?",
    re.IGNORECASE,
)
"""`in the style of a woodcut`: words about the manner name no thing."""
