# SPDX-License-Identifier: Apache-2.0
"""A wire that can be cut as a power cut cuts it: nobody is told, and whoever sends waits for an answer that never comes.

A killed process is no such thing: its kernel tells the other side at once.
"""
import contextlib
import ctypes
import re
import select
import socket
import struct
import threading

# Linux' number, which Python does not name, and a filter of one instruction: keep nothing.
SO_ATTACH_FILTER = 26
KEEP_NOTHING = struct.pack("HBBI", 6, 0, 0, 0)

LOOK_EVERY_SECONDS = 0.2


class SilentWire:
    """Listens on `port` and passes everything on to `to_port`, both ways, until cut(). From then on its sockets hear nothing:
    not even the kernel acknowledges what arrives.
    """

    def __init__(self, to_port):
        self.to_port = to_port
        self._is_cut = self._is_closed = False
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(LOOK_EVERY_SECONDS)
        self._ends = [self._listener]
        self.port = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._listen, daemon=True)]
        self._threads[0].start()

    def cut(self):
        with self._lock:
            self._is_cut = True
            for end in self._ends:
                _deafen(end)

    def close(self):
        self._is_closed = True
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _listen(self):
        while not self._is_closed:
            with contextlib.suppress(TimeoutError):
                client, _ = self._listener.accept()
                self._threads.append(threading.Thread(target=self._serve, args=(client,), daemon=True))
                self._threads[-1].start()

    def _serve(self, client):
        with client, contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.to_port)) as server:
            with self._lock:
                self._ends += [client, server]
                if self._is_cut:
                    _deafen(client)
                    _deafen(server)
            try:
                self._pass_on({client: server, server: client})
            finally:
                with self._lock:
                    self._ends.remove(client)
                    self._ends.remove(server)

    def _pass_on(self, other):
        while not self._is_closed:
            for source in select.select(list(other), [], [], LOOK_EVERY_SECONDS)[0]:
                data = source.recv(65536)
                with self._lock:
                    if not self._is_cut:
                        if not data:
                            return
                        other[source].sendall(data)
                        continue
                return self._wait_for_the_end()

    def _wait_for_the_end(self):
        while not self._is_closed:
            select.select([], [], [], LOOK_EVERY_SECONDS)


def _deafen(end):
    instructions = ctypes.create_string_buffer(KEEP_NOTHING)
    end.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HL", 1, ctypes.addressof(instructions)))


def lead_through(wire, site):
    """Restarts a site that reaches the wire's server by the wire from now on."""
    params, places = re.subn(rf"\b{wire.to_port}\b", str(wire.port), site.directives["DBDParams"])
    assert places == 1, f"{params} does not name port {wire.to_port} once"
    site.configure(DBDParams=params)
    site.restart()
