"""Qpid Proton as a server: accepts every connection, with a SASL layer or without one.

    proton_server.py HOST:PORT [MECHANISM...]

Offers the given mechanisms, or ANONYMOUS. Links are not supported. Prints `listening`; ends on SIGTERM.
"""

import signal
import sys

from proton.handlers import MessagingHandler
from proton.reactor import Container


class Server(MessagingHandler):
    def __init__(self, address, mechanisms):
        super().__init__()
        self.address = address
        self.mechanisms = mechanisms

    def on_start(self, event):
        event.container.listen(self.address)
        print("listening", flush=True)

    def on_connection_bound(self, event):
        sasl = event.transport.sasl()
        # PLAIN is insecure without TLS, and is left out unless this says that it may be offered.
        sasl.allow_insecure_mechs = True
        sasl.allowed_mechs(" ".join(self.mechanisms))


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
Container(Server(sys.argv[1], sys.argv[2:] or ["ANONYMOUS"])).run()
