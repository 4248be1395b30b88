import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { instrumentZerobus } from 'rxjs-zerobus/otel';

/** The metrics of all streams of this process, for Prometheus. */
export interface Telemetry {
  /** Where Prometheus reads them. */
  readonly url: string;
  /** Stops measuring, and closes the port. */
  shutdown(): Promise<void>;
}

/**
 * Measures all streams of this process, and serves their metrics at `/metrics`.
 *
 * @param serviceName the service in Prometheus' `target_info`
 * @param port the port to listen on; 0 for any free one
 * @param host the address to listen on
 * @throws `Error` if the port is taken
 */
export async function startTelemetry(serviceName: string, port: number, host: string): Promise<Telemetry> {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const resource = resourceFromAttributes({ 'service.name': serviceName });
  const meterProvider = new MeterProvider({ resource, readers: [exporter] });
  const server = createServer((request, response) => {
    if (request.url === '/metrics') {
      exporter.getMetricsRequestHandler(request, response);
    } else {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('There is only /metrics.\n');
    }
  });
  server.listen(port, host);
  await once(server, 'listening');
  const disable = instrumentZerobus({ meterProvider });
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}/metrics`,
    shutdown: async () => {
      disable();
      server.close();
      server.closeAllConnections();
      await meterProvider.shutdown();
    },
  };
}
