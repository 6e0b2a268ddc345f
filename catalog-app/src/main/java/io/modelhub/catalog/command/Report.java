package io.modelhub.catalog.command;

import java.util.List;

/** What a command did or found, as a record whose components are what a machine reads. */
public interface Report {

    /** Whether everything is as it should be; the exit code says so. */
    boolean good();

    /** The same for people. */
    List<String> sentences();
}
