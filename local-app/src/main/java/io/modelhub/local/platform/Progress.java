package io.modelhub.local.platform;

/** Takes what happens to the platform, line by line, as it happens. Called by several threads. */
@FunctionalInterface
public interface Progress {

    void say(String line);
}
