package io.modelhub.local.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** The ports that users of the platform know, all on the loopback address. */
public record Ports(int broker, int registry, int catalog, int ingest, int aggregator) {

    /** Every server of the local platform listens here and nowhere else. */
    static final String HOST = "127.0.0.1";

    /** The ports that the documentation names. */
    public static final Ports STANDARD = new Ports(9092, 8085, 8080, 8081, 8082);

    /** Above the ports that well-known servers have. */
    private static final int FIRST_OFFERED = 20_000;

    /** Linux begins here; others begin higher. */
    private static final int FIRST_EPHEMERAL = 32_768;

    private static final int MOST_TRIES = 1_000;

    /** Where Kafka clients find the broker. */
    public String bootstrapServers() {
        return HOST + ":" + broker;
    }

    /** The root of the registry's Confluent API. */
    public String registryUrl() {
        return "http://" + HOST + ":" + registry + "/apis/ccompat/v7";
    }

    /** Every port moved up by the same number. */
    public Ports movedBy(int offset) {
        return new Ports(broker + offset, registry + offset, catalog + offset, ingest + offset, aggregator + offset);
    }

    /** Ports that nobody uses at this moment, for tests. */
    public static Ports free() {
        List<Integer> free = freePorts(5);
        return new Ports(free.get(0), free.get(1), free.get(2), free.get(3), free.get(4));
    }

    static int freePort() {
        return freePorts(1).get(0);
    }

    /**
     * Held open together, so that no two are the same. None that the operating system gives to the near end of a connection: a server that
     * comes back after a while finds it free still, though its clients keep on trying to connect.
     */
    private static List<Integer> freePorts(int count) {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int tries = 1; sockets.size() < count; tries++) {
                try {
                    sockets.add(listen(ThreadLocalRandom.current().nextInt(FIRST_OFFERED, FIRST_EPHEMERAL)));
                } catch (IOException e) { // Taken: there are twelve thousand others.
                    if (tries >= MOST_TRIES) {
                        throw new UncheckedIOException("this machine has no free port", e);
                    }
                }
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                closeQuietly(socket);
            }
        }
    }

    /** @throws StartFailure another process listens on one of them */
    void requireFree() {
        Map<Integer, String> uses = new LinkedHashMap<>();
        uses.put(broker, "the Kafka broker");
        uses.put(registry, "the schema registry");
        uses.put(catalog, "catalog-app");
        uses.put(ingest, "ingest-app");
        uses.put(aggregator, "aggregator-app");
        uses.forEach((port, use) -> {
            try {
                listen(port).close();
            } catch (IOException e) {
                throw new StartFailure(
                        "Port %d, which %s needs, is taken by another process: stop that one (\"ss -ltnp\" or \"lsof -i :%d\" names it) or move all ports with --port-offset N."
                                .formatted(port, use, port));
            }
        });
    }

    private static ServerSocket listen(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        try {
            socket.bind(new InetSocketAddress(InetAddress.getByName(HOST), port));
        } catch (IOException e) {
            closeQuietly(socket);
            throw e;
        }
        return socket;
    }

    private static void closeQuietly(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a port could not be given back", e);
        }
    }
}
