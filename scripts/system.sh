#!/usr/bin/env bash
# Installs what Python packages cannot bring: `pictures` (Chromium and a Chinese font; may be missing), `tests` (and PostgreSQL, nginx; must be there).
set -uo pipefail
cd "$(dirname "$0")/.."
export DEBIAN_FRONTEND=noninteractive
SKIPPED=.venv/pictures-skipped

say() { printf '%s\n' "$*" >&2; }

chromium_there() { [ -x "${TALENT_CHROMIUM:-/nonexistent}" ] || command -v chromium chromium-browser google-chrome google-chrome-stable >/dev/null 2>&1; }

font_there() {
    if command -v fc-list >/dev/null 2>&1; then
        [ -n "$(fc-list :lang=zh-cn family 2>/dev/null)" ]
    else
        compgen -G '/usr/share/fonts/*/noto/NotoSansCJK*' >/dev/null || compgen -G '/usr/share/fonts/truetype/wqy/*' >/dev/null
    fi
}

nginx_there() { command -v nginx >/dev/null 2>&1 || [ -x /usr/sbin/nginx ]; }

postgres_there() { command -v initdb >/dev/null 2>&1 || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

may_install() { command -v apt-get >/dev/null 2>&1 && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; }

apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=2 -o Acquire::http::Timeout=20 -o DPkg::Lock::Timeout=120 "$@" </dev/null >>"$log" 2>&1; }

lists_there() { compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null; }

# Package lists are fetched when there are none, and once more when a package is not found in old ones.
install() {
    say "正在安装 $* … / installing $* …"
    lists_there || apt update
    apt install -y --no-install-recommends "$@" || { apt update && apt install -y --no-install-recommends "$@"; }
}

missing() {
    chromium_there || printf 'chromium '
    font_there || printf 'fonts-noto-cjk '
    if [ "$1" = tests ] && ! postgres_there; then printf 'postgresql '; fi
    if [ "$1" = tests ] && ! nginx_there; then printf 'nginx-light '; fi
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
read -ra wanted <<<"$(missing "$1")"
[ ${#wanted[@]} = 0 ] && exit 0
advice="sudo apt-get install -y ${wanted[*]}"

if [ "$1" = pictures ]; then
    # One failed attempt is enough: the next start says the line at once and goes on.
    [ "${2:-}" = --again ] && rm -f "$SKIPPED"
    if [ ! -e "$SKIPPED" ] && may_install; then
        install "${wanted[@]}" && [ -z "$(missing pictures)" ] && exit 0
        touch "$SKIPPED" 2>/dev/null
    fi
    say "图片导出（PNG/SVG/PDF）暂不可用，其余功能不受影响；需要时请运行：$advice（字体也可用 fonts-wqy-microhei）。/ Picture export needs: $advice"
    exit 0
fi

if may_install && install "${wanted[@]}" && [ -z "$(missing tests)" ]; then exit 0; fi
tail -n 5 "$log" >&2
say "测试需要先安装：$advice 。/ The tests need: $advice"
exit 1
