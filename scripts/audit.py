"""Looks up known weaknesses of requirements.txt with pip-audit where a service that knows them answers, else says that it did not.

PyPI is asked, or a copy of OSV's service at AUDIT_OSV. With AUDIT=require an answer is needed, for a site's own checks.
"""

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path
from threading import Thread
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
TOOL: Final = (str(ROOT / ".venv/bin/uv"), "tool", "run", "pip-audit==2.10.1")
PATIENCE: Final = 3.0
"""Seconds in which the service must have answered about one requirement."""


def main(osv: str, *, required: bool) -> int:
    """0 when nothing is known against the requirements, or nobody could be asked and need be; 1 otherwise."""
    if why := _silent(osv):
        return _not_looked_up(why, required=required)
    service = ("-s", "osv", "--osv-url", osv) if osv else ("-s", "pypi")
    asked = ("-r", str(ROOT / "requirements.txt"), "--disable-pip", "--require-hashes", "--strict")
    done = subprocess.run((*TOOL, *asked, *service, "-f", "json"), capture_output=True, text=True, check=False)  # nosec B603 # noqa: S603 - our own command
    try:
        found = [each for each in json.loads(done.stdout)["dependencies"] if each["vulns"]]
    except (ValueError, KeyError):
        return _not_looked_up(f"{TOOL[-1]} 没有给出结果", required=required)
    for each in found:
        _say(" ".join((each["name"], each["version"], *(weakness["id"] for weakness in each["vulns"]))))
    if found:
        _say("以上依赖有已知漏洞，请升级（make requirements UPGRADE=1）。/ The above have known weaknesses: upgrade.")
        return 1
    print("No known weaknesses in requirements.txt.")
    return 0


def _say(line: str) -> None:
    print(line, file=sys.stderr)


def _not_looked_up(why: str, *, required: bool) -> int:
    _say(f"没有核对依赖有没有已知漏洞：{why}。/ Known weaknesses of the requirements were NOT looked up.")
    return int(required)


def _silent(osv: str) -> str:
    """Why the service does not answer about the first requirement; empty when it does."""
    name, _, version = (ROOT / "requirements.txt").read_text().split(maxsplit=1)[0].partition("==")
    address = osv or f"https://pypi.org/pypi/{name}/{version}/json"
    asked = {"package": {"name": name, "ecosystem": "PyPI"}, "version": version}
    request = urllib.request.Request(address, json.dumps(asked).encode() if osv else None)  # nosec B310 # noqa: S310 - as set
    why = [f"{address} 在 {PATIENCE:.0f} 秒内没有应答"]

    def ask() -> None:
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # nosec B310 # noqa: S310 - as set
                known = json.load(answer)
            why[0] = "" if osv or "vulnerabilities" in known else f"{address} 不提供漏洞信息"
        except (OSError, ValueError) as error:
            why[0] = f"{address} 没有给出可用的应答（{error}）"

    asking = Thread(target=ask, daemon=True)  # looking up a name has no time limit of its own
    asking.start()
    asking.join(PATIENCE)
    return why[0]


if __name__ == "__main__":
    sys.exit(main(os.environ.get("AUDIT_OSV", ""), required=os.environ.get("AUDIT") == "require"))
