import { status } from '@grpc/grpc-js';
import type { FaultKind, FaultParameter } from './api/faultView.ts';

const HOUR_MS = 3_600_000;

const table: FaultParameter = {
  name: 'table',
  type: 'table',
  isRequired: false,
  description: 'Only streams into this table. Without it, those into every table.',
};
const times: FaultParameter = {
  name: 'times',
  type: 'integer',
  isRequired: false,
  description: 'How often it happens. Without it, it happens until it is cleared.',
  example: 1,
  least: 1,
  most: 1_000_000_000,
};
const code: FaultParameter = {
  name: 'code',
  type: 'status',
  isRequired: true,
  description: 'The gRPC status.',
  example: 'UNAVAILABLE',
  choices: Object.keys(status).filter((name) => Number.isNaN(Number(name)) && name !== 'OK'),
};
const message: FaultParameter = {
  name: 'message',
  type: 'text',
  isRequired: false,
  description: 'The message of the status. Without it, one that names the injected fault.',
};

const scope: readonly FaultParameter[] = [times, table];

/** The calls of `zerobus.faults` that the live page offers, with their parameters. */
export const faultKinds: readonly FaultKind[] = [
  {
    kind: 'refuseStreams',
    title: 'Refuse streams',
    effect: 'Answers create_stream with a status instead of opening the stream.',
    concerns: 'streams',
    isInstant: false,
    parameters: [code, message, ...scope],
  },
  {
    kind: 'hangStreams',
    title: 'Hang streams',
    effect: 'Never answers create_stream.',
    concerns: 'streams',
    isInstant: false,
    parameters: scope,
  },
  {
    kind: 'closeStreams',
    title: 'Close streams',
    effect: 'Ends the open streams with a status, after the acks of durable offsets.',
    concerns: 'streams',
    isInstant: true,
    parameters: [code, message, table],
  },
  {
    kind: 'signalClose',
    title: 'Signal close',
    effect: 'Asks the open streams to reconnect, and ends them after a while.',
    concerns: 'streams',
    isInstant: true,
    parameters: [milliseconds('durationMs', 'How long the streams may stay.', 5000), table],
  },
  {
    kind: 'delayAcks',
    title: 'Delay acks',
    effect: 'Sends each ack late.',
    concerns: 'acks',
    isInstant: false,
    parameters: [milliseconds('delayMs', 'How late it is.', 500), ...scope],
  },
  {
    kind: 'dropAcks',
    title: 'Drop acks',
    effect: 'Sends no acks, although the rows are stored.',
    concerns: 'acks',
    isInstant: false,
    parameters: scope,
  },
  {
    kind: 'duplicateAcks',
    title: 'Duplicate acks',
    effect: 'Sends further copies of each ack.',
    concerns: 'acks',
    isInstant: false,
    parameters: [
      {
        name: 'copies',
        type: 'integer',
        isRequired: false,
        description: 'How many further copies. Without it, one.',
        example: 1,
        least: 1,
        most: 100,
      },
      ...scope,
    ],
  },
  {
    kind: 'overAck',
    title: 'Acknowledge too much',
    effect: 'Acknowledges more offsets than are durable.',
    concerns: 'acks',
    isInstant: false,
    parameters: [offsets('by', 'How many more.', 1, 1), ...scope],
  },
  {
    kind: 'replaceAcks',
    title: 'Replace acks',
    effect: 'Acknowledges one offset instead of the durable one, such as a negative or an old one.',
    concerns: 'acks',
    isInstant: false,
    parameters: [offsets('offset', 'The offset.', -1, Number.MIN_SAFE_INTEGER), ...scope],
  },
  {
    kind: 'omitAckOffsets',
    title: 'Omit offsets',
    effect: 'Sends acks without an offset.',
    concerns: 'acks',
    isInstant: false,
    parameters: scope,
  },
  {
    kind: 'cutConnections',
    title: 'Cut connections',
    effect: 'Destroys the sockets of the open streams.',
    concerns: 'connections',
    isInstant: true,
    parameters: [table],
  },
  {
    kind: 'failTokenRequests',
    title: 'Fail token requests',
    effect: 'Answers token requests with an HTTP error.',
    concerns: 'tokens',
    isInstant: false,
    parameters: [
      {
        name: 'httpStatus',
        type: 'integer',
        isRequired: true,
        description: 'The HTTP status.',
        example: 503,
        least: 400,
        most: 599,
      },
      {
        name: 'error',
        type: 'text',
        isRequired: false,
        description: 'The OAuth error code. Without it, injected_fault.',
        example: 'invalid_client',
      },
      times,
    ],
  },
  {
    kind: 'hangTokenRequests',
    title: 'Hang token requests',
    effect: 'Never answers token requests.',
    concerns: 'tokens',
    isInstant: false,
    parameters: [times],
  },
  {
    kind: 'issueDeadTokens',
    title: 'Issue dead tokens',
    effect: 'Issues tokens that are expired when they arrive.',
    concerns: 'tokens',
    isInstant: false,
    parameters: [times],
  },
];

function milliseconds(name: string, description: string, example: number): FaultParameter {
  return {
    name,
    type: 'integer',
    isRequired: true,
    description: `${description} In milliseconds.`,
    example,
    least: 0,
    most: HOUR_MS,
  };
}

function offsets(name: string, description: string, example: number, least: number): FaultParameter {
  return { name, type: 'integer', isRequired: true, description, example, least, most: Number.MAX_SAFE_INTEGER };
}
