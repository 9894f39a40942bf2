"""What 简报 keeps: the numbers of a data version, and the document that is previewed."""

from datetime import datetime

from briefings import kinds
from briefings.document import Document
from briefings.facts import Facts
from data_sources.cubes import Cubes
from pages.shared.caches import kept


@kept(maxsize=2)
def facts(cubes: Cubes) -> Facts:
    """The numbers of a data version (see `kinds.facts`)."""
    return kinds.facts(cubes)


@kept(maxsize=64)
def document(cubes: Cubes, kind: str, place: str, month: str) -> Document:
    """The document as it would be made now; only its words are looked at."""
    return kinds.document(facts(cubes), kind, place, month, datetime.now())
