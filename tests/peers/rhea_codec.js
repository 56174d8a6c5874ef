// rhea as an encoder and decoder.
//
// Reads jobs from stdin, one on each line, and answers each with a line:
//
//     decode HEX     the value as JSON, in the notation of `amqp decode --json`
//     encode JSON    the octets in hexadecimal
//
// or `error: WHY`, or `unsupported: WHY` if the library cannot express the value.

'use strict';

const fs = require('fs');
const { types } = require('rhea');

class Unsupported extends Error {}

const hex = (buffer) => Buffer.from(buffer).toString('hex');

// 64-bit integers are numbers, or octets if a number would not be exact.
const unsigned = (value) => (Buffer.isBuffer(value) ? value.readBigUInt64BE(0) : BigInt(value)).toString();
const signed = (value) => (Buffer.isBuffer(value) ? value.readBigInt64BE(0) : BigInt(value)).toString();

function bits(value, double) {
    const buffer = Buffer.alloc(double ? 8 : 4);
    return hex((double ? buffer.writeDoubleBE(value) : buffer.writeFloatBE(value), buffer));
}

function time(date) {
    const milliseconds = date.getTime();
    if (Number.isNaN(milliseconds)) throw new Unsupported('a timestamp is a Date');
    return String(milliseconds);
}

function uuid(buffer) {
    return hex(buffer).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

// Converts the value of each type of rhea, by the name of the AMQP type.
const same = (value) => value;
const KINDS = {
    null: [['Null'], () => null],
    boolean: [['Boolean', 'True', 'False'], Boolean],
    ubyte: [['Ubyte'], same],
    ushort: [['Ushort'], same],
    uint: [['Uint', 'SmallUint', 'Uint0'], same],
    ulong: [['Ulong', 'SmallUlong', 'Ulong0'], unsigned],
    byte: [['Byte'], same],
    short: [['Short'], same],
    int: [['Int', 'SmallInt'], same],
    long: [['Long', 'SmallLong'], signed],
    float: [['Float'], (value) => bits(value, false)],
    double: [['Double'], (value) => bits(value, true)],
    decimal32: [['Decimal32'], hex],
    decimal64: [['Decimal64'], hex],
    decimal128: [['Decimal128'], hex],
    char: [['CharUTF32'], same],
    timestamp: [['Timestamp'], time],
    uuid: [['Uuid'], uuid],
    binary: [['Vbin8', 'Vbin32'], hex],
    string: [['Str8', 'Str32'], same],
    symbol: [['Sym8', 'Sym32'], same],
    list: [['List0', 'List8', 'List32'], (items) => items.map(read)],
    map: [['Map8', 'Map32'], pairs],
    array: [['Array8', 'Array32'], null],
};
const NAME_OF = {};
for (const [name, [codes]] of Object.entries(KINDS)) {
    for (const code of codes) NAME_OF[types[code].typecode] = name;
}

function pairs(items) {
    const all = [];
    for (let i = 0; i < items.length; i += 2) all.push([read(items[i]), read(items[i + 1])]);
    return all;
}

function read(typed) {
    if (typed.descriptor) {
        return { described: [read(typed.descriptor), plain(typed)] };
    }
    return plain(typed);
}

function plain(typed) {
    const name = NAME_OF[typed.type.typecode];
    if (name !== 'array') return { [name]: KINDS[name][1](typed.value) };
    const { typecode, descriptor } = typed.array_constructor;
    const value = { of: NAME_OF[typecode], items: typed.value.map(plain) };
    if (descriptor) value.descriptors = [read(descriptor)];
    return { array: value };
}

const wide = (text) => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigUInt64BE(BigInt.asUintN(64, BigInt(text)));
    return buffer;
};
const octets = (text) => Buffer.from(text, 'hex');

// The value that rhea accepts for each type.
const RAW = {
    ulong: wide,
    long: wide,
    float: (text) => octets(text).readFloatBE(0),
    double: (text) => octets(text).readDoubleBE(0),
    decimal32: octets,
    decimal64: octets,
    decimal128: octets,
    timestamp: wide,
    uuid: (text) => octets(text.replaceAll('-', '')),
    binary: octets,
    list: (items) => items.map(write),
    map: (entries) => entries.flat().map(write),
};
const raw = (name, value) => (RAW[name] || same)(value);

const WRAP = {
    null: () => types.Null(),
    decimal32: types.Decimal32,
    decimal64: types.Decimal64,
    decimal128: types.Decimal128,
    list: (items) => (items.length ? types.List32(items) : types.List0()),
    map: (items) => types.Map32(items),
};

// The widest format code of an array's items.
const ITEM = {
    null: 'Null', boolean: 'Boolean', uint: 'Uint', ulong: 'Ulong', int: 'Int', long: 'Long', char: 'CharUTF32',
    binary: 'Vbin32', string: 'Str32', symbol: 'Sym32', list: 'List32', map: 'Map32',
};

function write(json) {
    const [[name, value]] = Object.entries(json);
    if (name === 'described') {
        const [descriptor, inner] = value;
        const typed = write(inner);
        if (typed.descriptor) throw new Unsupported('a value has one descriptor');
        return types.described(write(descriptor), typed);
    }
    if (name === 'array') {
        const { of, items, descriptors = [] } = value;
        if (of === 'array') throw new Unsupported('an array in an array has no type');
        if (descriptors.length > 1) throw new Unsupported('an array has one descriptor');
        const code = types[ITEM[of] || of[0].toUpperCase() + of.slice(1)].typecode;
        const inner = items.map((item) => raw(of, item[of]));
        return types.wrap_array(inner, code, descriptors.map(write)[0]);
    }
    return (WRAP[name] || types['wrap_' + name])(raw(name, value));
}

function decode(text) {
    const reader = new types.Reader(octets(text));
    const value = reader.read();
    if (reader.remaining()) throw new Error(`${reader.remaining()} octets are left over`);
    return JSON.stringify(read(value));
}

function encode(text) {
    const writer = new types.Writer();
    writer.write(write(JSON.parse(text)));
    return hex(writer.toBuffer());
}

const JOBS = { decode, encode };
const answers = fs.readFileSync(0, 'utf8').trimEnd().split('\n').map((line) => {
    const space = line.indexOf(' ');
    try {
        return JOBS[line.slice(0, space)](line.slice(space + 1));
    } catch (why) {
        const kind = why instanceof Unsupported ? 'unsupported' : 'error';
        return `${kind}: ${why.message}`.replaceAll('\n', ' ');
    }
});
process.stdout.write(answers.join('\n') + '\n');
