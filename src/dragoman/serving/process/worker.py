"""The worker: `python -m dragoman.serving.process.worker` loads one engine and serves it.

Standard input brings one line of JSON (`WorkerPlan`) and then stays open: when it ends, the parent
is gone and so is this process, whatever native code is doing. Standard output carries one line
back, "ready" or why not; what libraries print there goes to standard error.
"""

import json
import logging
import math
import os
import signal
import sys
import threading
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import anyio
import grpc
import grpc.aio

from dragoman.domain.engine import BlockingEngine, EngineSpec, Gauged
from dragoman.domain.errors import EngineFailed, ServiceError
from dragoman.engines import ENGINES, function
from dragoman.serving.log_lines import JsonLines
from dragoman.serving.process import fence
from dragoman.serving.process.code import OtherCode, compare
from dragoman.serving.process.frames import FrameCodec
from dragoman.serving.threads import Hosted

log = logging.getLogger("dragoman.worker")

SERVICE = "dragoman.Engine"
METHOD = "Stream"
PULSE = "Pulse"
"""The method that the worker's event loop answers as long as it turns."""
STUCK = 70
"""The exit status of a worker whose engine hangs."""
UNLIMITED = (("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1))
"""Options without a limit on messages: pictures and long requests are one message, and both ends
are ours."""


@dataclass(frozen=True, slots=True)
class WorkerPlan:
    """The engine that a worker is to load, and the socket on which it is to listen."""

    socket: str
    spec: EngineSpec
    log_level: int = logging.INFO
    log_json: bool = False
    """Whether a line of the worker's log is a JSON object."""
    stop_s: float = math.inf
    """The seconds that the engine has to stop when it is told to, before this process ends
    itself."""
    hang_s: float = math.inf
    """The seconds between two signs of life of the engine, before this process ends itself."""
    code: str | None = None
    """The digest of the server's code; None: whatever it is."""

    def to_json(self) -> bytes:
        """Return the plan as one line for the worker's standard input."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def from_json(cls, line: bytes) -> "WorkerPlan":
        """Return the plan that `to_json` wrote."""
        fields = json.loads(line)
        spec = EngineSpec(**fields["spec"])
        rest = {name: value for name, value in fields.items() if name not in ("socket", "spec")}
        return cls(fields["socket"], spec, **rest)


def load(spec: EngineSpec) -> BlockingEngine[Any, Any]:
    """Import the engine's package and load the model."""
    return function(ENGINES[spec.engine].load)(spec)


async def serve(plan: WorkerPlan, engine: BlockingEngine[Any, Any], report: "Report") -> None:
    """Answer requests on the plan's socket until the process is told to end."""
    codec = FrameCodec(ENGINES[plan.spec.engine].kind)
    hosted = Hosted(engine)

    async def stream(data: bytes, _: object) -> AsyncGenerator[bytes, None]:
        try:
            async with aclosing(hosted.stream(codec.unpack_request(data))) as events:
                async for event in events:
                    yield codec.pack_event(event)
        except ServiceError as error:
            yield codec.pack_error(error)
        except Exception as error:  # the outermost handler of this process
            log.exception("a request broke outside the engine")
            yield codec.pack_error(EngineFailed(f"{type(error).__name__} in the engine's process"))

    async def pulse(_: bytes, __: object) -> bytes:
        return json.dumps(engine.gauges() if isinstance(engine, Gauged) else {}).encode()

    server = grpc.aio.server(options=UNLIMITED)
    handlers: dict[str, grpc.RpcMethodHandler[bytes, bytes]] = {
        METHOD: grpc.unary_stream_rpc_method_handler(stream),
        PULSE: grpc.unary_unary_rpc_method_handler(pulse),
    }
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
    server.add_insecure_port(f"unix:{plan.socket}")
    await server.start()
    report.ready(engine.concurrency)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_end_when_stuck, hosted, plan)
        with anyio.open_signal_receiver(signal.SIGTERM) as signals:
            async for _ in signals:
                break
        tasks.cancel_scope.cancel()
    await server.stop(grace=0)
    engine.close()


async def _end_when_stuck(hosted: Hosted[Any, Any], plan: WorkerPlan) -> None:
    """End this process when its engine works on something and nothing can be done about it.

    Its other requests are lost with it; the supervisor sees the end, and starts another.
    """
    while True:
        await anyio.sleep(min(1.0, plan.stop_s / 4, plan.hang_s / 4))
        if reason := hosted.stuck(plan.stop_s, plan.hang_s):
            log.error("event=stuck: %s; this process ends itself", reason)
            os._exit(STUCK)


class Report:
    """The worker's one line to its parent, on what was standard output."""

    def __init__(self) -> None:
        self._fd = os.dup(1)
        self.sent = False
        os.dup2(2, 1)

    def ready(self, places: int) -> None:
        """Report that the engine is loaded and listening, and takes so many requests at once."""
        self._line({"ready": True, "places": places})

    def failed(self, error: BaseException) -> None:
        """Report that the engine could not be loaded."""
        kind = type(error).__name__
        message = f"{kind}: {error}"
        if isinstance(error, ServiceError | OtherCode):
            message = error.message
        self._line({"ready": False, "message": message})

    def _line(self, fields: dict[str, object]) -> None:
        if not self.sent:  # a failure after the handshake is the supervisor's to notice
            self.sent = True
            os.write(self._fd, json.dumps(fields).encode() + b"\n")


def _end_with_parent() -> None:
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


def main() -> None:
    """Load the engine, report to the parent process, and serve until told to stop."""
    report = Report()
    plan = WorkerPlan.from_json(sys.stdin.buffer.readline())
    name = Path(plan.spec.directory).name or plan.spec.engine
    logging.basicConfig(
        level=plan.log_level,
        format=f"%(asctime)s %(levelname)s %(name)s engine={name} %(message)s",
    )
    if plan.log_json:
        for handler in logging.getLogger().handlers:
            handler.setFormatter(JsonLines(name))
    # Before any other thread: those that run already would stay outside.
    entry = ENGINES[plan.spec.engine]
    shut = fence.close(network=entry.network, writable=fence.caches(entry.caches))
    log.debug("fenced in: %s", ", ".join(sorted(shut)) or "nothing")
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        compare(plan.code)
        engine = load(plan.spec)
        anyio.run(serve, plan, engine, report)
    except Exception as error:
        # The parent logs the reason in one line, once; the frames are for whoever looks closer.
        log.log(logging.ERROR if report.sent else logging.DEBUG, "the engine ended", exc_info=True)
        report.failed(error)
        os._exit(1)
    os._exit(0)  # native threads may still run: nothing is left to be saved


if __name__ == "__main__":
    main()
