package io.modelhub.plain;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;

/**
 * How a program reads a topic with Avro and nothing else: the snippet of {@code docs/topics.md}. It must not use any class of
 * this project.
 */
final class PlainAvroConsumer {

    private final String registry;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<Integer, Schema> schemas = new HashMap<>();

    PlainAvroConsumer(String registry) {
        this.registry = registry;
    }

    // tag::snippet
    GenericRecord decode(byte[] value) throws IOException, InterruptedException {
        ByteBuffer frame = ByteBuffer.wrap(value);
        if (frame.get() != 0) {
            throw new IOException("not the Confluent wire format");
        }
        Schema schema = schema(frame.getInt());
        return new GenericDatumReader<GenericRecord>(schema)
                .read(null, DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, null));
    }

    Schema schema(int id) throws IOException, InterruptedException {
        Schema known = schemas.get(id);
        if (known == null) {
            URI uri =
                    URI.create(registry + "/schemas/ids/" + id); // http://127.0.0.1:8085/apis/ccompat/v7/schemas/ids/1
            String answer = http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
            known = new Schema.Parser()
                    .parse(new ObjectMapper().readTree(answer).get("schema").asText());
            schemas.put(id, known);
        }
        return known;
    }
    // end::snippet
}
