import { parseScript } from '../../lib/schema/parseScript.ts';

/** What `SHOW CREATE TABLE` of Databricks prints for a table with much of what a table can have. */
const SHOWN = `CREATE TABLE main.iot.readings (
  id BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY (START WITH 1 INCREMENT BY 1) COMMENT 'the device\\'s own',
  device STRING COLLATE UTF8_BINARY DEFAULT 'none' COMMENT 'printed on it',
  ts TIMESTAMP,
  event_date DATE GENERATED ALWAYS AS ( CAST(ts AS DATE) ),
  place STRUCT<lat: DOUBLE COMMENT 'north', lon: DOUBLE NOT NULL>,
  CONSTRAINT \`readings_pk\` PRIMARY KEY (\`id\`),
  CONSTRAINT \`readings_fk\` FOREIGN KEY (\`device\`) REFERENCES \`main\`.\`iot\`.\`devices\` (\`name\`))
USING delta
CLUSTER BY (event_date)
COMMENT 'All of them'
DEFAULT COLLATION UTF8_BINARY
LOCATION 's3://bucket/__unitystorage/catalogs/0/tables/1'
TBLPROPERTIES (
  'delta.checkpoint.writeStatsAsJson' = 'false',
  'delta.checkpointPolicy' = 'v2',
  'delta.enableDeletionVectors' = 'true',
  'delta.enableRowTracking' = 'true',
  'delta.feature.appendOnly' = 'supported',
  'delta.feature.clustering' = 'supported',
  'delta.feature.deletionVectors' = 'supported',
  'delta.minReaderVersion' = '3',
  'delta.minWriterVersion' = '7',
  'delta.parquet.compression.codec' = 'zstd',
  'delta.rowTracking.materializedRowIdColumnName' = '_row-id-col-1',
  'team' = 'iot')
`;

describe('The output of SHOW CREATE TABLE', () => {
  it('makes the same table, with a note on what is left out', () => {
    const { tables, notes } = parseScript(SHOWN);
    expect(tables[0]).toEqual({
      catalog: 'main',
      schema: 'iot',
      name: 'readings',
      columns: [
        {
          name: 'id',
          type: { kind: 'long' },
          nullable: false,
          identity: { start: 1n, step: 1n, allowExplicitInsert: false },
          comment: "the device's own",
        },
        { name: 'device', type: { kind: 'string' }, nullable: true, default: "'none'", comment: 'printed on it' },
        { name: 'ts', type: { kind: 'timestamp' }, nullable: true },
        { name: 'event_date', type: { kind: 'date' }, nullable: true, generated: 'CAST(ts AS DATE)' },
        {
          name: 'place',
          type: {
            kind: 'struct',
            fields: [
              { name: 'lat', type: { kind: 'double' }, nullable: true, comment: 'north' },
              { name: 'lon', type: { kind: 'double' }, nullable: false },
            ],
          },
          nullable: true,
        },
      ],
      comment: 'All of them',
      clusterColumns: ['event_date'],
      properties: {
        'delta.checkpoint.writeStatsAsJson': 'false',
        'delta.parquet.compression.codec': 'zstd',
        team: 'iot',
      },
      constraints: [
        'CONSTRAINT `readings_pk` PRIMARY KEY (`id`)',
        'CONSTRAINT `readings_fk` FOREIGN KEY (`device`) REFERENCES `main`.`iot`.`devices` (`name`)',
      ],
    });
    expect(notes.map((note) => /LOCATION|delta[.\w]+ = \w+/.exec(note)?.[0])).toEqual([
      'LOCATION',
      'delta.checkpointPolicy = v2',
      'delta.enableDeletionVectors = true',
      'delta.enableRowTracking = true',
      'delta.feature.deletionVectors = supported',
      'delta.rowTracking.materializedRowIdColumnName = _row',
    ]);
  });
});
