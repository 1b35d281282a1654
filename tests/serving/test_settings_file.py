"""`dragoman.toml`: which file is read, and what is refused in it."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from dragoman.serving.settings import Settings, SettingsWrong
from dragoman.serving.settings_file import MOST_BYTES, SettingsFile, unread, user_file
from dragoman.serving.sources import Sources, settings_of

Write = Callable[[str | bytes], Path]


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings but those of a test, and a directory of configuration that is its own."""
    for name in [name for name in os.environ if name.upper().startswith("DRAGOMAN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(content: str | bytes) -> Path:
        path = tmp_path / "house.toml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return written


def own_file(text: str) -> Path:
    """The file in the user's own directory, with `text`."""
    path = user_file()
    assert path is not None
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(SettingsWrong) as refused:
        settings_of({}, path)
    return str(refused.value)


def test_an_option_comes_before_the_environment_and_that_before_a_file(
    monkeypatch: pytest.MonkeyPatch, write: Write
):
    path = write("host = '127.0.0.2'\nport = 1\nqueue = 1\npreload = false\nconsole = false\n")
    monkeypatch.setenv("dragoman_port", "2")
    monkeypatch.setenv("DRAGOMAN_QUEUE", "2")
    sources = Sources.read({"queue": 3}, path)
    settings = sources.settings
    assert (settings.host, settings.port, settings.queue) == ("127.0.0.2", 2, 3)
    assert (settings.preload, settings.console, settings.grace_s) == (False, False, 20.0)
    origins = {name: (each.kind, each.place) for name, each in sources.origins.items()}
    assert origins == {
        "host": ("file", f"{path}:1"),
        "port": ("environment", "dragoman_port"),
        "queue": ("option", "--queue"),
        "preload": ("file", f"{path}:4"),
        "console": ("file", f"{path}:5"),
    }


def test_the_option_comes_before_the_variable_and_that_before_the_users_own_file(
    monkeypatch: pytest.MonkeyPatch, write: Write, tmp_path: Path
):
    assert settings_of({}).port == 8000
    own_file("port = 3")
    assert settings_of({}).port == 3
    other = tmp_path / "other.toml"
    other.write_text("queue = 2")
    monkeypatch.setenv("dragoman_config", str(other))
    assert (settings_of({}).port, settings_of({}).queue) == (8000, 2)
    assert settings_of({}, write("port = 1")).port == 1
    monkeypatch.setenv("dragoman_config", os.devnull)
    assert settings_of({}) == Settings()


def test_a_file_in_the_current_directory_is_not_read_and_a_line_says_so(tmp_path: Path):
    trap = Path("dragoman.toml")
    trap.write_text('host = "0.0.0.0"\napi_keys = ["sk-of-a-stranger"]\ncatalogue = "/evil.toml"\n')
    sources = Sources.read({})
    assert (sources.settings, sources.file) == (Settings(), None)
    (line,) = unread(None)
    assert "--config dragoman.toml" in line
    used = SettingsFile.find(trap)
    assert used is not None
    assert (used.path, unread(used)) == (trap.absolute(), [])
    own_file("port = 1")
    assert len(unread(SettingsFile.find())) == 1
    trap.unlink()
    trap.symlink_to("nowhere.toml")
    assert len(unread(SettingsFile.find())) == 1


@pytest.mark.parametrize("directory", [".", "config"])
def test_a_directory_of_configuration_that_is_relative_is_none(
    directory: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("XDG_CONFIG_HOME", directory)
    place = Path(directory) / "dragoman" / "dragoman.toml"
    place.parent.mkdir(parents=True)
    place.write_text("port = 1")
    assert settings_of({}).port == 8000


@pytest.mark.parametrize(
    ("named", "reason"),
    [
        ("", "is empty"),
        ("dragoman.toml", "is not an absolute path"),
        ("/nowhere/dragoman.toml", "No such file or directory"),
        ("~nobody-of-that-name/dragoman.toml", "home directory"),
    ],
)
def test_a_variable_that_names_no_file_is_refused(
    named: str, reason: str, monkeypatch: pytest.MonkeyPatch
):
    Path("dragoman.toml").write_text("port = 1")
    monkeypatch.setenv("DRAGOMAN_CONFIG", named)
    with pytest.raises(SettingsWrong, match=f"^DRAGOMAN_CONFIG: .*{reason}"):
        settings_of({})


def test_a_file_that_is_named_has_to_be_there_and_the_users_own_has_not():
    assert "--config: " in refusal(Path("none.toml"))
    own = own_file("")
    own.unlink()
    own.symlink_to("nowhere.toml")
    with pytest.raises(SettingsWrong, match="No such file"):
        settings_of({})


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("prot = 9000", [":1: prot: there is no such setting; did you mean port?"]),
        ("\nPort = 1", [":2: Port: there is no such setting; did you mean port?"]),
        ('ssl-certfile = "/x"', [":1: ssl-certfile: ", "did you mean ssl_certfile?"]),
        ("DRAGOMAN_PORT = 1", [":1: DRAGOMAN_PORT: ", "did you mean port?"]),
        ("zzzz = 1", [":1: zzzz: there is no such setting; `dragoman config` lists all"]),
        ('[server]\nhost = "::1"', [":1: server: there is no such table; settings stand at"]),
        ('"\\u001b[31m" = 1', [": '\\x1b[31m': there is no such setting"]),
        ('port = "8000"', [":1: port: should be a whole number without quotes; it is '8000'"]),
        ("port = true", [":1: port: should be a whole number without quotes; it is true"]),
        ("port = 8000.0", [":1: port: should be a whole number"]),
        ("port = 70000", [":1: port: should be less than or equal to 65535; it is 70000"]),
        ("grace_s = nan", [":1: grace_s: should be"]),
        ("longest_wait_s = inf", [":1: longest_wait_s: should be a finite number"]),
        ("offline = 'false'", [":1: offline: should be true or false without quotes"]),
        ("offline = 0", [":1: offline: should be true or false without quotes; it is 0"]),
        ("models = 2026-11-30", [":1: models: should be text in quotes"]),
        ('models = "models"', [":1: models: 'models' is not an absolute path"]),
        ("[port]\nnumber = 1", [":1: port: should be a whole number"]),
        ('cors_origins = "*"', [':1: cors_origins: should be a list of texts: ["…", "…"]']),
        ("cors_origins = [\n  1,\n]", [":1: cors_origins: should be a valid string; it is 1"]),
        ('aliases = "a=b"', [":1: aliases: should be a table of texts"]),
        ("[aliases]\n'gpt-4o' = 3", [":2: aliases.gpt-4o: should be a valid string; it is 3"]),
        ('[aliases]\ngpt-4.1 = "x"', ['aliases.gpt-4: a name with a dot stands in quotes: "gpt']),
        ('[aliases]\na = "x"\nhost = "::"', [":3: aliases.host: is a setting, and has to stand"]),
        ('log_level = "loud"', ["'debug', 'info', 'warning' or 'error'; it is 'loud'"]),
        ('host = ""', [":1: host: is empty"]),
    ],
)
def test_a_key_that_is_none_and_a_value_that_is_not_right_are_one_line(
    text: str, lines: list[str], write: Write
):
    path = write(text)
    told = refusal(path)
    assert told.startswith(str(path))
    assert told.count("\n") == 0
    assert [line for line in lines if line not in told] == []


@pytest.mark.parametrize(
    "text",
    [
        'api_keys = "sk-secret"',
        'api_keys = ["sk-secret", 3]',
        'api_keys = ["sk-secret", "with space"]',
        'api_key = "sk-secret"',
        'api_keys = ["sk-secret"]]',
        'api_keys = ["sk-secret\n',
        '[api_keys]\n"sk-secret" = 1',
    ],
)
def test_no_message_has_a_key(text: str, write: Write):
    path = write(text)
    assert "sk-secret" not in refusal(path)
    assert "sk-secret" not in repr(SettingsFile(path, text, {"api_keys": ["sk-secret"]}, 0o600))


@pytest.mark.parametrize(
    "key", ["${DRAGOMAN_KEY}", "$KEY", "os.environ/MASTER_KEY", "{{vault_key}}"]
)
def test_the_name_of_a_variable_is_no_key(key: str, write: Write):
    assert "name of a variable" in refusal(write(f'api_keys = ["{key}"]'))


def test_what_is_wrong_in_a_file_is_refused_where_something_comes_before_it(
    monkeypatch: pytest.MonkeyPatch, write: Write
):
    path = write("slots = 99\nqueue = 'a'\n")
    monkeypatch.setenv("DRAGOMAN_SLOTS", "2")
    assert refusal(path).startswith(f"{path}:2: queue: ")
    path = write("slots = 99\n")
    assert refusal(path).startswith(f"{path}:1: slots: ")
    monkeypatch.setenv("DRAGOMAN_PORT", "many")
    assert [line.partition(" ")[0] for line in refusal(path).splitlines()] == [
        f"{path}:1:",
        "DRAGOMAN_PORT:",
    ]
    monkeypatch.delenv("DRAGOMAN_PORT")
    with pytest.raises(SettingsWrong, match=r"^--ssl-keyfile: is the key of a certificate"):
        settings_of({"ssl_keyfile": Path("/key")}, write("port = 1"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xef\xbb\xbfport = 7\r\nqueue = 5\r\n", None),
        (b"port = 7", None),
        ("# 항구\nport = 7 # 포트\n[aliases]\n'수달' = 'otter'".encode(), None),
        ("port = 7\n".encode("utf-16"), ":1: is not UTF-8"),
        ("port = 7\n# é".encode("latin-1"), "house.toml:2: is not UTF-8"),
        (b"port = 7\nport = 7\n", "house.toml:2:"),
        (b"port = 7\nhost = 127.0.0.1\n", "house.toml:2:"),
        (b"port: 7\n", "text stands in quotes"),
        (b"port = 7\x00", "house.toml:1:"),
        (b"port = ", "is not TOML: Invalid value"),
        (b".".join([b"aliases"] * 30_000) + b" = 1", "has a line of more than 8192 characters"),
        (b".".join([b"queue"] * 1300) + b" = 1", ":1: queue: should be a whole number"),
        (b"port = " + b"7" * 5000, "is not TOML: Exceeds the limit"),
        (b"queue = " + b"[" * 8_000, "is nested too deep"),
        (b"#" * (MOST_BYTES + 1), "is larger than 256 KiB"),
        (b"a0 = 1\n" + b"".join(b"a%d = 1\n" % i for i in range(1, 9999)), ": and more"),
    ],
)
def test_files_of_all_kinds_of_editors(content: bytes, words: str | None, write: Write):
    path = write(content)
    if words is None:
        assert settings_of({}, path).port == 7
    else:
        told = refusal(path)
        assert words in told
        assert len(told) < 5000


def test_an_empty_file_sets_nothing(write: Write):
    assert settings_of({}, write("")) == Settings()
    assert settings_of({}, write("# nothing\n\n")) == Settings()


def test_what_is_no_file_is_refused_at_once(tmp_path: Path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert "is a pipe" in refusal(pipe)
    assert "is a directory" in refusal(tmp_path)
    assert "is a device" in refusal(Path("/dev/zero"))
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    assert "symbolic links" in refusal(loop)


def test_a_file_that_may_not_be_read_is_refused(write: Write, monkeypatch: pytest.MonkeyPatch):
    path = write("port = 1")

    def refuse(self: Path, *_: object) -> None:  # root may read everything: no mode shows it
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refuse)
    assert refusal(path) == f"{path}: Permission denied"


def test_a_link_is_followed_and_named_as_it_is_named(write: Write, tmp_path: Path):
    link = tmp_path / "link.toml"
    link.symlink_to(write("port = 'x'"))
    assert refusal(link).startswith(f"{link}:1: ")


@pytest.mark.parametrize(
    ("text", "mode", "words"),
    [
        ('api_keys = ["sk-one"]', 0o644, ["may read its keys"]),
        ('api_keys = ["sk-one"]', 0o600, []),
        ('api_keys = ["sk-one"]', 0o640, []),
        ("api_keys = []", 0o644, []),
        ("port = 1", 0o644, []),
        ("port = 1", 0o666, ["may change it"]),
    ],
)
def test_who_else_may_read_keys_or_change_settings_is_told(
    text: str, mode: int, words: list[str], write: Write
):
    path = write(text)
    path.chmod(mode)
    warnings = SettingsFile.read(path).warnings()
    assert [len(warnings), *(word in " ".join(warnings) for word in words)] == [
        len(words),
        *(True for _ in words),
    ]


def test_a_directory_that_may_not_be_looked_into_is_told(monkeypatch: pytest.MonkeyPatch):
    own_file("port = 1")
    assert unread(None) == []

    def closed(path: Path) -> os.stat_result:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "lstat", closed)
    assert SettingsFile.find() is None
    (line,) = unread(None)
    assert "is not read" in line


def test_variables_that_are_no_settings_are_refused_first(
    monkeypatch: pytest.MonkeyPatch, write: Write
):
    monkeypatch.setenv("DRAGOMAN_CONFGI", "/etc/dragoman.toml")
    assert refusal(write("")) == (
        "DRAGOMAN_CONFGI: there is no such setting; did you mean DRAGOMAN_CONFIG?"
    )
