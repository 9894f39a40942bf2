"""Spreads the tables over the nodes of a Citus cluster: facts by their place, side by side; small tables on every node."""

from typing import Final

from sqlalchemy import Connection, text

from data_sources import tables
from data_sources.engine import engine

COLUMN: Final = "place_code"
"""The distribution column of every fact: what one place filed lies on one node, whatever the table."""
FACTS: Final = tuple(str(model.__tablename__) for model in tables.FACT_TABLES)
EVERYWHERE: Final = (*(str(model.__tablename__) for model in tables.REFERENCE_TABLES), "submission")
"""Small, and asked for together with facts: each node has all of it."""


class NotDistributed(Exception):
    """The database has no Citus extension; the message is Chinese."""


def statements() -> dict[str, str]:
    """The call that spreads each table, in the order in which they are to be made."""
    first = FACTS[0]
    everywhere = {name: f"SELECT create_reference_table('{name}')" for name in EVERYWHERE}
    facts = {
        name: f"SELECT create_distributed_table('{name}', '{COLUMN}', colocate_with => '{first}')" for name in FACTS
    }
    return everywhere | facts | {first: f"SELECT create_distributed_table('{first}', '{COLUMN}')"}


def distribute(url: str) -> dict[str, bool]:
    """Spread all tables in one transaction; for each whether it was done now. Raises `NotDistributed`."""
    with engine(url).begin() as connection:
        if not _extended(connection):
            raise NotDistributed("数据库没有安装 Citus 扩展，各表仍是普通表，单机照常使用。")
        done = {str(name) for name in connection.execute(text(_SPREAD)).scalars()}
        for name, statement in statements().items():
            if name not in done:
                connection.execute(text(statement))
    return {name: name not in done for name in statements()}


_SPREAD: Final = "SELECT relname FROM pg_dist_partition JOIN pg_class ON pg_class.oid = logicalrelid"


def _extended(connection: Connection) -> bool:
    return connection.execute(text("SELECT to_regproc('create_distributed_table')")).scalar_one() is not None
