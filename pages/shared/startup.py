"""What a process does once: prepare the embedded database on the first start, then watch it; imported by no page."""

import logging
import threading
import time

from data_sources.preparation import preparation
from data_sources.settings import SettingsError, settings
from geo import boundaries
from geo.files import UnusableFile
from pages.shared import cached

log = logging.getLogger("talent")


def begin() -> None:
    """Start in the background, so that the server answers at once; what is wrong is shown by the page."""
    threading.Thread(target=_begin, name="talent-startup", daemon=True).start()


def end() -> None:
    """Stop watching."""
    cached.unwatch()


def _begin() -> None:
    try:
        boundaries.use_file(settings().boundaries)
        work = preparation()
        work.start()
        while not work.done:
            time.sleep(0.2)
        if not work.error:
            cached.now()
            cached.warmed()
    except (SettingsError, UnusableFile, TimeoutError) as error:
        log.error("%s", error)
