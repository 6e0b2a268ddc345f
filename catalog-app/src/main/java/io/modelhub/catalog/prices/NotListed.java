package io.modelhub.catalog.prices;

/** Why an entry of a price list is skipped; caught by the reader of the list, which reports it. */
final class NotListed extends Exception {

    private static final long serialVersionUID = 1L;

    private final String code;
    private final String reason;

    NotListed(String code, String reason) {
        super(reason, null, false, false);
        this.code = code;
        this.reason = reason;
    }

    Remark about(String name) {
        return new Remark(name, code, reason);
    }
}
