-- What models and API keys were when they were deleted: their calls stay charged at those prices and counted for those owners.
-- A state is an Avro object container file. It has its schema with it, so that every later release can read it.
CREATE TABLE deleted_model (
    id        text    PRIMARY KEY,
    state     bytea   NOT NULL,
    revision  bigint  NOT NULL
);
CREATE TABLE deleted_api_key (
    id        text    PRIMARY KEY,
    state     bytea   NOT NULL,
    revision  bigint  NOT NULL
);
