"""The tables, and owners in those files that were made before there were any."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
OWNED = ("completions", "responses", "conversations", "voices", "consents")


def upgrade() -> None:
    """Make what is not there: files of before revisions have some of it."""
    _make_answers()
    _make_conversations()
    _make_voices()
    op.create_table(
        "key_usage",
        sa.Column("name", sa.Text, primary_key=True),
        _text("day"),
        _text("spent"),
        if_not_exists=True,
    )
    known = sa.inspect(op.get_bind())
    for table in OWNED:
        if all(column["name"] != "owner" for column in known.get_columns(table)):
            op.add_column(table, _owner())


def _make_answers() -> None:
    op.create_table(
        "completions",
        *_row(),
        _text("model"),
        _text("completion"),
        _text("messages"),
        _text("metadata"),
        _owner(),
        if_not_exists=True,
        sqlite_autoincrement=True,
    )
    op.create_table(
        "responses",
        *_row(),
        sa.Column("created", NUMBER, nullable=False),
        sa.Column("previous", sa.Text),
        _text("items"),
        _text("response"),
        _text("pieces"),
        _owner(),
        if_not_exists=True,
        sqlite_autoincrement=True,
    )
    op.create_index("responses_by_time", "responses", ["created"], if_not_exists=True)
    op.create_table(
        "response_items",
        _text("id"),
        sa.Column("response", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", "response"),
        if_not_exists=True,
        sqlite_with_rowid=False,
    )
    by_response = "response_items_by_response"
    op.create_index(by_response, "response_items", ["response"], if_not_exists=True)


def _make_conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("created", NUMBER, nullable=False),
        _text("metadata"),
        _owner(),
        if_not_exists=True,
    )
    op.create_table(
        "conversation_items",
        sa.Column("place", NUMBER, primary_key=True, autoincrement=True),
        _text("conversation"),
        _text("id"),
        _text("item"),
        sa.UniqueConstraint("conversation", "id"),
        if_not_exists=True,
        sqlite_autoincrement=True,
    )


def _make_voices() -> None:
    for table, own in (("voices", "blend"), ("consents", "language")):
        op.create_table(
            table,
            *_row(),
            _text("name"),
            _text(own),
            sa.Column("created_at", NUMBER, nullable=False),
            _owner(),
            if_not_exists=True,
            sqlite_autoincrement=True,
        )


def _row() -> "tuple[sa.Column[int], sa.Column[str]]":
    return (
        sa.Column("place", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
    )


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text, nullable=False)


def _owner() -> "sa.Column[str]":
    return sa.Column("owner", sa.Text, nullable=False, server_default="")
