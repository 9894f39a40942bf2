"""What a process does once: prepare the embedded database on the first start, then watch it.

Everything is imported in the background thread: the imports take longer than the rest, and the server answers meanwhile.
"""

import gc
import logging
import threading
import time
from typing import Literal

log = logging.getLogger("talent")
_ended = threading.Event()
_imported = threading.Event()

State = Literal["preparing", "ready", "stopping"]


def begin() -> None:
    """Start in the background, so that the server answers at once; what is wrong is shown by the page."""
    threading.Thread(target=_begin, name="talent-startup", daemon=True).start()


def end() -> None:
    """Stop watching."""
    _ended.set()
    if _imported.is_set():
        from pages.shared import cached

        cached.unwatch()


def state() -> State:
    """Whether pages can be served; answers at once."""
    if _ended.is_set():
        return "stopping"
    if not _imported.is_set():
        return "preparing"
    from pages.shared import cached

    return "ready" if cached.loaded() else "preparing"


def _begin() -> None:
    gc.disable()  # nothing that an import makes is garbage: looking for some takes a quarter of the imports' time
    try:
        from pages.shared import draw, frame  # noqa: F401 - bring in what the first page needs
    finally:
        gc.enable()
    from data_sources.preparation import preparation
    from data_sources.settings import SettingsError, settings
    from geo import boundaries
    from pages.shared import cached

    _imported.set()
    try:
        boundaries.use_file(settings().boundaries)
        work = preparation()
        work.start()
        while not work.done and not _ended.is_set():
            time.sleep(0.2)
        if not work.error and not _ended.is_set():
            cached.watch()
            cached.warmed()
            cached.health()
    except (SettingsError, boundaries.UnusableFile, TimeoutError) as error:
        log.error("%s", error)
