"""The record inside a document: every printed number with what it is, where it was printed, and the data version."""

import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Final
from xml.etree import ElementTree

from briefings.document import Chart, Document, Origin, Picture, Span, Table, Text, cell_words, plain
from briefings.numbers import Fact, Number, Style
from data_sources import policy
from data_sources.cubes import Cubes, seen_by
from data_sources.policy import Grant, Reader

NAMESPACE: Final = "urn:zhejiang-talent-map:numbers:1"
RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml"
PROPERTIES: Final = f"{RELATION}Props"
PROPERTIES_TYPE: Final = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
ITEM_ID: Final = "{6B0C1E7A-5D8F-4C11-9F0E-2B7D33000001}"
_PART: Final = "customXml/item330.xml"
_RELATIONS: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_TYPES: Final = "{http://schemas.openxmlformats.org/package/2006/content-types}"


class NoRecord(ValueError):
    """A file without a record; the message is Chinese."""


@dataclass
class Ledger:
    """What a writer prints, noted while it prints: each number once, and where its paragraphs, cells and points are."""

    document: Document
    numbers: list[Number] = field(default_factory=list)
    texts: list[tuple[str, list[int]]] = field(default_factory=list)
    tables: dict[str, list[tuple[int, int, int]]] = field(default_factory=dict)
    charts: dict[str, list[tuple[int, int, int]]] = field(default_factory=dict)
    alts: dict[str, tuple[str, list[int]]] = field(default_factory=dict)
    _known: dict[tuple[Fact, Style], int] = field(default_factory=dict)

    def text(self, text: Text) -> str:
        """The words of a paragraph that is printed now."""
        self.texts.append(self._noted(text))
        return self.texts[-1][0]

    def alt(self, shown: Chart | Picture) -> str:
        """The alternative text of a chart or picture that is printed now."""
        self.alts[shown.title] = self._noted(shown.alt)
        return self.alts[shown.title][0]

    def table(self, name: str, table: Table) -> Iterator[tuple[str, ...]]:
        """The rows of a table that is printed now under this name, in words."""
        self.cells(name, table.rows)
        for row in table.rows:
            yield tuple(cell_words(cell) for cell in row)

    def cells(self, name: str, rows: Iterable[Iterable[Span | None]]) -> None:
        """Note the numbers of a table's body; rows and columns count from 0, its header not among them."""
        self.tables[name] = [
            (r, c, self._id(cell))
            for r, row in enumerate(rows)
            for c, cell in enumerate(row)
            if isinstance(cell, Number)
        ]

    def chart(self, chart: Chart) -> None:
        """Note a native chart that is printed now."""
        self.charts[chart.title] = [
            (s, i, self._id(number)) for s, each in enumerate(chart.series) for i, number in enumerate(each.numbers)
        ]

    def _noted(self, text: Text) -> tuple[str, list[int]]:
        return plain(text), [self._id(each) for each in text if isinstance(each, Number)]

    def _id(self, number: Number) -> int:
        key = (number.fact, number.style)
        if key not in self._known:
            self._known[key] = len(self.numbers)
            self.numbers.append(number)
        return self._known[key]

    def written(self) -> dict[str, Any]:
        """The record as plain data."""
        origin = self.document.origin
        return {
            "kind": self.document.kind,
            "subject": self.document.subject,
            "month": self.document.month,
            "version": origin.version,
            "data_version": origin.data_version,
            "made_at": origin.made_at.isoformat(timespec="seconds"),
            "simulated": origin.simulated,
            "url": origin.url,
            "sight": _sight(origin),
            "numbers": [
                {**{k: v for k, v in asdict(n.fact).items() if v}, "style": n.style, "text": n.text, "cell": n.cell}
                for n in self.numbers
            ],
            "texts": self.texts,
            "tables": self.tables,
            "charts": self.charts,
            "alts": self.alts,
        }


def stored(package: bytes, record: dict[str, Any]) -> bytes:
    """The office file with the record as a custom part, related to its main part, where Office keeps it."""
    with zipfile.ZipFile(io.BytesIO(package)) as old:
        files = {name: old.read(name) for name in old.namelist()}
    main = _main(files)
    folder, _, name = main.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels"
    up = "../" * (folder.count("/") + 1)
    files[relations] = _related(files[relations], RELATION, f"{up}{_PART}")
    item = ElementTree.Element(f"{{{NAMESPACE}}}record")
    item.text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    files[_PART] = _bytes(item)
    files["customXml/itemProps330.xml"] = _properties()
    files["customXml/_rels/item330.xml.rels"] = _related(_no_relations(), PROPERTIES, "itemProps330.xml")
    files["[Content_Types].xml"] = _typed(files["[Content_Types].xml"])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for path, content in files.items():
            new.writestr(path, content)
    return buffer.getvalue()


def read(package: bytes) -> dict[str, Any]:
    """The record in an office file, wherever an office program has moved it; raises `NoRecord`."""
    try:
        with zipfile.ZipFile(io.BytesIO(package)) as file:
            for name in file.namelist():
                if name.startswith("customXml/item") and NAMESPACE.encode() in (content := file.read(name)):
                    found: dict[str, Any] = json.loads(ElementTree.fromstring(content).text or "")  # nosec B314 # noqa: S314 - no entities are read
                    return found
    except (zipfile.BadZipFile, ElementTree.ParseError, json.JSONDecodeError) as error:
        raise NoRecord(f"不是完整的 Word、PowerPoint 或 Excel 文件：{error}") from error
    raise NoRecord("文件里没有数字记录：不是本平台生成的，或记录已被删除，无法核对。")


def seen(record: dict[str, Any], cubes: Cubes) -> Cubes:
    """The cubes with the sight with which a document was made, where they are not cut already."""
    sight = record.get("sight")
    if not sight or policy.sight(cubes.reader):
        return cubes
    reader = Reader("", "", frozenset(Grant(*given) for given in sight["grants"]))
    return seen_by(cubes, reader, sight["fewest_people"])


def _sight(origin: Origin) -> dict[str, Any] | None:
    """What tells with whose sight a document was made, nobody named; nothing where everything was seen."""
    if not policy.sight(origin.reader):
        return None
    grants = sorted((grant.role, grant.place_code, grant.theme) for grant in origin.reader.grants)
    return {"grants": grants, "fewest_people": origin.fewest_people}


def fact_of(number: dict[str, Any]) -> Fact:
    """What a recorded number is."""
    return Fact(**{k: v for k, v in number.items() if k not in ("style", "text", "cell")})


def _main(files: dict[str, bytes]) -> str:
    for each in ElementTree.fromstring(files["_rels/.rels"]):  # nosec B314 # noqa: S314 - written by our own writers
        if each.get("Type", "").endswith("/officeDocument"):
            return str(each.get("Target")).lstrip("/")
    raise NoRecord("不是完整的 Word、PowerPoint 或 Excel 文件：没有主文档。")


def _related(relations: bytes, kind: str, target: str) -> bytes:
    root = ElementTree.fromstring(relations)  # nosec B314 # noqa: S314
    ElementTree.SubElement(root, f"{_RELATIONS}Relationship", {"Id": "rId330", "Type": kind, "Target": target})
    ElementTree.register_namespace("", _RELATIONS.strip("{}"))
    return _bytes(root)


def _no_relations() -> bytes:
    return f'<Relationships xmlns="{_RELATIONS.strip("{}")}"/>'.encode()


def _typed(types: bytes) -> bytes:
    root = ElementTree.fromstring(types)  # nosec B314 # noqa: S314
    ElementTree.register_namespace("", _TYPES.strip("{}"))
    if not any(each.get("Extension") == "xml" for each in root):
        root.insert(0, ElementTree.Element(f"{_TYPES}Default", {"Extension": "xml", "ContentType": "application/xml"}))
    named = {"PartName": "/customXml/itemProps330.xml", "ContentType": PROPERTIES_TYPE}
    ElementTree.SubElement(root, f"{_TYPES}Override", named)
    return _bytes(root)


def _properties() -> bytes:
    space = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="no"?><ds:datastoreItem xmlns:ds="{space}" ds:itemID="{ITEM_ID}">'
        f'<ds:schemaRefs><ds:schemaRef ds:uri="{NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
    ).encode()


def _bytes(root: ElementTree.Element) -> bytes:
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
