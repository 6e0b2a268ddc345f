package io.modelhub.aggregator.topology;

import io.modelhub.aggregator.ledger.Home;
import io.modelhub.aggregator.sum.PackedReader;
import io.modelhub.wire.WireFormat;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * Puts what is published about an organization, an API key or a routing rule in the partition that is its home: each of these keys, in
 * Avro, begins with its identifier. So a task writes to one partition of a topic and not to all: each costs a transaction a batch and a
 * marker at the broker.
 */
final class HomePartitioner implements StreamPartitioner<byte[], byte[]> {

    @Override
    public Optional<Set<Integer>> partitions(String topic, byte[] key, byte[] value, int partitions) {
        PackedReader input = new PackedReader(key, WireFormat.HEADER_BYTES, key.length);
        byte[] identifier = input.readBytes((int) input.readSigned());
        return Optional.of(Set.of(Home.of(identifier, partitions)));
    }
}
