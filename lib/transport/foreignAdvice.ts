/**
 * Says what an answer means that something on the way has given, such as a load balancer.
 *
 * @param server the server that was asked: `Zerobus`
 * @param address what its address is called: `the endpoint`
 */
export function foreignAdvice(server: string, address: string): string {
  return `This is not an answer of ${server}, but of a load balancer or a proxy in front of it. Check ${address}, and whether a proxy changes it or is being updated.`;
}
