package io.modelhub.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** With a class loader as an executable jar's: not the system's, with all that the program has. */
class NativeLz4Test {

    @Test
    void theFastestLz4IsTheNativeOneInAnExecutableJarToo() throws Exception {
        try (URLClassLoader jar = executableJar()) {
            assertThat(fastest(jar)).isNotEqualTo("LZ4Factory:JNI"); // Else this class has nothing to do.
        }
        try (URLClassLoader jar = executableJar()) {
            jar.loadClass(NativeLz4.class.getName()).getMethod("load").invoke(null);
            assertThat(fastest(jar)).isEqualTo("LZ4Factory:JNI");
        }
    }

    private static String fastest(ClassLoader jar) throws ReflectiveOperationException {
        return jar.loadClass("net.jpountz.lz4.LZ4Factory")
                .getMethod("fastestInstance")
                .invoke(null)
                .toString();
    }

    private static URLClassLoader executableJar() {
        URL[] classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(NativeLz4Test::url)
                .toArray(URL[]::new);
        return new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader());
    }

    private static URL url(String entry) {
        try {
            return Path.of(entry).toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(entry, e);
        }
    }
}
