"""What `check` says of a database that someone else keeps and that lacks something."""

from data_sources import foreign, mending, schema
from data_sources.answers import OK, WRONG
from data_sources.engine import engine


def told(url: str, state: str) -> int:
    """Print every gap with the pages that it costs, then the views; 1, or 0 with nothing said when it is not such a one."""
    if state not in ("broken", "no_tables"):
        return OK
    try:
        with engine(url).connect() as connection:
            if schema.current(connection) is not None:
                return OK
            has, dialect = foreign.present(connection), connection.dialect
    except Exception:  # whatever keeps it from being read has been said by its health
        return OK
    if not has:
        return OK
    found = foreign.gaps(has)
    print(f"这个数据库由他方维护（没有结构版本记录），与程序所读的相比有 {len(found)} 处缺项：")
    for gap in found:
        print(f"  {gap.said}；影响：{'、'.join(gap.pages)}")
    print("\n补齐所需的视图（来源和列按名称猜测，请核对后由库的管理者执行；地图本身只需只读权限）：\n")
    print(mending.views(has, found, dialect))
    return WRONG
