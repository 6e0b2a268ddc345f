package io.modelhub.aggregator.jdbc;

import io.modelhub.aggregator.sql.SqlEngine;
import io.modelhub.aggregator.sql.SqlLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.apache.calcite.avatica.metrics.noop.NoopMetricsSystem;
import org.apache.calcite.avatica.remote.Handler;
import org.apache.calcite.avatica.remote.JsonHandler;
import org.apache.calcite.avatica.remote.LocalService;
import org.apache.calcite.avatica.remote.ProtobufHandler;
import org.apache.calcite.avatica.remote.ProtobufTranslation;
import org.apache.calcite.avatica.remote.ProtobufTranslationImpl;
import org.apache.calcite.avatica.remote.Service;

/** Answers the bodies that Avatica's remote driver posts. For any thread. */
public final class JdbcEndpoint {

    /** @param status of HTTP; the driver reads the body of 200 and 500 */
    public record Answer(int status, byte[] body) {}

    private final ProtobufTranslation translation = new ProtobufTranslationImpl();
    private final ProtobufHandler protobuf;
    private final JsonHandler json;

    /** @param address of this instance, for clients' messages */
    public JdbcEndpoint(SqlEngine engine, SqlLimits limits, String address, Clock clock) {
        LocalService service = new LocalService(new SqlMeta(engine, limits, clock));
        Service.RpcMetadataResponse server = new Service.RpcMetadataResponse(address);
        service.setRpcMetadata(server);
        protobuf = new ProtobufHandler(service, translation, NoopMetricsSystem.getInstance());
        protobuf.setRpcMetadata(server);
        json = new JsonHandler(service, NoopMetricsSystem.getInstance());
        json.setRpcMetadata(server);
    }

    public Answer answer(byte[] request) {
        if (request.length > 0 && request[0] == '{') {
            // In JSON, the driver's default, decimals would pass through floating point.
            Handler.HandlerResponse<String> refused = json.convertToErrorResponse(SqlMeta.error(
                    "add ;serialization=protobuf to the JDBC address: JSON has no exact decimals", 40000, "08001"));
            return new Answer(refused.getStatusCode(), refused.getResponse().getBytes(StandardCharsets.UTF_8));
        }
        try {
            translation.parseRequest(request);
        } catch (IOException | RuntimeException e) {
            return new Answer(
                    400,
                    "this is for Apache Avatica's JDBC driver; docs/sql.md says how to connect"
                            .getBytes(StandardCharsets.UTF_8));
        }
        Handler.HandlerResponse<byte[]> answer = protobuf.apply(request);
        return new Answer(answer.getStatusCode(), answer.getResponse());
    }
}
