package io.modelhub.test;

import java.io.IOException;

/**
 * Runs a program's main class in a process that ends when its parent does, however that went: the parent holds the other end
 * of this process's standard input and never writes to it, so the end of the input is the end of the parent.
 */
final class EndsWithParent {

    private EndsWithParent() {}

    /** Runs the main class that is the first argument. */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        Thread watch = new Thread(EndsWithParent::endWithInput, "ends-with-parent");
        watch.setDaemon(true);
        watch.start();
        Class.forName(arguments[0]).getMethod("main", String[].class).invoke(null, (Object) new String[0]);
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
