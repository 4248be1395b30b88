/** The fields of each message, by channel and kind, as docs/telemetry.md has them. */
const fields: Readonly<Record<string, string>> = {
  'stream opened': '',
  'stream dropped': 'records',
  'stream closed': 'reason',
  'stream closed failed': 'reason errorCode',
  'connection connecting': 'isFirst errorCode',
  'connection opened': 'streamId durationMs',
  'connection replayed': 'records batches',
  'connection rotation': 'closesInMs',
  'connection broken': 'errorCode durationMs',
  'connection closed': 'durationMs',
  'connection retry': 'attempt waitMs',
  'batch sealed': 'batch',
  'batch sent': 'batch',
  'batch durable': 'batch durationMs ackMs',
  'batch rejected': 'batch errorCode durationMs',
  'batch split': 'batch errorCode parts',
  'batch dropped': 'batch records',
  'batch abandoned': 'batch errorCode durationMs',
  'token requested': 'id table',
  'token received': 'id table durationMs expiresInMs',
  'token failed': 'id table durationMs errorCode',
  'token cancelled': 'id table durationMs',
  'rejection ': 'offset records errorCode',
  'record ': 'index',
};
const STREAM_FIELDS = 'id table serverAddress serverPort number inflightRecords inflightBytes';
const BATCH_FIELDS = 'id records bytes isWhole attempts';

/** Returns what is wrong with the form of a message, or with its numbers and codes. */
export function shapeFaults(channel: string, message: Readonly<Record<string, unknown>>): readonly string[] {
  const { kind = '', reason, stream, batch, parts = [] } = message;
  const name = `${channel} ${kind}${reason === 'failed' ? ' failed' : ''}`;
  const expected = `${kind === '' ? '' : 'kind'} ${channel === 'token' ? '' : 'stream'} ${fields[name]}`;
  const faults = fieldFaults(name, message, expected);
  if (channel !== 'token') {
    faults.push(...fieldFaults(`the stream of ${name}`, stream as object, STREAM_FIELDS));
  }
  for (const each of [...(batch === undefined ? [] : [batch]), ...(parts as readonly unknown[])]) {
    faults.push(...fieldFaults(`the batch of ${name}`, each as object, BATCH_FIELDS));
  }
  for (const [key, value] of Object.entries({ ...(stream as object), ...(batch as object), ...message })) {
    const isCode = value === undefined || /^[A-Z_]+$/.test(String(value));
    if ((typeof value === 'number' && !(value >= 0)) || (key === 'errorCode' && !isCode)) {
      faults.push(`${name} has the ${key} ${value}`);
    }
  }
  return faults;
}

function fieldFaults(name: string, value: object, expected: string): string[] {
  const names = Object.getOwnPropertyNames(value).sort().join(' ');
  return names === expected.split(' ').filter(Boolean).sort().join(' ') ? [] : [`${name} has the fields ${names}`];
}
