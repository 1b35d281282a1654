"""Prints how big each room is; what is too big or too small needs a reason.

    python scripts/rooms.py

A room is a package right below `dragoman`, or an engine. A file has 40 to 400 lines and a function
65 at most; what has more or fewer needs a reason in `rooms.toml`, beside this file. A reason that
is missing, or that nothing needs any more, is an error. `__init__.py` is the face of its package
and may be short.

A docstring stands alone in a hover: one of a public name that begins with a preposition ("And in
bytes.", "Of one request.") leans on the line above it, and is an error, too.

At the end there is a reminder, no gate: where a participle names a parameter, a field or a method,
which says when a thing came to be and not what it is.
"""

import ast
import statistics
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parent / "src" / "dragoman"
REASONS = HERE / "rooms.toml"

FEWEST_LINES = 40
MOST_LINES = 400
LONGEST_FUNCTION = 65
PARTICIPLES = frozenset(
    {"told", "asked", "wanted", "said", "heard", "found", "made", "given", "taken"}
)
"""Names that say nothing of what a thing is."""
LEANING = frozenset(
    {
        "among", "and", "around", "as", "at", "before", "behind", "below", "beside", "besides",
        "between", "but", "by", "for", "from", "in", "of", "on", "or", "over", "so", "than", "to",
        "under", "until", "up", "with", "within", "without"
    }
)  # fmt: skip
"""First words of docstrings that have no subject."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class File:
    """One source file."""

    path: str
    """As it is written in `rooms.toml`: below `src/dragoman`."""
    lines: int
    functions: Mapping[str, int]
    """Name → lines, the signature among them and decorators not."""
    participles: Sequence[tuple[int, str]]
    """Lines and names."""
    leaning: Sequence[tuple[int, str]]
    """Docstrings of public names that have no subject: lines and first words."""

    @property
    def room(self) -> str:
        """The package right below `dragoman`, or the engine."""
        parts = self.path.split("/")[:-1]
        depth = 2 if parts[:1] == ["engines"] else 1
        return "/".join(parts[:depth]) or "dragoman"

    @property
    def longest(self) -> tuple[int, str]:
        """The lines and the name of its longest function; 0 where it has none."""
        return max(((lines, name) for name, lines in self.functions.items()), default=(0, ""))

    @property
    def face(self) -> bool:
        """Whether it is the face of a package."""
        return self.path.endswith("__init__.py")


def read(source: Path) -> list[File]:
    """Every Python file below `source`."""
    return [
        _read(path, path.relative_to(source).as_posix()) for path in sorted(source.rglob("*.py"))
    ]


def faults(files: Sequence[File], reasons: Mapping[str, Mapping[str, str]]) -> list[str]:
    """What has no reason, and reasons that nothing needs."""
    needed = {
        "small_files": {file.path for file in files if file.lines < FEWEST_LINES and not file.face},
        "big_files": {file.path for file in files if file.lines > MOST_LINES},
        "big_functions": {
            f"{file.path}:{name}"
            for file in files
            for name, lines in file.functions.items()
            if lines > LONGEST_FUNCTION
        },
    }
    found = [f"[{table}] is no table of these" for table in reasons.keys() - needed.keys()]
    for table, names in needed.items():
        has = reasons.get(table, {})
        found += [f"[{table}] lacks a reason for {name}" for name in sorted(names - has.keys())]
        found += [f"[{table}] {name}: needs none any more" for name in sorted(has.keys() - names)]
        found += [f"[{table}] {name}: the reason is empty" for name in has if not has[name].strip()]
    found += [
        f"{file.path}:{line}: a docstring that begins with '{word}' does not stand alone"
        for file in files
        for line, word in file.leaning
    ]
    return found


def print_rooms(files: Sequence[File]) -> None:
    """One line for each room."""
    print(f"{'room':22} files  lines  median  biggest file, biggest function")
    rooms: dict[str, list[File]] = {}
    for file in files:
        rooms.setdefault(file.room, []).append(file)
    for room, inside in sorted(rooms.items()):
        lines = [file.lines for file in inside]
        biggest = max(inside, key=lambda file: file.lines)
        length, function = max(file.longest for file in inside)
        ends = f"{_below(room, biggest.path)} {biggest.lines}, {function or '–'} {length}"
        median = int(statistics.median(lines))
        print(f"{room:22}{len(inside):6}{sum(lines):7}{median:8}  {ends}")
    lines = [file.lines for file in files]
    print(f"{'all':22}{len(files):6}{sum(lines):7}{int(statistics.median(lines)):8}\n")


def print_reasons(files: Sequence[File], reasons: Mapping[str, Mapping[str, str]]) -> None:
    """What is too big or too small, with its reason."""
    sizes = {file.path: file.lines for file in files}
    for file in files:
        sizes |= {f"{file.path}:{name}": lines for name, lines in file.functions.items()}
    for table, entries in reasons.items():
        print(f"{table.replace('_', ' ')}: {len(entries)}")
        for name, reason in entries.items():
            print(f"{sizes.get(name, 0):6}  {name}: {reason}")
    print()


def print_participles(files: Sequence[File]) -> None:
    """The reminder."""
    total = Counter(name for file in files for _, name in file.participles)
    counts = ", ".join(f"{name} {number}" for name, number in total.most_common())
    print(f"Parameters, fields and methods without a noun or a verb: {total.total()} ({counts})")
    for file in files:
        if file.participles:
            places = ", ".join(f"{name} {line}" for line, name in file.participles)
            print(f"        {file.path}: {places}")
    print()


def check() -> None:
    """Print all of it; leave with status 1 where a reason or a docstring's subject is missing."""
    files = read(SOURCE)
    reasons = tomllib.loads(REASONS.read_text(encoding="utf-8"))
    print_rooms(files)
    print_reasons(files, reasons)
    print_participles(files)
    if wrong := faults(files, reasons):
        sys.exit("\n".join(["== rooms:", *wrong]))


def _read(path: Path, name: str) -> File:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    functions = {
        label: (node.end_lineno or node.lineno) - node.lineno + 1
        for label, node in _functions(tree, "")
    }
    leaning = [
        (line, words[0])
        for line, docstring in _docstrings(tree)
        if (words := docstring.split()) and words[0].strip(",:;").lower() in LEANING
    ]
    lines = len(text.splitlines())
    return File(name, lines, functions, sorted(_participles(tree)), leaning)


def _docstrings(node: ast.Module | ast.ClassDef | Function) -> Iterator[tuple[int, str]]:
    """Those of public classes, functions, constants and fields below `node`, with their lines."""
    for child, after in zip_longest(node.body, node.body[1:]):
        match child:
            case (
                ast.ClassDef(name=name)
                | ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
            ):
                if not name.startswith("_") or name.startswith("__"):
                    yield from _texts(child.body[0])
                    yield from _docstrings(child)
            case ast.AnnAssign(target=target) | ast.Assign(targets=[target]):
                if not ast.unparse(target).rpartition(".")[2].startswith("_"):
                    yield from _texts(after)
            case _:
                pass


def _texts(node: ast.stmt | None) -> Iterator[tuple[int, str]]:
    match node:
        case ast.Expr(value=ast.Constant(value=str(text))):
            yield node.lineno, text
        case _:
            pass


def _functions(node: ast.AST, within: str) -> Iterator[tuple[str, Function]]:
    for child in ast.iter_child_nodes(node):
        name = within
        if isinstance(child, (*_FUNCTIONS, ast.ClassDef)):
            name = f"{within}.{child.name}" if within else child.name
        if isinstance(child, _FUNCTIONS):
            yield name, child
        yield from _functions(child, name)


def _participles(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.arg(arg=name, lineno=line):
                names = [(line, name)]
            case ast.ClassDef(body=body):
                names = [(each.lineno, _member(each)) for each in body]
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store(), lineno=line):
                names = [(line, name)]
            case _:
                names = []
        yield from ((line, name) for line, name in names if name.strip("_") in PARTICIPLES)


def _member(node: ast.stmt) -> str:
    match node:
        case ast.AnnAssign(target=ast.Name(id=name)):
            return name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return name
        case _:
            return ""


def _below(room: str, path: str) -> str:
    return path.removeprefix(f"{room}/")


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


if __name__ == "__main__":
    check()
