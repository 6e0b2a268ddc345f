package io.modelhub.test;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Runs a program's main class in a process that ends when its parent does, however that went: the parent holds the other end
 * of this process's standard input and never writes to it, so the end of the input is the end of the parent.
 */
public final class EndsWithParent {

    private EndsWithParent() {}

    /** What a class path needs beside the program's own code to name this class: this module's jar or its classes. */
    public static Path code() {
        try {
            return Path.of(EndsWithParent.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the class path has an odd address", e);
        }
    }

    /** Runs the main class that is the first argument, with the others. */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        Thread watch = new Thread(EndsWithParent::endWithInput, "ends-with-parent");
        watch.setDaemon(true);
        watch.start();
        String[] others = Arrays.copyOfRange(arguments, 1, arguments.length);
        Class.forName(arguments[0]).getMethod("main", String[].class).invoke(null, (Object) others);
    }

    private static void endWithInput() {
        try {
            while (System.in.read() >= 0) {
                // Nobody writes; whatever comes is passed over.
            }
        } catch (IOException e) {
            // A broken pipe says the same as its end.
        }
        Runtime.getRuntime().halt(1);
    }
}
