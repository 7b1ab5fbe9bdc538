"""A line to a PostgreSQL server for one question that many ask at once (libpq's pipeline).

A question goes out without waiting for the answers to those before it, so the server works on one while this process
attends to another. It goes by the driver's lower layer: what the driver does above that for one statement costs more
than the whole way through here. Those asked in one turn of the loop are one transaction, which begins after they were
asked: an answer never tells what had been withdrawn by then.
"""

import asyncio
from collections import deque
from typing import Any

from psycopg import Connection, Error, OperationalError, pq

from registry.store.spoken import numbered

_QUESTION = b"question"
Row = tuple[bytes | None, ...]


class Line:
    """The line for this SELECT over this connection, which is its own; the running loop listens to it until it ends."""

    def __init__(self, connection: "Connection[Any]", sql: str) -> None:
        statement, self._names = numbered(sql)
        self._connection, self._wire = connection, connection.pgconn
        if self._wire.prepare(_QUESTION, statement.encode()).status != pq.ExecStatus.COMMAND_OK:
            connection.close()
            raise _lost()
        self._wire.nonblocking = 1
        self._wire.enter_pipeline_mode()
        self._waiting: deque[asyncio.Future[Row | None]] = deque()
        self._unsent = self.lost = False
        self._loop, self._socket = asyncio.get_running_loop(), self._wire.socket
        self._loop.add_reader(self._socket, self._hear)

    async def ask(self, asked: dict[str, Any]) -> Row | None:
        """The first row of the answer as text; None if it has none.

        Raises:
            psycopg.Error: the line was lost.
        """
        answer: asyncio.Future[Row | None] = self._loop.create_future()
        self._wire.send_query_prepared(_QUESTION, [str(asked[name]).encode() for name in self._names])
        self._waiting.append(answer)
        if not self._unsent:
            self._unsent = True
            self._loop.call_soon(self._send)
        return await answer

    def close(self) -> None:
        """End it; whoever still waits is told that it was lost."""
        if self.lost:
            return
        self.lost = True
        self._loop.remove_reader(self._socket)
        self._loop.remove_writer(self._socket)
        self._connection.close()
        for answer in self._waiting:
            if not answer.done():
                answer.set_exception(_lost())

    def _send(self) -> None:
        self._unsent = False
        try:
            self._wire.pipeline_sync()  # the end of a transaction
            if self._wire.flush():
                self._loop.add_writer(self._socket, self._send_rest)
        except Error:
            self.close()

    def _send_rest(self) -> None:
        try:
            if not self._wire.flush():
                self._loop.remove_writer(self._socket)
        except Error:
            self.close()

    def _hear(self) -> None:
        wire, waiting = self._wire, self._waiting
        try:
            wire.consume_input()
            while waiting and not wire.is_busy():
                heard = wire.get_result()
                if heard is None or heard.status == pq.ExecStatus.PIPELINE_SYNC:
                    continue
                if heard.status != pq.ExecStatus.TUPLES_OK:
                    raise _lost()
                answer = waiting.popleft()
                if not answer.done():  # nobody gave up waiting
                    columns = range(heard.nfields)
                    answer.set_result(tuple(heard.get_value(0, at) for at in columns) if heard.ntuples else None)
        except Error:
            self.close()


def _lost() -> Error:
    return OperationalError("the line to the server was lost")
