"""The fence around a worker: what the process of an engine can reach.

Engines read weights and decode what strangers send, in libraries of native code. A process that is
broken into should know no keys, start no program, write nothing but temporary files, and reach no
network. On Linux a filter of system calls refuses sockets of the internet, whatever their protocol,
and Landlock, where the kernel has it, programs, files, and signals to other processes.
"""

import contextlib
import ctypes
import errno
import importlib.util
import os
import platform
import re
import resource
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeAlias

Fence: TypeAlias = Literal["privileges", "network", "files"]

_PASSED = re.compile(
    r"PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_.*|TZ|TMPDIR|TEMP|TMP|XDG_\w+_(?:HOME|DIRS?)"
    r"|VIRTUAL_ENV|PYTHON(?!STARTUP).*|LD_.*|DYLD_.*|GLIBC_TUNABLES|MALLOC_.*|OMP_.*|GOMP_.*|KMP_.*"
    r"|MKL_.*|OPENBLAS_.*|BLIS_.*|VECLIB_.*|NUMEXPR_.*|CT2_.*|ORT_.*|GGML_.*|CUDA.*|NVIDIA_.*|HIP_.*"
    r"|ROCR_.*|SSL_CERT_.*|GRPC_.*|COVERAGE_.*|SYSTEMROOT|WINDIR",
    re.IGNORECASE,
)
"""Names of variables that a worker needs, or that an operator sets for its libraries. What is not
among them may be a key of this server or of any other."""
_SECRET = re.compile(r".*(?:KEY|TOKEN|SECRET|PASS|CREDENTIAL).*", re.IGNORECASE)
_PROXIES = re.compile(r"(?:HTTPS?|ALL|NO)_PROXY", re.IGNORECASE)
"""Only for an engine that talks to other machines: they may hold a password."""

# linux/landlock.h and linux/prctl.h; the numbers of the calls are the same on every processor.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION = 1
_PATH_BENEATH = 1
_NO_NEW_PRIVILEGES = 38
_EXECUTE, _WRITE_FILE, _REFER, _TRUNCATE = 1 << 0, 1 << 1, 1 << 13, 1 << 14
_REMOVE_AND_MAKE = sum(1 << bit for bit in range(4, 13))
_SCOPES = 0b11
"""Abstract Unix sockets, and signals: none to processes outside."""
_REFER_SINCE, _TRUNCATE_SINCE, _SCOPES_SINCE = 2, 3, 6
_WRITABLE = ("/dev", "/proc")
"""Devices, shared memory and the names of threads, besides temporary files."""

# linux/seccomp.h, linux/filter.h and linux/audit.h.
_SET_SECCOMP, _FILTER = 22, 2
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_CALL, _PROCESSOR, _FIRST_ARGUMENT = 0, 4, 16
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EACCES
_SOCKETS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
)
"""How the kernel numbers a processor, and `socket` on it."""
_RING = 425
"""`io_uring_setup`: rings make sockets, too."""
_OTHER_NUMBERS = 0x40000000
"""From here on the calls of a second table of x86-64 begin."""
_INTERNET = (2, 10)
"""The families AF_INET and AF_INET6."""


class _Ruleset(ctypes.Structure):
    """`struct landlock_ruleset_attr`."""

    _fields_ = (
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scopes", ctypes.c_uint64),
    )


class _Beneath(ctypes.Structure):
    """`struct landlock_path_beneath_attr`."""

    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("directory", ctypes.c_int32))


class _Instruction(ctypes.Structure):
    """`struct sock_filter`."""

    _fields_ = (
        ("code", ctypes.c_uint16),
        ("then", ctypes.c_uint8),
        ("otherwise", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    """`struct sock_fprog`."""

    _fields_ = (("length", ctypes.c_uint16), ("first", ctypes.POINTER(_Instruction)))


def passed(environment: Mapping[str, str], *, network: bool = False) -> dict[str, str]:
    """The variables of `environment` that a worker gets; those of proxies only with a `network`."""
    return {
        name: value
        for name, value in environment.items()
        if (_PASSED.fullmatch(name) and not _SECRET.fullmatch(name))
        or (network and _PROXIES.fullmatch(name))
    }


def caches(packages: Iterable[str]) -> list[str]:
    """Make the directories that installed packages have in the user's cache, and return them.

    One that cannot be made is not writable: its package fails, and says so.
    """
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    found = [home / package for package in packages if importlib.util.find_spec(package)]
    for directory in found:
        with contextlib.suppress(OSError):
            directory.mkdir(parents=True, exist_ok=True)
    return [str(directory) for directory in found]


def close(*, network: bool, writable: Iterable[str] = ()) -> frozenset[Fence]:
    """Fence this thread in, with all that it starts, and return which ways were closed.

    `network`: whether the engine talks to other machines, or over a port. `writable`: directories
    that it writes to, besides temporary ones. Nothing is shut where the system cannot do it.
    """
    # What a crash would leave on the disk is what callers have said.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform != "linux":
        return frozenset()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return frozenset()
    shut: set[Fence] = {"privileges"}
    if _close_files(libc, writable):
        shut.add("files")
    if not network and _close_network(libc):
        shut.add("network")
    return frozenset(shut)


def _close_network(libc: ctypes.CDLL) -> bool:
    """Refuse sockets of the internet; whether that was done."""
    known = _SOCKETS.get(platform.machine())
    if known is None:
        return False
    processor, socket = known
    # Jumps count from the next instruction; the last two are `refuse` and `allow`.
    steps = (
        (_LOAD, 0, 0, _PROCESSOR),
        (_EQUAL, 0, 7, processor),  # the calls of another processor are not known
        (_LOAD, 0, 0, _CALL),
        (_AT_LEAST, 5, 0, _OTHER_NUMBERS),
        (_EQUAL, 4, 0, _RING),
        (_EQUAL, 0, 4, socket),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_EQUAL, 1, 0, _INTERNET[0]),
        (_EQUAL, 0, 1, _INTERNET[1]),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    )
    instructions = (_Instruction * len(steps))(*(_Instruction(*step) for step in steps))
    program = _Program(len(steps), instructions)
    return libc.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0) == 0


def _close_files(libc: ctypes.CDLL, writable: Iterable[str]) -> bool:
    """Refuse programs, and writing outside `writable` and temporary files; whether it was done."""
    version: int = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION)
    if version < _VERSION:
        return False
    scopes = _SCOPES if version >= _SCOPES_SINCE else 0
    size = ctypes.sizeof(_Ruleset) if scopes else ctypes.sizeof(ctypes.c_uint64)
    rules = _Ruleset(_rights(version), 0, scopes)
    ruleset: int = libc.syscall(
        _CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint32(0)
    )
    if ruleset < 0:
        return False
    for directory in {*_WRITABLE, tempfile.gettempdir(), *writable}:
        _allow(libc, ruleset, directory, _rights(version) & ~_EXECUTE)
    done = libc.syscall(_RESTRICT_SELF, ruleset, ctypes.c_uint32(0)) == 0
    os.close(ruleset)
    return done


def _rights(version: int) -> int:
    """What is refused outside the directories that are allowed: to start, write, make, remove."""
    rights = _EXECUTE | _WRITE_FILE | _REMOVE_AND_MAKE
    rights |= _REFER if version >= _REFER_SINCE else 0
    return rights | (_TRUNCATE if version >= _TRUNCATE_SINCE else 0)


def _allow(libc: ctypes.CDLL, ruleset: int, directory: str, rights: int) -> None:
    with contextlib.suppress(OSError):
        opened = os.open(Path(directory), os.O_PATH | os.O_CLOEXEC)
        beneath = _Beneath(rights, opened)
        libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(beneath), ctypes.c_uint32(0))
        os.close(opened)
