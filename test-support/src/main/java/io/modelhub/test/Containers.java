package io.modelhub.test;

/** Whether the servers of integration tests run in containers: {@code -Dmodelhub.test.containers=true}. */
final class Containers {

    private Containers() {}

    static boolean wanted() {
        return Boolean.getBoolean("modelhub.test.containers");
    }
}
