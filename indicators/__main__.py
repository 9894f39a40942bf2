"""`python -m indicators`: list the catalogue, and print the values that the screen shows, so that anyone can check one."""

import sys

from indicators.cli import main

sys.exit(main())
