"""Elements that a session shows no longer: Streamlit keeps what it knows of each of them until the session ends.

Every new picture is a new element to it, so that each click would leave about a kilobyte behind.
"""

from typing import Final

from streamlit.runtime.scriptrunner import get_script_run_ctx

STILL_ANSWERED: Final = 50
"""So many of those shown last still answer: a click can come while what replaces them is on its way."""


def forget() -> None:
    """At the end of a run, forget the elements that it did not show, but for the last ones."""
    context = get_script_run_ctx()
    assert context is not None
    with context.session_state._lock:
        known = context.session_state._state._new_widget_state.widget_metadata
        names = context.session_state._state._key_id_mapper
        shown = context.shared.widget_ids_this_run.snapshot()
        for each in [each for each in known if each not in shown][:-STILL_ANSWERED]:
            del known[each]
            key = names.id_key_mapping.pop(each, None)
            if key is not None and names.get_id_from_key(key) == each:
                del names._key_id_mapping[key]
