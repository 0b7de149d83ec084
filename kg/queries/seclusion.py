"""No socket for a process that keeps its right to open files: a filter of system calls (seccomp), on Linux.

A store on disk opens its files when a query needs them, so the limit of open files cannot be nought there. All that a
query could still reach is another machine, through SERVICE, and for that it needs a socket.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys

from kg.errors import StoreError

# linux/audit.h and the tables of system calls: the architecture's mark and its number of socket(2).
_CALLS = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
_SET_SECCOMP, _SET_NO_NEW_PRIVILEGES, _FILTER_MODE = 22, 38, 2
# Calls of the x32 interface have this bit, and numbers of their own.
_X32 = 0x40000000
# linux/bpf_common.h: load a word, jump if equal, jump if greater or equal, return.
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))


def can_forbid_sockets() -> bool:
    """Whether this machine has the filter: Linux on x86-64 or 64-bit ARM."""
    return sys.platform == "linux" and platform.machine() in _CALLS


def forbid_sockets() -> None:
    """From now on neither this thread nor any that it starts can open a socket. Raises StoreError where it stays able.

    What is open stays open; a refused call fails with EPERM.
    """
    mark, call = _CALLS[platform.machine()]
    code = b"".join(
        struct.pack("HBBI", *one)
        for one in (
            (_LOAD, 0, 0, 4),
            (_EQUAL, 0, 4, mark),
            (_LOAD, 0, 0, 0),
            (_EQUAL, 2, 0, call),
            (_AT_LEAST, 1, 0, _X32),
            (_RETURN, 0, 0, _ALLOW),
            (_RETURN, 0, 0, _REFUSE | errno.EPERM),
        )
    )
    program = _Program(len(code) // 8, code)
    system = ctypes.CDLL(None, use_errno=True)
    failed = system.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or system.prctl(
        _SET_SECCOMP, _FILTER_MODE, ctypes.byref(program), 0, 0
    )
    if failed:
        raise StoreError(
            f"不能禁止查询连网 cannot keep queries off the network: errno {ctypes.get_errno()}；"
            "请在允许 seccomp 的环境里运行，或设 POLICYKG_STORE_BYTES=never"
        )
