package io.modelhub.catalog.request;

import io.modelhub.catalog.answer.Answers;
import io.modelhub.catalog.answer.EntityView;
import io.modelhub.catalog.answer.Outcome;
import io.modelhub.catalog.answer.Refusal;
import io.modelhub.catalog.check.FieldProblem;
import io.modelhub.catalog.outbox.Change;
import io.modelhub.catalog.outbox.Changes;
import io.modelhub.catalog.request.RepeatedCreations.Claim;
import io.modelhub.catalog.request.RepeatedCreations.Repeated;
import io.modelhub.catalog.request.RepeatedCreations.Reused;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Does what requests write, each in one transaction, and answers them. */
@Component
public class Writes {

    static final String KEY_HEADER = "Idempotency-Key";
    static final String REPLAYED_HEADER = "Idempotency-Replayed";

    private static final Pattern KEY = Pattern.compile("[!-~]{1,255}");

    private final Changes changes;
    private final RepeatedCreations repeated;
    private final JsonMapper json;

    Writes(Changes changes, RepeatedCreations repeated, JsonMapper json) {
        this.changes = changes;
        this.repeated = repeated;
        this.json = json;
    }

    private record Answered(CreatedAnswer answer, boolean replayed) {}

    /** The same creation under the same key is done once and answered the same each time; a refusal is not remembered. */
    public <V extends EntityView> ResponseEntity<Object> created(Creation creation, Function<Change, Outcome<V>> work) {
        Outcome<Answered> outcome = changes.commit(change -> once(creation, change, work));
        if (outcome instanceof Outcome.Done<Answered> done) {
            ResponseEntity.BodyBuilder head = done.value().answer().head();
            return (done.value().replayed() ? head.header(REPLAYED_HEADER, "true") : head)
                    .body(done.value().answer().body());
        }
        return Answers.refused(outcome);
    }

    private <V extends EntityView> Outcome<Answered> once(
            Creation creation, Change change, Function<Change, Outcome<V>> work) {
        String key = creation.key();
        if (key == null) {
            return work.apply(change).map(created -> new Answered(CreatedAnswer.of(created, json), false));
        }
        if (!KEY.matcher(key).matches()) {
            return Outcome.refused(Refusal.badHeader(
                    new FieldProblem(KEY_HEADER, "malformed", "must be 1 to 255 printable ASCII characters")));
        }
        Claim claim = repeated.claim(key, creation);
        if (claim instanceof Repeated repeat) {
            return Outcome.done(new Answered(repeat.answer(), true));
        }
        if (claim instanceof Reused) {
            return Outcome.refused(Refusal.keyReused(KEY_HEADER));
        }
        return work.apply(change).map(created -> {
            CreatedAnswer answer = CreatedAnswer.of(created, json);
            repeated.keep(key, answer);
            return new Answered(answer, false);
        });
    }

    public <V extends EntityView> ResponseEntity<Object> edited(Function<Change, Outcome<V>> work) {
        return Answers.found(changes.commit(work));
    }

    public <T> ResponseEntity<Object> deleted(Function<Change, Outcome<T>> work) {
        return Answers.deleted(changes.commit(work));
    }
}
