"""The tables, as the newest revision in `migrations` has them."""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

REVISION = "0001"
"""The revision of `migrations` that this module describes."""

schema = MetaData()


def _place() -> "Column[int]":
    """The number of a row, which grows and is never used twice."""
    return Column(
        "place", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )


def _text(name: str) -> "Column[str]":
    return Column(name, Text, nullable=False)


def _number(name: str) -> "Column[int]":
    return Column(name, BigInteger().with_variant(Integer, "sqlite"), nullable=False)


def _owner() -> "Column[str]":
    """The key that made the row; empty: nobody in particular."""
    return Column("owner", Text, nullable=False, server_default="")


completions = Table(
    "completions",
    schema,
    _place(),
    Column("id", Text, nullable=False, unique=True),
    _text("model"),
    _text("completion"),
    _text("messages"),
    _text("metadata"),
    _owner(),
    sqlite_autoincrement=True,
)

responses = Table(
    "responses",
    schema,
    _place(),
    Column("id", Text, nullable=False, unique=True),
    _number("created"),
    Column("previous", Text),
    _text("items"),
    _text("response"),
    _text("pieces"),
    _owner(),
    Index("responses_by_time", "created"),
    sqlite_autoincrement=True,
)

response_items = Table(
    "response_items",
    schema,
    _text("id"),
    _number("response"),
    PrimaryKeyConstraint("id", "response"),
    Index("response_items_by_response", "response"),
    sqlite_with_rowid=False,
)

conversations = Table(
    "conversations",
    schema,
    Column("id", Text, primary_key=True),
    _number("created"),
    _text("metadata"),
    _owner(),
)

conversation_items = Table(
    "conversation_items",
    schema,
    _place(),
    _text("conversation"),
    _text("id"),
    _text("item"),
    UniqueConstraint("conversation", "id"),
    sqlite_autoincrement=True,
)

voices = Table(
    "voices",
    schema,
    _place(),
    Column("id", Text, nullable=False, unique=True),
    _text("name"),
    _text("blend"),
    _number("created_at"),
    _owner(),
    sqlite_autoincrement=True,
)

consents = Table(
    "consents",
    schema,
    _place(),
    Column("id", Text, nullable=False, unique=True),
    _text("name"),
    _text("language"),
    _number("created_at"),
    _owner(),
    sqlite_autoincrement=True,
)

key_usage = Table(
    "key_usage",
    schema,
    Column("name", Text, primary_key=True),
    _text("day"),
    _text("spent"),
)
