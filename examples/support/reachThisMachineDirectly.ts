/**
 * Has this process reach servers on this machine without the proxy that the environment may name for the world outside:
 * that one could not get here.
 */
export function reachThisMachineDirectly(): void {
  process.env['no_grpc_proxy'] = '127.0.0.1,localhost';
}
