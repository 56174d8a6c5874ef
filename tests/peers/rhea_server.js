// rhea as a server: takes every connection, with a SASL layer (ANONYMOUS) or without one.
//
//     rhea_server.js HOST:PORT [plain USER PASSWORD]
//
// With `plain` it wants that name and password, and closes on whoever comes without a SASL layer.
// Its links lead nowhere yet. Prints `listening`; ends on SIGTERM.
'use strict';

const rhea = require('rhea');

const [address, security, user, password] = process.argv.slice(2);
const [host, port] = address.split(':');
const container = rhea.create_container({ id: 'rhea-server' });

if (security === 'plain') {
    container.sasl_server_mechanisms.enable_plain((name, word) => name === user && word === password);
}
// rhea throws what nobody listens for, and a client that hangs up is no reason to end.
for (const event of ['connection_error', 'protocol_error', 'disconnected', 'error']) {
    container.on(event, (context) => console.error(event, (context.error || context).message || ''));
}
process.on('SIGTERM', () => process.exit(0));
container.listen({ host, port: Number(port) }).on('listening', () => console.log('listening'));
