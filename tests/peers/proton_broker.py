"""Qpid Proton as a broker, with queues in memory. Messages keep their octets.

    proton_broker.py HOST:PORT [CERTIFICATE KEY AUTHORITY]

Accepts every connection, with ANONYMOUS or without a SASL layer. A queue is created when a link is attached to it,
unless its name begins with `missing.`. Rejected messages go to the queue `dead`. The body of a message to the node
`delete` is the name of a queue to delete. Prints `listening`; ends on SIGTERM.

With three files in PEM it speaks TLS, and accepts only clients with a certificate of the authority. It then offers EXTERNAL
as well, and PLAIN, to guest with the password guest.
"""

import collections
import os
import signal
import socketserver
import struct
import sys
import tempfile
import threading

from proton import Condition, Delivery, Handler, Link, Message, SSLDomain, Terminus
from proton.reactor import Container

CREDIT = 100
DELETE = "delete"


class Passwords(socketserver.StreamRequestHandler):
    """Checks a password for Cyrus SASL, the library of Proton, in place of its program saslauthd."""

    def handle(self):
        user, password, _service, _realm = (self.read() for _ in range(4))
        answer = b"OK" if (user, password) == (b"guest", b"guest") else b"NO"
        self.wfile.write(struct.pack("!H", len(answer)) + answer)

    def read(self):
        (length,) = struct.unpack("!H", self.rfile.read(2))
        return self.rfile.read(length)


def check_passwords():
    """Begins to check passwords, and returns the folder with the configuration of Cyrus SASL."""
    folder = tempfile.TemporaryDirectory(prefix="proton-sasl-")
    path = os.path.join(folder.name, "passwords")
    server = socketserver.ThreadingUnixStreamServer(path, Passwords)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with open(os.path.join(folder.name, "proton-server.conf"), "w") as configuration:
        configuration.write(f"pwcheck_method: saslauthd\nsaslauthd_path: {path}\n")
    return folder


class Queue:
    def __init__(self):
        self.messages = collections.deque()
        # Links on which messages are sent, the next one first.
        self.consumers = collections.deque()
        self.producers = set()


class Broker(Handler):
    def __init__(self, address, certificate=None, key=None, authority=None):
        super().__init__()
        self.address = address
        self.tls = None
        if certificate:
            self.tls = SSLDomain(SSLDomain.MODE_SERVER)
            self.tls.set_credentials(certificate, key, None)
            self.tls.set_trusted_ca_db(authority)
            self.tls.set_peer_authentication(SSLDomain.VERIFY_PEER, authority)
            self.sasl_folder = check_passwords()
        self.queues = collections.defaultdict(Queue)
        # The octets of each unsettled delivery: by link, then by tag.
        self.unsettled = collections.defaultdict(dict)
        self.last_tag = 0

    def on_reactor_init(self, event):
        event.reactor.listen(self.address, self.tls)
        print("listening", flush=True)

    def on_connection_bound(self, event):
        sasl = event.transport.sasl()
        if self.tls:
            sasl.config_path(self.sasl_folder.name)
            sasl.allowed_mechs("ANONYMOUS EXTERNAL PLAIN")
        else:
            sasl.allowed_mechs("ANONYMOUS")

    def on_connection_remote_open(self, event):
        event.connection.open()

    def on_connection_remote_close(self, event):
        event.connection.close()

    def on_session_remote_open(self, event):
        event.session.open()

    def on_session_remote_close(self, event):
        event.session.close()

    def on_link_remote_open(self, event):
        link = event.link
        link.source.copy(link.remote_source)
        link.target.copy(link.remote_target)
        link.snd_settle_mode = link.remote_snd_settle_mode
        link.rcv_settle_mode = link.remote_rcv_settle_mode
        name = self.queue_of(link)
        if name is not None and name.startswith("missing."):
            # A refusal is an attach without a terminus, then a detach (section 2.6.3).
            terminus = link.source if link.is_sender else link.target
            terminus.type = Terminus.UNSPECIFIED
            link.open()
            link.condition = Condition("amqp:not-found", f"there is no queue {name}")
            link.close()
            return
        link.open()
        if link.is_sender:
            self.queues[name].consumers.append(link)
            self.send(self.queues[name])
        else:
            link.flow(CREDIT)
            if name not in (None, DELETE):
                self.queues[name].producers.add(link)

    def on_link_remote_close(self, event):
        self.forget(event.link)
        event.link.close()

    def on_link_remote_detach(self, event):
        self.forget(event.link)
        event.link.detach()

    def on_transport_closed(self, event):
        link = event.connection and event.connection.link_head(0)
        while link:
            self.forget(link)
            link = link.next(0)

    def on_link_flow(self, event):
        if event.link.is_sender and event.link.state & Link.LOCAL_ACTIVE:
            self.send(self.queues[self.queue_of(event.link)])

    def on_delivery(self, event):
        delivery = event.delivery
        if event.link.is_sender:
            self.settle(event.link, delivery)
        elif delivery.readable and not delivery.partial:
            octets = event.link.recv(delivery.pending)
            event.link.advance()
            event.link.flow(1)
            self.receive(event.link, delivery, octets)

    def receive(self, link, delivery, octets):
        name = self.queue_of(link)
        if name is None:
            name = message(octets).address
        if name.startswith("missing."):
            delivery.local.condition = Condition("amqp:not-found", f"there is no queue {name}")
            delivery.update(Delivery.REJECTED)
        else:
            if name == DELETE:
                self.delete(message(octets).body)
            else:
                self.queues[name].messages.append(octets)
            delivery.update(Delivery.ACCEPTED)
        delivery.settle()
        if name != DELETE:
            self.send(self.queues[name])

    def send(self, queue):
        """Sends messages to the consumers in turn, as far as they have given credit."""
        without_credit = 0
        while queue.messages and without_credit < len(queue.consumers):
            link = queue.consumers[0]
            queue.consumers.rotate(-1)
            if link.credit <= 0:
                without_credit += 1
                continue
            without_credit = 0
            octets = queue.messages.popleft()
            self.last_tag += 1
            delivery = link.delivery(str(self.last_tag))
            link.stream(octets)
            link.advance()
            if link.snd_settle_mode == Link.SND_SETTLED:
                delivery.settle()
            else:
                self.unsettled[link][delivery.tag] = octets
        for link in queue.consumers:
            if link.drain_mode:
                link.drained()

    def settle(self, link, delivery):
        """Handles the outcome of a delivery that was sent."""
        if not delivery.updated or not (delivery.remote_state or delivery.settled):
            return
        queue = self.queues[self.queue_of(link)]
        octets = self.unsettled[link].pop(delivery.tag, None)
        state = delivery.remote_state
        if octets is not None and state == Delivery.REJECTED:
            self.queues["dead"].messages.append(octets)
            self.send(self.queues["dead"])
        elif octets is not None and state == Delivery.MODIFIED and delivery.remote.failed:
            failed = message(octets)
            failed.delivery_count += 1
            queue.messages.appendleft(failed.encode())
        elif octets is not None and state in (Delivery.RELEASED, Delivery.MODIFIED):
            queue.messages.appendleft(octets)
        delivery.settle()
        self.send(queue)

    def forget(self, link):
        """Removes a link. What was sent on it and is not settled is sent again."""
        name = self.queue_of(link)
        if name not in self.queues:
            return
        queue = self.queues[name]
        queue.producers.discard(link)
        if link in queue.consumers:
            queue.consumers.remove(link)
        queue.messages.extendleft(reversed(self.unsettled.pop(link, {}).values()))
        self.send(queue)

    def delete(self, name):
        queue = self.queues.pop(name)
        for link in [*queue.consumers, *queue.producers]:
            link.condition = Condition("amqp:resource-deleted", f"the queue {name} was deleted")
            link.close()

    @staticmethod
    def queue_of(link):
        return link.remote_source.address if link.is_sender else link.remote_target.address


def message(octets):
    decoded = Message()
    decoded.decode(octets)
    return decoded


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
Container(Broker(*sys.argv[1:])).run()
