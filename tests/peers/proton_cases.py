"""Qpid Proton as a client of a test server, or of a broker: runs cases, each over a connection of its own.

    proton_cases.py CASE=HOST:PORT...

The name of the case is that of the container, which tells the server what to do. Prints lines `CASE: WHAT WAS SEEN`.
"""

import sys
import time

import proton
from proton import Condition, Delivery, Link, Message, symbol
from proton.reactor import AtMostOnce, Container, Copy, LinkOption, Selector
from proton.utils import BlockingConnection, ConnectionClosed, LinkDetached

from proton_messages import messages, numbered, pattern, show_condition, show_message, show_outcome

LIMIT = 15
HEARTBEAT_S = 2


class Settling(LinkOption):
    """Asks for a mode of the receiver."""

    def apply(self, link):
        link.rcv_settle_mode = Link.RCV_SECOND


class Connection(BlockingConnection):
    """Keeps the error with which the server closed it, which is gone with the connection."""

    def __init__(self, case, **options):
        self.case = case
        super().__init__(**options)

    def on_connection_remote_close(self, event):
        self.case.condition = show_condition(event.connection.remote_condition)
        super().on_connection_remote_close(event)


class Case:
    def __init__(self, name, address):
        self.name = name
        self.address = address
        self.connection = None
        self.condition = None

    def see(self, text):
        print(f"{self.name}: {text}", flush=True)

    def connect(self, **options):
        container = Container()
        container.container_id = self.name
        options = {"allowed_mechs": "ANONYMOUS", "properties": {symbol("product"): "Proton"}, **options}
        self.connection = Connection(self, url=self.address, timeout=LIMIT, container=container, **options)
        return self.connection

    def wait(self, condition):
        self.connection.wait(condition, timeout=LIMIT)

    def sender(self, node, options=None):
        sender = self.connection.create_sender(node, options=options)
        self.wait(lambda: sender.link.credit > 0)
        return sender

    def send(self, sender, message):
        """Sends a message, and waits until it has been settled."""
        delivery = sender.link.send(message)
        self.wait(lambda: delivery.settled)
        delivery.settle()
        return delivery

    def receiver(self, node, credit, options=None, name=None):
        # Credit of 0 would be taken for none said.
        return self.connection.create_receiver(node, credit=credit, options=options, name=name)

    def receive(self, receiver, credit=False):
        """Returns the next message and its delivery, whose settlement is up to the caller."""
        if credit:
            receiver.link.flow(1)
        self.wait(lambda: receiver.fetcher.has_message)
        return receiver.fetcher.incoming.popleft()


def accept(delivery):
    delivery.update(Delivery.ACCEPTED)
    delivery.settle()


def opened(case, **options):
    connection = case.connect(**options).conn
    properties = connection.remote_properties or {}
    case.see(f"{connection.remote_container} {properties.get(symbol('product'))}")


def wrong_password(case):
    try:
        case.connect(allowed_mechs="PLAIN", user="alice", password="wrong", allow_insecure_mechs=True)
    except proton.ProtonException as why:
        case.see(why)


def not_opened(case):
    try:
        case.connect()
        # What refuses comes after the open.
        case.wait(lambda: False)
    except ConnectionClosed:
        case.see(case.condition)


def messages_sent(case):
    case.connect()
    sender = case.sender("checked")
    for message in messages():
        case.see(f"{message.subject} {show_outcome(case.send(sender, message))}")


def messages_received(case):
    case.connect()
    receiver = case.receiver("messages", 5)
    for _ in messages():
        message, delivery = case.receive(receiver, credit=True)
        case.see(show_message(message))
        accept(delivery)


def sizes(case):
    case.connect(max_frame_size=int(case.name.rpartition("-")[2]))
    sender = case.sender("sizes")
    receiver = case.receiver(f"sizes/{10 << 20}", 4)
    for size in (0, 1, 100 << 10, 10 << 20):
        case.send(sender, Message(body=pattern(size), inferred=True))
    for _ in range(4):
        message, delivery = case.receive(receiver)
        body = bytes(message.body)
        case.see(f"{len(body)} {'right' if body == pattern(len(body)) else 'wrong'}")
        accept(delivery)


def outcomes_sent(case):
    case.connect()
    sender = case.sender("outcomes")
    for number in range(1, 5):
        case.see(f"{number} {show_outcome(case.send(sender, numbered(number)))}")


def outcomes_received(case):
    case.connect()
    receiver = case.receiver("four", 1)
    for number, state in enumerate([Delivery.ACCEPTED, Delivery.REJECTED, Delivery.RELEASED, Delivery.MODIFIED]):
        message, delivery = case.receive(receiver, credit=number > 0)
        case.see(show_message(message))
        if state == Delivery.REJECTED:
            delivery.local.condition = Condition("amqp:invalid-field", "no such item")
        if state == Delivery.MODIFIED:
            delivery.local.failed = True
            delivery.local.undeliverable = True
            delivery.local.annotations = {symbol("x-opt-why"): "tired"}
        delivery.update(state)
        delivery.settle()


def settled_sent(case):
    case.connect()
    sender = case.sender("checked", AtMostOnce())
    for number in range(1, 3):
        sender.link.send(numbered(number))
    case.connection.close()
    case.connection = None


def settled_received(case):
    case.connect()
    receiver = case.receiver("settled", 2, AtMostOnce())
    for _ in range(2):
        message, delivery = case.receive(receiver)
        case.see(f"{'settled' if delivery.settled else 'unsettled'} {show_message(message)}")


def second_sent(case):
    case.connect()
    sender = case.sender("checked", Settling())
    case.see(f"mode {sender.link.remote_rcv_settle_mode}")
    delivery = sender.link.send(numbered(1))
    case.wait(lambda: delivery.remote_state)
    case.see(f"{show_outcome(delivery)} {'settled' if delivery.settled else 'not settled'}")
    delivery.settle()
    # The receiver settles in turn, after which nothing is left to wait for.
    case.connection.close()
    case.connection = None


def second_received(case):
    case.connect()
    receiver = case.receiver("four", 4, Settling())
    case.see(f"mode {receiver.link.remote_rcv_settle_mode}")
    for _ in range(4):
        message, delivery = case.receive(receiver)
        delivery.update(Delivery.ACCEPTED)
        case.wait(lambda: delivery.settled)
        case.see(f"{show_message(message)} settled by the sender")
        delivery.settle()


def credit_granted(case):
    case.connect()
    receiver = case.receiver("ten", 3)
    for number in range(1, 11):
        if number == 4:
            receiver.link.flow(7)
        message, delivery = case.receive(receiver)
        case.see(message.subject)
        accept(delivery)


def credit_awaited(case):
    case.connect()
    sender = case.sender("slow")
    for number in range(1, 6):
        case.wait(lambda: sender.link.credit > 0)
        case.send(sender, numbered(number))
    case.see("5 sent")


def drained(case):
    case.connect()
    receiver = case.receiver("three", 0)
    receiver.link.drain(10)
    case.wait(lambda: receiver.link.credit == 0)
    while receiver.fetcher.has_message:
        message, delivery = case.receive(receiver)
        case.see(message.subject)
        accept(delivery)
    case.see(f"drained, credit {receiver.link.credit}")


def missing_sender(case):
    case.connect()
    try:
        case.connection.create_sender("missing")
    except LinkDetached as why:
        case.see(show_condition(why.link.remote_condition))


def missing_receiver(case):
    case.connect()
    try:
        case.connection.create_receiver("missing", credit=1)
    except LinkDetached as why:
        case.see(show_condition(why.link.remote_condition))


def heartbeats(case):
    case.connect(heartbeat=HEARTBEAT_S)
    sender = case.sender("checked")
    case.send(sender, numbered(1))
    end = time.monotonic() + 3 * HEARTBEAT_S
    try:
        # Only heartbeats come and go.
        case.connection.wait(lambda: False, timeout=end - time.monotonic())
    except proton.Timeout:
        pass
    case.see(show_outcome(case.send(sender, numbered(2))))


def browsed(case):
    case.connect()
    receiver = case.receiver("three", 10, Copy())
    for _ in range(3):
        message, delivery = case.receive(receiver)
        case.see(message.subject)
        accept(delivery)


def hurried(case):
    case.connect()
    sender = case.sender("hurried")
    deliveries = [sender.link.send(numbered(number)) for number in range(1, 51)]
    case.wait(lambda: all(delivery.settled for delivery in deliveries))
    case.see(f"{sum(delivery.remote_state == Delivery.ACCEPTED for delivery in deliveries)} accepted")


def requested(case):
    connection = case.connect()
    responses = connection.create_receiver(None, credit=1, dynamic=True)
    requests = case.receiver("requests", 1)
    request = numbered(1)
    request.reply_to = responses.link.remote_source.address
    case.send(case.sender("requests"), request)
    message, delivery = case.receive(requests)
    case.see(f"request {message.subject}")
    case.send(case.sender(message.reply_to), numbered(1))
    accept(delivery)
    message, delivery = case.receive(responses)
    case.see(f"response {message.subject}")
    accept(delivery)


def copied(case):
    case.connect()
    receivers = {name: case.receiver("topic/news", 2, name=name) for name in ("first", "second")}
    sender = case.sender("topic/news")
    for number in range(1, 3):
        case.send(sender, numbered(number))
    for name, receiver in receivers.items():
        for _ in range(2):
            message, delivery = case.receive(receiver)
            case.see(f"{name} {message.subject}")
            accept(delivery)


def selected(case):
    case.connect()
    receiver = case.receiver("three", 3, Selector("colour = 'red'"))
    for _ in range(3):
        message, _ = case.receive(receiver)
        case.see(message.subject)


def relayed(case):
    case.connect()
    sender = case.sender(None)
    for number, address in enumerate(["here", "there"], start=1):
        message = numbered(number)
        message.address = address
        case.see(f"{number} {show_outcome(case.send(sender, message))}")


def see_end(case, why):
    if isinstance(why, LinkDetached):
        case.see(show_condition(why.link.remote_condition))
    else:
        case.see(case.condition or f"lost: {why}")


def ended_while_sending(case):
    node = case.name.partition("-")[0]
    case.connect()
    delivery, number, seen = None, 0, 0

    def see_settled():
        nonlocal seen
        # What has been settled may be told together with the end.
        if node != "stops" and delivery and delivery.settled and seen < number:
            seen = number
            case.see(f"{number} sent")

    try:
        sender = case.sender(node)
        while True:
            number += 1
            delivery = sender.link.send(numbered(number))
            case.wait(lambda: delivery.settled)
            see_settled()
    except proton.ProtonException as why:
        see_settled()
        see_end(case, why)


def ended_while_receiving(case):
    node = case.name.partition("-")[0]
    case.connect()
    try:
        receiver = case.receiver(node, 10)
        while True:
            message, delivery = case.receive(receiver, credit=True)
            accept(delivery)
            if node != "stops":
                case.see(f"{message.subject} received")
    except proton.ProtonException as why:
        see_end(case, why)


CASES = {
    "anonymous": opened,
    "plain": lambda case: opened(case, allowed_mechs="PLAIN", user="alice", password="secret", allow_insecure_mechs=True),
    "wrong-password": wrong_password,
    "refused": not_opened,
    "redirected": not_opened,
    "messages-sent": messages_sent,
    "messages-received": messages_received,
    "sizes-512": sizes,
    "sizes-4096": sizes,
    "sizes-1048576": sizes,
    "outcomes-sent": outcomes_sent,
    "outcomes-received": outcomes_received,
    "settled-sent": settled_sent,
    "settled-received": settled_received,
    "second-sent": second_sent,
    "second-received": second_received,
    "credit-granted": credit_granted,
    "credit-awaited": credit_awaited,
    "drained": drained,
    "missing-sender": missing_sender,
    "missing-receiver": missing_receiver,
    "heartbeats": heartbeats,
    "link-sent": ended_while_sending,
    "link-received": ended_while_receiving,
    "connection-sent": ended_while_sending,
    "connection-received": ended_while_receiving,
    "stops-sent": ended_while_sending,
    "stops-received": ended_while_receiving,
    "browsed": browsed,
    "hurried": hurried,
    "requested": requested,
    "copied": copied,
    "relayed": relayed,
    "selected": selected,
}

for argument in sys.argv[1:]:
    name, _, address = argument.partition("=")
    case = Case(name, address)
    try:
        CASES[name](case)
    except Exception as why:  # pylint: disable=broad-except
        case.see(f"{type(why).__name__}: {why}")
    finally:
        try:
            if case.connection:
                case.connection.close()
        except proton.ProtonException:
            pass  # the case has said how the connection ended
