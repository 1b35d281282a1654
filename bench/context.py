"""What a longer context costs: the same requests with 8,192 and with 32,768 tokens, in turns.

    python bench/context.py [--contexts 8192 32768] [--rounds 2] [--words 1500]

Each round starts a server with each context, without other models, and asks it about a prompt of
`--words` numbered words that it has not read before, streamed, at temperature 0. Prints the
resident MiB of the chat model's process after loading and at the end, the prompt tokens read and
the tokens written in a second, and the ratios of the last context to the first.
"""

import argparse
import os
import re
import statistics
import subprocess
import sysconfig
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from openai import OpenAI

MODEL = "qwen2.5-coder-1.5b-instruct"
WRITTEN = 64
NAMES = ("MiB loaded", "MiB at the end", "tokens read in a second", "tokens written in a second")
READY = re.compile(rf"engine={re.escape(MODEL)} event=ready pid=(\d+)")


def resident_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    (kib,) = re.findall(r"VmRSS:\s+(\d+) kB", status)
    return int(kib) / 1024


@contextmanager
def serving(context: int) -> Generator[tuple[OpenAI, int]]:
    """A server's client, and the process of its chat model."""
    dragoman = str(Path(sysconfig.get_path("scripts")) / "dragoman")
    command = [dragoman, "serve", "--offline", "--port", "0", "--context", str(context)]
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            assert process.stdout is not None
            line = next(line for line in process.stdout if "OPENAI_BASE_URL" in line)
            url = re.findall(r"OPENAI_BASE_URL=(\S+)", line)[0]
            client = OpenAI(base_url=url, api_key="none", max_retries=0, timeout=1200)
            log.seek(0)
            yield client, int(READY.findall(log.read())[-1])
        finally:
            process.terminate()
            process.wait()


def measure(context: int, words: int, seed: str) -> tuple[float, ...]:
    """See `NAMES`."""
    with serving(context) as (client, pid):
        loaded = resident_mib(pid)
        text = " ".join(f"{seed}{number}" for number in range(words))
        began = time.monotonic()
        stream = client.chat.completions.create(
            model=MODEL,
            messages=[{"role": "user", "content": f"{text}\n\nTell a long story about a ship."}],
            temperature=0,
            max_tokens=WRITTEN,
            stream=True,
            stream_options={"include_usage": True},
        )
        first = last = began
        read = written = 0
        for chunk in stream:
            if chunk.usage:
                read, written = chunk.usage.prompt_tokens, chunk.usage.completion_tokens
            elif chunk.choices and chunk.choices[0].delta.content:
                last = time.monotonic()
                first = last if first == began else first
        return loaded, resident_mib(pid), read / (first - began), (written - 1) / (last - first)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contexts", type=int, nargs="+", default=[8192, 32_768])
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--words", type=int, default=1500)
    chosen = parser.parse_args()
    found: dict[int, list[tuple[float, ...]]] = {context: [] for context in chosen.contexts}
    for number in range(chosen.rounds):
        for context in chosen.contexts:
            found[context].append(measure(context, chosen.words, f"w{os.getpid()}{number}-"))
            print(context, [round(value, 1) for value in found[context][-1]], flush=True)
    for number, name in enumerate(NAMES):
        middles = [statistics.median(run[number] for run in found[c]) for c in chosen.contexts]
        shown = ", ".join(f"{middle:.0f}" for middle in middles)
        print(f"{name}: {shown}; last to first {middles[-1] / middles[0]:.2f}")


if __name__ == "__main__":
    main()
