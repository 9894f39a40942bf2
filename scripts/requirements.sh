#!/usr/bin/env bash
# Pins requirements*.in with hashes; with --check only compares with the committed files.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# uv does not read pip's configuration: pass the operator's index on, without ever writing it down.
index=${PIP_INDEX_URL:-$(.venv/bin/python -m pip config get global.index-url 2>/dev/null || true)}
if [ -z "${UV_DEFAULT_INDEX:-}" ] && [ -n "$index" ]; then export UV_DEFAULT_INDEX=$index; fi

compiled() {
    .venv/bin/uv pip compile --quiet --no-header --no-emit-index-url --no-annotate --generate-hashes \
        --python-version 3.11 ${UPGRADE:+--upgrade} "$1.in" -o "$1.txt"
}

# Standing in the copy, so that `-c requirements.txt` means the copy too; its old pins are kept unless UPGRADE is set.
cp requirements.in requirements.txt requirements-dev.in requirements-dev.txt "$scratch"
ln -s "$PWD/.venv" "$scratch/.venv"
here=$PWD
cd "$scratch"
for name in requirements requirements-dev; do
    if ! compiled "$name" 2>"$scratch/said"; then
        compiled "$name" 2>"$scratch/said" || {
            sed -E 's#[a-z]+://[^ `)]+#（地址略）#g' "$scratch/said" | head -n 5 >&2
            echo "无法核对 $name.in：请检查网络或镜像设置。/ $name.in could not be resolved." >&2
            exit 1
        }
    fi
    if [ "${1:-}" != --check ]; then
        cp "$name.txt" "$here/$name.txt"
    elif ! cmp -s "$name.txt" "$here/$name.txt"; then
        echo "$name.txt 与 $name.in 不一致：请运行 make requirements 并提交。/ $name.txt is out of date: run make requirements." >&2
        exit 1
    fi
done
echo "Requirements up to date."
