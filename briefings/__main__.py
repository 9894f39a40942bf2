"""`python -m briefings`: makes documents, and checks the numbers of one."""

import signal
import sys

from briefings.cli import main

signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that Chromium is ended as well
sys.exit(main())
