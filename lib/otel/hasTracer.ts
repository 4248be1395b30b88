import { ProxyTracerProvider, type TracerProvider } from '@opentelemetry/api';

/** What the global provider hands over to until another one is registered. */
const nothing = new ProxyTracerProvider().getDelegate();

/** Whether the spans of a provider go anywhere. That of the global one changes when an SDK is registered. */
export function hasTracer(provider: TracerProvider): boolean {
  return !(provider instanceof ProxyTracerProvider) || provider.getDelegate() !== nothing;
}
