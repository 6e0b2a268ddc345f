package io.modelhub.local.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The one folder that holds everything the platform keeps on this machine. At most one process uses it at a time. It is
 * recognized by a marker file: no other folder is ever filled or emptied.
 */
final class DataFolder implements AutoCloseable {

    private static final String MARKER = "modelhub-data";
    private static final String LOCK = "lock";

    /** Room for the unpacked database, the first log segments and a first trace, with some to spare. */
    private static final long LEAST_FREE_BYTES = 512L << 20;

    private final Path folder;
    private final FileChannel lockFile;

    private DataFolder(Path folder, FileChannel lockFile) {
        this.folder = folder;
        this.lockFile = lockFile;
    }

    /**
     * Opens a folder for this process alone, until it is closed or the process ends.
     *
     * @param fresh whether to empty it first
     * @throws StartFailure it is in use, not ours, can't be written to, or its disk is nearly full
     */
    static DataFolder open(Path folder, boolean fresh) {
        try {
            requireOurs(folder);
            makePrivate(folder);
            Files.writeString(
                    folder.resolve(MARKER),
                    "The state of a local modelhub. Stop it before you delete this folder.\n",
                    StandardCharsets.UTF_8);
            DataFolder opened = new DataFolder(folder, lock(folder));
            try {
                opened.requireRoom();
                if (fresh) {
                    opened.empty();
                }
                Files.createDirectories(opened.logs());
                return opened;
            } catch (IOException | RuntimeException e) {
                opened.close();
                throw e;
            }
        } catch (AccessDeniedException e) {
            throw new StartFailure(
                    "%s can't be written to by this user; choose another folder with --data.".formatted(e.getFile()));
        } catch (FileSystemException e) {
            String reason = e.getReason() == null ? "it can't be made there" : e.getReason();
            throw new StartFailure("The data folder %s can't be used: %s.".formatted(folder, reason), e);
        } catch (IOException e) {
            throw new StartFailure("The data folder %s can't be used: %s.".formatted(folder, e.getMessage()), e);
        }
    }

    private static void requireOurs(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        if (!Files.isDirectory(folder)) {
            throw new StartFailure("%s is a file, not a folder; choose another with --data.".formatted(folder));
        }
        if (Files.exists(folder.resolve(MARKER))) {
            return;
        }
        try (Stream<Path> content = Files.list(folder)) {
            if (content.findAny().isPresent()) {
                throw new StartFailure(
                        "%s holds files that are not modelhub's, so it is left alone; choose an empty or new folder with --data."
                                .formatted(folder));
            }
        }
    }

    private static FileChannel lock(Path folder) throws IOException {
        FileChannel channel =
                FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!isLocked(channel)) {
            channel.close();
            throw new StartFailure(
                    "Another modelhub is running on %s: stop that one or choose another folder with --data."
                            .formatted(folder));
        }
        return channel;
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // Held by this very process.
        }
    }

    private void requireRoom() throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < LEAST_FREE_BYTES) {
            throw new StartFailure(
                    "The disk is nearly full: %s needs %d MiB free to start and has %d MiB; make room or choose another folder with --data."
                            .formatted(folder, LEAST_FREE_BYTES >> 20, free >> 20));
        }
    }

    private void empty() throws IOException {
        Set<String> kept = Set.of(MARKER, LOCK);
        try (Stream<Path> content = Files.list(folder)) {
            for (Path path : content.toList()) {
                if (!kept.contains(path.getFileName().toString())) {
                    delete(path);
                }
            }
        }
    }

    Path logs() {
        return folder.resolve("logs");
    }

    Path log(String role) {
        return logs().resolve(role + ".log");
    }

    /** Where the running processes are listed; see {@link ProcessList}. */
    Path processes() {
        return folder.resolve("processes.json");
    }

    /** Where one server's state is kept; it may not be there yet. */
    Path place(String server) {
        return folder.resolve(server);
    }

    /** The folder of one server's state, made where it is missing. */
    Path state(String server) throws IOException {
        Path state = place(server);
        makePrivate(state);
        return state;
    }

    /** Deletes one server's state, which nobody uses now. */
    void delete(String server) throws IOException {
        delete(place(server));
    }

    /** The folder of a server's state, emptied where the server's first start never came to its end: nothing was kept then. */
    Path stateSinceFirstStart(String server) throws IOException {
        if (isFirstStart(server)) {
            delete(folder.resolve(server));
        }
        return state(server);
    }

    boolean isFirstStart(String server) {
        return !Files.exists(firstStartMark(server));
    }

    void firstStartDone(String server) throws IOException {
        if (isFirstStart(server)) {
            Files.createFile(firstStartMark(server));
        }
    }

    private Path firstStartMark(String server) {
        return folder.resolve(server + ".made");
    }

    /** The file of a secret of 32 random bytes in base64, made once; only this user may read it. */
    Path secret(String name) throws IOException {
        Path file = state("secrets").resolve(name);
        if (!Files.exists(file)) {
            byte[] random = new byte[32];
            new SecureRandom().nextBytes(random);
            Path draft = file.resolveSibling(name + ".new");
            Files.deleteIfExists(draft);
            Files.createFile(draft, ownerOnly(draft, "rw-------"));
            Files.writeString(draft, Base64.getEncoder().encodeToString(random), StandardCharsets.US_ASCII);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return file;
    }

    private static void makePrivate(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Path parent = folder.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.createDirectory(folder, ownerOnly(folder, "rwx------"));
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path path, String permissions) {
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    /** The last lines of a log, for a message about its writer's end. */
    static List<String> lastLines(Path log, int count) {
        try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            List<String> all = lines.filter(line -> !line.isBlank()).toList();
            return all.subList(Math.max(0, all.size() - count), all.size());
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }

    private static void delete(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            throw new StartFailure("The lock on %s could not be given back.".formatted(folder), e);
        }
    }
}
