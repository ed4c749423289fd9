"""The store: reachable, of this release, and of one mind with us about the time."""

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import Connection, create_engine, inspect, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from serving.doctor.finding import Finding, error, ok, warning
from serving.settings import Settings
from serving.store.migrations import revisions

OLDEST_POSTGRESQL = 14
CLOCKS_APART_S = 2.0


def database(settings: Settings) -> Iterator[Finding]:
    """Whether `longan up` would find its tables."""
    url = make_url(settings.store_url)
    where = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite" and not (settings.data_dir / "longan.db").exists():
        yield ok("store", "SQLite; will be made at the first start")
        return
    engine = create_engine(url, hide_parameters=True)
    try:
        with engine.connect() as connection:
            yield _revision(connection, where)
            if url.get_backend_name() == "postgresql":
                yield from _server(connection)
    except (SQLAlchemyError, ImportError) as broken:
        words = str(getattr(broken, "orig", None) or broken).strip().splitlines()[0]
        cure = "see that it runs, and that LONGAN_DATABASE_URL has its host, user and password"
        yield error("store", f"{where}: {words}", cure)
    finally:
        engine.dispose()


def _revision(connection: Connection, where: str) -> Finding:
    if not inspect(connection).has_table("alembic_version"):
        return ok("store", f"{where} is empty; the first start makes the tables")
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    if found == revisions()[-1]:
        return ok("store", f"{where}, tables of this release ({found})")
    return warning(
        "store",
        f"{where} has the tables of revision {found}, this release has {revisions()[-1]}",
        "back it up; the next start brings older tables up to date and refuses newer ones",
    )


def _server(connection: Connection) -> Iterator[Finding]:
    version = int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10000
    if version < OLDEST_POSTGRESQL:
        cure = f"upgrade to {OLDEST_POSTGRESQL} or newer"
        yield error("PostgreSQL", f"version {version}", cure)
    else:
        yield ok("PostgreSQL", f"version {version}")
    there: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    apart = abs((datetime.now(UTC) - there).total_seconds())
    if apart > CLOCKS_APART_S:
        cure = "run NTP on both machines"
        yield error("clock", f"PostgreSQL's differs by {apart:.1f} s from this machine's", cure)
