import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.Topic;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.qpid.jms.JmsConnectionFactory;

/**
 * Qpid JMS as a client of a test server, or of a broker: runs cases, each over a connection of its own.
 *
 * <p>Arguments are CASE=HOST:PORT. The name of the case is that of the container, which tells the server what to do.
 * Prints lines "CASE: WHAT WAS SEEN".
 */
final class Cases {
    private interface Body {
        void run(Cases it) throws Exception;
    }

    private static final int LIMIT_MS = 15_000;
    private static final int HEARTBEAT_MS = 2_000;
    /** An acknowledge mode of this client: messages are acknowledged one by one. */
    private static final int INDIVIDUAL = 101;
    /** The property of a message that says how it is acknowledged, and its values. */
    private static final String ACK_TYPE = "JMS_AMQP_ACK_TYPE";
    private static final int ACCEPTED = 1, REJECTED = 2, RELEASED = 3, MODIFIED_FAILED_UNDELIVERABLE = 5;

    private final String name;
    private final String address;
    private Connection connection;
    private Session session;
    private final CompletableFuture<JMSException> ended = new CompletableFuture<>();

    private Cases(String name, String address) {
        this.name = name;
        this.address = address;
    }

    private static final Pattern CONDITION = Pattern.compile("(?:.*failed: )?(.*) \\[condition = (.*)]");

    /** What the server has said is in the message of the exception, or in that of its cause. */
    private static String describe(Throwable why) {
        for (Throwable cause = why; cause != null; cause = cause.getCause()) {
            Matcher said = CONDITION.matcher(String.valueOf(cause.getMessage()));
            if (said.matches()) return said.group(2) + " " + said.group(1);
        }
        return why.getClass().getSimpleName() + ": " + why.getMessage();
    }

    private void see(Object what) {
        System.out.println(name + ": " + what);
    }

    private String node() {
        return name.split("-")[0];
    }

    private void connect(String user, String password, String options) throws JMSException {
        // An acknowledgement is sent at once, and a drain must be answered in time.
        String url = "amqp://" + address + "?jms.clientID=" + name
            + "&jms.requestTimeout=" + LIMIT_MS + "&jms.sendTimeout=" + LIMIT_MS + "&jms.closeTimeout=" + LIMIT_MS
            + "&amqp.drainTimeout=5000&jms.forceAsyncAcks=false" + options;
        connection = new JmsConnectionFactory(user, password, url).createConnection();
        connection.setExceptionListener(ended::complete);
        connection.start();
    }

    private void connect(String options) throws JMSException {
        connect(null, null, options);
    }

    private Session session(int mode) throws JMSException {
        return session = connection.createSession(mode);
    }

    private MessageProducer producer(String node) throws JMSException {
        session(Session.AUTO_ACKNOWLEDGE);
        MessageProducer producer = session.createProducer(session.createQueue(node));
        producer.setDisableMessageID(true);
        return producer;
    }

    private MessageConsumer consumer(String node, int mode) throws JMSException {
        session(mode);
        return session.createConsumer(session.createQueue(node));
    }

    private static Message receive(MessageConsumer consumer) throws JMSException {
        Message message = consumer.receive(LIMIT_MS);
        if (message == null) throw new JMSException("no message");
        return message;
    }

    private BytesMessage numbered(int number) throws JMSException {
        BytesMessage message = session.createBytesMessage();
        message.setJMSType(Integer.toString(number));
        message.writeBytes(Integer.toString(number).getBytes());
        return message;
    }

    private void open(String user, String password) throws JMSException {
        connect(user, password, "");
        // This client tells nothing of the server's open.
        see("opened");
    }

    private void messagesSent() throws JMSException {
        connect("");
        MessageProducer producer = producer("checked");
        for (Message message : Messages.all(session)) {
            producer.send(message);
            see(message.getJMSType() + " accepted");
        }
    }

    private void messagesReceived() throws JMSException {
        connect("");
        // This client cuts characters to 16 bits.
        MessageConsumer consumer = consumer("messages/char", Session.AUTO_ACKNOWLEDGE);
        for (Message message = receive(consumer); ; message = receive(consumer)) {
            see(Messages.show(message));
            if (message.getJMSType().equals("full")) return;
        }
    }

    private void sizes() throws JMSException {
        connect("&amqp.maxFrameSize=" + name.split("-")[1]);
        MessageProducer producer = producer("sizes");
        for (int size : new int[] {0, 1, 100 << 10, 10 << 20}) {
            BytesMessage message = session.createBytesMessage();
            message.writeBytes(Messages.pattern(size));
            producer.send(message);
        }
        MessageConsumer consumer = consumer("sizes/" + (10 << 20), Session.AUTO_ACKNOWLEDGE);
        for (int count = 0; count < 4; count++) {
            byte[] octets = Messages.octets((BytesMessage) receive(consumer));
            see(octets.length + (java.util.Arrays.equals(octets, Messages.pattern(octets.length)) ? " right" : " wrong"));
        }
    }

    private void outcomesSent() throws Exception {
        connect("");
        MessageProducer producer = producer("outcomes");
        for (int number = 1; number <= 4; number++) {
            see(number + " " + submit(producer, number).get(LIMIT_MS, TimeUnit.MILLISECONDS));
        }
    }

    /** Sends a message without waiting for its outcome. One other than accepted is an exception. */
    private CompletableFuture<String> submit(MessageProducer producer, int number) throws JMSException {
        CompletableFuture<String> outcome = new CompletableFuture<>();
        producer.send(numbered(number), new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
                outcome.complete("accepted");
            }

            @Override
            public void onException(Message message, Exception exception) {
                outcome.complete(describe(exception));
            }
        });
        return outcome;
    }

    private void outcomesReceived() throws JMSException {
        connect("");
        MessageConsumer consumer = consumer("four", INDIVIDUAL);
        int[] types = {ACCEPTED, REJECTED, RELEASED, MODIFIED_FAILED_UNDELIVERABLE};
        for (int type : types) {
            Message message = receive(consumer);
            see(Messages.show(message));
            message.setIntProperty(ACK_TYPE, type);
            message.acknowledge();
        }
    }

    private void settledSent() throws JMSException {
        connect("&jms.presettlePolicy.presettleProducers=true");
        MessageProducer producer = producer("checked");
        for (int number = 1; number <= 2; number++) producer.send(numbered(number));
    }

    private void settledReceived() throws JMSException {
        connect("&jms.presettlePolicy.presettleConsumers=true");
        MessageConsumer consumer = consumer("settled", Session.AUTO_ACKNOWLEDGE);
        for (int count = 0; count < 2; count++) see(Messages.show(receive(consumer)));
    }

    private void creditAwaited() throws JMSException {
        connect("");
        MessageProducer producer = producer("slow");
        for (int number = 1; number <= 5; number++) producer.send(numbered(number));
        see("5 sent");
    }

    /** Without a prefetch, each receive gives credit; one that finds nothing in time drains. */
    private void drained() throws JMSException {
        connect("&jms.prefetchPolicy.all=0");
        MessageConsumer consumer = consumer("three", Session.AUTO_ACKNOWLEDGE);
        for (int count = 0; count < 3; count++) see(receive(consumer).getJMSType());
        boolean isDrained = consumer.receiveNoWait() == null && consumer.receive(100) == null;
        see(isDrained ? "drained, credit 0" : "another message");
    }

    private void missingSender() throws JMSException {
        connect("");
        producer("missing");
    }

    private void missingReceiver() throws JMSException {
        connect("");
        consumer("missing", Session.AUTO_ACKNOWLEDGE);
    }

    private void heartbeats() throws Exception {
        connect("&amqp.idleTimeout=" + HEARTBEAT_MS);
        MessageProducer producer = producer("checked");
        producer.send(numbered(1));
        // Only heartbeats come and go.
        Thread.sleep(3 * HEARTBEAT_MS);
        producer.send(numbered(2));
        see("accepted");
    }

    private void endedWhileSending() throws JMSException {
        connect("");
        MessageProducer producer = producer(node());
        for (int number = 1; ; number++) {
            producer.send(numbered(number));
            if (!node().equals("stops")) see(number + " sent");
        }
    }

    private void endedWhileReceiving() throws Exception {
        connect("");
        MessageConsumer consumer = consumer(node(), Session.AUTO_ACKNOWLEDGE);
        for (;;) {
            Message message = consumer.receive(LIMIT_MS);
            // It returns null when it is closed; the reason is told elsewhere.
            if (message == null) throw ended.get(LIMIT_MS, TimeUnit.MILLISECONDS);
            if (!node().equals("stops")) see(message.getJMSType() + " received");
        }
    }

    private void browsed() throws JMSException {
        connect("");
        session(Session.AUTO_ACKNOWLEDGE);
        for (Object message : Collections.list(session.createBrowser(session.createQueue("three")).getEnumeration())) {
            see(((Message) message).getJMSType());
        }
    }

    private void hurried() throws Exception {
        connect("");
        MessageProducer producer = producer("hurried");
        List<CompletableFuture<String>> outcomes = new ArrayList<>();
        for (int number = 1; number <= 50; number++) outcomes.add(submit(producer, number));
        int accepted = 0;
        for (CompletableFuture<String> outcome : outcomes) {
            if (outcome.get(LIMIT_MS, TimeUnit.MILLISECONDS).equals("accepted")) accepted++;
        }
        see(accepted + " accepted");
    }

    private void requested() throws JMSException {
        connect("");
        MessageConsumer requests = consumer("requests", Session.AUTO_ACKNOWLEDGE);
        TemporaryQueue queue = session.createTemporaryQueue();
        MessageConsumer responses = session.createConsumer(queue);
        BytesMessage sent = numbered(1);
        sent.setJMSReplyTo(queue);
        session.createProducer(session.createQueue("requests")).send(sent);
        Message request = receive(requests);
        see("request " + request.getJMSType());
        session.createProducer(request.getJMSReplyTo()).send(numbered(1));
        see("response " + receive(responses).getJMSType());
        responses.close();
        queue.delete();
    }

    private void copied() throws JMSException {
        connect("");
        session(Session.AUTO_ACKNOWLEDGE);
        Topic topic = session.createTopic("topic/news");
        MessageConsumer first = session.createConsumer(topic);
        MessageConsumer second = session.createConsumer(topic);
        MessageProducer producer = session.createProducer(topic);
        for (int number = 1; number <= 2; number++) producer.send(numbered(number));
        for (int count = 0; count < 2; count++) see("first " + receive(first).getJMSType());
        for (int count = 0; count < 2; count++) see("second " + receive(second).getJMSType());
    }

    private void relayed() throws JMSException {
        connect("");
        session(Session.AUTO_ACKNOWLEDGE);
        MessageProducer producer = session.createProducer(null);
        Queue[] queues = {session.createQueue("here"), session.createQueue("there")};
        for (int index = 0; index < 2; index++) {
            producer.send(queues[index], numbered(index + 1));
            see(index + 1 + " accepted");
        }
    }

    private void recovered() throws JMSException {
        connect("");
        MessageConsumer consumer = consumer("three", Session.CLIENT_ACKNOWLEDGE);
        Message last = null;
        for (int count = 0; count < 6; count++) {
            if (count == 3) session.recover();
            last = receive(consumer);
            see(last.getJMSType() + " delivery " + last.getIntProperty("JMSXDeliveryCount"));
        }
        // With all before it.
        last.acknowledge();
    }

    /** The first message is received, and its session closed. */
    private void unacknowledged() throws JMSException {
        // No other message is on its way.
        connect("&jms.prefetchPolicy.all=0");
        Message last = receive(consumer("three", Session.CLIENT_ACKNOWLEDGE));
        see(last.getJMSType() + " delivery " + last.getIntProperty("JMSXDeliveryCount"));
        session.close();
        MessageConsumer consumer = consumer("three", Session.CLIENT_ACKNOWLEDGE);
        for (int count = 0; count < 3; count++) {
            last = receive(consumer);
            see(last.getJMSType() + " delivery " + last.getIntProperty("JMSXDeliveryCount"));
        }
        last.acknowledge();
    }

    private void selected() throws JMSException {
        connect("");
        session(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(session.createQueue("three"), "colour = 'red'");
        for (int count = 0; count < 3; count++) see(receive(consumer).getJMSType());
    }

    private void transacted() throws JMSException {
        connect("");
        session(Session.SESSION_TRANSACTED);
        see("begun");
    }

    private static final Map<String, Body> CASES = new HashMap<>();

    static {
        CASES.put("anonymous", it -> it.open(null, null));
        CASES.put("plain", it -> it.open("alice", "secret"));
        CASES.put("wrong-password", it -> it.open("alice", "wrong"));
        CASES.put("refused", it -> it.open(null, null));
        CASES.put("redirected", it -> it.open(null, null));
        CASES.put("messages-sent", Cases::messagesSent);
        CASES.put("messages-received", Cases::messagesReceived);
        CASES.put("sizes-512", Cases::sizes);
        CASES.put("sizes-4096", Cases::sizes);
        CASES.put("sizes-1048576", Cases::sizes);
        CASES.put("outcomes-sent", Cases::outcomesSent);
        CASES.put("outcomes-received", Cases::outcomesReceived);
        CASES.put("settled-sent", Cases::settledSent);
        CASES.put("settled-received", Cases::settledReceived);
        CASES.put("credit-awaited", Cases::creditAwaited);
        CASES.put("drained", Cases::drained);
        CASES.put("missing-sender", Cases::missingSender);
        CASES.put("missing-receiver", Cases::missingReceiver);
        CASES.put("heartbeats", Cases::heartbeats);
        CASES.put("link-sent", Cases::endedWhileSending);
        CASES.put("link-received", Cases::endedWhileReceiving);
        CASES.put("connection-sent", Cases::endedWhileSending);
        CASES.put("connection-received", Cases::endedWhileReceiving);
        CASES.put("stops-sent", Cases::endedWhileSending);
        CASES.put("stops-received", Cases::endedWhileReceiving);
        CASES.put("browsed", Cases::browsed);
        CASES.put("hurried", Cases::hurried);
        CASES.put("requested", Cases::requested);
        CASES.put("copied", Cases::copied);
        CASES.put("relayed", Cases::relayed);
        CASES.put("recovered", Cases::recovered);
        CASES.put("unacknowledged", Cases::unacknowledged);
        CASES.put("selected", Cases::selected);
        CASES.put("transacted", Cases::transacted);
    }

    public static void main(String[] arguments) {
        for (String argument : arguments) {
            String[] parts = argument.split("=", 2);
            Cases it = new Cases(parts[0], parts[1]);
            try {
                CASES.get(it.name).run(it);
            } catch (Exception why) {
                it.see(describe(why));
            }
            try {
                if (it.connection != null) it.connection.close();
            } catch (JMSException why) {
                it.see("close: " + why.getMessage());
            }
        }
        System.exit(0);
    }
}
