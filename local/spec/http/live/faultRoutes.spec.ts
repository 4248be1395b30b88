import { status } from '@grpc/grpc-js';
import { FaultInjector } from '../../../lib/faults/faultInjector.ts';
import type { FaultParameter, FaultsView, InjectedFault } from '../../../lib/live/api/faultView.ts';
import { faultKinds } from '../../../lib/live/faultKinds.ts';
import { startZerobusLocal } from '../../../lib/startZerobusLocal.ts';
import type { ZerobusLocal } from '../../../lib/zerobusLocal.ts';
import { EventFeed } from '../../support/eventFeed.ts';
import { changeLive, readLive } from '../../support/liveRequests.ts';
import { RawStream } from '../../support/rawStream.ts';
import { READINGS, READINGS_DDL } from '../../support/readings.ts';

describe('Faults of the live page', () => {
  let server: ZerobusLocal;

  beforeAll(async () => {
    server = await startZerobusLocal({ tables: [READINGS_DDL], auth: false });
  });

  afterEach(() => server.faults.clear());
  afterAll(() => server.close());

  const inject = async (kind: string, parameters: object): Promise<InjectedFault> =>
    (await changeLive<InjectedFault>(server, 'POST', 'faults', { kind, parameters })).body;
  const message = async (body: unknown): Promise<string> => {
    const answer = await changeLive<{ error_code: string; message: string }>(server, 'POST', 'faults', body);
    expect([answer.status, answer.body.error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
    return answer.body.message;
  };
  const exampleOf = ({ type, example }: FaultParameter): string | number =>
    example ?? { integer: 1, text: 'a text', status: 'UNAVAILABLE', table: READINGS }[type];

  it('are all that zerobus.faults has', () => {
    const {
      constructor: _constructor,
      active: _active,
      clear: _clear,
      ...methods
    } = Object.getOwnPropertyDescriptors(FaultInjector.prototype);
    const kinds = Object.keys(methods).filter((name) => !name.startsWith('on'));
    expect(faultKinds.map(({ kind }) => kind).sort()).toEqual(kinds.sort());
  });

  for (const { kind, parameters, isInstant } of faultKinds) {
    it(`inject ${kind} with and without what is optional, and show the call in code`, async () => {
      for (const given of [parameters, parameters.filter(({ isRequired }) => isRequired)]) {
        const values = Object.fromEntries(given.map((parameter) => [parameter.name, exampleOf(parameter)]));
        const { code, fault, streams } = await inject(kind, values);
        expect([fault === undefined, streams]).toEqual([isInstant, isInstant ? 0 : undefined]);
        // The code does the same.
        const other = new FaultInjector(new Set());
        new Function('zerobus', 'status', code)({ faults: other }, status);
        const [same] = other.active;
        expect([same?.code, same?.remaining]).toEqual([fault?.code, fault?.remaining]);
        expect(fault?.code ?? code).toBe(code);
        expect(fault?.remaining).toBe(isInstant ? undefined : (values['times'] as number | undefined));
      }
    });
  }

  it('happen to streams, are counted, and are gone when they have happened often enough', async () => {
    const feed = await EventFeed.open(server);
    const { fault, code } = await inject('refuseStreams', { code: 'RESOURCE_EXHAUSTED', message: "it's", times: 2 });
    expect(code).toBe("zerobus.faults.refuseStreams({ code: status.RESOURCE_EXHAUSTED, message: 'it\\'s', times: 2 })");
    await feed.next('faults', ([active]) => active?.remaining === 2);
    const refused = async (): Promise<string> => {
      const stream = new RawStream(server.endpoint, { table: READINGS });
      stream.send({ createStream: { tableName: READINGS, recordType: 2 } });
      return `${(await stream.status).code} ${(await stream.status).details}`;
    };
    expect(await refused()).toBe("8 it's");
    await feed.next('faults', ([active]) => active?.id === fault?.id && active?.remaining === 1);
    expect(await refused()).toBe("8 it's");
    const gone = feed.received.length;
    await feed.next('faults', (active) => active.length === 0 && feed.received.length > gone);
    await feed.close();
  });

  it('meet the open streams at once, and say how many', async () => {
    const stream = await RawStream.open(server.endpoint, READINGS);
    const { code, streams } = await inject('closeStreams', { code: 'ABORTED', table: 'MAIN.iot.Readings' });
    expect(code).toBe(`zerobus.faults.closeStreams({ code: status.ABORTED, table: '${READINGS}' })`);
    expect([streams, (await stream.status).code]).toEqual([1, status.ABORTED]);
  });

  it('list those of programs, too, and clear one or all of them', async () => {
    const errorInfo = { reason: 'r', domain: 'd', metadata: { 'a-b': 'c' } };
    server.faults.refuseStreams({ code: status.INTERNAL, errorInfo });
    const handle = server.faults.issueDeadTokens();
    server.faults.dropAcks({ table: READINGS });
    const { active } = await readLive<FaultsView>(server, 'faults');
    expect(active.map(({ code }) => code)).toEqual([
      "zerobus.faults.refuseStreams({ code: status.INTERNAL, errorInfo: { reason: 'r', domain: 'd', metadata: { 'a-b': 'c' } } })",
      'zerobus.faults.issueDeadTokens()',
      "zerobus.faults.dropAcks({ table: 'main.iot.readings' })",
    ]);
    handle.clear();
    const [first] = active;
    const cleared = await changeLive<FaultsView>(server, 'DELETE', `faults/${first?.id}`);
    expect(cleared.body.active.map(({ kind }) => kind)).toEqual(['dropAcks']);
    const again = await changeLive<{ error_code: string }>(server, 'DELETE', `faults/${first?.id}`);
    expect([again.status, again.body.error_code]).toEqual([404, 'FAULT_DOES_NOT_EXIST']);
    expect((await changeLive<FaultsView>(server, 'DELETE', 'faults')).body.active).toEqual([]);
    expect(server.faults.active).toEqual([]);
  });

  it('name the parameter that is wrong, and do nothing', async () => {
    for (const [body, expected] of [
      ['{"kind":', /^The body is not JSON: .*\.$/],
      [[], /^The body must be a JSON object\.$/],
      [{ kind: 'clear' }, /^kind must be one of refuseStreams, .*\.$/],
      [{ kind: '__proto__' }, /^kind must be one of /],
      [{ kind: 'dropAcks', times: 1 }, /^The body has no property "times"\. It has: kind, parameters\.$/],
      [{ kind: 'dropAcks', parameters: 1 }, /^parameters must be a JSON object\.$/],
      [
        { kind: 'dropAcks', parameters: { delayMs: 1 } },
        /^dropAcks has no parameter "delayMs"\. It has: times, table\.$/,
      ],
      [{ kind: 'delayAcks' }, /^The parameter delayMs is missing\.$/],
      [{ kind: 'delayAcks', parameters: { delayMs: 3_600_001 } }, /^delayMs must be an integer from 0 to 3600000\.$/],
      [{ kind: 'delayAcks', parameters: { delayMs: '5' } }, /^delayMs must be an integer/],
      [{ kind: 'delayAcks', parameters: { delayMs: 1.5 } }, /^delayMs must be an integer/],
      [{ kind: 'dropAcks', parameters: { times: 0 } }, /^times must be an integer from 1 to/],
      [
        { kind: 'dropAcks', parameters: { table: 'main.iot.nope' } },
        /^table must be .* a served table.* "main\.iot\.nope" is none\.$/,
      ],
      [{ kind: 'closeStreams', parameters: { code: 'OK' } }, /^code must be the name of a gRPC status: CANCELLED, /],
      [{ kind: 'closeStreams', parameters: { code: 14 } }, /^code must be a text/],
      [
        { kind: 'closeStreams', parameters: { code: 'ABORTED', message: 'x'.repeat(1001) } },
        /^message must be a text of 1 to 1000/,
      ],
      [
        { kind: 'failTokenRequests', parameters: { httpStatus: 200 } },
        /^httpStatus must be an integer from 400 to 599\.$/,
      ],
    ] as const) {
      expect(await message(body))
        .withContext(JSON.stringify(body))
        .toMatch(expected);
    }
    expect(server.faults.active).toEqual([]);
  });
});
