/**
 * Makes this process connect to servers on this machine directly, even if the environment names a proxy: the proxy
 * cannot reach them.
 */
export function reachThisMachineDirectly(): void {
  process.env['no_grpc_proxy'] = '127.0.0.1,localhost';
}
