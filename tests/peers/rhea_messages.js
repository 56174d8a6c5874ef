// The messages of the cases, and what rhea gives to its user, as text in the notation of the tests.
'use strict';

const { message, types } = require('rhea');

// 64-bit integers that are not exact as numbers are octets.
const VALUES = [
    ['null', null],
    ['true', true],
    ['ubyte', types.wrap_ubyte(255)],
    ['ushort', types.wrap_ushort(65535)],
    ['uint', types.wrap_uint(0xffffffff)],
    ['ulong', types.wrap_ulong(Buffer.from('ffffffffffffffff', 'hex'))],
    ['byte', types.wrap_byte(-128)],
    ['short', types.wrap_short(-32768)],
    ['int', types.wrap_int(-0x80000000)],
    ['long', types.wrap_long(Buffer.from('8000000000000000', 'hex'))],
    ['float', types.wrap_float(1.5)],
    ['double', types.wrap_double(-0.25)],
    ['char', types.wrap_char(0x1f980)],
    ['timestamp', types.wrap_timestamp(1700000000123)],
    ['uuid', types.wrap_uuid(Buffer.alloc(16, 7))],
    ['binary', Buffer.from('00ff', 'hex')],
    ['string', 'grüße'],
    ['long string', 'x'.repeat(300)],
    ['symbol', types.wrap_symbol('red')],
    ['list', [types.wrap_int(1), null, 'two']],
    ['map', { one: types.wrap_int(1), inner: { two: true } }],
    ['array', types.wrap_array([1, 300], 0x71)],
];

function show(value) {
    if (value === null || value === undefined) return 'null';
    if (Buffer.isBuffer(value)) return `binary ${value.toString('hex')}`;
    if (value instanceof Date) return `timestamp ${value.getTime()}`;
    if (Array.isArray(value)) return `list ${show_list(value)}`;
    if (typeof value === 'object') return `map ${show_map(value, 'string ')}`;
    return `${typeof value} ${value}`;
}

const show_list = (values) => `[${values.map(show).join(', ')}]`;

function show_map(entries, before = '') {
    const texts = Object.entries(entries).map(([key, value]) => `${before}${key}: ${show(value)}`);
    return `{${texts.sort().join(', ')}}`;
}

function show_message(it) {
    const { body } = it;
    const kinds = { 0x75: () => `data ${body.content.toString('hex')}`, 0x76: () => `sequence ${show_list(body.content)}` };
    const kind = body && body.typecode ? kinds[body.typecode]() : `value ${show(body)}`;
    let text = `${it.subject} ${kind}`;
    if (it.message_id) text += ` message-id=${show(it.message_id)}`;
    if (it.correlation_id) text += ` correlation-id=${show(it.correlation_id)}`;
    if (it.reply_to) text += ` reply-to=${it.reply_to}`;
    if (it.group_id) text += ` group-id=${it.group_id}`;
    if (it.content_type) text += ` content-type=${it.content_type}`;
    return it.application_properties ? `${text} ${show_map(it.application_properties)}` : text;
}

const messages = [
    ...VALUES.map(([subject, body]) => ({ subject, body })),
    { subject: 'data', body: message.data_section(Buffer.from('\0octets\xff', 'latin1')) },
    { subject: 'empty data', body: message.data_section(Buffer.alloc(0)) },
    { subject: 'sequence', body: message.sequence_section([types.wrap_int(1), 'two', null]) },
    {
        subject: 'full',
        body: 'body',
        message_id: 'id',
        reply_to: 'reply',
        correlation_id: 'correlation',
        content_type: 'text/plain',
        group_id: 'group',
        application_properties: {
            string: 'text',
            int: types.wrap_int(7),
            long: types.wrap_long(Buffer.from('8000000000000000', 'hex')),
            double: 2.5,
            boolean: true,
        },
    },
];

const show_error = (error) => {
    if (!error) return 'without an error';
    const text = `${error.condition} ${error.description}`;
    return error.info ? `${text} ${show_map(error.info)}` : text;
};

function show_outcome({ remote_state: state }) {
    if (message.is_rejected(state) || state.error) return `rejected ${show_error(state.error)}`;
    const name = state.constructor.composite_type;
    if (name !== 'modified') return name;
    const { delivery_failed, undeliverable_here, message_annotations } = state;
    return `modified failed=${delivery_failed} undeliverable=${undeliverable_here} ${show_map(message_annotations || {})}`;
}

const pattern = (size) => Buffer.alloc(size, Buffer.from(Array.from({ length: 251 }, (_, index) => index)));

const numbered = (number) => ({ subject: `${number}`, body: message.data_section(Buffer.from(`${number}`)) });

module.exports = { messages, numbered, pattern, show_error, show_message, show_outcome };
