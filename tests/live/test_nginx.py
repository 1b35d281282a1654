"""Behind nginx as it comes: it gives up after 60 s without a byte, and collects what it passes."""

import re
import shutil
import subprocess
from collections.abc import Generator
from pathlib import Path

import httpx2
import pytest
from openai import OpenAI

from live_server import Server

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")

pytestmark = [
    pytest.mark.model,
    pytest.mark.slow,
    pytest.mark.skipif(NGINX is None, reason="NOT TESTED: no nginx on this machine"),
]

CONFIG = """\
daemon off;
master_process off;
pid {there}/pid;
error_log stderr;
events {{}}
http {{
  access_log off;
  client_body_temp_path {there}/body;
  proxy_temp_path {there}/proxy;
  fastcgi_temp_path {there}/fastcgi;
  uwsgi_temp_path {there}/uwsgi;
  scgi_temp_path {there}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location / {{ proxy_pass {dragoman}; }}
  }}
}}
"""
LINES = "".join(
    f"The crate with the number {number} holds a brass screw. " for number in range(220)
)
QUESTION = f"{LINES}\nThe password is 'quince'.\n{LINES}\nWhat is the password?"
"""More than 5,000 tokens, of which one line counts."""


@pytest.fixture
def proxied(server: Server, tmp_path: Path, free_tcp_port: int) -> Generator[str, None, None]:
    """The base URL of a Dragoman behind nginx."""
    there = tmp_path / "nginx"
    there.mkdir()
    dragoman = re.sub(r"/v1$", "", server.base_url)
    config = there / "nginx.conf"
    config.write_text(CONFIG.format(there=there, port=free_tcp_port, dragoman=dragoman))
    with subprocess.Popen([str(NGINX), "-c", str(config), "-e", "stderr"]) as process:
        try:
            yield f"http://127.0.0.1:{free_tcp_port}/v1"
        finally:
            process.terminate()


def test_a_long_prompt_comes_through_nginx_with_its_own_time_outs(proxied: str) -> None:
    body = {
        "model": "gpt-4o-mini",
        "messages": [{"role": "user", "content": QUESTION}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": 12,
        "temperature": 0,
    }
    transport = httpx2.HTTPTransport(retries=5)
    url = f"{proxied}/chat/completions"
    with (
        httpx2.Client(timeout=60, transport=transport) as http,
        http.stream("POST", url, json=body) as answer,
    ):
        lines = [line for line in answer.iter_lines() if line]
    assert answer.status_code == 200
    assert lines[0] == ": waiting"
    assert lines[-1] == "data: [DONE]"
    tokens = re.search(r'"prompt_tokens":(\d+)', lines[-2])
    assert tokens is not None
    assert int(tokens[1]) > 5_000
    # The second time the prompt comes from the cache.
    with OpenAI(base_url=proxied, api_key="anything", max_retries=0) as client:
        answer = client.chat.completions.create(
            model="gpt-4o-mini",
            messages=[{"role": "user", "content": QUESTION}],
            max_tokens=12,
            temperature=0,
        )
    assert "quince" in (answer.choices[0].message.content or "")
