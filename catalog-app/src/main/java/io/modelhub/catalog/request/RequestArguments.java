package io.modelhub.catalog.request;

import io.modelhub.catalog.page.ListRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpMethod;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Makes what controllers take: {@link Creation}, {@link Edit}, {@link Precondition} and {@link ListRequest}. */
@Component
final class RequestArguments implements WebMvcConfigurer {

    private static final List<MediaType> PATCHES =
            List.of(MediaType.parseMediaType(MergePatch.MEDIA_TYPE), MediaType.APPLICATION_JSON);

    private final JsonMapper json;

    RequestArguments(JsonMapper json) {
        this.json = json;
    }

    /** Reads an argument of one type from the request. */
    private interface Reading<T> {

        T of(HttpServletRequest request) throws IOException, HttpMediaTypeNotSupportedException;
    }

    private record Resolver<T>(Class<T> type, Reading<T> reading) implements HandlerMethodArgumentResolver {

        @Override
        public boolean supportsParameter(MethodParameter parameter) {
            return parameter.getParameterType() == type;
        }

        @Override
        public @Nullable Object resolveArgument(
                MethodParameter parameter,
                @Nullable ModelAndViewContainer container,
                NativeWebRequest request,
                @Nullable WebDataBinderFactory binders)
                throws Exception {
            return reading.of(Objects.requireNonNull(request.getNativeRequest(HttpServletRequest.class)));
        }
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(new Resolver<>(Creation.class, this::creation));
        resolvers.add(new Resolver<>(Edit.class, this::edit));
        resolvers.add(new Resolver<>(Precondition.class, RequestArguments::precondition));
        resolvers.add(new Resolver<>(ListRequest.class, RequestArguments::listRequest));
    }

    private Creation creation(HttpServletRequest request) throws IOException, HttpMediaTypeNotSupportedException {
        ObjectNode body = body(request, List.of(MediaType.APPLICATION_JSON));
        return new Creation(request.getRequestURI(), body, header(request, Writes.KEY_HEADER));
    }

    private Edit edit(HttpServletRequest request) throws IOException, HttpMediaTypeNotSupportedException {
        Precondition precondition = precondition(request);
        return HttpMethod.PATCH.matches(request.getMethod())
                ? new Edit.Patch(body(request, PATCHES), precondition, json)
                : new Edit.Replace(body(request, List.of(MediaType.APPLICATION_JSON)), precondition, json);
    }

    private static Precondition precondition(HttpServletRequest request) {
        String header = header(request, Precondition.HEADER);
        return header == null ? new Precondition.AnyRevision() : Precondition.read(header);
    }

    private static ListRequest listRequest(HttpServletRequest request) {
        return new ListRequest(request.getParameterMap().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, parameter -> List.of(parameter.getValue()))));
    }

    /** Null: it was not sent. Sent in several lines, it is the same as in one with commas (RFC 9110, 5.2). */
    private static @Nullable String header(HttpServletRequest request, String name) {
        List<String> lines = Collections.list(request.getHeaders(name));
        return lines.isEmpty() ? null : String.join(", ", lines);
    }

    /** Read here and not by Spring's converters: a failure is told by what it is, and nothing logs what may be a secret. */
    private ObjectNode body(HttpServletRequest request, List<MediaType> supported)
            throws IOException, HttpMediaTypeNotSupportedException {
        MediaType type = contentType(request);
        if (type == null || supported.stream().noneMatch(one -> one.includes(type))) {
            throw new HttpMediaTypeNotSupportedException(type, supported, HttpMethod.valueOf(request.getMethod()));
        }
        try {
            ObjectNode body = json.readValue(request.getInputStream(), ObjectNode.class);
            if (body != null) {
                return body;
            }
            throw new HttpMessageNotReadableException("the body is null", new ServletServerHttpRequest(request));
        } catch (JacksonException e) {
            throw new HttpMessageNotReadableException(
                    "the body can't be read", e, new ServletServerHttpRequest(request));
        }
    }

    /** Null: there is none that can be read. */
    private static @Nullable MediaType contentType(HttpServletRequest request) {
        try {
            String type = request.getContentType();
            return type == null ? null : MediaType.parseMediaType(type);
        } catch (InvalidMediaTypeException e) {
            return null;
        }
    }
}
