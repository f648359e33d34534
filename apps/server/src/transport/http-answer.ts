import { errorCodes, type Failure, type Problem } from '@parley/protocol/errors'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../core/errors.ts'
import type { RateState } from './limiter.ts'

/** What a failed socket command is acknowledged with, and the part of a REST problem that clients of either read. */
export function failure(error: AppError): Failure {
  return {
    success: false,
    message: error.message,
    error: error.message,
    code: error.code,
    ...(error.fields && { errors: [...error.fields] }),
    ...(error.retryAfter !== undefined && { retryAfter: error.retryAfter }),
  }
}

/** RFC 9457. */
function problem(error: AppError, instance: string): Problem {
  const { status, title } = errorCodes[error.code]
  return { type: `/docs/errors#${error.code}`, title, status, detail: error.message, instance, ...failure(error) }
}

/** What Fastify refuses by itself, in our own codes; null for what is nobody's fault but ours. */
function frameworkError(error: unknown): AppError | null {
  const { code, statusCode } = error as { code?: string; statusCode?: number }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new AppError('PAYLOAD_TOO_LARGE')
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new AppError('UNSUPPORTED_MEDIA_TYPE')
  if (code === 'FST_ERR_CTP_INVALID_JSON_BODY' || error instanceof SyntaxError) return new AppError('MALFORMED_JSON')
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    const { message } = error as Error
    return new AppError('VALIDATION_FAILED', { message, fields: [{ field: 'request', message }], cause: error })
  }
  return null
}

export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  let known = error instanceof AppError ? error : frameworkError(error)
  if (known === null) {
    request.log.error({ err: error }, 'unable to answer; an unexpected error')
    known = new AppError('INTERNAL', { cause: error })
  }
  const retryAfter = known.retryAfter ?? (known.status === 503 ? 2 : undefined)
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter))
  return reply
    .code(known.status)
    .type('application/problem+json')
    .send(JSON.stringify(problem(known, request.url.split('?', 1)[0] ?? '/')))
}

export function rateHeaders(reply: FastifyReply, name: string, state: RateState): void {
  reply.header('ratelimit-policy', `"${name}";q=${state.limit};w=${state.windowSeconds}`)
  reply.header('ratelimit', `"${name}";r=${state.remaining};t=${state.resetSeconds}`)
}

/** Every object with an `id` carries it as `_id` too, which is where the clients of older backends look. */
export function withUnderscoreIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withUnderscoreIds)
  if (typeof value !== 'object' || value === null) return value
  const copy: Record<string, unknown> = {}
  for (const [key, member] of Object.entries(value)) copy[key] = withUnderscoreIds(member)
  if (typeof copy.id === 'string') copy._id = copy.id
  return copy
}
