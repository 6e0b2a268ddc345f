package io.modelhub.aggregator.day;

/**
 * Which day: of an API key or of a routing rule.
 *
 * @param subject identifier of the key or rule
 * @param day start, epoch milliseconds
 */
public record DayId(String subject, long day) {

    public String asText() {
        return day + " " + subject;
    }

    public static DayId ofText(String text) {
        int end = text.indexOf(' ');
        return new DayId(text.substring(end + 1), Long.parseLong(text.substring(0, end)));
    }
}
