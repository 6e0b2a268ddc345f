package io.modelhub.aggregator.sql;

import java.util.List;

/**
 * What a statement asks for and answers, before it is run.
 *
 * @param columns of its rows; whether they are keys isn't told
 * @param parameters types of its question marks by ksqlDB's names, in their order
 */
public record StatementShape(List<SqlAnswer.Column> columns, List<String> parameters) {}
