package io.modelhub.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class WireFormatTest {

    @Test
    void readsTheSchemaIdBigEndian() {
        assertThat(WireFormat.schemaId(new byte[] {0, 0, 0, 1, 2, 99})).isEqualTo(258);
    }

    @Test
    void refusesWhatIsNoFrame() {
        assertThatThrownBy(() -> WireFormat.schemaId(new byte[] {0, 0, 0}))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessageContaining("3 bytes");
        assertThatThrownBy(() -> WireFormat.schemaId("{\"a\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessageContaining("magic byte 0");
    }
}
