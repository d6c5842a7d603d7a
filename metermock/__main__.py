"""The command `metermock`, and `python -m metermock`.

Ctrl-C is heard before the rest is imported: that takes long enough to be interrupted.
"""

from __future__ import annotations

from metermock.ctrl_c import INTERRUPTED, ends_at_once


def main() -> int:
    """Run the command; return its exit code."""
    ends_at_once(now=True)
    from metermock.cli import main as run  # noqa: PLC0415 - see above

    try:
        ends_at_once(now=False)
        return run()
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    raise SystemExit(main())
