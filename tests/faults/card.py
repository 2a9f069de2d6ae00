"""A memory card whose power can be cut: a FUSE file system that keeps what was not synced apart from what was.

As strict as POSIX allows: a file's content is safe after fsync of the file, its name after fsync of its folder. The
card lives in a process of its own; what runs on it sees the folder `Card.folder`, after each cut a new one.
"""

import errno
import os
import shutil
import stat
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Literal, Self

SECTOR = 512
ORDER = "user.card."  # an attribute that is set on the root: how the tests speak to the card's process
HIDDEN = ".fuse_hidden"  # libfuse renames to this what is unlinked while it is open
Mode = Literal["drop", "torn"]


def why_not() -> str:
    """Why there can be no card on this computer; empty where there can."""
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        return "no power cuts: /dev/fuse is missing here, or not for this user"
    if shutil.which("fusermount3") is None:
        return "no power cuts: Debian's fuse3 is not installed"
    return ""


class Card:
    """The card as the tests hold it, in the (new) folder `mountpoint`."""

    def __init__(self, mountpoint: Path) -> None:
        mountpoint.mkdir()
        self._mountpoint = mountpoint
        self._life = 0
        subprocess.run([sys.executable, "-m", "tests.faults.card", mountpoint], check=True)  # ends when it is mounted

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        subprocess.run(["fusermount3", "-u", "-z", self._mountpoint], check=True)

    @property
    def folder(self) -> Path:
        """The card's root. Whoever still has a file open in the one before the last cut gets EIO."""
        return self._mountpoint / str(self._life)

    def cut(self, mode: Mode, seed: int = 0) -> None:
        """The power goes, and comes back. drop: nothing is left of what was not synced; torn: some sectors are."""
        self._order("cut", mode, seed)
        self._life += 1

    def fail(self, code: int, *, after: int = 0) -> None:
        """After so many more writes and syncs each ends with this error: EIO, EROFS."""
        self._order("fail", code, after)

    def forget(self, name: str, offset: int) -> None:
        """The page there of that file is not to be read any more; what is cached of it is gone with a cut."""
        self._order("forget", name, offset)

    def fill(self, free: int) -> None:
        """Leave room for so many bytes."""
        self._order("fill", free)

    def heal(self) -> None:
        """Whatever fail() and fill() did is over."""
        self._order("heal")

    def _order(self, what: str, *values: object) -> None:
        os.setxattr(self._mountpoint, ORDER + what, " ".join(map(str, values)).encode())


class _Node:
    """A file or folder. `kept` is what survives a cut; `unsynced` the writes (offset, bytes) and sizes since."""

    def __init__(self, mode: int) -> None:
        self.mode = mode
        self.now, self.kept = bytearray(), bytearray()
        self.unsynced: list[tuple[int, bytes] | int] = []

    def change(self, change: tuple[int, bytes] | int) -> None:
        _apply(self.now, change)
        self.unsynced.append(change)

    def sync(self) -> None:
        for change in self.unsynced:
            _apply(self.kept, change)
        self.unsynced.clear()

    def lose(self, mode: str, random: Random) -> None:
        if mode == "torn":
            for change in self.unsynced:
                for part in _sectors(change):
                    if random.random() < 0.5:
                        _apply(self.kept, part)
        self.unsynced.clear()
        self.now = bytearray(self.kept)


def _apply(content: bytearray, change: tuple[int, bytes] | int) -> None:
    if isinstance(change, int):
        del content[change:]
        content.extend(bytes(change - len(content)))
        return
    offset, data = change
    content.extend(bytes(max(0, offset - len(content))))
    content[offset : offset + len(data)] = data


def _sectors(change: tuple[int, bytes] | int) -> list[tuple[int, bytes] | int]:
    """What the card writes at once: a sector wholly or not at all."""
    if isinstance(change, int):
        return [change]
    offset, data = change
    edges = [offset, *range(offset - offset % SECTOR + SECTOR, offset + len(data), SECTOR), offset + len(data)]
    return [(first, data[first - offset : last - offset]) for first, last in pairwise(edges)]


Names = dict[str, _Node]
Renaming = dict[str, _Node | None]  # what a step does to the names: a new node, or none


class Disk:
    """What FUSE asks for, one call at a time. Paths begin with the life: `/3/journal.db`."""

    use_ns = True

    def __init__(self) -> None:
        self._life = 0
        self._names: Names = {"": _Node(stat.S_IFDIR | 0o755)}
        self._kept_names = dict(self._names)
        self._unsynced: list[Renaming] = []
        self._hidden: Names = {}  # unlinked, but open still
        self._error, self._writes_left = 0, 0
        self._room: int | None = None
        self._unreadable: set[tuple[str, int]] = set()  # name and offset

    # What the tests order.

    def setxattr(self, path: str, name: str, value: bytes, options: int, position: int = 0) -> int:
        words = value.decode().split()
        match name.removeprefix(ORDER):
            case "cut":
                self._cut(words[0], Random(int(words[1])))
            case "fail":
                self._error, self._writes_left = map(int, words)
            case "forget":
                self._unreadable.add((words[0], int(words[1])))
            case "fill":
                self._room = self._used() + int(words[0])
            case "heal":
                self._error, self._room = 0, None
        return 0

    def _cut(self, mode: str, random: Random) -> None:
        if mode == "torn":
            for step in self._unsynced[: random.randint(0, len(self._unsynced))]:
                _rename(self._kept_names, step)
        self._unsynced.clear()
        self._names = dict(self._kept_names)
        self._hidden.clear()
        for node in self._names.values():
            node.lose(mode, random)
        self._life += 1

    # What FUSE asks about names.

    def getattr(self, path: str, fh: int | None = None) -> dict[str, int]:
        if path == "/":
            return {"st_mode": stat.S_IFDIR | 0o755, "st_nlink": 2}
        node = self._node(path)
        return {"st_mode": node.mode, "st_nlink": 1, "st_size": len(node.now)}

    def readdir(self, path: str, fh: int) -> list[str]:
        folder = self._name(path)
        inside = [name for name in self._names if name and _parent(name) == folder]
        return [".", "..", *(name.rpartition("/")[2] for name in inside)]

    def mkdir(self, path: str, mode: int) -> int:
        return self._step({self._name(path): _Node(stat.S_IFDIR | mode)})

    def rmdir(self, path: str) -> int:
        if len(self.readdir(path, 0)) > 2:
            raise OSError(errno.ENOTEMPTY, "")
        return self.unlink(path)

    def unlink(self, path: str) -> int:
        name = self._name(path)
        return 0 if self._hidden.pop(name, None) else self._step({name: None})

    def rename(self, old: str, new: str) -> int:
        name, node = self._name(new), self._node(old)
        if HIDDEN in name:
            self._hidden[name] = node
            return self._step({self._name(old): None})
        return self._step({self._name(old): None, name: node})

    def fsyncdir(self, path: str, datasync: int, fh: int) -> int:
        self._may_write()
        folder = self._name(path)
        for step in [step for step in self._unsynced if folder in map(_parent, step)]:
            _rename(self._kept_names, step)
            self._unsynced.remove(step)
        return 0

    # What FUSE asks about files.

    def create(self, path: str, mode: int, fi: object = None) -> int:
        return self._step({self._name(path): _Node(stat.S_IFREG | mode)})

    def open(self, path: str, flags: int) -> int:
        self._node(path)
        if self._error == errno.EROFS and flags & os.O_ACCMODE != os.O_RDONLY:
            raise OSError(errno.EROFS, "")
        return 0

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        name = self._name(path)
        if any(name == bad and offset <= at < offset + size for bad, at in self._unreadable):
            raise OSError(errno.EIO, "")
        return bytes(self._node(path).now[offset : offset + size])

    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        node = self._node(path)
        self._may_write(growth=offset + len(data) - len(node.now))
        node.change((offset, bytes(data)))
        return len(data)

    def truncate(self, path: str, length: int, fh: int | None = None) -> int:
        node = self._node(path)
        self._may_write(growth=length - len(node.now))
        node.change(length)
        return 0

    def fsync(self, path: str, datasync: int, fh: int) -> int:
        self._may_write()
        self._node(path).sync()
        return 0

    def chmod(self, path: str, mode: int) -> int:
        self._node(path).mode = mode
        return 0

    def chown(self, path: str, uid: int, gid: int) -> int:
        return 0

    def utimens(self, path: str, times: object = None) -> int:
        return 0

    def statfs(self, path: str) -> dict[str, int]:
        free = max(0, self._room - self._used()) // SECTOR if self._room is not None else 1 << 20
        return {"f_bsize": SECTOR, "f_frsize": SECTOR, "f_blocks": 1 << 21, "f_bfree": free, "f_bavail": free}

    # What they share.

    def _name(self, path: str) -> str:
        """The path without the life. Raises EIO where that is over."""
        life, _, name = path.lstrip("/").partition("/")
        if life != str(self._life):
            raise OSError(errno.EIO if life.isdecimal() and int(life) < self._life else errno.ENOENT, "")
        return name

    def _node(self, path: str) -> _Node:
        name = self._name(path)
        node = self._names.get(name) or self._hidden.get(name)
        if node is None:
            raise OSError(errno.ENOENT, "")
        return node

    def _step(self, step: Renaming) -> int:
        self._may_write()
        _rename(self._names, step)
        self._unsynced.append(step)
        return 0

    def _may_write(self, growth: int = 0) -> None:
        if self._error:
            self._writes_left -= 1
            if self._writes_left < 0:
                raise OSError(self._error, "")
        if self._room is not None and growth > 0 and self._used() + growth > self._room:
            raise OSError(errno.ENOSPC, "")

    def _used(self) -> int:
        return sum(len(node.now) for node in self._names.values())


def _parent(name: str) -> str:
    return name.rpartition("/")[0]


def _rename(names: Names, step: Renaming) -> None:
    for name, node in step.items():
        names.pop(name, None)
        if node:
            names[name] = node


def _serve(mountpoint: str) -> None:
    """Goes into the background as soon as it is mounted, and ends when it is unmounted."""
    from mfusepy import FUSE  # type: ignore[import-untyped]  # importing it loads libfuse, which may be missing

    FUSE(Disk(), mountpoint, nothreads=True, kernel_cache=True)


if __name__ == "__main__":
    _serve(sys.argv[1])
