"""`python -m metermock.contract FILE…` lists the problems of documents, by way of `lint`."""

import sys

from metermock.contract.lint.__main__ import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
