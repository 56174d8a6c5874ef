import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** The messages of the cases, and what JMS gives to its user, as text in the notation of the tests. */
final class Messages {
    private Messages() {}

    /** JMS has these kinds of messages only. Their types are the names of the cases. */
    static List<Message> all(Session session) throws JMSException {
        List<Message> all = new ArrayList<>();
        all.add(typed("null", session.createMessage()));
        all.add(typed("string", session.createTextMessage("grüße")));
        BytesMessage data = session.createBytesMessage();
        data.writeBytes(new byte[] {0, 'o', 'c', 't', 'e', 't', 's', (byte) 0xff});
        all.add(typed("data", data));
        all.add(typed("empty data", session.createBytesMessage()));
        StreamMessage sequence = session.createStreamMessage();
        sequence.writeInt(1);
        sequence.writeString("two");
        sequence.writeObject(null);
        all.add(typed("sequence", sequence));
        MapMessage map = session.createMapMessage();
        map.setInt("one", 1);
        map.setDouble("two", 2.5);
        all.add(typed("flat map", map));
        Message full = typed("full", session.createTextMessage("body"));
        full.setJMSCorrelationID("correlation");
        full.setJMSReplyTo(session.createQueue("reply"));
        full.setStringProperty("JMSXGroupID", "group");
        full.setStringProperty("string", "text");
        full.setIntProperty("int", 7);
        full.setLongProperty("long", Long.MIN_VALUE);
        full.setDoubleProperty("double", 2.5);
        full.setBooleanProperty("boolean", true);
        all.add(full);
        return all;
    }

    private static Message typed(String name, Message message) throws JMSException {
        message.setJMSType(name);
        return message;
    }

    static byte[] pattern(int size) {
        byte[] octets = new byte[size];
        for (int index = 0; index < size; index++) octets[index] = (byte) (index % 251);
        return octets;
    }

    static byte[] octets(BytesMessage message) throws JMSException {
        byte[] octets = new byte[(int) message.getBodyLength()];
        message.readBytes(octets);
        return octets;
    }

    /** Returns the type and the body of a message, and the properties that the tests set. */
    static String show(Message message) throws JMSException {
        StringBuilder text = new StringBuilder(message.getJMSType() + " " + body(message));
        if (message.getJMSType().equals("full")) {
            text.append(" message-id=").append(message.getJMSMessageID());
            text.append(" correlation-id=").append(message.getJMSCorrelationID());
            text.append(" reply-to=").append(message.getJMSReplyTo());
            text.append(" group-id=").append(message.getStringProperty("JMSXGroupID"));
            List<String> properties = new ArrayList<>();
            for (Object key : Collections.list(message.getPropertyNames())) {
                if (!key.toString().startsWith("JMS")) {
                    properties.add(key + ": " + value(message.getObjectProperty(key.toString())));
                }
            }
            Collections.sort(properties);
            text.append(" {").append(String.join(", ", properties)).append("}");
        }
        return text.toString();
    }

    private static String body(Message message) throws JMSException {
        if (message instanceof TextMessage) return "text " + ((TextMessage) message).getText();
        if (message instanceof BytesMessage) return "data " + hex(octets((BytesMessage) message));
        if (message instanceof ObjectMessage) {
            try {
                return "object " + value(((ObjectMessage) message).getObject());
            } catch (MessageFormatException why) {
                return "unreadable";
            }
        }
        if (message instanceof MapMessage) {
            MapMessage map = (MapMessage) message;
            List<String> entries = new ArrayList<>();
            for (Object key : Collections.list(map.getMapNames())) {
                entries.add(key + ": " + value(map.getObject(key.toString())));
            }
            Collections.sort(entries);
            return "map {" + String.join(", ", entries) + "}";
        }
        if (message instanceof StreamMessage) {
            List<String> items = new ArrayList<>();
            try {
                for (;;) items.add(value(((StreamMessage) message).readObject()));
            } catch (MessageEOFException end) {
                return "stream [" + String.join(", ", items) + "]";
            }
        }
        return "nothing";
    }

    private static String value(Object it) {
        if (it == null) return "null";
        if (it instanceof byte[]) return "bytes " + hex((byte[]) it);
        if (it instanceof Date) return "Date " + ((Date) it).getTime();
        if (it instanceof UUID) return "UUID " + it.toString().replace("-", "");
        if (it instanceof int[]) return "array " + Arrays.toString((int[]) it);
        if (it instanceof List) {
            List<String> items = new ArrayList<>();
            for (Object item : (List<?>) it) items.add(value(item));
            return "list " + items;
        }
        if (it instanceof Map) {
            Map<String, String> entries = new TreeMap<>();
            ((Map<?, ?>) it).forEach((key, item) -> entries.put(value(key), value(item)));
            return "map " + entries;
        }
        return it.getClass().getSimpleName() + " " + it;
    }

    private static String hex(byte[] octets) {
        StringBuilder text = new StringBuilder();
        for (byte octet : octets) text.append(String.format("%02x", octet));
        return text.toString();
    }
}
