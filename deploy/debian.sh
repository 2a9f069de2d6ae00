#!/usr/bin/env bash
# Debian packages for a developer's computer, only those that are missing: debian.sh run (the demo) | dev (the tests too).
set -euo pipefail

packages=(
    libmtdev1 libgl1 libgl1-mesa-dri libegl1 libgles2 libgbm1 libx11-6 libxext6 libxcursor1 libxi6
    libxrandr2 libxfixes3 libxss1 libxrender1 xclip xvfb xauth
    fonts-inter fonts-noto-ui-core fonts-dejavu-core
    libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
)
[ "${1:-dev}" = dev ] && packages+=(espeak-ng x11-xserver-utils xdotool imagemagick chromium debootstrap fuse3 iproute2)
python3 -c 'import ensurepip' 2>/dev/null || packages+=(python3-venv)

command -v dpkg-query >/dev/null || { echo "This is no Debian: install by hand what ${packages[*]} stand for." >&2; exit 0; }

missing=()
for package in "${packages[@]}"; do
    status=$(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null || ! sudo -n true 2>/dev/null && [ ! -t 0 ]; then
        echo "Debian packages are missing, and this user may not install them. Ask who may to run:" >&2
        echo "  apt-get install --no-install-recommends ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi
echo "Installing Debian packages (once): ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
