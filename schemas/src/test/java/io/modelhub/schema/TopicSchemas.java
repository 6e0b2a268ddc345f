package io.modelhub.schema;

import io.modelhub.topic.Topic;
import io.modelhub.topic.Topics;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/** The schemas that stand on topics, as the code declares them. */
final class TopicSchemas {

    private TopicSchemas() {}

    /** Every schema that is a key or a value of a topic, by its type's name. */
    static Map<String, Schema> all() {
        Map<String, Schema> schemas = new TreeMap<>();
        Stream.of(Topics.class.getDeclaredMethods())
                .filter(method -> method.getReturnType() == Topic.class)
                .map(Method::getGenericReturnType)
                .flatMap(topic -> Stream.of(((ParameterizedType) topic).getActualTypeArguments()))
                .filter(TopicSchemas::isGenerated)
                .map(type -> SpecificData.get().getSchema(type))
                .forEach(schema -> schemas.put(schema.getName(), schema));
        return schemas;
    }

    /** The named types that a schema is built of, itself included. */
    static Map<String, Schema> namedTypes(Schema schema) {
        Map<String, Schema> found = new LinkedHashMap<>();
        collect(schema, found);
        return found;
    }

    private static boolean isGenerated(Type type) {
        return type instanceof Class<?> generated && SpecificRecord.class.isAssignableFrom(generated);
    }

    private static void collect(Schema schema, Map<String, Schema> found) {
        switch (schema.getType()) {
            case RECORD -> {
                if (found.putIfAbsent(schema.getFullName(), schema) == null) {
                    schema.getFields().forEach(field -> collect(field.schema(), found));
                }
            }
            case ENUM, FIXED -> found.putIfAbsent(schema.getFullName(), schema);
            case UNION -> List.copyOf(schema.getTypes()).forEach(branch -> collect(branch, found));
            case ARRAY -> collect(schema.getElementType(), found);
            case MAP -> collect(schema.getValueType(), found);
            default -> {}
        }
    }
}
