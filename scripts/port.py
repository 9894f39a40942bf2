"""Says in one line when the port to serve on is not free."""

import socket
import sys


def main(port: str) -> None:
    """Exits with 1 and a cure when `port` is taken or is no port."""
    if not port.isdigit() or not 0 < int(port) < 65536:
        sys.exit(f"端口“{port}”无效：请用 1–65535 的数字，例如 make run PORT=8600。/ {port!r} is not a port.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", int(port)))
        except OSError:
            other = int(port) % 65000 + 99
            sys.exit(f"端口 {port} 已被占用或无权使用：请换一个，例如 make run PORT={other}。/ port {port} is taken.")


if __name__ == "__main__":
    main(sys.argv[1])
