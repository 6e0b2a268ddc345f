package io.modelhub.aggregator.api;

import io.modelhub.aggregator.sql.PushQuery;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;

/** Writes the rows of a push query to its client as they come. */
final class SqlPush {

    private static final String HTTP_2 = "HTTP/2.0";

    /** A header of the request that asked for HTTP/2. */
    private static final String UPGRADED = "HTTP2-Settings";

    /** Between two signs of life. A query that reads the past and finds nothing goes faster. */
    private static final Duration IDLE = Duration.ofSeconds(2);

    private final PushQuery query;
    private final boolean tokensWanted;
    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final SqlFrames frames;

    /**
     * ksqlDB sends each line in an HTTP/2 frame of its own, and there are clients that read a frame as a line. One that came to
     * HTTP/2 by an upgrade isn't among them, and of its first stream Tomcat doesn't tell that it was reset: only a write does.
     */
    private final boolean framed;

    private long idleAt = System.nanoTime();

    SqlPush(
            PushQuery query,
            SqlForm form,
            boolean tokensWanted,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        this.query = query;
        this.tokensWanted = tokensWanted;
        this.request = request;
        this.response = response;
        this.frames = form.frames(response.getOutputStream(), true);
        this.framed = form == SqlForm.DELIMITED
                && request.getProtocol().equals(HTTP_2)
                && request.getHeader(UPGRADED) == null;
    }

    /** @throws IOException the client went */
    void run() throws IOException, InterruptedException {
        frames.header(query.id(), query.columns(), query::token);
        response.flushBuffer();
        PushQuery.Next next = query.next();
        while (next instanceof PushQuery.Rows rows) {
            write(rows);
            next = query.next();
        }
        if (next instanceof PushQuery.Failed failed) {
            frames.failed(failed.reason(), failed.token());
        } else {
            frames.end(next instanceof PushQuery.LimitReached ? SqlFrames.End.LIMIT_REACHED : SqlFrames.End.COMPLETED);
        }
    }

    private void write(PushQuery.Rows rows) throws IOException {
        if (rows.rows().isEmpty()) {
            writeIdle(rows.token());
            return;
        }
        for (int i = 0; i < rows.rows().size(); i++) {
            int row = i;
            frames.row(rows.rows().get(row), () -> rows.tokens().after(row));
            if (framed) {
                response.flushBuffer();
            }
        }
        if (tokensWanted) {
            frames.token(rows.token());
        }
        response.flushBuffer();
    }

    private void writeIdle(String token) throws IOException {
        if (System.nanoTime() - idleAt < IDLE.toNanos()) {
            return;
        }
        idleAt = System.nanoTime();
        if (ClientPresence.isReset(request)) {
            throw new IOException("the stream was reset");
        }
        if (tokensWanted) {
            frames.token(token);
        } else if (!framed) { // Whose clients take an empty line for a broken one.
            frames.idle(token);
        }
        response.flushBuffer();
    }
}
