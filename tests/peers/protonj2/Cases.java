import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.apache.qpid.protonj2.client.Client;
import org.apache.qpid.protonj2.client.ClientOptions;
import org.apache.qpid.protonj2.client.Connection;
import org.apache.qpid.protonj2.client.ConnectionOptions;
import org.apache.qpid.protonj2.client.StreamDelivery;
import org.apache.qpid.protonj2.client.StreamSender;
import org.apache.qpid.protonj2.client.StreamSenderMessage;
import org.apache.qpid.protonj2.client.StreamTracker;

/**
 * protonj2 as a client of a broker: runs cases, each over a connection of its own.
 *
 * <p>Arguments are CASE=HOST:PORT. Prints lines "CASE: WHAT WAS SEEN".
 */
final class Cases {
    private static final int LIMIT_S = 15;
    private static final int LARGE = 3 << 20;
    /** The size of what is written at once. */
    private static final int PIECE = 10_000;

    private final String name;
    private final Connection connection;

    private Cases(String name, Connection connection) {
        this.name = name;
        this.connection = connection;
    }

    private void see(Object what) {
        System.out.println(name + ": " + what);
    }

    private static byte[] pattern(int size) {
        byte[] octets = new byte[size];
        for (int index = 0; index < size; index++) octets[index] = (byte) (index % 251);
        return octets;
    }

    /** Writes the beginning of a message of this size in pieces, which leave before the rest is there. */
    private static void write(OutputStream body, int size, int until) throws Exception {
        byte[] octets = pattern(size);
        for (int from = 0; from < until; from += PIECE) {
            body.write(octets, from, Math.min(PIECE, until - from));
            body.flush();
        }
    }

    /** Sends a message, and waits until it has been settled. */
    private void send(StreamSender sender, int size) throws Exception {
        StreamSenderMessage message = sender.beginMessage();
        OutputStream body = message.body();
        write(body, size, size);
        body.close();
        StreamTracker settled = message.tracker().awaitSettlement(LIMIT_S, TimeUnit.SECONDS);
        see(size + (settled.remoteState().isAccepted() ? " accepted" : " not accepted"));
    }

    private void streamed() throws Exception {
        send(connection.openStreamSender("streamed"), LARGE);
        StreamDelivery delivery = connection.openStreamReceiver("streamed").receive(LIMIT_S, TimeUnit.SECONDS);
        try (InputStream body = delivery.message().body()) {
            byte[] octets = body.readAllBytes();
            see(octets.length + (Arrays.equals(octets, pattern(LARGE)) ? " right" : " wrong"));
        }
        delivery.accept();
    }

    /** The second of three messages is given up when half of it has been sent. */
    private void aborted() throws Exception {
        StreamSender sender = connection.openStreamSender("aborted");
        send(sender, 1);
        StreamSenderMessage message = sender.beginMessage();
        write(message.body(), LARGE, LARGE / 2);
        message.abort();
        see("aborted");
        send(sender, 2);
    }

    private void run() throws Exception {
        switch (name) {
            case "streamed" -> streamed();
            case "aborted" -> aborted();
            default -> throw new IllegalArgumentException("there is no case " + name);
        }
    }

    public static void main(String[] arguments) throws Exception {
        for (String argument : arguments) {
            String[] parts = argument.split("[=:]");
            try (Client client = Client.create(new ClientOptions().id(parts[0]));
                 Connection connection = client.connect(parts[1], Integer.parseInt(parts[2]), new ConnectionOptions())) {
                new Cases(parts[0], connection).run();
            } catch (Exception why) {
                System.out.println(parts[0] + ": " + why);
            }
        }
        System.exit(0);
    }
}
