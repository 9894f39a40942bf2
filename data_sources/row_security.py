"""PostgreSQL's second line: single rows are read as a role to which the database shows nothing but what is open.

What is open is set for one transaction, as settings that the policies read; unset, they show nothing.
"""

from functools import cache
from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from data_sources import looking, policy, tables
from data_sources.engine import backend, engine

ROLE: Final = "talent_reader"
_BY_PLACE: Final = tuple(sorted(policy.DETAIL - {"submission", "rejection"}))
_OPEN: Final = "place_code = ANY (string_to_array(current_setting('talent.' || {table}, true), ','))"
_POLICIES: Final = {
    **{table: _OPEN.format(table=f"'{table}'") for table in _BY_PLACE},
    "submission": _OPEN.format(table="table_name"),
    "rejection": "EXISTS (SELECT 1 FROM submission WHERE submission.id = submission_id)",
}
"""Which rows of each table the role is shown."""


class CannotSecure(Exception):
    """The database cannot be secured; the message is Chinese."""


def secure(url: str) -> tuple[str, ...]:
    """Make the role and the policies, in one transaction; what was done, line by line. Raises `CannotSecure`."""
    if backend(url) != "postgresql":
        raise CannotSecure("SQLite 没有行级安全，真实数据请用 PostgreSQL。")
    try:
        with engine(url).begin() as connection:
            for statement in _statements():
                connection.execute(text(statement))
    except DBAPIError as error:
        raise CannotSecure(
            f"数据库拒绝：{str(error.orig).splitlines()[0]}。账号须是表的属主，并有 CREATEROLE 权限。"
        ) from error
    secured.cache_clear()
    return tuple(f"{table}：只显示权限以内的行" for table in _POLICIES)


def entering(url: str) -> tuple[str, ...]:
    """What to send first in a transaction that reads single rows for who looks now; nothing where that is not set up."""
    if backend(url) != "postgresql" or not secured(url):
        return ()
    names = [str(model.__tablename__) for model in tables.FACT_TABLES]
    opened = {name: looking.open_places(name if name in policy.DETAIL else "submission") for name in names}
    settings = (f"set_config('talent.{name}', '{','.join(sorted(codes))}', true)" for name, codes in opened.items())
    return (f"SELECT {', '.join(settings)}", f"SET LOCAL ROLE {ROLE}")


@cache
def secured(url: str) -> bool:
    """Whether the policies are there; asked once a process."""
    asked = text("SELECT relrowsecurity FROM pg_class WHERE oid = to_regclass('subsidy')")
    with engine(url).connect() as connection:
        return bool(connection.execute(asked).scalar_one_or_none())


def _statements() -> tuple[str, ...]:
    open_tables = sorted(set(tables.TABLES) - policy.OFFICE)
    made = [
        f"DO $$ BEGIN CREATE ROLE {ROLE} NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
        f"GRANT {ROLE} TO CURRENT_USER",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {ROLE}",
        f"GRANT SELECT ON {', '.join(open_tables)} TO {ROLE}",
    ]
    for table, shown in _POLICIES.items():
        made += [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"DROP POLICY IF EXISTS open_rows ON {table}",
            f"CREATE POLICY open_rows ON {table} FOR SELECT TO {ROLE} USING ({shown})",
        ]
    return tuple(made)
