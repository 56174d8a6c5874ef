// rhea as a broker, with queues in memory. Messages keep their octets.
//
//     rhea_broker.js HOST:PORT USER PASSWORD
//
// Requires this name and password, with PLAIN. A queue is created when a link is attached to it, unless its name begins
// with `missing.`. Rejected messages go to the queue `dead`. The body of a message to the node `delete` is the name of
// a queue to delete. Prints `listening`; ends on SIGTERM.
'use strict';

const rhea = require('rhea');

const [address, user, password] = process.argv.slice(2);
const [host, port] = address.split(':');

// rhea decodes each message before it is given away, and would not encode it to the same octets again.
const decode = rhea.message.decode;
rhea.message.decode = (octets) => ({ octets });

const container = rhea.create_container({
    id: 'rhea-broker',
    autoaccept: false,
    autosettle: false,
    treat_modified_as_released: false,
});
container.sasl_server_mechanisms.enable_plain((name, word) => name === user && word === password);

const queues = new Map();

function queue(name) {
    if (!queues.has(name)) {
        // Links on which messages are sent, the next one first.
        queues.set(name, { messages: [], consumers: [], producers: new Set() });
    }
    return queues.get(name);
}

const is_missing = (name) => name.startsWith('missing.');
const queue_of = (link) => (link.is_sender() ? link.source : link.target).address;

// Sends messages to the consumers in turn, as far as they have given credit.
function send(name) {
    const { messages, consumers } = queue(name);
    while (messages.length) {
        const index = consumers.findIndex((link) => link.sendable());
        if (index < 0) break;
        const [link] = consumers.splice(index, 1);
        consumers.push(link);
        const octets = messages.shift();
        const delivery = link.send(octets, undefined, 0);
        delivery.octets = octets;
        if (!delivery.settled) link.unsettled.add(delivery);
    }
    consumers.forEach((link) => link.set_drained(true));
}

// What is sent again is the next message.
function send_again(name, octets) {
    queue(name).messages.unshift(octets);
    send(name);
}

function open(link) {
    const { source, target, snd_settle_mode, rcv_settle_mode } = link.remote.attach;
    link.local.attach.snd_settle_mode = snd_settle_mode;
    link.local.attach.rcv_settle_mode = rcv_settle_mode;
    const name = queue_of(link);
    const missing = name && is_missing(name);
    // A refusal is an attach without a terminus, then a detach (section 2.6.3).
    if (!(missing && link.is_sender())) link.set_source(source);
    if (!(missing && link.is_receiver())) link.set_target(target);
    if (missing) link.close({ condition: 'amqp:not-found', description: `there is no queue ${name}` });
    return missing ? undefined : name;
}

container.on('sender_open', ({ sender }) => {
    const name = open(sender);
    sender.unsettled = new Set();
    if (name) queue(name).consumers.push(sender);
});

container.on('receiver_open', ({ receiver }) => {
    const name = open(receiver);
    if (name && name !== 'delete') queue(name).producers.add(receiver);
});

// A drain may not be answered before what is there has been sent.
container.on('sender_flow', ({ sender }) => {
    sender.set_drained(false);
    send(queue_of(sender));
});
container.on('sendable', ({ sender }) => send(queue_of(sender)));

container.on('message', ({ receiver, message: { octets }, delivery }) => {
    const name = queue_of(receiver) || decode(octets).to;
    if (is_missing(name)) {
        delivery.reject({ condition: 'amqp:not-found', description: `there is no queue ${name}` });
        return;
    }
    delivery.accept();
    if (name === 'delete') {
        remove(decode(octets).body);
    } else {
        queue(name).messages.push(octets);
        send(name);
    }
});

container.on('rejected', ({ sender, delivery }) => {
    settle(sender, delivery);
    queue('dead').messages.push(delivery.octets);
    send('dead');
});
container.on('released', ({ sender, delivery }) => {
    settle(sender, delivery);
    send_again(queue_of(sender), delivery.octets);
});
container.on('modified', ({ sender, delivery }) => {
    settle(sender, delivery);
    let { octets } = delivery;
    if (delivery.remote_state.delivery_failed) {
        const message = decode(octets);
        message.delivery_count = (message.delivery_count || 0) + 1;
        octets = rhea.message.encode(message);
    }
    send_again(queue_of(sender), octets);
});
container.on('accepted', ({ sender, delivery }) => settle(sender, delivery));

function settle(sender, delivery) {
    sender.unsettled.delete(delivery);
    delivery.update(true);
}

function remove(name) {
    const { consumers, producers } = queue(name);
    queues.delete(name);
    for (const link of [...consumers, ...producers]) {
        link.close({ condition: 'amqp:resource-deleted', description: `the queue ${name} was deleted` });
    }
}

// Removes a link. What was sent on it and is not settled is sent again.
function forget(link) {
    const name = queue_of(link);
    if (!queues.has(name)) return;
    const { consumers, producers } = queue(name);
    producers.delete(link);
    if (!consumers.includes(link)) return;
    consumers.splice(consumers.indexOf(link), 1);
    // rhea tells of outcomes later than of a detach that came after them.
    const open = [...link.unsettled].filter((delivery) => !delivery.remote_state);
    open.reverse().forEach(({ octets }) => send_again(name, octets));
}
container.on('sender_close', ({ sender }) => forget(sender));
container.on('receiver_close', ({ receiver }) => forget(receiver));
for (const event of ['connection_close', 'disconnected']) {
    container.on(event, ({ connection }) => {
        for (const { consumers, producers } of queues.values()) {
            [...consumers, ...producers].filter((link) => link.connection === connection).forEach(forget);
        }
    });
}

// rhea throws an error that has no listener, but a client that disconnects must not end the server.
for (const event of ['connection_error', 'session_error', 'sender_error', 'receiver_error', 'protocol_error', 'error']) {
    container.on(event, (context) => console.error(event, (context.error || context).message || ''));
}
process.on('SIGTERM', () => process.exit(0));
container.listen({ host, port: Number(port) }).on('listening', () => console.log('listening'));
