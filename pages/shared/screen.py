"""How wide the reader's page is and whether it is dark: one tiny component tells, and again when either changes.

It also leads the keyboard into a menu that was opened by key: the menu lies at the end of the document."""

from dataclasses import dataclass
from typing import Final

import streamlit as st

from charts.theme import Theme
from pages.shared import state

DEFAULT_WIDTH: Final = 1080
STEP: Final = 20
NARROW: Final = 640
LEAST: Final = 240

SCRIPT: Final = """
export default function ({ parentElement, data, setStateValue }) {
  let told = data.told;
  const look = () => {
    const main = document.querySelector('[data-testid="stMainBlockContainer"]');
    if (!main || matchMedia('print').matches) return;
    const style = getComputedStyle(main);
    const width = main.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const sheet = width > data.narrow && main.querySelector('.st-key-sheet');  // a page that is one sheet of paper
    const bottom = sheet ? sheet.getBoundingClientRect().bottom - main.getBoundingClientRect().top : 1;
    document.documentElement.style.setProperty('--page-width', width);  // what is printed is this, scaled to the paper
    document.documentElement.style.setProperty('--sheet-height', bottom);
    document.documentElement.toggleAttribute('data-narrow', width <= data.narrow);
    const theme = getComputedStyle(document.querySelector('.stApp')).colorScheme === 'dark' ? ' dark' : ' light';
    const seen = Math.max(Math.floor(width / data.step) * data.step, data.least) + theme;
    if (seen !== told) { told = seen; setStateValue('seen', seen); }
  };
  look();
  const timer = setInterval(look, 400);
  const enter = event => {
    if (!['Enter', ' '].includes(event.key) || !event.target.closest?.('[data-testid="stPopoverButton"]')) return;
    setTimeout(() => document.querySelector('[data-testid="stPopoverBody"] button')?.focus(), 250);
  };
  document.addEventListener('keyup', enter);
  return () => { clearInterval(timer); document.removeEventListener('keyup', enter); };
}
"""

_component = st.components.v2.component("talent_screen", html="<span></span>", js=SCRIPT, css=":host{display:none}")


@dataclass(frozen=True)
class Screen:
    """The page's inner width in pixels and its theme."""

    width: int
    theme: Theme

    @property
    def narrow(self) -> bool:
        """Whether columns are stacked."""
        return self.width <= NARROW

    def column(self, share: float) -> int:
        """The width of a column that takes this share of the page; the whole page when columns are stacked."""
        return self.width if self.narrow else int((self.width - 16) * share)


def listen() -> None:
    """Put the component on the page; a change makes the page run again."""
    drawn = screen()
    told = f"{drawn.width} {drawn.theme}"  # what is drawn already is no change: the guess for a desktop is often right
    result = _component(
        key="screen",
        data={"told": told, "step": STEP, "least": LEAST, "narrow": NARROW},
        on_seen_change=lambda: None,
        height=1,
    )
    seen = getattr(result, "seen", None)
    if isinstance(seen, str) and seen:
        state.remember("screen", seen)


def screen() -> Screen:
    """What the component told last; until it has, a desktop in the theme that the browser announced."""
    width, _, theme = str(state.remembered("screen", "")).partition(" ")
    announced: Theme = "dark" if st.context.theme.type == "dark" else "light"
    if not width.isdecimal():
        return Screen(DEFAULT_WIDTH, announced)
    return Screen(max(int(width), LEAST), "dark" if theme == "dark" else "light")
