"""What a session keeps of elements that it shows no longer does not grow with its clicks."""

from streamlit.testing.v1 import AppTest

from pages.shared.gone import STILL_ANSWERED

RUNS = 3 * STILL_ANSWERED


def test_a_session_forgets_all_but_the_last_elements_that_it_shows_no_longer() -> None:
    def script() -> None:
        import streamlit as st

        from pages.shared import gone, state

        at = int(state.remembered("at", 0)) + 1
        state.remember("at", at)
        st.button("留下", key="stays", on_click=lambda: None)
        st.button("换掉", key=f"replaced-{at}", on_click=lambda: None)
        st.plotly_chart({"data": [{"x": [at]}]}, key="picture", on_select=lambda: None)
        gone.forget()

    page = AppTest.from_function(script)
    for _ in range(RUNS):
        page.run(timeout=10)
    assert not page.exception
    session = page.session_state._state._state
    shown = {
        *(f"replaced-{at}" for at in range(RUNS - STILL_ANSWERED // 2, RUNS + 1)),
        "stays",
        "picture",
    }
    assert set(session._key_id_mapper._key_id_mapping) == shown
    assert len(session._key_id_mapper.id_key_mapping) == len(session._new_widget_state.widget_metadata)
    assert len(session._new_widget_state.widget_metadata) == 3 + STILL_ANSWERED
    page.button(key="stays").click().run(timeout=10)
    assert not page.exception
