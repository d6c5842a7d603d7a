"""`python -m metermock.contract FILE…` tells the authors of documents what is wrong with them."""

import sys

from metermock.contract.lint.__main__ import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
