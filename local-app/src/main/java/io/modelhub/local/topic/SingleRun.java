package io.modelhub.local.topic;

import io.modelhub.local.platform.StartFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes to topics for a command of which one run goes on at a time: the runs share a transactional id, so a later one ends an
 * earlier, and finds on the topics all that the earlier wrote and nothing of what it had begun to.
 */
public final class SingleRun implements AutoCloseable {

    private final KafkaProducer<byte[], byte[]> producer;
    private final String command;

    /**
     * Ends a run that is under way.
     *
     * @param command its name, part of the transactional id
     * @throws KafkaException the broker can't be reached
     */
    public SingleRun(String bootstrapServers, String command) {
        this.command = command;
        this.producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        "modelhub-" + command.replace(' ', '-'),
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        15_000),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        try {
            producer.initTransactions();
        } catch (KafkaException e) {
            producer.close();
            throw e;
        }
    }

    /**
     * Writes all of the records or none of them.
     *
     * @return where they stand, in their order
     * @throws StartFailure another run began
     */
    public List<RecordMetadata> commit(List<ProducerRecord<byte[], byte[]>> records) throws InterruptedException {
        try {
            List<Future<RecordMetadata>> sent = new ArrayList<>(records.size());
            producer.beginTransaction();
            for (ProducerRecord<byte[], byte[]> record : records) {
                sent.add(producer.send(record));
            }
            producer.commitTransaction();
            List<RecordMetadata> places = new ArrayList<>(records.size());
            for (Future<RecordMetadata> one : sent) {
                places.add(one.get());
            }
            return places;
        } catch (ProducerFencedException | InvalidProducerEpochException e) {
            throw new StartFailure(
                    "Another %s began meanwhile and goes on from what this one has written.".formatted(command), e);
        } catch (ExecutionException e) {
            throw new KafkaException("a committed record has no place", e);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
