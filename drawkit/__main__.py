"""`drawkit` and `python -m drawkit`."""

from __future__ import annotations

import signal
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line; Ctrl-C and SIGTERM end it with 130, even while it still loads."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        from drawkit.cli import app

        app()
    except KeyboardInterrupt:
        print("drawkit: stopped before the first step; nothing was written", file=sys.stderr)
        raise SystemExit(130) from None
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the work is done; only torch cleans up
        signal.signal(signal.SIGTERM, signal.SIG_IGN)


if __name__ == "__main__":
    main()
