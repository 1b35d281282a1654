"""The fence around a worker: what the process of an engine can reach.

Engines read weights and decode what strangers send, in libraries of native code. A process that is
broken into should know no keys, start no program, write nothing but temporary files, and reach no
network. Linux's Landlock sees to the last three, where the kernel has it.
"""

import contextlib
import ctypes
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal, TypeAlias

Fence: TypeAlias = Literal["privileges", "files", "network"]

_PASSED = re.compile(
    r"PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_.*|TZ|TMPDIR|TEMP|TMP|XDG_.*|VIRTUAL_ENV"
    r"|PYTHON(?!STARTUP).*|LD_.*|DYLD_.*|GLIBC_TUNABLES|MALLOC_.*|OMP_.*|GOMP_.*|KMP_.*|MKL_.*"
    r"|OPENBLAS_.*|BLIS_.*|VECLIB_.*|NUMEXPR_.*|CT2_.*|ORT_.*|GGML_.*|LLAMA_.*|CUDA.*|NVIDIA_.*|HIP_.*"
    r"|ROCR_.*|SSL_CERT_.*|GRPC_.*|COVERAGE_.*|(?:HTTPS?|ALL|NO)_PROXY|SYSTEMROOT|WINDIR",
    re.IGNORECASE,
)
"""Names of variables that a worker needs, or that an operator sets for its libraries. What is not
among them may be a key of this server or of any other."""
_SECRET = re.compile(r".*(?:KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL)s?(?:_.*)?", re.IGNORECASE)

# linux/landlock.h and linux/prctl.h; the numbers of the calls are the same on every processor.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION = 1
_PATH_BENEATH = 1
_NO_NEW_PRIVILEGES = 38
_EXECUTE, _WRITE_FILE, _REFER, _TRUNCATE = 1 << 0, 1 << 1, 1 << 13, 1 << 14
_REMOVE_AND_MAKE = sum(1 << bit for bit in range(4, 13))
_TCP = 0b11
"""To bind and to connect."""
_NETWORK_SINCE, _TRUNCATE_SINCE, _REFER_SINCE = 4, 3, 2
_WRITABLE = ("/dev", "/proc")
"""Devices, shared memory and the names of threads, besides temporary files."""


class _Ruleset(ctypes.Structure):
    """`struct landlock_ruleset_attr`, as far as it is used."""

    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    """`struct landlock_path_beneath_attr`."""

    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("directory", ctypes.c_int32))


def passed(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables of `environment` that a worker gets."""
    return {
        name: value
        for name, value in environment.items()
        if _PASSED.fullmatch(name) and not _SECRET.fullmatch(name)
    }


def close(*, network: bool, writable: Iterable[str] = ()) -> frozenset[Fence]:
    """Shut this thread, and all that it starts, in; what was shut comes back.

    `network`: whether the engine talks to other machines, or over a port. `writable`: directories
    that it writes to, besides temporary ones. Nothing is shut where the system cannot do it.
    """
    if sys.platform != "linux":
        return frozenset()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return frozenset()
    version: int = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION)
    if version < _VERSION:
        return frozenset(("privileges",))
    tcp = 0 if network or version < _NETWORK_SINCE else _TCP
    size = ctypes.sizeof(_Ruleset) if version >= _NETWORK_SINCE else ctypes.sizeof(ctypes.c_uint64)
    rules = _Ruleset(_rights(version), tcp)
    ruleset: int = libc.syscall(
        _CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint32(0)
    )
    if ruleset < 0:
        return frozenset(("privileges",))
    for directory in {*_WRITABLE, tempfile.gettempdir(), *writable}:
        _allow(libc, ruleset, directory, _rights(version) & ~_EXECUTE)
    shut = libc.syscall(_RESTRICT_SELF, ruleset, ctypes.c_uint32(0)) == 0
    os.close(ruleset)
    if not shut:
        return frozenset(("privileges",))
    return frozenset(("privileges", "files", *(("network",) if tcp else ())))


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
