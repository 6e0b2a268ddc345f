package io.modelhub.test;

/** Ends a server; a failure to end it fails the test. */
final class Closing {

    private Closing() {}

    static void close(AutoCloseable server) {
        try {
            server.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while ending a server", e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("a server did not end", e);
        }
    }
}
