/* Qpid Proton C: one proactor, one thread. The command line and the output are those of src/lib.rs. */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <proton/condition.h>
#include <proton/connection.h>
#include <proton/delivery.h>
#include <proton/link.h>
#include <proton/listener.h>
#include <proton/message.h>
#include <proton/netaddr.h>
#include <proton/proactor.h>
#include <proton/sasl.h>
#include <proton/session.h>
#include <proton/transport.h>

enum { CREDIT = 1000 };

typedef enum { RECEIVE, SEND, HANDSHAKES } Work;

static struct {
    Work work;
    bool listens; /* else it connects */
    bool settled;
    bool timed;
    int port;
    uint64_t total; /* messages or connections */
    size_t size;
    size_t window;
} role;

static pn_proactor_t *proactor;
static pn_listener_t *listener;
static pn_message_t *message;
static char *buffer;
static size_t capacity;
static uint64_t sent;
static size_t unsettled;
static int credit;
static bool finished;
static pn_connection_t *waiting; /* to be closed when all is sent */

static void fail(const char *doing, const char *what) {
    fprintf(stderr, "%s: %s\n", doing, what);
    exit(1);
}

/* The meter */

static uint64_t counted;
static double first, last;
static double *times;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void count(void) {
    if (counted == 0 || role.timed) {
        double time = now();
        if (counted == 0) first = time;
        if (role.timed) times[counted] = time - last;
        last = time;
    }
    counted++;
}

static int ascending(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static void print_result(void) {
    printf("RESULT messages=%llu seconds=%.6f\n", (unsigned long long)(counted - 1), now() - first);
    if (role.timed) {
        qsort(times, counted, sizeof *times, ascending);
        printf("TIMES p50_us=%.2f p99_us=%.2f\n", times[counted / 2] * 1e6,
               times[counted * 99 / 100] * 1e6);
    }
}

static void print_usage(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double cpu = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec +
                 (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    printf("USAGE cpu=%.6f peak_kib=%ld\n", cpu, usage.ru_maxrss);
}

/* Messages */

static void create_message(void) {
    message = pn_message();
    pn_message_set_inferred(message, true); /* the body is a data section */
    char *octets = malloc(role.size);
    memset(octets, 'x', role.size);
    pn_data_put_binary(pn_message_body(message), pn_bytes(role.size, octets));
    free(octets);
}

static void send_messages(pn_link_t *link) {
    while (pn_link_credit(link) > 0 && sent < role.total &&
           (role.settled || unsettled < role.window)) {
        size_t size = capacity;
        if (pn_message_encode(message, buffer, &size) != 0) fail("encoding a message", "no room");
        sent++;
        pn_delivery_t *delivery =
            pn_delivery(link, pn_dtag((const char *)&sent, sizeof sent));
        pn_link_send(link, buffer, size);
        pn_link_advance(link);
        if (role.settled) {
            pn_delivery_settle(delivery);
        } else {
            unsettled++;
        }
    }
}

static void stop(pn_link_t *link) {
    pn_link_close(link);
    pn_connection_close(pn_session_connection(pn_link_session(link)));
}

/* Closing drops what waits for the session's window, so this looks again every millisecond. */
static void stop_after_sending(pn_link_t *link) {
    if (pn_session_outgoing_bytes(pn_link_session(link)) == 0) {
        stop(link);
    } else {
        pn_connection_set_context(pn_session_connection(pn_link_session(link)), link);
        waiting = pn_session_connection(pn_link_session(link));
        pn_proactor_set_timeout(proactor, 1);
    }
}

static void handle_outcome(pn_link_t *link, pn_delivery_t *delivery) {
    if (!pn_delivery_updated(delivery)) return;
    if (pn_delivery_remote_state(delivery) != PN_ACCEPTED) fail("sending", "not accepted");
    pn_delivery_settle(delivery);
    unsettled--;
    if (role.timed) count();
    if (sent == role.total && unsettled == 0) {
        if (role.timed) print_result();
        stop(link);
    } else {
        send_messages(link);
    }
}

static void handle_message(pn_link_t *link, pn_delivery_t *delivery) {
    if (!pn_delivery_readable(delivery) || pn_delivery_partial(delivery)) return;
    ssize_t size = pn_link_recv(link, buffer, capacity);
    if (size < 0) fail("receiving", "no octets");
    if (pn_message_decode(message, buffer, size) != 0) fail("decoding a message", "it is invalid");
    pn_data_t *body = pn_message_body(message);
    pn_data_next(body);
    if (pn_data_get_binary(body).size != role.size) fail("receiving", "the size is wrong");
    if (!pn_delivery_settled(delivery)) pn_delivery_update(delivery, PN_ACCEPTED);
    pn_delivery_settle(delivery);
    count();
    if (counted == role.total) {
        print_result();
        if (!role.listens) stop(link);
    }
    if (--credit <= CREDIT / 2) {
        pn_link_flow(link, CREDIT - credit);
        credit = CREDIT;
    }
}

/* Connections */

static void connect_to_server(void) {
    char address[32];
    snprintf(address, sizeof address, "127.0.0.1:%d", role.port);
    pn_proactor_connect2(proactor, NULL, NULL, address);
}

static void accept_client(void) {
    pn_transport_t *transport = pn_transport();
    pn_transport_set_server(transport);
    /* A client may leave out SASL; ramqp cannot. */
    pn_transport_require_auth(transport, false);
    pn_sasl_allowed_mechs(pn_sasl(transport), "ANONYMOUS");
    pn_listener_accept2(listener, NULL, transport);
}

static void handle_init(pn_connection_t *connection) {
    pn_connection_set_container(connection, role.listens ? "server" : "client");
    if (role.listens) return;
    last = last == 0 ? now() : last;
    pn_connection_open(connection);
    if (role.work == HANDSHAKES) return;
    pn_session_t *session = pn_session(connection);
    pn_session_open(session);
    pn_link_t *link = role.work == SEND ? pn_sender(session, "bench") : pn_receiver(session, "bench");
    pn_terminus_set_address(role.work == SEND ? pn_link_target(link) : pn_link_source(link), "bench");
    pn_link_open(link);
}

static void handle_attach(pn_link_t *link) {
    if (role.listens) {
        pn_terminus_copy(pn_link_source(link), pn_link_remote_source(link));
        pn_terminus_copy(pn_link_target(link), pn_link_remote_target(link));
        pn_link_open(link);
    }
    if (role.work == RECEIVE) {
        credit = CREDIT;
        pn_link_flow(link, CREDIT);
    }
}

static void handle_end(void) {
    if (role.work != HANDSHAKES) {
        finished = true;
        return;
    }
    count();
    if (counted == role.total) {
        if (role.timed) print_result();
        finished = true;
    } else if (!role.listens) {
        connect_to_server();
    }
}

static void handle(pn_event_t *event) {
    switch (pn_event_type(event)) {
    case PN_LISTENER_OPEN: {
        char port[16];
        pn_netaddr_host_port(pn_listener_addr(listener), NULL, 0, port, sizeof port);
        printf("PORT %s\n", port);
        fflush(stdout);
        break;
    }
    case PN_LISTENER_ACCEPT:
        accept_client();
        break;
    case PN_CONNECTION_INIT:
        handle_init(pn_event_connection(event));
        break;
    case PN_CONNECTION_REMOTE_OPEN:
        if (role.listens) {
            pn_connection_open(pn_event_connection(event));
        } else if (role.work == HANDSHAKES) {
            pn_connection_close(pn_event_connection(event));
        }
        break;
    case PN_SESSION_REMOTE_OPEN:
        if (role.listens) pn_session_open(pn_event_session(event));
        break;
    case PN_LINK_REMOTE_OPEN:
        handle_attach(pn_event_link(event));
        break;
    case PN_LINK_FLOW:
        if (role.work == SEND) {
            send_messages(pn_event_link(event));
            if (role.settled && sent == role.total) stop_after_sending(pn_event_link(event));
        }
        break;
    case PN_PROACTOR_TIMEOUT:
        pn_connection_wake(waiting);
        break;
    case PN_CONNECTION_WAKE:
        stop_after_sending(pn_connection_get_context(pn_event_connection(event)));
        break;
    case PN_DELIVERY:
        if (role.work == SEND) {
            handle_outcome(pn_event_link(event), pn_event_delivery(event));
        } else {
            handle_message(pn_event_link(event), pn_event_delivery(event));
        }
        break;
    case PN_LINK_REMOTE_CLOSE:
        pn_link_close(pn_event_link(event));
        break;
    case PN_SESSION_REMOTE_CLOSE:
        pn_session_close(pn_event_session(event));
        break;
    case PN_CONNECTION_REMOTE_CLOSE:
        pn_connection_close(pn_event_connection(event));
        break;
    case PN_TRANSPORT_ERROR: {
        pn_condition_t *condition = pn_transport_condition(pn_event_transport(event));
        fprintf(stderr, "%s: %s\n", pn_condition_get_name(condition),
                pn_condition_get_description(condition));
        exit(1);
    }
    case PN_TRANSPORT_CLOSED:
        handle_end();
        break;
    default:
        break;
    }
}

static bool is(const char *word, const char *name) {
    return strcmp(word, name) == 0;
}

static bool read_arguments(int count, char **words) {
    char *name = count > 1 ? words[1] : "";
    bool receives = is(name, "recv") || is(name, "fetch");
    bool sends = is(name, "send") || is(name, "offer") || is(name, "ping");
    role.work = receives ? RECEIVE : sends ? SEND : HANDSHAKES;
    role.listens = is(name, "recv") || is(name, "offer") || is(name, "hs-server");
    role.timed = is(name, "ping") || is(name, "hs-client");
    role.window = 1;
    int at = 2;
    int left = count - 2;
    int wanted = 1 + (role.work != HANDSHAKES) + (role.work != HANDSHAKES && !is(name, "ping")) +
                 !role.listens + (is(name, "send") || is(name, "offer"));
    if (!receives && !sends && !is(name, "hs-server") && !is(name, "hs-client")) return false;
    if (left != wanted) return false;
    if (!role.listens) role.port = atoi(words[at++]);
    role.total = strtoull(words[at++], NULL, 10);
    if (role.work != HANDSHAKES) role.size = strtoull(words[at++], NULL, 10);
    if (at < count) role.settled = is(words[at++], "settled");
    if (at < count) role.window = strtoull(words[at++], NULL, 10);
    return true;
}

int main(int count, char **words) {
    if (!read_arguments(count, words)) fail("reading the command line", "see src/lib.rs");
    capacity = role.size + 1024;
    buffer = malloc(capacity);
    if (role.timed) times = malloc(role.total * sizeof *times);
    if (role.work == SEND) create_message(); else message = pn_message();

    proactor = pn_proactor();
    if (role.listens) {
        listener = pn_listener();
        pn_proactor_listen(proactor, listener, "127.0.0.1:0", 16);
    } else {
        connect_to_server();
    }
    while (!finished) {
        pn_event_batch_t *events = pn_proactor_wait(proactor);
        for (pn_event_t *event; !finished && (event = pn_event_batch_next(events));) handle(event);
        pn_proactor_done(proactor, events);
    }
    print_usage();
    return 0;
}
