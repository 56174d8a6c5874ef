// rhea as a client: opens a connection and closes it again.
//
//     rhea_client.js HOST:PORT [bare | anonymous | plain USER PASSWORD]
//
// Prints `opened CONTAINER-ID` and exits with 0, or `error: WHY` and exits with 1. With DEBUG='rhea*' in the
// environment rhea writes each header and frame to stderr, which shows where an attempt failed.
'use strict';

const rhea = require('rhea');

const LIMIT_MS = 10000;

function security(layer = 'anonymous', username = layer, password = undefined) {
    // rhea uses SASL if it has a user name: ANONYMOUS without a password, PLAIN with one.
    return layer === 'bare' ? {} : { username, password };
}

function end(code, line) {
    console.log(line);
    process.exit(code);
}

const [host, port] = process.argv[2].split(':');
const container = rhea.create_container({ id: 'rhea-client' });
const why = (error, otherwise) => (error ? `${error.condition || error.code || error.name}: ${error.description || error.message}` : otherwise);

container.on('connection_open', ({ connection }) => {
    container.on('connection_close', () => end(0, `opened ${connection.container_id}`));
    connection.close();
});
container.on('connection_error', ({ connection }) => end(1, `error: ${why(connection.error, 'closed')}`));
container.on('protocol_error', (error) => end(1, `error: ${why(error)}`));
container.on('disconnected', ({ error }) => end(1, `error: ${why(error, 'the peer closed the connection without a word')}`));
setTimeout(() => end(1, `error: nothing in ${LIMIT_MS} ms`), LIMIT_MS);

container.connect({ host, port: Number(port), reconnect: false, ...security(...process.argv.slice(3)) });
