#!/usr/bin/env bash
# Makes .venv and installs the pinned requirements given as arguments, only when they changed.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

usable() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

# The first Python that is new enough: the one asked for, the usual one, then newer ones by name.
python_found() {
    local candidate
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if command -v "$candidate" >/dev/null 2>&1 && usable "$candidate"; then
            printf '%s' "$candidate"
            return
        fi
    done
    say "需要 Python 3.11 或更高版本（现有：$(${PYTHON:-python3} --version 2>&1 | head -n 1)）：sudo apt-get install -y python3.11 python3.11-venv，或用 make run PYTHON=/路径/python3.11 指定。/ Python 3.11 or newer is needed: install it, or name it with PYTHON=."
    return 1
}

fresh_venv() {
    local python version
    python=$(python_found) || return 1
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        say "缺少 python3-venv：sudo apt-get install -y python${version}-venv，然后重新运行本命令。/ python3-venv is missing: install it and run this command again."
        return 1
    fi
    rm -rf .venv
    "$python" -m venv .venv
}

# What makes an installation stale: the pinned file and the interpreter.
fingerprint() { { .venv/bin/python --version 2>/dev/null || true; cat "$1"; } | sha256sum | cut -c 1-64; }

stale() { [ "$(cat ".venv/installed-$1" 2>/dev/null)" != "$(fingerprint "$1")" ]; }

installed() {
    # The local mirror, if any, comes from pip's own configuration; nothing of it is written here.
    .venv/bin/python -m pip install -qq --no-input --disable-pip-version-check --require-hashes "$@"
}

working() { [ -x .venv/bin/python ] && usable .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1; }

options=()
changed=false
for file in "$@"; do
    options+=(-r "$file")
    if stale "$file"; then changed=true; fi
done
$changed || exit 0

working || fresh_venv

say "正在安装依赖（首次约一分钟）… / installing the requirements …"
if ! installed "${options[@]}"; then
    say "正在重试… / trying once more …"
    if ! installed "${options[@]}"; then
        say "依赖安装失败：请检查网络或 pip 的镜像设置（pip config list），然后重新运行本命令。/ installing failed: check the network or pip's mirror settings and run this command again."
        exit 1
    fi
fi
for file in "$@"; do fingerprint "$file" >".venv/installed-$file"; done
