import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export interface Metrics {
  /** One answered operation: its name, `ok` or the error's code, and how long it took in seconds. */
  operation(name: string, outcome: string, seconds: number): void
  /** A figure that is asked for whenever metrics are read. */
  gauge(name: string, help: string, read: () => number): void
  /** Everything, in Prometheus' text format. */
  read(): Promise<{ contentType: string; text: string }>
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const operations = new Histogram({
    name: 'parley_operation_seconds',
    help: 'Time to answer an operation, over REST and sockets.',
    labelNames: ['operation', 'outcome'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  })
  return {
    operation: (operation, outcome, seconds) => operations.observe({ operation, outcome }, seconds),
    gauge: (name, help, read) => {
      const gauge: Gauge = new Gauge({ name: `parley_${name}`, help, registers: [registry], collect: () => gauge.set(read()) })
    },
    read: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  }
}
