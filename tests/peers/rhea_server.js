// rhea as a server: accepts every connection, with a SASL layer (ANONYMOUS) or without one.
//
//     rhea_server.js HOST:PORT [plain USER PASSWORD]
//
// With `plain` it requires that name and password, and closes connections without a SASL layer.
// Links are not supported. Prints `listening`; ends on SIGTERM.
'use strict';

const rhea = require('rhea');

const [address, security, user, password] = process.argv.slice(2);
const [host, port] = address.split(':');
const container = rhea.create_container({ id: 'rhea-server' });

if (security === 'plain') {
    container.sasl_server_mechanisms.enable_plain((name, word) => name === user && word === password);
}
// rhea throws an error that has no listener, but a client that disconnects must not end the server.
for (const event of ['connection_error', 'protocol_error', 'disconnected', 'error']) {
    container.on(event, (context) => console.error(event, (context.error || context).message || ''));
}
process.on('SIGTERM', () => process.exit(0));
container.listen({ host, port: Number(port) }).on('listening', () => console.log('listening'));
