"""`python -m indicators`: list the catalogue, and print the values that the screen shows, so that anyone can check one."""

import gc
import sys

gc.disable()  # a command ends in seconds, and looking for garbage while importing takes a tenth of them

from indicators.cli import main  # noqa: E402

sys.exit(main())
