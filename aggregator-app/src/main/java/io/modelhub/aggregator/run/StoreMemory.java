package io.modelhub.aggregator.run;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.Env;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.Priority;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * Bounds the memory of all stores of this process together: by itself each of a task's stores takes up to 48 MiB for writes and
 * 50 MiB for reads. Kafka Streams makes one of these for each store, so what they share is static.
 */
public final class StoreMemory implements RocksDBConfigSetter {

    /** Bytes for blocks that were read, indexes and filters included. */
    static final String CACHE = "modelhub.store-cache";

    /** Bytes for what is not on disk yet. */
    static final String WRITE_BUFFERS = "modelhub.store-write-buffers";

    /** Of one store; the manager makes it write earlier where all together hold too much. */
    private static final long WRITE_BUFFER = 16 * 1024 * 1024;

    /** Of a store that have come from memory, before they are merged; the default of 4 merges twice as often. */
    private static final int FILES_TO_MERGE = 8;

    private static @Nullable Shared shared;

    private record Shared(Cache cache, WriteBufferManager writeBuffers) {}

    private static synchronized Shared shared(Map<String, Object> configs) {
        if (shared == null) {
            RocksDB.loadLibrary();
            // Files are merged in what the rest leaves of the processors: nobody waits for that, and limits would wait
            // for the processor.
            Env.getDefault().lowerThreadPoolCPUPriority(Priority.LOW);
            Cache cache = new LRUCache(bytes(configs, CACHE));
            // A cache of its own, which holds nothing, only counts what the buffers take.
            shared = new Shared(cache, new WriteBufferManager(bytes(configs, WRITE_BUFFERS), new LRUCache(0)));
        }
        return shared;
    }

    private static long bytes(Map<String, Object> configs, String key) {
        return Long.parseLong(String.valueOf(configs.get(key)));
    }

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        Shared memory = shared(configs);
        options.setWriteBufferManager(memory.writeBuffers);
        options.setWriteBufferSize(WRITE_BUFFER);
        options.setLevel0FileNumCompactionTrigger(FILES_TO_MERGE);
        if (options.tableFormatConfig() instanceof BlockBasedTableConfig table) {
            table.setBlockCache(memory.cache);
            table.setCacheIndexAndFilterBlocks(true);
            options.setTableFormatConfig(table);
        }
    }

    @Override
    public void close(String storeName, Options options) {
        // What is shared lives as long as the process.
    }
}
