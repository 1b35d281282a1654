"""Stored chat completions."""

import json
from collections.abc import Mapping

from sqlalchemy import ColumnElement, delete, insert, select, update

from dragoman.domain.errors import NotFound
from dragoman.domain.stored import Found, Search, StoredCompletion
from dragoman.serving.storage.database import Database, Transaction
from dragoman.serving.storage.tables import completions

WHOLE = select(
    completions.c.id,
    completions.c.model,
    completions.c.completion,
    completions.c.messages,
    completions.c.metadata,
)
LISTED = select(
    completions.c.id, completions.c.model, completions.c.completion, completions.c.metadata
)
"""What a page shows: messages, which may be photographs, are not in it."""
AT_ONCE = 100
"""Rows of a search that are fetched together: how many fit is known only when they are read."""


class SqlCompletions:
    """The store of chat completions; see `domain.stored.Completions`."""

    def __init__(self, database: Database) -> None:
        self._database = database.holding("completions")

    async def keep(self, stored: StoredCompletion) -> None:
        """See `Completions.keep`."""
        row = {
            "id": stored.id,
            "model": stored.model,
            "completion": stored.completion,
            "messages": stored.messages,
            "metadata": _json(stored.metadata),
        }

        def work(transaction: Transaction) -> None:
            new = insert(completions).values(**row, owner=transaction.owner)
            transaction.connection.execute(new)

        await self._database.write(work)

    async def get(self, completion: str) -> StoredCompletion:
        """See `Completions.get`."""
        return await self._database.read(lambda transaction: _one(transaction, completion))

    async def relabel(self, completion: str, metadata: Mapping[str, str]) -> StoredCompletion:
        """See `Completions.relabel`."""

        def work(transaction: Transaction) -> StoredCompletion:
            change = update(completions).where(_is(transaction, completion))
            transaction.connection.execute(change.values(metadata=_json(metadata)))
            return _one(transaction, completion)

        return await self._database.write(work)

    async def delete(self, completion: str) -> None:
        """See `Completions.delete`."""

        def work(transaction: Transaction) -> None:
            gone = delete(completions).where(_is(transaction, completion))
            if not transaction.connection.execute(gone).rowcount:
                raise _not_found(completion)

        await self._database.write(work)

    async def search(self, search: Search) -> Found:
        """See `Completions.search`."""
        part, place = search.slice, completions.c.place
        ascending = part.order == "asc"
        rows = LISTED.order_by(place if ascending else place.desc())
        if search.model is not None:
            rows = rows.where(completions.c.model == search.model)
        if not search.metadata:
            rows = rows.limit(part.limit + 1)

        def work(transaction: Transaction) -> Found:
            mine = rows.where(transaction.mine(completions))
            if part.after is not None:
                last = _place(transaction, part.after)
                mine = mine.where(place > last if ascending else place < last)
            with transaction.connection.execute(
                mine, execution_options={"yield_per": AT_ONCE}
            ) as found:
                fitting: list[StoredCompletion] = []
                for name, model, completion, metadata in found:
                    labels: dict[str, str] = json.loads(metadata)
                    if search.metadata.items() <= labels.items():
                        fitting.append(StoredCompletion(name, model, completion, "", labels))
                    if len(fitting) > part.limit:
                        break
            return Found(fitting[: part.limit], len(fitting) > part.limit)

        return await self._database.read(work)


def _json(metadata: Mapping[str, str]) -> str:
    return json.dumps(dict(metadata))


def _is(transaction: Transaction, completion: str) -> ColumnElement[bool]:
    return (completions.c.id == completion) & transaction.mine(completions)


def _not_found(completion: str) -> NotFound:
    return NotFound(f"Completion with id '{completion}' not found.")


def _one(transaction: Transaction, completion: str) -> StoredCompletion:
    row = transaction.connection.execute(WHOLE.where(_is(transaction, completion))).first()
    if row is None:
        raise _not_found(completion)
    name, model, text, messages, metadata = row
    return StoredCompletion(name, model, text, messages, json.loads(metadata))


def _place(transaction: Transaction, completion: str) -> int:
    place = select(completions.c.place).where(_is(transaction, completion))
    last = transaction.connection.execute(place).scalar()
    if last is None:
        raise _not_found(completion)
    return last
