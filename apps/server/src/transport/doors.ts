import type { Operation } from '@parley/protocol/define'
import { type ErrorCode, type FieldProblem, universalErrors } from '@parley/protocol/errors'
import type { z } from 'zod'
import type { Binding, RequestContext, Viewer } from '../core/call.ts'
import { TextAnswer } from '../core/call.ts'
import { AppError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import type { Metrics } from '../core/metrics.ts'
import { networkOf } from '../core/network.ts'
import type { Limiter, RateState } from './limiter.ts'

export interface Doors {
  readonly limiter: Limiter
  readonly log: Log
  readonly metrics: Metrics
  /** Whether an answer that breaks its contract is an error (development, tests) or a warning (production). */
  readonly strictAnswers: boolean
}

export interface Request {
  readonly viewer: Viewer | null
  /** Asked for once the request is counted; throws where there is none to be read. */
  readonly input: () => unknown
  readonly context: RequestContext
  readonly reportRate?: (state: RateState) => void
}

const fieldProblems = (error: z.ZodError): FieldProblem[] =>
  error.issues.slice(0, 20).map((issue) => ({
    field: issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]].join('.') : issue.path.join('.'),
    message: issue.code === 'unrecognized_keys' ? 'is not known here; leave it out' : issue.message,
  }))

/** What came from outside, as the schema has it, or VALIDATION_FAILED naming each field. */
export function validate<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const fields = fieldProblems(result.error)
  const [first] = fields
  const message = first ? `${first.field || 'the input'}: ${first.message}` : undefined
  throw new AppError('VALIDATION_FAILED', { ...(message && { message }), fields })
}

/** The four doors that every operation passes on either transport: session, rate, schema, use case. Returns the contract's output. */
export async function pass(doors: Doors, binding: Binding, request: Request): Promise<object | TextAnswer> {
  const start = performance.now()
  let outcome = 'ok'
  try {
    return await passEach(doors, binding, request)
  } catch (error) {
    outcome = error instanceof AppError ? error.code : 'INTERNAL'
    throw error
  } finally {
    doors.metrics.operation(binding.definition.name, outcome, (performance.now() - start) / 1000)
  }
}

async function passEach(doors: Doors, { definition, handler }: Binding, request: Request): Promise<object | TextAnswer> {
  const { viewer, context } = request
  if (definition.access === 'user' && viewer === null) throw new AppError('UNAUTHENTICATED')
  await doors.limiter.consume(definition, viewer === null ? `ip:${networkOf(context.ip)}` : `user:${viewer.userId}`, request.reportRate)
  const input = validate(definition.input, request.input())
  const answer = await handler({ viewer: viewer as Viewer, input, request: context }).catch((error: unknown) => {
    throw knownOrInternal(doors, definition, error, context)
  })
  if (answer instanceof TextAnswer) return answer
  return checkAnswer(doors, definition.name, definition.output, answer)
}

/** Only errors that the contract lists may leave; anything else is a defect of ours, logged and reported as INTERNAL. */
function knownOrInternal(doors: Doors, definition: Operation, error: unknown, context: RequestContext): AppError {
  const listed: readonly ErrorCode[] = [...definition.errors, ...universalErrors]
  if (error instanceof AppError && listed.includes(error.code)) return error
  doors.log.error({ err: error, operation: definition.name, requestId: context.id }, 'unable to answer; the use case failed')
  return new AppError('INTERNAL', { cause: error })
}

/** An answer that its schema knows; else an error where `strictAnswers`, and a warning elsewhere. */
export function checkAnswer(doors: Doors, name: string, schema: z.ZodType, answer: unknown): object {
  const result = schema.safeParse(answer)
  if (!result.success) {
    doors.log[doors.strictAnswers ? 'error' : 'warn']({ operation: name, issues: result.error.issues }, 'an answer breaks its contract')
    if (doors.strictAnswers) throw new AppError('INTERNAL')
  }
  return answer as object
}
