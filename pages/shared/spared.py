"""What Streamlit does at its start that has no use here, and that the first map would wait for: half a second in all."""

from importlib import metadata

from streamlit import dataframe_util, delta_generator, type_util
from streamlit.components.v2 import manifest_scanner
from streamlit.elements import deck_gl_json_chart


def spare() -> None:
    """Do without it, in this process.

    - Streamlit reads the metadata of every installed package for components; ours comes with its page.
    - It looks through all of Python's modules for whether the first element is drawn at a prompt.
    - It imports Pandas to ask for its version, and to look for frames in a map; our maps hold text (see `geo.layers.Map`).
    """
    manifest_scanner.scan_component_manifests = lambda *_: []
    delta_generator._use_warning_has_been_displayed = True
    installed = metadata.version("pandas")  # asked once: while runs come and go on Python's path it may not be found
    dataframe_util.is_pandas_version_less_than = lambda other: type_util.is_version_less_than(installed, other)
    deck_gl_json_chart._prepare_pydeck_for_json = lambda _: None
