"""The console in a browser, on real weights."""

from browser import walk
from live_server import Server


def test_the_console_writes_down_speaks_and_answers_in_a_browser(server: Server):
    seen = walk(server.base_url)
    (line,) = seen["listen"]["before"]
    assert "안녕하세요" in line
    assert seen["listen"]["lit"] in line
    assert "hello" in seen["listen"]["translation"].lower()
    assert all(len(text) > 20 for text in seen["chat"]["choices"])
    assert seen["chat"]["alternatives"] == 5
    assert seen["speak"]["seconds"] > 1
    assert "qwen2.5-coder-1.5b-instruct" in seen["models"]
    running = [row.split("\t") for row in seen["now"]]
    assert any(name.startswith("qwen") and up == "yes" for name, up, *_ in running)
