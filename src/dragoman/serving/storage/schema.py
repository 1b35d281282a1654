"""Whether a database has the newest tables, and how it gets them: by Alembic, if it has to."""

from sqlalchemy import Connection, column, inspect, select, table

from dragoman.domain.errors import StorageFailed
from dragoman.serving.storage.tables import REVISION

KEPT = table("alembic_version", column("version_num"))
"""Where Alembic keeps the revision."""
SCRIPTS = "dragoman.serving.storage:migrations"


def bring_up_to_date(connection: Connection) -> None:
    """Make the tables, or change older ones; in the transaction that `connection` is in.

    Raises:
        StorageFailed: a newer Dragoman has changed them.
    """
    revision = revision_of(connection)
    if revision == REVISION:
        return
    if revision is not None and revision > REVISION:
        raise StorageFailed(
            f"The database is of a newer Dragoman: it has revision {revision}, and this one knows"
            f" {REVISION}."
        )
    # Imported here: nine starts of ten find everything as it is.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def revision_of(connection: Connection) -> str | None:
    """The revision that a database has; None: it is new, or older than revisions."""
    if not inspect(connection).has_table(KEPT.name):
        return None
    return connection.execute(select(KEPT.c.version_num)).scalar()
