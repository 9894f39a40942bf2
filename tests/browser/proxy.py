"""A reverse proxy of the smallest kind, for tests of who is signed in by one."""

import contextlib
import socket
import threading


class Proxy:
    """A reverse proxy of the smallest kind: names an account in every request, for each has a connection of its own."""

    def __init__(self, to: int, *lines: str) -> None:
        self._to, self._lines = to, "".join(f"{line}\r\n" for line in lines).encode()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        """End every connection and wait until that is done."""
        for each in (self._listener, *self._open):
            _shut(each)
        for thread in self._threads:
            thread.join(10)
        for each in (self._listener, *self._open):
            each.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._to))
            self._open += [client, server]
            for source, target, lines in ((client, server, self._lines), (server, client, b"")):
                self._threads.append(threading.Thread(target=_poured, args=(source, target, lines)))
                self._threads[-1].start()


def _poured(source: socket.socket, target: socket.socket, lines: bytes) -> None:
    try:
        while data := source.recv(65536):
            if lines:
                first, _, rest = data.partition(b"\r\n")
                alone = b"" if b"upgrade: websocket" in rest.lower() else b"Connection: close\r\n"
                data, lines = first + b"\r\n" + lines + alone + rest, b""
            target.sendall(data)
    except OSError:
        pass
    _shut(target)


def _shut(ended: socket.socket) -> None:
    with contextlib.suppress(OSError):
        ended.shutdown(socket.SHUT_RDWR)
