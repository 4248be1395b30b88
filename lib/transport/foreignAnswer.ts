import { Metadata, type StatusObject } from '@grpc/grpc-js';
import { ZerobusError } from '../errors/zerobusError.ts';
import { foreignAdvice } from './foreignAdvice.ts';
import { originOf } from './originOf.ts';
import { statusText } from './statusText.ts';

/** The details that grpc-js writes if an answer has a status of HTTP and none of gRPC. */
const httpStatus = /^Received HTTP status code (\d{3})$/;
/** The details that grpc-js writes if it takes the first bytes of a page for the length of a message. */
const excessLength = /^Received message larger than max \((\d+) vs \d+\)$/;
/** The details that grpc-js may write if an answer ends without a status of gRPC. */
const withoutStatus = /^Received (?:message larger|RST_STREAM)|^Call cancelled$|^Connection dropped$/;
const connectionFailure =
  /^No connection established\. Last error: (?:Error: )?(.*?)(?: \(\d{4}-[^)]*Z\))?\. Resolution note: ?.*$/s;

/** The content types that tell users the most. */
const knownPages: readonly (readonly [RegExp, string])[] = [
  [/^(?:text\/html|application\/xhtml)/i, 'an HTML page'],
  [/^application\/(?:\S+\+)?json/i, 'JSON'],
  [/^text\/plain/i, 'plain text'],
];

/**
 * Creates the error of a call that something on the way has answered, such as a load balancer or a login page:
 * `UNAVAILABLE`, retryable. Only an answer with a `grpc-status` is from the service. grpc-js reports the others as if
 * the service had refused the call, e.g. a 403 as `PERMISSION_DENIED`. While a proxy is rolled out, any such answer may
 * go away with time. The message never shows the page.
 *
 * @param url scheme, host and port of the service
 * @param end the status that grpc-js reports
 * @param headers the headers of the answer, if they came before its end
 * @returns `undefined` if the service itself has ended the call, or the connection broke
 */
export function foreignAnswer(
  url: string,
  end: Pick<StatusObject, 'code' | 'details' | 'metadata'>,
  headers: Metadata = new Metadata(),
): ZerobusError | undefined {
  const type = textOf('content-type', headers, end.metadata);
  const [, status] = httpStatus.exec(end.details) ?? [];
  const [, length] = excessLength.exec(end.details) ?? [];
  const isOtherType = type !== '' && !type.toLowerCase().startsWith('application/grpc');
  const isPage = (isOtherType && withoutStatus.test(end.details)) || (length !== undefined && isText(Number(length)));
  if (status === undefined && !isPage) {
    return undefined;
  }
  const answer = [
    status === undefined ? [] : [statusText(Number(status))],
    // grpc-js names every other status of HTTP in the details.
    length === undefined ? [] : [statusText(200)],
    isOtherType || isPage ? [knownPages.find(([pattern]) => pattern.test(type))?.[1] ?? 'a page'] : [],
  ].flat();
  const target = status?.startsWith('3')
    ? `, and redirects to ${originOf(textOf('location', headers, end.metadata), url)}`
    : '';
  return new ZerobusError(
    'UNAVAILABLE',
    `${url} answered with ${answer.join(' and ')} instead of gRPC${target}. ${foreignAdvice('Zerobus', 'the endpoint')}`,
  );
}

/**
 * Creates the error of a service that grpc-js could not connect to: `UNAVAILABLE`, retryable.
 *
 * @param url scheme, host and port of the service
 * @param details the details of the status that grpc-js reports
 * @returns `undefined` if there was a connection
 */
export function unreachableService(url: string, details: string): ZerobusError | undefined {
  const reason = connectionError(details);
  if (reason === undefined) {
    return undefined;
  }
  const isOtherProtocol = /^(?:Protocol error|Session closed with error code)/.test(reason);
  return new ZerobusError(
    'UNAVAILABLE',
    isOtherProtocol
      ? `${url} does not answer with HTTP/2 (${reason}). An HTTP/1 server or proxy, or a server of another protocol, answers like this. Check the scheme, the host and the port of the endpoint.`
      : reason === 'Failed to connect'
        ? `${url} closed the connection before it spoke HTTP/2. Check the scheme, the host and the port of the endpoint.`
        : `${url} cannot be reached: ${reason}. Check the endpoint and the network.`,
  );
}

/** Returns the reason in the details of a connection that grpc-js could not open, or `undefined` for other details. */
export function connectionError(details: string): string | undefined {
  return connectionFailure.exec(details)?.[1];
}

/** Whether the bytes of a length are printable characters of ASCII. Such a message would be above 500 MB. */
function isText(length: number): boolean {
  return [24, 16, 8, 0].every((shift) => {
    const byte = (length >>> shift) & 0xff;
    return (byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d);
  });
}

function textOf(name: string, ...sources: readonly Metadata[]): string {
  const values = sources.flatMap((source) => source.get(name));
  return values.find((value) => typeof value === 'string') ?? '';
}
