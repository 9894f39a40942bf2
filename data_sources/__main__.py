"""`python -m data_sources`."""

import sys

from data_sources.cli import main

if __name__ == "__main__":
    sys.exit(main())
