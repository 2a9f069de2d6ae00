#!/usr/bin/env bash
# Makes a Hymy terminal of a Raspberry Pi OS Lite (or Debian) of 64 bit, Bookworm or Trixie. Run it again whenever you
# like, also from a newer project folder: each step says "changed" or "already so". README.md beside it is the walk-through.
set -euo pipefail
umask 022

usage() {
    cat <<'END'
sudo deploy/raspberrypi/install.sh --server URL --code CODE [options]   make a terminal
sudo deploy/raspberrypi/install.sh [options]                            bring a terminal up to this project folder
sudo deploy/raspberrypi/install.sh --check [options]                    say what is in place; change nothing

  --server URL           the sync server, for example https://hymy.example.com
  --code CODE            the one-time enrolment code from the Fleet page
  --headless             no screen: answers come from the button box alone; --screen takes it back
  --buttons BUTTONS      the button box, for example serial:/dev/serial/by-id/usb-...; docs/hardware.md has the other kinds
  --ca FILE              the CA certificate (PEM) that signed the server's certificate, where Debian does not know it
  --wheels DIR           take the Python packages from this folder instead of the package index
END
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(cd "$here/../.." && pwd)
settings=/etc/hymy/kiosk.toml
venv=/opt/hymy/venv
stamp=/opt/hymy/installed.sha256
cmdline=/boot/firmware/cmdline.txt
config=/boot/firmware/config.txt
console_words=(quiet loglevel=3 logo.nologo vt.global_cursor_default=0 consoleblank=0)

packages=(ca-certificates python3-venv systemd-timesyncd espeak-ng alsa-utils)
screen_packages=(
    fonts-inter fonts-noto-ui-core fonts-dejavu-core
    libpam-systemd xserver-xorg-core xserver-xorg-input-libinput x11-xserver-utils xclip
    libegl1 libgbm1 libgl1 libgl1-mesa-dri libgles2 libmtdev1
    libx11-6 libxcursor1 libxext6 libxfixes3 libxi6 libxrandr2 libxrender1 libxss1
)

# ---- what was asked for ----

check=no server='' code='' buttons='' ca='' wheels='' headless=''
faults=()

fault() { faults+=("$1"); }

read_arguments() {
    while (($#)); do
        case $1 in
            --check) check=yes ;;
            --headless) headless=true ;;
            --screen) headless=false ;;
            --server | --code | --buttons | --ca | --wheels)
                if (($# < 2)); then
                    fault "$1 needs a value. install.sh --help shows an example."
                    return
                fi
                printf -v "${1#--}" '%s' "$2"
                shift
                ;;
            -h | --help) usage && exit 0 ;;
            *) fault "Unknown option \"$1\". install.sh --help lists the options." ;;
        esac
        shift
    done
}

terminal_is_headless() { [[ $headless == true ]] || { [[ -z $headless ]] && grep -qsE '^headless *= *true' "$settings"; }; }
has_setting() { grep -qsE "^$1 *=" "$settings"; }

find_faults_of_the_computer() {
    ((EUID == 0)) || fault "Not root: run it with sudo."
    local architecture codename
    architecture=$(dpkg --print-architecture 2>/dev/null || echo unknown)
    [[ $architecture == arm64 || $architecture == amd64 ]] ||
        fault "The system is $architecture, Hymy needs 64 bit (arm64, or amd64 for a mini PC): flash Raspberry Pi OS Lite (64-bit)."
    codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
    [[ $codename == bookworm || $codename == trixie ]] ||
        fault "The system's release is \"$codename\", Hymy needs bookworm or trixie: flash a current Raspberry Pi OS Lite (64-bit)."
    [[ ! -e /etc/systemd/system/display-manager.service ]] ||
        fault "A desktop is installed and would hold the screen: flash Raspberry Pi OS Lite (64-bit), or remove the desktop."
}

find_faults_of_the_arguments() {
    local name url='^https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?$'
    if [[ -z $server && $check == no ]] && ! has_setting server; then
        fault "No server: add --server https://..., the address that the Fleet page is opened with."
    elif [[ -n $server && ! $server =~ $url ]]; then
        fault "\"$server\" is not a server's address: write it like https://hymy.example.com or http://192.0.2.10:8080."
    fi
    if [[ -z $code && $check == no ]] && ! has_setting code; then
        fault "No enrolment code: make one on the Fleet page and add --code CODE."
    fi
    [[ -z $buttons || $buttons =~ ^(serial:/|usb:|gpio:) ]] ||
        fault "\"$buttons\" is no kind of buttons: write it like serial:/dev/serial/by-id/usb-..., as ls /dev/serial/by-id shows it."
    [[ -z $ca || -r $ca ]] || fault "CA file \"$ca\" cannot be read: give the path of a PEM file on this computer."
    [[ -z $wheels || -d $wheels ]] || fault "Wheel folder \"$wheels\" is not a folder: README.md, \"Without internet\", says how to make one."
    for name in server code buttons; do
        [[ ${!name} != *[\"\\[:cntrl:]]* ]] || fault "--$name may not hold quotes, backslashes or control characters."
    done
}

stop_on_faults() {
    ((${#faults[@]})) || return 0
    echo "install.sh changed nothing; to put right first:" >&2
    printf '  - %s\n' "${faults[@]}" >&2
    exit 2
}

# ---- steps: one question "is it so?" and one action that makes it so ----

changed=0
doing=''
trap '[[ -z $doing ]] || echo "install.sh stopped at: $doing. Put right what is said above and run it again; what is done stays done." >&2' EXIT

step() { # step WHAT IS_SO MAKE [ARGUMENT...]
    local what=$1 is_so=$2 make=$3
    shift 3
    if "$is_so" "$@"; then
        printf 'already so  %s\n' "$what"
    elif [[ $check == yes ]]; then
        printf 'missing     %s\n' "$what"
        changed=$((changed + 1))
    else
        doing=$what
        "$make" "$@"
        doing=''
        printf 'changed     %s\n' "$what"
        changed=$((changed + 1))
    fi
}

is_installed() { # Trixie renamed some libraries to NAMEt64
    [[ $(dpkg-query -W -f '${db:Status-Status} ' "$1" "$1t64" 2>/dev/null) == *"installed "* ]]
}

packages_are_there() { for name in "${packages[@]}"; do is_installed "$name" || return 1; done; }
install_packages() {
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends --no-remove "${packages[@]}"
}

groups_here() { for name in video audio input render dialout gpio; do getent group "$name" >/dev/null && echo "$name"; done; }
user_is_there() {
    id hymy &>/dev/null || return 1
    local name
    for name in $(groups_here); do id -nG hymy | grep -qw "$name" || return 1; done
}
make_user() {
    id hymy &>/dev/null || useradd --system --user-group --home-dir /var/lib/hymy --no-create-home --shell /usr/sbin/nologin hymy
    usermod --append --groups "$(groups_here | paste -sd,)" hymy
}

folder_is_there() { [[ -d $1 && $(stat -c '%U %a' "$1") == "$2 $3" ]]; }
make_folder() { install -d -o "$2" -g "$2" -m "$3" "$1"; }

project_parts=(README.md LICENSE pyproject.toml requirements/kiosk.txt survey hardware kiosk sync_server hymy)
project_hash() (
    cd "$project"
    find "${project_parts[@]}" -type f -not -path '*/__pycache__/*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
    python3 --version
)
program_is_there() { [[ -x $venv/bin/hymy ]] && [[ $(project_hash) == "$(cat "$stamp" 2>/dev/null)" ]]; }
install_program() { # beside the one that runs, which stays until this one is whole
    local build new old
    build=$(mktemp -d)
    new=$(mktemp -d "$venv-XXXXXX")
    old=$(readlink "$venv" || true)
    (cd "$project" && cp -r --parents "${project_parts[@]}" "$build") # pip writes beside what it builds
    if [[ -n $wheels ]]; then
        export PIP_NO_INDEX=1
        PIP_FIND_LINKS=$(cd "$wheels" && pwd)
        export PIP_FIND_LINKS
    fi
    chmod 0755 "$new"
    python3 -m venv --system-site-packages "$new"
    "$new/bin/pip" install -q --require-hashes -r "$project/requirements/build.txt" -r "$project/requirements/kiosk.txt"
    "$new/bin/pip" install -q --no-deps --no-build-isolation "$build"
    rm -rf "$build"
    [[ -L $venv ]] || rm -rf "$venv" # of an installer before this one
    ln -sfn "$new" "$venv.next" && mv -T "$venv.next" "$venv"
    find /opt/hymy -maxdepth 1 -name 'venv-*' -not -path "$new" -not -path "${old:-$new}" -exec rm -rf {} +
    cp "$project/README.md" /opt/hymy/README.md
    project_hash >"$stamp"
}

file_is_there() { cmp -s "$here$1" "$1"; }
copy_file() { install -D -m 0644 "$here$1" "$1"; }

settings_are_there() { [[ -e $settings && $(stat -c '%U %a' "$settings") == "hymy 600" ]]; }
make_settings() {
    [[ -e $settings ]] || cp "$here$settings" "$settings"
    chown hymy:hymy "$settings"
    chmod 0600 "$settings"
}

setting_is() { grep -qsxF "$1 = $2" "$settings"; }
set_setting() { # in the key's own line, else in its commented example, else on top
    local line="$1 = $2" pattern="^$1 *=" text
    has_setting "$1" || pattern="^# $1 *="
    grep -qE "$pattern" "$settings" || sed -i "1i # $1 =" "$settings"
    text=$(LINE=$line PATTERN=$pattern awk '
        !done && $0 ~ ENVIRON["PATTERN"] { print ENVIRON["LINE"]; done = 1; next }
        { print }' "$settings")
    printf '%s\n' "$text" >"$settings"
}

setting_step() { # setting_step KEY GIVEN [required]
    if [[ -n $2 ]]; then
        step "setting $1" setting_is set_setting "$1" "\"$2\""
    elif [[ ${3:-} == required ]]; then
        step "setting $1" has_setting false "$1" # without --check a missing one was a fault
    fi
}

ca_is_there() { cmp -s "$ca" /etc/hymy/ca.pem; }
copy_ca() { install -m 0644 "$ca" /etc/hymy/ca.pem; }

console_is_quiet() {
    [[ -e $cmdline ]] || return 0 # a mini PC has none
    local word
    for word in "${console_words[@]}"; do grep -qw -- "$word" "$cmdline" || return 1; done
    grep -qx 'disable_splash=1' "$config"
}
quieten_console() {
    local word
    for word in "${console_words[@]}"; do grep -qw -- "$word" "$cmdline" || sed -i "1s/\$/ $word/" "$cmdline"; done
    grep -qx 'disable_splash=1' "$config" || printf '\n[all]\ndisable_splash=1\n' >>"$config"
}

is_enabled() { [[ $(systemctl is-enabled "$1" 2>/dev/null) == "$2" ]]; }
service_starts() { is_enabled "$1" enabled; }
start_service() { systemctl enable -q "$1"; }
screen_is_ours() { service_starts hymy-screen.service && is_enabled getty@tty1.service masked; }
take_screen() { systemctl enable -q hymy-screen.service && systemctl mask -q getty@tty1.service; }
no_key_restarts() { is_enabled ctrl-alt-del.target masked; }
stop_keys_restarting() { systemctl mask -q ctrl-alt-del.target; }
screen_is_free() { ! service_starts hymy-screen.service && ! is_enabled getty@tty1.service masked; }
free_screen() { systemctl disable -q hymy-screen.service && systemctl unmask -q getty@tty1.service; }

# ---- the main path ----

make_terminal() {
    local file
    step "Debian packages (${#packages[@]})" packages_are_there install_packages
    step "user hymy in $(groups_here | paste -sd' ')" user_is_there make_user
    step "folder /var/lib/hymy" folder_is_there make_folder /var/lib/hymy hymy 700
    step "folder /etc/hymy" folder_is_there make_folder /etc/hymy root 755
    step "folder /opt/hymy" folder_is_there make_folder /opt/hymy root 755
    step "program in $venv" program_is_there install_program
    while IFS= read -r file; do
        step "file $file" file_is_there copy_file "$file"
    done < <(cd "$here" && find etc -type f -not -path "${settings#/}" -printf '/%p\n' | LC_ALL=C sort)
    step "settings $settings, readable by hymy alone" settings_are_there make_settings
    setting_step server "$server" required
    setting_step code "$code" required
    setting_step buttons "$buttons"
    [[ -z $headless ]] || step "setting headless" setting_is set_setting headless "$headless"
    if [[ -n $ca ]]; then
        step "CA certificate /etc/hymy/ca.pem" ca_is_there copy_ca
        step "setting ca" setting_is set_setting ca '"/etc/hymy/ca.pem"'
    fi
    step "quiet console" console_is_quiet quieten_console
    if terminal_is_headless; then
        step "no screen: the console stays as it is" screen_is_free free_screen
    else
        step "screen on tty1, no login there" screen_is_ours take_screen
    fi
    step "no restart by Ctrl+Alt+Del" no_key_restarts stop_keys_restarting
    step "time from the network (systemd-timesyncd)" service_starts start_service systemd-timesyncd.service
    step "hymy-kiosk starts at boot" service_starts start_service hymy-kiosk.service
}

say_what_next() {
    if [[ $check == yes ]]; then
        echo "$changed missing. Nothing was changed."
        ((changed == 0))
    elif ((changed == 0)); then
        echo "Everything is already so."
    elif [[ -d /run/systemd/system ]]; then
        echo "$changed changed. Start the computer again for all of it to count: sudo reboot"
    else
        echo "$changed changed. The terminal starts when the computer does."
    fi
}

read_arguments "$@"
find_faults_of_the_computer
find_faults_of_the_arguments
stop_on_faults
terminal_is_headless || packages+=("${screen_packages[@]}")
# For buttons, lamps and counters on the pins; PyPI has no wheel of it that works.
[[ $(tr -d '\0' 2>/dev/null </proc/device-tree/model) == "Raspberry Pi"* ]] && packages+=(python3-lgpio)
make_terminal
say_what_next
