package io.modelhub.aggregator.cluster;

import io.modelhub.aggregator.ledger.Series;
import io.modelhub.aggregator.sum.PackedReader;
import io.modelhub.aggregator.sum.PackedWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which windows to read.
 *
 * @param subjects identifiers of organizations, keys or rules, by the series; empty: every one
 */
public record WindowsRead(Set<String> subjects, List<Range> ranges) {

    /**
     * Windows of a series that start in [from, to), epoch milliseconds. All ranges of a read have the same kind of subject.
     */
    public record Range(Series series, long from, long to) {}

    public WindowsRead {
        subjects = Set.copyOf(subjects);
        ranges = List.copyOf(ranges);
    }

    void write(PackedWriter output) {
        writeTexts(subjects, output);
        output.writeUnsigned(ranges.size());
        for (Range range : ranges) {
            output.writeText(range.series.name());
            output.writeSigned(range.from);
            output.writeSigned(range.to);
        }
    }

    static WindowsRead read(PackedReader input) {
        Set<String> subjects = readTexts(input);
        List<Range> ranges = new ArrayList<>();
        for (long left = input.readUnsigned(); left > 0; left--) {
            ranges.add(new Range(Series.valueOf(input.readText()), input.readSigned(), input.readSigned()));
        }
        return new WindowsRead(subjects, ranges);
    }

    static void writeTexts(Set<String> texts, PackedWriter output) {
        output.writeUnsigned(texts.size());
        texts.forEach(output::writeText);
    }

    static Set<String> readTexts(PackedReader input) {
        Set<String> texts = new TreeSet<>();
        for (long left = input.readUnsigned(); left > 0; left--) {
            texts.add(input.readText());
        }
        return texts;
    }
}
