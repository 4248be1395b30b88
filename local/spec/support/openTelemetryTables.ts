const RESOURCE = `resource STRUCT<attributes: VARIANT, dropped_attributes_count: INT>,
  resource_schema_url STRING,
  instrumentation_scope STRUCT<name: STRING, version: STRING, attributes: VARIANT, dropped_attributes_count: INT>`;

const HEAD = `record_id STRING,
  time TIMESTAMP,
  date DATE,
  service_name STRING`;

const EXEMPLARS =
  'exemplars: ARRAY<STRUCT<time_unix_nano: LONG, value: DOUBLE, span_id: STRING, trace_id: STRING, filtered_attributes: VARIANT>>';

const NUMBER = `value: DOUBLE, ${EXEMPLARS}, attributes: VARIANT, flags: INT`;

const BUCKETS = 'STRUCT<offset: INT, bucket_counts: ARRAY<LONG>>';

function clauses(columns: string): string {
  return `USING DELTA
CLUSTER BY (${columns})
TBLPROPERTIES (
  'otel.schemaVersion' = 'v2',
  'delta.checkpointPolicy' = 'classic'
);`;
}

/** How the tables of the three OpenTelemetry signals are made at Databricks. Facts: zerobus-interfaces, section 8. */
export const OPEN_TELEMETRY_DDL: string = `-- One row a span.
CREATE TABLE main.otel.spans (
  ${HEAD},
  trace_id STRING,
  span_id STRING,
  trace_state STRING,
  parent_span_id STRING,
  flags INT,
  name STRING,
  kind STRING,
  start_time_unix_nano LONG,
  end_time_unix_nano LONG,
  attributes VARIANT,
  dropped_attributes_count INT,
  events ARRAY<STRUCT<time_unix_nano: LONG, name: STRING, attributes: VARIANT, dropped_attributes_count: INT>>,
  dropped_events_count INT,
  links ARRAY<STRUCT<trace_id: STRING, span_id: STRING, trace_state: STRING, attributes: VARIANT, dropped_attributes_count: INT, flags: INT>>,
  dropped_links_count INT,
  status STRUCT<message: STRING, code: STRING>,
  ${RESOURCE},
  span_schema_url STRING
) ${clauses('time, service_name, trace_id')}

CREATE TABLE main.otel.logs (
  ${HEAD},
  event_name STRING,
  trace_id STRING,
  span_id STRING,
  time_unix_nano LONG,
  observed_time_unix_nano LONG,
  severity_number STRING,
  severity_text STRING,
  body VARIANT,
  attributes VARIANT,
  dropped_attributes_count INT,
  flags INT,
  ${RESOURCE},
  log_schema_url STRING
) ${clauses('time, service_name')}

-- One row a data point.
CREATE TABLE main.otel.metrics (
  ${HEAD},
  start_time_unix_nano LONG,
  time_unix_nano LONG,
  name STRING,
  description STRING,
  unit STRING,
  metric_type STRING,
  gauge STRUCT<${NUMBER}>,
  sum STRUCT<${NUMBER}, aggregation_temporality: STRING, is_monotonic: BOOLEAN>,
  histogram STRUCT<count: LONG, sum: DOUBLE, bucket_counts: ARRAY<LONG>, explicit_bounds: ARRAY<DOUBLE>, ${EXEMPLARS}, attributes: VARIANT, flags: INT, min: DOUBLE, max: DOUBLE, aggregation_temporality: STRING>,
  exponential_histogram STRUCT<attributes: VARIANT, count: LONG, sum: DOUBLE, scale: INT, zero_count: LONG, positive_bucket: ${BUCKETS}, negative_bucket: ${BUCKETS}, flags: INT, ${EXEMPLARS}, min: DOUBLE, max: DOUBLE, zero_threshold: DOUBLE, aggregation_temporality: STRING>,
  summary STRUCT<count: LONG, sum: DOUBLE, quantile_values: ARRAY<STRUCT<quantile: DOUBLE, value: DOUBLE>>, attributes: VARIANT, flags: INT>,
  metadata VARIANT,
  ${RESOURCE},
  metric_schema_url STRING
) ${clauses('time, service_name')}
`;
