package io.modelhub.aggregator.window;

/**
 * Which window: an organization's use of a model in a stretch of time.
 *
 * @param organization slug, "-" for none
 * @param start inclusive, epoch milliseconds
 */
public record WindowId(Grain grain, String organization, String model, long start) {

    /** Identifiers hold no control characters: the source stage sees to it. */
    private static final char SEPARATOR = '\0';

    /** Key of the window in its store, beside the start. */
    public String storeKey() {
        return organization + SEPARATOR + model;
    }

    public static WindowId of(Grain grain, String storeKey, long start) {
        int end = storeKey.indexOf(SEPARATOR);
        return new WindowId(grain, storeKey.substring(0, end), storeKey.substring(end + 1), start);
    }

    /** Smallest store key of an organization. */
    public static String firstKeyOf(String organization) {
        return organization + SEPARATOR;
    }

    /** A store key above all of an organization's. */
    public static String lastKeyOf(String organization) {
        return organization + (char) (SEPARATOR + 1);
    }

    /** As one line of text. */
    String asText() {
        return grain.label() + SEPARATOR + start + SEPARATOR + storeKey();
    }

    static WindowId ofText(String text) {
        int labelEnd = text.indexOf(SEPARATOR);
        int startEnd = text.indexOf(SEPARATOR, labelEnd + 1);
        Grain grain = Grain.labelled(text.substring(0, labelEnd)).orElseThrow();
        long start = Long.parseLong(text.substring(labelEnd + 1, startEnd));
        return of(grain, text.substring(startEnd + 1), start);
    }
}
