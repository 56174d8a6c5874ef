// rhea as a client of a test server, or of a broker: runs cases, each over a connection of its own.
//
//     rhea_cases.js CASE=HOST:PORT...
//
// The name of the case is that of the container, which tells the server what to do. Prints lines `CASE: WHAT WAS SEEN`.
'use strict';

const rhea = require('rhea');
const { messages, numbered, pattern, show_error, show_message, show_outcome } = require('./rhea_messages.js');

const { message, types } = rhea;

const LIMIT_MS = 15000;
const HEARTBEAT_MS = 2000;
const SECOND = 1;

// What ends a connection or a link while something else is awaited.
class Ended extends Error {}

class Case {
    constructor(name, address) {
        [this.name, this.node] = [name, name.split('-')[0]];
        [this.host, this.port] = address.split(':');
        this.container = rhea.create_container({ id: name });
        this.is_closing = false;
        // Rejects as soon as something ends too early.
        this.ended = new Promise((_, reject) => {
            const end = (text) => this.is_closing || reject(new Ended(text));
            this.container.on('connection_error', ({ connection, error }) => end(show_error(connection.error || error)));
            this.container.on('connection_close', ({ connection }) => end(show_error(connection.error)));
            this.container.on('sender_error', ({ sender }) => end(show_error(sender.error)));
            this.container.on('receiver_error', ({ receiver }) => end(show_error(receiver.error)));
            this.container.on('disconnected', ({ error }) => end(`lost: ${error ? error.message : 'the stream ended'}`));
            this.timer = setTimeout(() => reject(new Ended(`nothing in ${LIMIT_MS} ms`)), LIMIT_MS);
        });
        this.ended.catch(() => {});
    }

    see(text) {
        console.log(`${this.name}: ${text}`);
    }

    // Waits for an event, unless something ends before.
    until(emitter, event) {
        return Promise.race([new Promise((resolve) => emitter.once(event, resolve)), this.ended]);
    }

    async connect(options = {}) {
        const { host, port } = this;
        const properties = { product: 'rhea' };
        const security = { username: 'anonymous' };
        const all = { host, port: Number(port), reconnect: false, properties, ...security, ...options };
        this.connection = this.container.connect(all);
        await this.until(this.connection, 'connection_open');
        return this.connection;
    }

    async close() {
        this.is_closing = true;
        clearTimeout(this.timer);
        if (this.connection && this.connection.is_open()) {
            const closed = new Promise((resolve) => this.container.once('connection_close', resolve));
            this.connection.close();
            await closed;
        }
    }

    async sender(options) {
        const sender = this.connection.open_sender({ treat_modified_as_released: false, ...options });
        await this.until(sender, 'sendable');
        return sender;
    }

    // Sends a message, and waits until it has been settled.
    async send(sender, content) {
        const delivery = sender.send(content);
        await this.until(sender, 'settled');
        return delivery;
    }

    // Opens a receiver whose messages can be awaited.
    receiver(source, credit, options = {}) {
        const receiver = this.connection.open_receiver({ source, credit_window: 0, autoaccept: false, ...options });
        receiver.queue = [];
        receiver.on('message', (context) => {
            receiver.queue.push(context);
            receiver.emit('queued');
        });
        if (credit) receiver.add_credit(credit);
        return receiver;
    }

    async receive(receiver, more_credit = 0) {
        if (more_credit) receiver.add_credit(more_credit);
        if (!receiver.queue.length) await this.until(receiver, 'queued');
        return receiver.queue.shift();
    }
}

async function opened(it, options) {
    const { container_id, properties } = await it.connect(options);
    it.see(`${container_id} ${properties.product}`);
}

async function not_opened(it) {
    await it.connect();
    await it.ended;
}

async function messages_sent(it) {
    await it.connect();
    const sender = await it.sender({ target: 'checked' });
    for (const one of messages) {
        it.see(`${one.subject} ${show_outcome(await it.send(sender, one))}`);
    }
}

async function messages_received(it) {
    await it.connect();
    const receiver = it.receiver('messages', 5);
    for (let count = 0; count < messages.length; count++) {
        const { message: received, delivery } = await it.receive(receiver, 1);
        it.see(show_message(received));
        delivery.accept();
    }
}

// rhea opens the window of its session again only when it has something else to do, so that a message in more frames than
// the window of 2,048 never comes to an end.
const LARGE = { 'sizes-512': 512 << 10, 'sizes-4096': 4 << 20, 'sizes-1048576': 10 << 20 };

async function sizes(it) {
    await it.connect({ max_frame_size: Number(it.name.split('-')[1]) });
    const sender = await it.sender({ target: 'sizes' });
    for (const size of [0, 1, 100 << 10, 10 << 20]) {
        await it.send(sender, { body: message.data_section(pattern(size)) });
    }
    const receiver = it.receiver(`sizes/${LARGE[it.name]}`, 4);
    for (let count = 0; count < 4; count++) {
        const { message: { body }, delivery } = await it.receive(receiver);
        it.see(`${body.content.length} ${body.content.equals(pattern(body.content.length)) ? 'right' : 'wrong'}`);
        delivery.accept();
    }
}

async function outcomes_sent(it) {
    await it.connect();
    const sender = await it.sender({ target: 'outcomes' });
    for (let number = 1; number <= 4; number++) {
        it.see(`${number} ${show_outcome(await it.send(sender, numbered(number)))}`);
    }
}

async function outcomes_received(it) {
    await it.connect();
    const receiver = it.receiver('four', 4);
    const settle = [
        (delivery) => delivery.accept(),
        (delivery) => delivery.reject({ condition: 'amqp:invalid-field', description: 'no such item' }),
        (delivery) => delivery.release(),
        (delivery) => delivery.modified({
            delivery_failed: true,
            undeliverable_here: true,
            message_annotations: { [types.wrap_symbol('x-opt-why')]: 'tired' },
        }),
    ];
    for (const act of settle) {
        const { message: received, delivery } = await it.receive(receiver);
        it.see(show_message(received));
        act(delivery);
        // The second outcome of a turn would be lost: rhea repeats the first one.
        await new Promise(setImmediate);
    }
}

async function settled_sent(it) {
    await it.connect();
    const sender = await it.sender({ target: 'checked', snd_settle_mode: 1 });
    sender.send(numbered(1));
    sender.send(numbered(2));
}

async function settled_received(it) {
    await it.connect();
    const receiver = it.receiver('settled', 2, { snd_settle_mode: 1 });
    for (let count = 0; count < 2; count++) {
        const { message: received, delivery } = await it.receive(receiver);
        it.see(`${delivery.remote_settled ? 'settled' : 'unsettled'} ${show_message(received)}`);
    }
}

async function second_sent(it) {
    await it.connect();
    const sender = await it.sender({ target: 'checked', rcv_settle_mode: SECOND, autosettle: false });
    it.see(`mode ${sender.rcv_settle_mode}`);
    const delivery = sender.send(numbered(1));
    await it.until(sender, 'accepted');
    it.see(`${show_outcome(delivery)} ${delivery.remote_settled ? 'settled' : 'not settled'}`);
    delivery.update(true);
}

async function second_received(it) {
    await it.connect();
    const receiver = it.receiver('four', 4, { rcv_settle_mode: SECOND });
    await it.until(receiver, 'receiver_open');
    it.see(`mode ${receiver.rcv_settle_mode}`);
    for (let count = 0; count < 4; count++) {
        const { message: received, delivery } = await it.receive(receiver);
        delivery.accept();
        await it.until(receiver, 'settled');
        it.see(`${show_message(received)} settled by the sender`);
    }
}

async function credit_granted(it) {
    await it.connect();
    const receiver = it.receiver('ten', 3);
    for (let number = 1; number <= 10; number++) {
        const { message: received, delivery } = await it.receive(receiver, number === 4 ? 7 : 0);
        it.see(received.subject);
        delivery.accept();
    }
}

async function credit_awaited(it) {
    await it.connect();
    const sender = await it.sender({ target: 'slow' });
    for (let number = 1; number <= 5; number++) {
        if (!sender.sendable()) await it.until(sender, 'sendable');
        await it.send(sender, numbered(number));
    }
    it.see('5 sent');
}

async function drained(it) {
    await it.connect();
    const receiver = it.receiver('three', 10);
    receiver.drain_credit();
    await it.until(receiver, 'receiver_drained');
    while (receiver.queue.length) {
        const { message: received, delivery } = receiver.queue.shift();
        it.see(received.subject);
        delivery.accept();
    }
    it.see(`drained, credit ${receiver.credit}`);
}

async function missing_sender(it) {
    await it.connect();
    await it.sender({ target: 'missing' });
}

async function missing_receiver(it) {
    await it.connect();
    await it.receive(it.receiver('missing', 1));
}

async function heartbeats(it) {
    await it.connect({ idle_time_out: HEARTBEAT_MS });
    const sender = await it.sender({ target: 'checked' });
    await it.send(sender, numbered(1));
    // Only heartbeats come and go.
    await Promise.race([it.ended, new Promise((resolve) => { setTimeout(resolve, 3 * HEARTBEAT_MS); })]);
    it.see(show_outcome(await it.send(sender, numbered(2))));
}

async function ended_while_sending(it) {
    await it.connect();
    const sender = await it.sender({ target: it.node });
    for (let number = 1; ; number++) {
        const delivery = sender.send(numbered(number));
        try {
            await it.until(sender, 'settled');
        } finally {
            // What has been settled may be told after the end.
            await new Promise(setImmediate);
            if (delivery.remote_settled && it.node !== 'stops') it.see(`${number} sent`);
        }
    }
}

async function ended_while_receiving(it) {
    await it.connect();
    const receiver = it.receiver(it.node, 10);
    for (;;) {
        const { message: received, delivery } = await it.receive(receiver, 1);
        if (it.node !== 'stops') it.see(`${received.subject} received`);
        delivery.accept();
    }
}

async function browsed(it) {
    await it.connect();
    const receiver = it.receiver({ address: 'three', distribution_mode: 'copy' }, 10);
    for (let count = 0; count < 3; count++) {
        const { message: received, delivery } = await it.receive(receiver);
        it.see(received.subject);
        delivery.accept();
    }
}

async function hurried(it) {
    await it.connect();
    const sender = await it.sender({ target: 'hurried' });
    let accepted = 0;
    const all = new Promise((resolve) => {
        sender.on('accepted', () => ++accepted === 50 && resolve());
    });
    for (let number = 1; number <= 50; number++) sender.send(numbered(number));
    await Promise.race([all, it.ended]);
    it.see(`${accepted} accepted`);
}

async function requested(it) {
    await it.connect();
    const responses = it.receiver({ dynamic: true }, 1);
    await it.until(responses, 'receiver_open');
    const requests = it.receiver('requests', 1);
    const reply_to = responses.source.address;
    await it.send(await it.sender({ target: 'requests' }), { ...numbered(1), reply_to });
    const request = await it.receive(requests);
    it.see(`request ${request.message.subject}`);
    await it.send(await it.sender({ target: request.message.reply_to }), numbered(1));
    request.delivery.accept();
    const response = await it.receive(responses);
    it.see(`response ${response.message.subject}`);
    response.delivery.accept();
}

async function copied(it) {
    await it.connect();
    const receivers = { first: it.receiver('topic/news', 2), second: it.receiver('topic/news', 2) };
    await it.until(receivers.second, 'receiver_open');
    const sender = await it.sender({ target: 'topic/news' });
    for (let number = 1; number <= 2; number++) await it.send(sender, numbered(number));
    for (const [name, receiver] of Object.entries(receivers)) {
        for (let count = 0; count < 2; count++) {
            const { message: received, delivery } = await it.receive(receiver);
            it.see(`${name} ${received.subject}`);
            delivery.accept();
        }
    }
}

async function selected(it) {
    await it.connect();
    const receiver = it.receiver({ address: 'three', filter: rhea.filter.selector("colour = 'red'") }, 3);
    for (let count = 0; count < 3; count++) it.see((await it.receive(receiver)).message.subject);
}

async function relayed(it) {
    await it.connect();
    const sender = await it.sender({ target: {} });
    for (const [index, to] of ['here', 'there'].entries()) {
        it.see(`${index + 1} ${show_outcome(await it.send(sender, { ...numbered(index + 1), to }))}`);
    }
}

const CASES = {
    anonymous: opened,
    plain: (it) => opened(it, { username: 'alice', password: 'secret' }),
    'wrong-password': (it) => opened(it, { username: 'alice', password: 'wrong' }),
    refused: not_opened,
    redirected: not_opened,
    'messages-sent': messages_sent,
    'messages-received': messages_received,
    'sizes-512': sizes,
    'sizes-4096': sizes,
    'sizes-1048576': sizes,
    'outcomes-sent': outcomes_sent,
    'outcomes-received': outcomes_received,
    'settled-sent': settled_sent,
    'settled-received': settled_received,
    'second-sent': second_sent,
    'second-received': second_received,
    'credit-granted': credit_granted,
    'credit-awaited': credit_awaited,
    drained,
    'missing-sender': missing_sender,
    'missing-receiver': missing_receiver,
    heartbeats,
    'link-sent': ended_while_sending,
    'link-received': ended_while_receiving,
    'connection-sent': ended_while_sending,
    'connection-received': ended_while_receiving,
    'stops-sent': ended_while_sending,
    'stops-received': ended_while_receiving,
    browsed,
    hurried,
    requested,
    copied,
    relayed,
    selected,
};

async function main() {
    for (const argument of process.argv.slice(2)) {
        const [name, address] = argument.split('=');
        const it = new Case(name, address);
        try {
            await CASES[name](it);
        } catch (why) {
            it.see(why instanceof Ended ? why.message : why.stack.replaceAll('\n', ' '));
        }
        await it.close();
    }
    process.exit(0);
}

main();
