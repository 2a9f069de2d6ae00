"""deploy/raspberrypi/install.sh, run in a real Debian root; systemd's own tools judge the units, which do not run."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy import debian_root
from tests.deploy.debian_root import INSTALLER, DebianRoot

GIVEN = ("--server", "https://hymy.example.com", "--code", "7K2M-QX", "--buttons", "serial:/dev/serial/by-id/usb-box")
OFFLINE = ("--wheels", "/srv/wheels")

pytestmark = [
    pytest.mark.deploy,
    pytest.mark.skipif(os.geteuid() != 0, reason="making a Debian root needs root: sudo make test-deploy"),
]


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DebianRoot]:
    root = debian_root.make(tmp_path_factory.mktemp("bare"))
    yield root
    shutil.rmtree(root.path)


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DebianRoot]:
    root = debian_root.make(tmp_path_factory.mktemp("terminal"))
    installed = root.install(*GIVEN, *OFFLINE)
    assert installed.returncode == 0, installed.stdout[-3000:] + installed.stderr[-3000:]
    yield root
    shutil.rmtree(root.path)


def verify(root: DebianRoot, *units: str) -> str:
    """What systemd objects to. It may still end with 0, and writes to the log unless told otherwise."""
    verified = root.run("env", "SYSTEMD_LOG_TARGET=console", "systemd-analyze", "verify", *units)
    return f"{verified.stdout}{verified.stderr}{verified.returncode or ''}"


@pytest.mark.parametrize("python", debian_root.PYTHON_OF.values(), ids=debian_root.PYTHON_OF.keys())
def test_every_package_of_a_terminal_has_a_wheel_for_a_raspberry_pi(tmp_path: Path, python: str) -> None:
    debian_root.download(tmp_path, python, "--platform=manylinux2014_aarch64")

    assert [file.name for file in tmp_path.glob("Kivy-*")] != []
    assert [file.name for file in tmp_path.iterdir() if "x86_64" in file.name] == []


def test_all_faults_are_reported_together_and_nothing_is_changed(bare: DebianRoot) -> None:
    before = bare.fingerprint()

    refused = bare.install(
        "--server", "hymy", "--buttons", "ttyUSB0", "--ca", "/none.pem", "--wheels", "/none", "--bad"
    )

    assert refused.returncode == 2
    said = [line for line in refused.stderr.splitlines() if line.startswith("  - ")]
    words = ["--bad", '"hymy" is not a server', "No enrolment code", '"ttyUSB0" is no kind', '"/none.pem"', '"/none"']
    assert [word for word, line in zip(words, said, strict=True) if word not in line] == []
    assert bare.fingerprint() == before


def test_a_computer_that_cannot_be_a_terminal_is_told_why(bare: DebianRoot) -> None:
    release = bare.path / "etc/os-release"
    text = release.read_text()
    desktop = bare.path / "etc/systemd/system/display-manager.service"
    desktop.touch()
    (bare.path / "usr/local/bin/dpkg").write_text("#!/bin/sh\necho armhf\n")
    (bare.path / "usr/local/bin/dpkg").chmod(0o755)
    release.unlink()
    release.write_text("ID=raspbian\nVERSION_CODENAME=bullseye\n")

    try:
        refused = bare.run("env", "PATH=/usr/local/bin:/usr/bin:/bin", INSTALLER, user="nobody")
    finally:
        release.write_text(text)
        desktop.unlink()
        (bare.path / "usr/local/bin/dpkg").unlink()

    assert refused.returncode == 2
    words = ["Not root", "armhf", "bullseye", "desktop", "No server", "No enrolment code"]
    assert [word for word in words if word not in refused.stderr] == []


def test_check_says_what_is_missing_and_changes_nothing(bare: DebianRoot) -> None:
    before = bare.fingerprint()

    checked = bare.install("--check")

    assert checked.returncode == 1
    assert "missing     program in /opt/hymy/venv" in checked.stdout
    assert "missing     setting server" in checked.stdout
    assert "changed  " not in checked.stdout
    assert bare.fingerprint() == before


def test_the_terminal_runs_as_a_user_of_its_own_with_the_devices_it_needs(terminal: DebianRoot) -> None:
    groups = terminal.run("id", "-nG", "hymy").stdout.split()
    sudo = terminal.run("grep", "-rs", "hymy", "/etc/sudoers", "/etc/sudoers.d").stdout

    assert groups == ["hymy", "dialout", "audio", "video", "input", "render"]
    assert terminal.read("/etc/passwd").splitlines()[-1].endswith(":/var/lib/hymy:/usr/sbin/nologin")
    assert sudo == ""


@pytest.mark.parametrize(
    ("path", "owner", "mode"),
    [
        ("/etc/hymy/kiosk.toml", "hymy", "600"),
        ("/var/lib/hymy", "hymy", "700"),
        ("/opt/hymy/venv/bin/hymy", "root", "755"),
        ("/etc/systemd/system/hymy-kiosk.service", "root", "644"),
        ("/etc/systemd/system/hymy-screen.service", "root", "644"),
        ("/etc/pam.d/hymy-screen", "root", "644"),
    ],
)
def test_each_file_belongs_to_whom_it_must(terminal: DebianRoot, path: str, owner: str, mode: str) -> None:
    assert terminal.run("stat", "-c", "%U %a", path).stdout.split() == [owner, mode]


def test_the_settings_hold_what_was_given(terminal: DebianRoot) -> None:
    active = [line for line in terminal.read("/etc/hymy/kiosk.toml").splitlines() if re.match(r"\w", line)]

    assert active == [
        'data = "/var/lib/hymy"',
        'server = "https://hymy.example.com"',
        'code = "7K2M-QX"',
        'buttons = "serial:/dev/serial/by-id/usb-box"',
    ]


def test_the_program_runs_as_the_terminals_user_without_the_servers_packages(terminal: DebianRoot) -> None:
    helped = terminal.run("/opt/hymy/venv/bin/hymy", "kiosk", "--help", user="hymy")
    server = terminal.run("/opt/hymy/venv/bin/python", "-c", "import litestar", user="hymy")

    assert helped.returncode == 0, helped.stderr
    assert "--settings" in helped.stdout
    assert "No module named 'litestar'" in server.stderr


def test_the_program_knows_each_time_zone_that_the_server_knows(terminal: DebianRoot) -> None:
    without_debians = ("env", "PYTHONTZPATH=")  # whose older names, such as this one, are a package of their own in 13
    zone = "import zoneinfo; print(zoneinfo.ZoneInfo('US/Pacific'))"
    told = terminal.run(*without_debians, "/opt/hymy/venv/bin/python", "-c", zone, user="hymy")

    assert told.stdout == "US/Pacific\n", told.stderr


def test_systemd_accepts_the_units_and_starts_them_at_boot(terminal: DebianRoot) -> None:
    objections = verify(terminal, "hymy-kiosk.service", "hymy-screen.service")
    units = ("hymy-kiosk.service", "hymy-screen.service", "systemd-timesyncd.service", "getty@tty1.service")
    enabled = terminal.run("systemctl", "is-enabled", *units).stdout.split()

    assert objections == ""
    assert enabled == ["enabled", "enabled", "enabled", "masked"]


def test_nothing_but_x_runs_on_the_screens_tty(terminal: DebianRoot) -> None:
    unit = terminal.read("/etc/systemd/system/hymy-screen.service")

    assert re.findall(r"^Exec\w+=(\S+)", unit, re.MULTILINE) == ["/usr/lib/xorg/Xorg"]  # another one hung X up


def test_no_key_of_a_plugged_keyboard_is_heard(terminal: DebianRoot) -> None:
    screen = terminal.read("/etc/X11/xorg.conf.d/20-hymy.conf")
    logind = terminal.run("systemd-analyze", "cat-config", "systemd/logind.conf").stdout.splitlines()
    kernel = terminal.read("/etc/sysctl.d/90-hymy.conf").splitlines()

    assert {'"DontVTSwitch" "true"', '"DontZap"      "true"', '"Ignore" "on"'} <= set(
        re.findall(r"Option +(.+)", screen)
    )
    assert 'MatchIsTouchscreen "off"' in screen  # a touch screen with a home key is one for udev too; that must stay
    assert {f"Handle{key}Key=ignore" for key in ("Power", "Reboot", "Suspend", "Hibernate")} <= set(logind)
    assert {f"Handle{key}KeyLongPress=ignore" for key in ("Power", "Reboot", "Suspend", "Hibernate")} <= set(logind)
    assert {"NAutoVTs=0", "ReserveVT=0"} <= set(logind)  # no sign-in appears on another virtual terminal
    assert "kernel.sysrq = 0" in kernel
    assert terminal.run("systemctl", "is-enabled", "ctrl-alt-del.target").stdout.strip() == "masked"
    assert "CtrlAltDelBurstAction=none" in terminal.read("/etc/systemd/system.conf.d/hymy.conf")


def test_a_plugged_stick_is_left_alone(terminal: DebianRoot) -> None:
    rules = terminal.read("/etc/udev/rules.d/70-hymy.rules")
    mounting = terminal.run("dpkg-query", "-W", "udisks2", "usbmount", "udiskie").stdout

    assert 'SUBSYSTEM=="block", ENV{ID_BUS}=="usb", ENV{UDISKS_IGNORE}="1"' in rules.splitlines()
    assert mounting == ""


def test_systemd_accepts_the_servers_unit_in_the_manual(terminal: DebianRoot) -> None:
    unit = re.search(r"^```ini\n(.*?)^```", (debian_root.PROJECT / "docs/it.md").read_text(), re.MULTILINE | re.DOTALL)
    assert unit
    (terminal.path / "run/hymy-server.service").write_text(unit[1].replace("/opt/hymy-server/", "/opt/hymy/venv/"))

    objections = verify(terminal, "/run/hymy-server.service")

    assert objections == ""


def test_the_watchdog_restarts_a_terminal_for_ever(terminal: DebianRoot) -> None:
    unit = terminal.read("/etc/systemd/system/hymy-kiosk.service").splitlines()

    assert {"Type=notify", "NotifyAccess=main", "Restart=always", "StartLimitIntervalSec=0", "User=hymy"} <= set(unit)
    assert "RuntimeWatchdogSec=15s" in terminal.read("/etc/systemd/system.conf.d/hymy.conf")


def test_the_console_stays_quiet_on_one_line(terminal: DebianRoot) -> None:
    lines = terminal.read("/boot/firmware/cmdline.txt").splitlines()

    assert len(lines) == 1
    assert {"console=tty1", "rootwait", "quiet", "consoleblank=0"} <= set(lines[0].split())
    assert "disable_splash=1" in terminal.read("/boot/firmware/config.txt").splitlines()


@pytest.mark.parametrize("arguments", [(), GIVEN], ids=["no arguments", "the same arguments"])
def test_a_second_run_changes_nothing(terminal: DebianRoot, arguments: tuple[str, ...]) -> None:
    before = terminal.fingerprint()

    again = terminal.install(*arguments)
    checked = terminal.install("--check")

    assert (again.returncode, checked.returncode) == (0, 0)
    assert again.stdout.splitlines()[-1] == "Everything is already so."
    assert all(line.startswith("already so  ") for line in again.stdout.splitlines()[:-1])
    assert terminal.fingerprint() == before


def test_an_update_that_fails_leaves_the_program_that_runs(terminal: DebianRoot) -> None:
    stamp, empty = terminal.path / "opt/hymy/installed.sha256", terminal.path / "root/empty"
    installed = stamp.read_text()
    stamp.write_text("an older one")
    empty.mkdir()

    failed = terminal.install("--wheels", "/root/empty")
    helped = terminal.run("/opt/hymy/venv/bin/hymy", "kiosk", "--help", user="hymy")
    checked = terminal.install("--check")
    stamp.write_text(installed)

    assert failed.returncode != 0
    assert "install.sh stopped at: program" in failed.stderr
    assert helped.returncode == 0, helped.stderr
    assert "missing     program" in checked.stdout


def test_an_update_takes_the_old_programs_place(terminal: DebianRoot) -> None:
    program, stamp = terminal.path / "opt/hymy/venv", terminal.path / "opt/hymy/installed.sha256"
    before = str(program.readlink())
    stamp.write_text("an older one")

    updated = terminal.install(*OFFLINE)
    helped = terminal.run("/opt/hymy/venv/bin/hymy", "kiosk", "--help", user="hymy")

    assert (updated.returncode, helped.returncode) == (0, 0), updated.stderr + helped.stderr
    kept = {path.name for path in (terminal.path / "opt/hymy").glob("venv-*")}
    assert {f"/opt/hymy/{name}" for name in kept} == {before, str(program.readlink())}
    assert len(kept) == 2  # what still runs needs the old one until the computer starts again


def test_what_it_edited_in_the_settings_stays_but_for_the_keys_given(terminal: DebianRoot) -> None:
    settings = terminal.path / "etc/hymy/kiosk.toml"
    kept = settings.read_text()
    settings.write_text('# ours\nserver="https://old.example.com"  # moved in May\nspare = "kept"\n')

    terminal.install("--server", "https://new.example.com", "--code", "AAAA-BB")
    edited = settings.read_text()
    settings.write_text(kept)

    assert edited == 'code = "AAAA-BB"\n# ours\nserver = "https://new.example.com"\nspare = "kept"\n'


def test_a_terminal_can_give_its_screen_up_and_take_it_back(terminal: DebianRoot) -> None:
    def units() -> list[str]:
        return terminal.run("systemctl", "is-enabled", "hymy-screen.service", "getty@tty1.service").stdout.split()

    given_up = terminal.install("--headless")
    without = units()
    again = terminal.install()
    terminal.install("--screen")

    assert (given_up.returncode, without) == (0, ["disabled", "enabled"])
    assert again.stdout.splitlines()[-1] == "Everything is already so."
    assert units() == ["enabled", "masked"]


def test_a_ca_of_ones_own_is_copied_to_where_the_terminal_reads_it(terminal: DebianRoot) -> None:
    shutil.copy("/etc/ssl/certs/ca-certificates.crt", terminal.path / "root/own.pem")

    terminal.install("--ca", "/root/own.pem")

    assert terminal.read("/etc/hymy/ca.pem") == Path("/etc/ssl/certs/ca-certificates.crt").read_text()
    assert 'ca = "/etc/hymy/ca.pem"' in terminal.read("/etc/hymy/kiosk.toml").splitlines()
