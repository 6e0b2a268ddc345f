package io.modelhub.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One connection of HTTP/1.1 that is kept, with next to no cost of its own: on a machine that client and server share, a comfortable
 * client would be what is measured. One thread.
 */
final class PlainHttp implements AutoCloseable {

    private final Socket socket;
    private final InputStream input;

    PlainHttp(int port) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setTcpNoDelay(true);
        input = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
    }

    static byte[] get(String path) {
        return request("GET " + path, "");
    }

    /** @param json in ASCII */
    static byte[] post(String path, String json) {
        return request("POST " + path, json);
    }

    private static byte[] request(String line, String json) {
        return "%s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(line, json.length(), json)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * The body that answers a request.
     *
     * @throws BenchFailure it is another answer than 200
     */
    String answer(byte[] request) throws IOException {
        socket.getOutputStream().write(request);
        String status = line();
        long length = -1;
        for (String header = line(); !header.isEmpty(); header = line()) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Long.parseLong(
                        lower.substring("content-length:".length()).strip());
            }
        }
        byte[] body = length >= 0 ? input.readNBytes(Math.toIntExact(length)) : chunks();
        String text = new String(body, StandardCharsets.UTF_8);
        if (!status.startsWith("HTTP/1.1 200")) {
            throw new BenchFailure("The aggregator answers %s: %s".formatted(status, text));
        }
        return text;
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = chunkSize(); size > 0; size = chunkSize()) {
            body.write(input.readNBytes(size));
            line();
        }
        line();
        return body.toByteArray();
    }

    private int chunkSize() throws IOException {
        return Integer.parseInt(line(), 16);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder(64);
        for (int letter = input.read(); letter != '\n'; letter = input.read()) {
            if (letter < 0) {
                throw new EOFException("the aggregator closed the connection");
            }
            if (letter != '\r') {
                line.append((char) letter);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
