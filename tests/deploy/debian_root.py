"""A bare Debian in a folder, made by debootstrap and kept as a tarball between runs.

Debian packages come from where this computer itself takes them; Python packages are put into a folder beforehand, by
this computer's pip, which also shows that a terminal can be installed without a package index.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

PROJECT = Path(__file__).parents[2]
INSTALLER = "/srv/hymy/deploy/raspberrypi/install.sh"
TIMEOUT_S = 600
PYTHON_OF = {"bookworm": "3.11", "trixie": "3.13"}
# What every Raspberry Pi OS has and debootstrap's smallest variant has not.
INCLUDE = "ca-certificates,python3-venv,systemd-sysv,systemd-timesyncd,udev"
MOUNT_AND_ENTER = """
set -e
root=$1; project=$2; wheels=$3; shift 3
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mkdir -p "$root/srv/hymy" "$root/srv/wheels"
mount --bind -o ro "$project" "$root/srv/hymy"
mount --bind -o ro "$wheels" "$root/srv/wheels"
exec chroot "$root" "$@"
"""


@dataclass(frozen=True)
class DebianRoot:
    path: Path
    wheels: Path

    def run(self, *command: str, user: str = "root") -> subprocess.CompletedProcess[str]:
        """Run a command inside, in mounts and processes of its own that end with it."""
        enter = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", MOUNT_AND_ENTER, "sh"]
        as_user = [] if user == "root" else ["runuser", "-u", user, "--"]
        proxies = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
        return subprocess.run(
            [*enter, str(self.path), str(PROJECT), str(self.wheels), *as_user, *command],
            env=proxies | {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )

    def install(self, *arguments: str, user: str = "root") -> subprocess.CompletedProcess[str]:
        return self.run(INSTALLER, *arguments, user=user)

    def read(self, path: str) -> str:
        return (self.path / path.lstrip("/")).read_text()

    def fingerprint(self) -> dict[str, str]:
        """Every file, folder and link that the installer may touch, with its mode, owner and content."""
        parts = ("boot", "etc", "opt/hymy", "var/lib/hymy")
        paths = (path for part in parts for path in (self.path / part).rglob("*"))
        return {str(path.relative_to(self.path)): _fingerprint(path) for path in paths}


def make(folder: Path) -> DebianRoot:
    tarball = _cache() / f"debian-{_suite()}-{sha256(INCLUDE.encode()).hexdigest()[:8]}.tar"
    if not tarball.exists():
        _debootstrap(tarball)
    root = folder / "root"
    root.mkdir()
    _run("tar", "-C", str(root), "-xf", str(tarball))
    _hand_on_package_sources(root)
    (root / "boot/firmware").mkdir()
    (root / "boot/firmware/cmdline.txt").write_text("console=serial0,115200 console=tty1 rootwait\n")
    (root / "boot/firmware/config.txt").write_text("dtoverlay=vc4-kms-v3d\n")
    download(folder / "wheels", PYTHON_OF[_suite()])
    return DebianRoot(root, folder / "wheels")


def download(wheels: Path, python: str, *platform: str) -> None:
    """Fill the folder as README.md says under "Without internet", with wheels for that Python."""
    pip = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "-q",
        "--only-binary=:all:",
        f"--python-version={python}",
        *platform,
    ]
    for pins in ("build", "kiosk"):
        _run(*pip, f"--dest={wheels}", "--require-hashes", f"--requirement={PROJECT}/requirements/{pins}.txt")


def _debootstrap(tarball: Path) -> None:
    assert shutil.which("debootstrap"), "debootstrap is missing: apt-get install debootstrap"
    building = tarball.with_suffix(f".{os.getpid()}")
    packed = tarball.with_suffix(f".{os.getpid()}.tar")
    try:
        _run("debootstrap", "--variant=minbase", f"--include={INCLUDE}", _suite(), str(building), _mirror())
        _run("tar", "-C", str(building), "--one-file-system", "-cf", str(packed), ".")
        packed.rename(tarball)
    finally:
        shutil.rmtree(building, ignore_errors=True)
        packed.unlink(missing_ok=True)


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    assert done.returncode == 0, f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout


def _cache() -> Path:
    folder = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "hymy"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _suite() -> str:
    release = Path("/etc/os-release").read_text()
    found = re.search(r"^VERSION_CODENAME=(bookworm|trixie)$", release, re.MULTILINE)
    return found[1] if found else "bookworm"


def _mirror() -> str:
    """The address this computer itself takes Debian from."""
    for uri, suites in _apt_sources():
        if _suite() in suites:
            return uri
    raise AssertionError(f"/etc/apt names no source for Debian {_suite()}: the test root cannot be made.")


def _apt_sources() -> Iterator[tuple[str, list[str]]]:
    files = [*Path("/etc/apt").glob("sources.list"), *Path("/etc/apt/sources.list.d").iterdir()]
    for text in (file.read_text() for file in files):
        for uri, suite in re.findall(r"^deb (?:\[.*?\] )?(\S+) (\S+)", text, re.MULTILINE):
            yield uri, [suite]
        for stanza in re.split(r"\n\s*\n", text):
            fields = dict(re.findall(r"^(URIs|Suites): *(.+)$", stanza, re.MULTILINE))
            if len(fields) == 2:
                yield fields["URIs"].split()[0], fields["Suites"].split()


def _hand_on_package_sources(root: Path) -> None:
    acquire = [line for line in _run("apt-config", "dump").splitlines() if re.match(r"Acquire::(?!IndexTargets)", line)]
    (root / "etc/apt/apt.conf.d/99host").write_text("\n".join(acquire) + "\n")
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")


def _fingerprint(path: Path) -> str:
    stat = path.lstat()
    if path.is_symlink():
        content = str(path.readlink())
    else:
        content = sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    return json.dumps([stat.st_mode, stat.st_uid, stat.st_gid, content])
