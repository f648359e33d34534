import { createHash, timingSafeEqual } from 'node:crypto'
import type { metrics as contract } from '@parley/protocol/operations'
import { type Call, TextAnswer } from '../../core/call.ts'
import { ensure } from '../../core/errors.ts'
import type { OperationsDeps } from './operations.deps.ts'

const digest = (text: string) => createHash('sha256').update(text).digest()

/** Metrics tell how much is going on, so they are for whoever runs the server: from the machine itself, or with its token. */
export async function readMetrics({ request }: Call<typeof contract>, { metrics, metricsToken }: OperationsDeps): Promise<TextAnswer> {
  const given = /^Bearer (\S+)$/i.exec(request.http?.header('authorization') ?? '')?.[1]
  const proven = metricsToken !== null && given !== undefined && timingSafeEqual(digest(given), digest(metricsToken))
  ensure(proven || request.http?.loopback === true, 'FORBIDDEN', {
    message: 'Metrics are read on the machine itself, or with METRICS_TOKEN as bearer.',
  })
  const { contentType, text } = await metrics.read()
  return new TextAnswer(contentType, text)
}
