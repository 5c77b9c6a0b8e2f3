"""Write the names of emoji and symbols that prompts are read with.

    python -m training.emoji ART/cldr

takes `annotations.json` and `annotationsDerived.json` of CLDR (the npm packages
`cldr-annotations-full` and `cldr-annotations-derived-full`, English) and writes
`drawkit/config/cldr/names.txt.gz`: characters, a tab, a name. Skin tones and variation selectors
are left out, as drawkit does not read them, and so is punctuation, which is ordinary text.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import unicodedata
from pathlib import Path
from typing import Any

from drawkit.config.emoji import NAMES

LEFT_OUT = re.compile("[\ufe0e\ufe0f]")
KINDS = ("So", "Sm", "Sc", "Cn")  # Cn: younger than what this Python knows
TONES = re.compile("[\U0001f3fb-\U0001f3ff]")


def names_of(folder: Path) -> dict[str, str]:
    """Characters -> English name, of all that are symbols or sequences."""
    found = {}
    for stem, key in (("annotations", "annotations"), ("annotationsDerived", "annotationsDerived")):
        table: dict[str, Any] = json.loads((folder / f"{stem}.json").read_text(encoding="utf-8"))
        for text, entry in table[key]["annotations"].items():
            plain = LEFT_OUT.sub("", text)
            if "tts" not in entry or TONES.search(plain):
                continue
            if len(plain) > 1 or unicodedata.category(plain) in KINDS:
                found[plain] = readable(entry["tts"][0])
    return found


def readable(name: str) -> str:
    """A name as one would say it: `flag: Norway` -> `flag of Norway`."""
    return re.sub(r"^keycap: ", "keycap ", re.sub(r"^flag: ", "flag of ", name))


def main() -> None:
    """Read the command line, write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cldr", type=Path, help="folder of the two files")
    names = names_of(parser.parse_args().cldr)
    text = "\n".join(f"{characters}\t{name}" for characters, name in sorted(names.items()))
    NAMES.parent.mkdir(exist_ok=True)
    NAMES.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{len(names)} names, {NAMES.stat().st_size / 1000:.1f} kB")


if __name__ == "__main__":
    main()
