package io.modelhub.catalog.request;

import io.modelhub.catalog.answer.EntityView;
import java.net.URI;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a creation was answered, kept so that a repeated one is answered the same.
 *
 * @param entityTag without its quotes
 * @param body JSON
 */
record CreatedAnswer(String location, String entityTag, String body) {

    static CreatedAnswer of(EntityView created, JsonMapper json) {
        return new CreatedAnswer(created.location(), created.entityTag(), json.writeValueAsString(created));
    }

    ResponseEntity.BodyBuilder head() {
        return ResponseEntity.created(URI.create(location)).eTag(entityTag).contentType(MediaType.APPLICATION_JSON);
    }
}
