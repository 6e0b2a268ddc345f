package io.modelhub.aggregator.api;

import io.modelhub.aggregator.sql.SqlAnswer;
import io.modelhub.aggregator.sql.SqlJson;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The forms in which clients take rows: ksqlDB's three, events for browsers, and files for notebooks. */
enum SqlForm {
    DELIMITED("application/vnd.ksqlapi.delimited.v1") {
        @Override
        SqlFrames frames(OutputStream output, boolean push) {
            return new SqlFrames.Lines(output);
        }
    },
    ARRAY("application/json") {
        @Override
        SqlFrames frames(OutputStream output, boolean push) {
            return new SqlFrames.Array(output);
        }
    },
    ROWS("application/vnd.ksql.v1+json") {
        @Override
        SqlFrames frames(OutputStream output, boolean push) {
            return push ? new SqlFrames.PushedObjects(output) : new SqlFrames.Objects(output);
        }
    },
    EVENTS("text/event-stream") {
        @Override
        SqlFrames frames(OutputStream output, boolean push) {
            return new SqlFrames.Events(output);
        }
    },
    CSV("text/csv") {
        @Override
        void write(SqlAnswer answer, OutputStream output) throws IOException {
            SqlCsv.write(answer, output);
        }
    },
    ARROW("application/vnd.apache.arrow.stream") {
        @Override
        void write(SqlAnswer answer, OutputStream output) throws IOException {
            SqlArrow.write(answer, output);
        }
    };

    private final String mediaType;

    SqlForm(String mediaType) {
        this.mediaType = mediaType;
    }

    String mediaType() {
        return mediaType;
    }

    /** Writes all rows of a pull query. */
    void write(SqlAnswer answer, OutputStream output) throws IOException {
        SqlFrames frames = frames(output, false);
        frames.header(answer.queryId(), answer.columns(), () -> "");
        for (List<@Nullable Object> row : answer.rows()) {
            frames.row(SqlJson.bytes(row), () -> "");
        }
        frames.end(SqlFrames.End.COMPLETED);
    }

    /** Whether rows can be written one by one: files are whole. */
    boolean hasFrames() {
        return this != CSV && this != ARROW;
    }

    /** @param push whether rows come one by one, with no end in sight */
    SqlFrames frames(OutputStream output, boolean push) {
        throw new UnsupportedOperationException(this + " is written whole");
    }

    /**
     * What a client of /query-stream takes; empty for nothing that there is.
     *
     * @param accept the header; null: anything
     */
    static Optional<SqlForm> ofQueryStream(@Nullable String accept) {
        return accepted(accept, DELIMITED, ARRAY);
    }

    /** What a client of /query takes, to whom JSON has always meant the objects. */
    static Optional<SqlForm> ofQuery(@Nullable String accept) {
        return accepted(accept, ROWS, ROWS);
    }

    /** The first in the header that there is; weights are not looked at, as ksqlDB's clients send none. */
    private static Optional<SqlForm> accepted(@Nullable String accept, SqlForm byDefault, SqlForm ofJson) {
        if (accept == null || accept.isBlank()) {
            return Optional.of(byDefault);
        }
        for (String range : accept.split(",")) {
            String type = range.replaceFirst(";.*", "").strip();
            if (type.equals("*/*") || type.equals("application/*")) {
                return Optional.of(DELIMITED);
            }
            if (type.equals(ARRAY.mediaType)) {
                return Optional.of(ofJson);
            }
            for (SqlForm form : values()) {
                if (type.equals(form.mediaType)) {
                    return Optional.of(form);
                }
            }
        }
        return Optional.empty();
    }
}
