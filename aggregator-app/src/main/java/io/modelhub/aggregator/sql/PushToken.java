package io.modelhub.aggregator.sql;

import io.modelhub.aggregator.changes.TopicPosition;

/** What a push query goes on from, as text: {@code USAGE_1M@12.0.7.45.3.9}. */
record PushToken(String table, TopicPosition position) {

    /**
     * @param partitions of the table's topic
     * @throws StatementException it is none, or of another table
     */
    static PushToken parsed(String text, String table, int partitions) {
        int at = text.indexOf('@');
        PushToken token = TopicPosition.parsed(text.substring(at + 1))
                .map(position -> new PushToken(text.substring(0, Math.max(at, 0)), position))
                .filter(read -> read.position.offsets().size() == partitions)
                .orElseThrow(() -> StatementException.badRequest(
                        "the token can't be read; send the last one as it came, or none to begin with what comes now"));
        if (!token.table.equals(table)) {
            throw StatementException.badRequest(
                    "the token is of %s, and the statement asks %s".formatted(token.table, table));
        }
        return token;
    }

    @Override
    public String toString() {
        return table + "@" + position;
    }
}
