"""`python -m metermock.contract FILE…` lists the problems of documents."""

from __future__ import annotations

import sys

from metermock.contract.lint.documents import document_problems


def main(paths: list[str]) -> int:
    """Print every problem of every file; return 0 if there are none, 1 if there are, 2 without a file."""
    if not paths:
        sys.stderr.write("write: python -m metermock.contract FILE…\n")
        return 2
    count = 0
    for path in paths:
        problems = document_problems(path)
        count += len(problems)
        for problem in problems:
            sys.stdout.write(f"{problem}\n")
        if not problems:
            sys.stdout.write(f"{path}: no problems\n")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
