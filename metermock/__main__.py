"""`python -m metermock` is the command."""

from metermock.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
