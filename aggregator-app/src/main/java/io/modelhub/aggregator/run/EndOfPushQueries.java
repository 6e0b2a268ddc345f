package io.modelhub.aggregator.run;

import io.modelhub.aggregator.sql.PushQueries;
import org.springframework.context.SmartLifecycle;

/** Ends push queries when this process stops: first of all, as the web server waits for what it is answering. */
final class EndOfPushQueries implements SmartLifecycle {

    private final PushQueries queries;
    private volatile boolean running;

    EndOfPushQueries(PushQueries queries) {
        this.queries = queries;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        queries.stop();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
