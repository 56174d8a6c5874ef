"""Qpid Proton as a client: opens a connection and closes it again.

    proton_client.py HOST:PORT [bare | anonymous | external | plain USER PASSWORD]

Prints `opened CONTAINER-ID` and exits with 0, or `error: WHY` and exits with 1. With PN_TRACE_FRM=1 in the
environment Proton writes each header and frame to stderr, which shows where an attempt failed. With the name of a folder
in AMQP_CERTIFICATES it speaks TLS to this port of localhost, trusts authority.pem, and shows certificate.pem, whose key is
in key.pem.
"""

import os
import sys

from proton import SSLDomain
from proton.handlers import MessagingHandler
from proton.reactor import Container

LIMIT = 10.0


class Client(MessagingHandler):
    def __init__(self, address, security):
        super().__init__()
        self.address = address
        self.security = security
        self.result = None

    def on_start(self, event):
        event.container.schedule(LIMIT, self)
        # Not a word about reconnecting: the second attempt would hide what became of the first.
        event.container.connect(self.address, reconnect=False, **self.security)

    def on_connection_opened(self, event):
        self.result = self.result or f"opened {event.connection.remote_container}"
        event.connection.close()

    def on_connection_closed(self, event):
        event.container.stop()

    def on_connection_error(self, event):
        self.fail(event, event.connection.remote_condition)

    def on_transport_error(self, event):
        self.fail(event, event.transport.condition)

    def on_disconnected(self, event):
        self.fail(event, "the peer closed the connection without a word")

    def on_timer_task(self, event):
        self.fail(event, f"nothing in {LIMIT} s")

    def fail(self, event, why):
        self.result = self.result or f"error: {why}"
        event.container.stop()


def security(layer="anonymous", user=None, password=None):
    if layer == "bare":
        return {"sasl_enabled": False}
    mechanism = {"allowed_mechs": layer.upper(), "allow_insecure_mechs": True}
    return mechanism if user is None else {**mechanism, "user": user, "password": password}


def tls(folder):
    domain = SSLDomain(SSLDomain.MODE_CLIENT)
    domain.set_credentials(f"{folder}/certificate.pem", f"{folder}/key.pem", None)
    domain.set_trusted_ca_db(f"{folder}/authority.pem")
    domain.set_peer_authentication(SSLDomain.VERIFY_PEER_NAME)
    return {"ssl_domain": domain}


address, options = sys.argv[1], security(*sys.argv[2:])
folder = os.environ.get("AMQP_CERTIFICATES")
if folder:
    address = f"amqps://localhost:{address.rpartition(':')[2]}"
    options |= tls(folder)
client = Client(address, options)
Container(client).run()
print(client.result)
sys.exit(0 if client.result.startswith("opened ") else 1)
