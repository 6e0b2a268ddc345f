package io.modelhub.tables;

import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import io.modelhub.wire.AvroSerdes;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * What stands on a topic.
 *
 * @param key empty for a key of plain bytes or text
 */
record TopicTypes(Optional<Schema> key, Schema value) {

    /** Of all topics, by name. */
    static Map<String, TopicTypes> all() {
        Topics topics = new Topics(AvroSerdes.at("http://127.0.0.1:1"));
        Map<String, TopicTypes> types = new TreeMap<>();
        for (Method method : Topics.class.getMethods()) {
            if (method.getReturnType() == Topic.class) {
                Type[] arguments = ((ParameterizedType) method.getGenericReturnType()).getActualTypeArguments();
                types.put(
                        name(method, topics),
                        new TopicTypes(
                                schema(arguments[0]), schema(arguments[1]).orElseThrow()));
            }
        }
        return types;
    }

    /** The fields of the key, in their order; empty for a plain one. */
    List<String> keyFields() {
        return key.stream()
                .flatMap(schema -> schema.getFields().stream())
                .map(Schema.Field::name)
                .toList();
    }

    /** A type without the null beside it. */
    static Schema present(Schema type) {
        return type.isUnion()
                ? type.getTypes().stream()
                        .filter(branch -> branch.getType() != Schema.Type.NULL)
                        .findFirst()
                        .orElseThrow()
                : type;
    }

    private static String name(Method method, Topics topics) {
        try {
            return ((Topic<?, ?>) method.invoke(topics)).name();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Optional<Schema> schema(Type type) {
        return type instanceof Class<?> generated && SpecificRecord.class.isAssignableFrom(generated)
                ? Optional.of(SpecificData.get().getSchema(type))
                : Optional.empty();
    }
}
