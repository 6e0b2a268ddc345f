package io.modelhub.local.sql;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;

/** Where an answer goes, as it comes in: its columns, each row, its end. */
interface Rows {

    void begin(List<Column> columns);

    /** @param values one for each column */
    void row(List<JsonNode> values);

    /** Not called where the answer breaks off. */
    void end(Duration took);
}
