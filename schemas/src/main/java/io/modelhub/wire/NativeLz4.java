package io.modelhub.wire;

import net.jpountz.lz4.LZ4Factory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * lz4 in native code, in an executable jar too. The library, which Kafka's clients use for {@code compression.type=lz4}, looks
 * for native code by itself only where the system class loader has loaded it, which in an executable jar another one does; in Java
 * the same bytes take several times as long.
 */
public final class NativeLz4 {

    private static final Logger LOG = LoggerFactory.getLogger(NativeLz4.class);

    private NativeLz4() {}

    /** To be called before the first Kafka client is made. Where native code can't be loaded lz4 does its work in Java, and the log says so. */
    public static void load() {
        try {
            LZ4Factory.nativeInstance(); // From then on it is the fastest one, whoever has loaded it.
        } catch (LinkageError | AssertionError e) {
            LOG.info("lz4 works in Java, which is slower: its native code can't be loaded: {}", e.toString());
        }
    }
}
