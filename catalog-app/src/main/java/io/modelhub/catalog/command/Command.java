package io.modelhub.catalog.command;

/** Work that an operator starts, in a process of its own, beside an installation that may be serving. Safe to stop and repeat. */
@FunctionalInterface
public interface Command {

    /**
     * @throws org.apache.kafka.common.KafkaException the broker or the schema registry is away
     * @throws org.springframework.dao.DataAccessException the database is away
     * @throws InterruptedException the process is being stopped
     */
    Report run() throws InterruptedException;
}
