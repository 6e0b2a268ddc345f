package io.modelhub.aggregator.api;

import io.modelhub.aggregator.sql.SqlAnswer;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.jspecify.annotations.Nullable;

/** Rows as a stream of Apache Arrow, which notebooks read without parsing: whole numbers, decimals and doubles stay what they are. */
final class SqlArrow {

    /** Of a batch; as many as pandas and polars like. */
    private static final int ROWS = 8_192;

    /** Outside the heap, for one batch: a few times what the longest rows need. */
    private static final long MOST_BYTES = 128L * 1024 * 1024;

    private static final Pattern DECIMAL = Pattern.compile("DECIMAL\\((\\d+), (\\d+)\\)");

    private SqlArrow() {}

    static void write(SqlAnswer answer, OutputStream output) throws IOException {
        try (BufferAllocator memory = new RootAllocator(MOST_BYTES);
                VectorSchemaRoot batch = new VectorSchemaRoot(vectors(answer, memory));
                ArrowStreamWriter writer = new ArrowStreamWriter(batch, null, Channels.newChannel(output))) {
            writer.start();
            for (int from = 0; from < answer.rows().size(); from += ROWS) {
                fill(
                        batch,
                        answer.rows()
                                .subList(
                                        from,
                                        Math.min(from + ROWS, answer.rows().size())));
                writer.writeBatch();
            }
            writer.end();
        }
    }

    private static List<FieldVector> vectors(SqlAnswer answer, BufferAllocator memory) {
        List<FieldVector> vectors = new ArrayList<>();
        for (SqlAnswer.Column column : answer.columns()) {
            vectors.add(vector(column.name(), column.type(), memory));
        }
        return vectors;
    }

    private static FieldVector vector(String name, String type, BufferAllocator memory) {
        Matcher decimal = DECIMAL.matcher(type);
        if (decimal.matches()) {
            return new DecimalVector(
                    name, memory, Integer.parseInt(decimal.group(1)), Integer.parseInt(decimal.group(2)));
        }
        return switch (type) {
            case "BOOLEAN" -> new BitVector(name, memory);
            case "INTEGER" -> new IntVector(name, memory);
            case "BIGINT" -> new BigIntVector(name, memory);
            case "DOUBLE" -> new Float8Vector(name, memory);
            default -> new VarCharVector(name, memory);
        };
    }

    private static void fill(VectorSchemaRoot batch, List<List<@Nullable Object>> rows) {
        batch.clear();
        for (int column = 0; column < batch.getFieldVectors().size(); column++) {
            FieldVector vector = batch.getVector(column);
            vector.allocateNew();
            for (int row = 0; row < rows.size(); row++) {
                set(vector, row, rows.get(row).get(column));
            }
        }
        batch.setRowCount(rows.size());
    }

    private static void set(FieldVector vector, int row, @Nullable Object value) {
        if (value == null) {
            vector.setNull(row);
        } else if (vector instanceof VarCharVector texts) {
            texts.setSafe(row, value.toString().getBytes(StandardCharsets.UTF_8));
        } else if (vector instanceof DecimalVector decimals) { // A quotient may have more places than its column.
            decimals.setSafe(
                    row, new BigDecimal(value.toString()).setScale(decimals.getScale(), RoundingMode.HALF_EVEN));
        } else if (vector instanceof BitVector flags) {
            flags.setSafe(row, (Boolean) value ? 1 : 0);
        } else if (vector instanceof IntVector numbers) {
            numbers.setSafe(row, ((Number) value).intValue());
        } else if (vector instanceof BigIntVector numbers) {
            numbers.setSafe(row, ((Number) value).longValue());
        } else {
            ((Float8Vector) vector).setSafe(row, ((Number) value).doubleValue());
        }
    }
}
