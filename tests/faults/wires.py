# SPDX-License-Identifier: Apache-2.0
"""A wire between httpd and its database server, which loses answers: what was committed looks as if it had failed."""
import contextlib
import select
import socket
import threading


class LossyWire:
    """Listens on `port` and passes everything on to the database, both ways.

    While `losing`, every third answer to a COMMIT does not come back: the connection breaks instead.
    """

    def __init__(self, to_port):
        self.to_port = to_port
        self.losing = False
        self.commits = self.lost = 0
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self):
        self._listener.close()

    def _listen(self):
        with contextlib.suppress(OSError):      # closed
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _pass_on(self, client):
        with client, contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.to_port)) as server:
            while True:
                for source in select.select([client, server], [], [])[0]:
                    data = source.recv(65536)
                    if not data:
                        return
                    if source is server:
                        client.sendall(data)
                        continue
                    loses = b"COMMIT" in data and self._loses_this_one()
                    server.sendall(data)
                    if loses:
                        server.recv(65536)
                        return

    def _loses_this_one(self):
        with self._lock:
            self.commits += 1
            if not self.losing or self.commits % 3:
                return False
            self.lost += 1
            return True
