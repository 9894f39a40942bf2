"""What Streamlit does that has no use here: at its start half a second that the first map would wait for, and with every
run something that another run may trip over."""

import sys
from importlib import metadata
from pathlib import Path
from typing import Final

from streamlit import dataframe_util, delta_generator, type_util
from streamlit.components.v2 import manifest_scanner
from streamlit.elements import deck_gl_json_chart

ENTRY: Final = Path(__file__).resolve().parents[1] / "entry"


def spare() -> None:
    """Do without it, in this process.

    - Streamlit reads the metadata of every installed package for components; ours comes with its page.
    - It looks through all of Python's modules for whether the first element is drawn at a prompt.
    - It imports Pandas to ask for its version, and to look for frames in a map; our maps hold text (see `geo.layers.Map`).
    - It puts the script's folder on Python's path for each run and takes it away again, unless it is there: whatever
      thread looks for a module at that moment may pass over a folder and not find it (once in some 10,000 clicks).
    """
    if str(ENTRY) not in sys.path:
        sys.path.append(str(ENTRY))
    manifest_scanner.scan_component_manifests = lambda *_: []
    delta_generator._use_warning_has_been_displayed = True
    installed = metadata.version("pandas")
    dataframe_util.is_pandas_version_less_than = lambda other: type_util.is_version_less_than(installed, other)
    deck_gl_json_chart._prepare_pydeck_for_json = lambda _: None
