import { IngestWorld } from '../support/ingestWorld.ts';

const tables = ['lines', 'exact', 'csv', 'tsv', 'small', 'beyond'];
const COLUMNS = `(id BIGINT NOT NULL, temp INT, price DECIMAL(20, 4), flag BOOLEAN, wide DOUBLE, day DATE, at TIMESTAMP,
  local_at TIMESTAMP_NTZ, raw BINARY, note STRING, required STRING NOT NULL, any VARIANT, tags ARRAY<STRING>,
  counts MAP<STRING, BIGINT>, place STRUCT<lat: DOUBLE, seen: ARRAY<DATE>>)`;

describe('The values of rxjs-zerobus ingest', () => {
  let world: IngestWorld;

  beforeAll(async () => {
    world = await IngestWorld.start(COLUMNS, tables);
  });

  afterAll(() => world.close());
  beforeEach(() => world.makeFolder());
  afterEach(() => world.removeFolder());

  const record = (id: number): string => JSON.stringify({ id, required: `r${id}` });

  it('writes lines of JSON, with times as text or as numbers', async () => {
    const value = {
      id: 1,
      temp: -5,
      price: 12.5,
      flag: true,
      wide: 0.1,
      day: '2026-02-28',
      at: '2026-01-31T12:00:00.123456+01:00',
      local_at: 1_000_000,
      raw: 'AQI=',
      note: 'é',
      required: '',
      any: { a: [1, null] },
      tags: ['x', 'y'],
      counts: { a: 1 },
      place: { lat: 1.5, seen: ['1970-01-02'] },
    };
    const path = world.write('a.ndjson', `\ufeff${JSON.stringify(value)}\n\n${record(2)}`);
    const { exitCode, stdout, stderr } = await world.ingest('lines', [path]);
    expect([exitCode, stderr]).toEqual([0, []]);
    expect(stdout.join()).toMatch(/^2 records are durable in main\.iot\.lines, [\d.]+s, [\d,]+ records\/s\.$/);
    const texts =
      'temp, price::TEXT, flag, wide, day::TEXT, epoch_us("at")::DOUBLE, epoch_us(local_at)::DOUBLE, hex(raw), note, required';
    expect(await world.rows('lines', texts)).toEqual([
      [-5, '12.5000', true, 0.1, '2026-02-28', 1_769_857_200_123_456, 1_000_000, '0102', 'é', ''],
      [null, null, null, null, null, null, null, null, null, 'r2'],
    ] as unknown[][]);
    const nested = '"any"::TEXT, tags::TEXT, counts::TEXT, place.lat, place.seen::TEXT';
    expect((await world.rows('lines', nested))[0]).toEqual([
      "{'a': [1, NULL]}",
      '[x, y]',
      '{a=1}',
      1.5,
      '[1970-01-02]',
    ]);
  });

  it('keeps every digit of a number', async () => {
    const line =
      '{"id":9007199254740993,"required":"12345678901234567890 \\" 1.2345678901234567","price":1234567890123456.7891,"wide":0.12345678901234568,"any":[9007199254740993],"counts":{"a":-9223372036854775808}}';
    const { exitCode } = await world.ingest('exact', [world.write('a.ndjson', line)]);
    expect(exitCode).toBe(0);
    expect(await world.rows('exact', 'id::TEXT, required, price::TEXT, wide, "any"::TEXT, counts::TEXT')).toEqual([
      [
        '9007199254740993',
        '12345678901234567890 " 1.2345678901234567',
        '1234567890123456.7891',
        0.12345678901234568,
        '[9007199254740993]',
        '{a=-9223372036854775808}',
      ],
    ]);
  });

  it('takes a decimal that JSON writes with an exponent', async () => {
    const lines = '{"id":1,"required":"","price":0.0000000}\n{"id":2,"required":"","price":1e-4}\n';
    const tiny = '{"id":3,"required":"","price":1.25e1}\n{"id":4,"required":"","price":123456789.1234567e-3}\n';
    const { exitCode, stderr } = await world.ingest('small', [world.write('a.ndjson', `${lines}${tiny}`)]);
    expect([exitCode, stderr.join()]).toEqual([
      1,
      jasmine.stringMatching(/line 4: price: "123456\.7891234567" does not/),
    ]);
    expect(await world.rows('small', 'price::TEXT')).toEqual([['0.0000'], ['0.0001'], ['12.5000']]);
  });

  it('refuses a number beyond the range of its column, rather than writing infinity', async () => {
    const lines = world.write(
      'a.ndjson',
      '{"id":1,"required":"","wide":1e400}\n{"id":2,"required":"","any":{"a":[-1e400]}}\n',
    );
    const fields = world.write('b.csv', 'id,required,wide\n1,,1e400\n2,,inf\n');
    const { exitCode, stdout } = await world.ingest('beyond', [lines, fields, '--dry-run']);
    expect(exitCode).toBe(3);
    expect(stdout.join('\n')).toMatch(/a\.ndjson: line 1: wide: expected a number in the range of DOUBLE, got /);
    expect(stdout.join('\n')).toMatch(/a\.ndjson: line 2: any: expected a number in the range of DOUBLE, got /);
    expect(stdout.join('\n')).toMatch(/b\.csv: line 2: wide: expected a number in the range of DOUBLE, got /);
    expect(stdout.at(-1)).toMatch(/^3 of 4 records do not fit/);
  });

  it('takes an empty file of CSV as one without records, and a tab as \\t', async () => {
    const empty = world.write('a.csv', '');
    const tabs = world.write('b.csv', 'id\trequired\n9\tx\n');
    const { exitCode, stdout } = await world.ingest('beyond', [empty, tabs, '--dry-run', '--delimiter', '\\t']);
    expect([exitCode, stdout]).toEqual([0, ['0 of 1 records do not fit main.iot.beyond. Nothing was sent.']]);
    const twice = await world.ingest('beyond', [world.write('c.csv', 'id,ID\n1,2\n'), '--dry-run']);
    expect(twice.stderr.join()).toContain('"ID" is in the header twice. The columns of main.iot.beyond are id, ');
  });

  it('writes CSV by the types of the table', async () => {
    const path = world.write(
      'a.csv',
      [
        '\ufeffID,Required,temp,price,flag,wide,day,at,raw,note,any,tags,counts,place',
        '1,,+5,-12.5,TRUE,1e3,2026-02-28,2026-01-31 12:00,AQI=,"a ""b"",',
        'c","{""a"":[1,null]}","[""x""]","{""a"":9007199254740993}","{""lat"":1.5,""seen"":[""1970-01-02""]}"',
        '',
        '2,r2,,,no,-inf,,1000000,,,,,,',
        '',
      ].join('\r\n'),
    );
    const { exitCode, stderr } = await world.ingest('csv', [path]);
    expect([exitCode, stderr]).toEqual([0, []]);
    const scalars = 'temp, price::TEXT, flag, wide::TEXT, day::TEXT, epoch_us("at")::DOUBLE, hex(raw), note, required';
    expect(await world.rows('csv', scalars)).toEqual([
      [5, '-12.5000', true, '1000.0', '2026-02-28', 1_769_860_800_000_000, '0102', 'a "b",\r\nc', ''],
      [null, null, false, '-inf', null, 1_000_000, null, null, 'r2'],
    ] as unknown[][]);
    const nested = '"any"::TEXT, tags::TEXT, counts::TEXT, place.lat, place.seen::TEXT';
    expect((await world.rows('csv', nested))[0]).toEqual([
      "{'a': [1, NULL]}",
      '[x]',
      '{a=9007199254740993}',
      1.5,
      '[1970-01-02]',
    ]);
  });

  it('takes tabs in .tsv files, and another delimiter if it is given', async () => {
    const tabs = world.write('a.tsv', 'id\trequired\n1\ta,b\n');
    const semicolons = world.write('a.csv', 'id;required\n2;a,b\n');
    expect((await world.ingest('tsv', [tabs])).exitCode).toBe(0);
    expect((await world.ingest('tsv', [semicolons, '--delimiter', ';'])).exitCode).toBe(0);
    expect(await world.rows('tsv', 'id::INT, required')).toEqual([
      [1, 'a,b'],
      [2, 'a,b'],
    ]);
  });
});
