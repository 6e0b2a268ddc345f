package io.modelhub.catalog.routing;

/** Something that the caller should know of a model that it may use. */
record Warning(String code, String message) {

    static final Warning MODEL_DEPRECATED =
            new Warning("model_deprecated", "the model is deprecated; move to another one");
    static final Warning PROVIDER_DEPRECATED =
            new Warning("provider_deprecated", "the model's provider is deprecated; move to another one");
}
