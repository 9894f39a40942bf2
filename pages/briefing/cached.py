"""What 简报 keeps: the numbers of a data version, and the findings that are previewed."""

from briefings import kinds, this_page
from briefings.assembly import About
from briefings.document import plain
from briefings.facts import Facts
from data_sources import cubes as all_cubes
from data_sources.cubes import Cubes
from data_sources.policy import PUBLIC
from data_sources.settings import settings
from pages.shared import cached
from pages.shared.caches import kept


@kept(maxsize=4)
def published(cubes: Cubes) -> Cubes:
    """The same as anybody may read it: sums, and of people none that is small."""
    return all_cubes.seen_by(cubes, PUBLIC, settings().fewest_people)


@kept(maxsize=4)
def facts(cubes: Cubes) -> Facts:
    """The numbers of a data version (see `kinds.facts`)."""
    return kinds.facts(cubes, cached.series)


@kept(maxsize=256)
def findings(cubes: Cubes, kind: str, place: str, month: str) -> tuple[str, ...]:
    """What the document would say first (see `kinds.findings`)."""
    return tuple(plain(text) for text in kinds.findings(facts(cubes), kind, place, month))


@kept(maxsize=64)
def findings_of_page(cubes: Cubes, url: str) -> tuple[About, tuple[str, ...]]:
    """What the document of a page's view is about, and what it would say first (see `this_page`)."""
    about, told = this_page.findings(facts(cubes), url)
    return about, tuple(plain(text) for text in told)
