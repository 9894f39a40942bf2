"""`python -m briefings`: makes documents, and checks the numbers of one."""

import sys

from briefings.cli import main

sys.exit(main())
