/** Every failure that the SDK reports, whatever carried it. */
import type { ErrorCode, FieldProblem } from '@parley/protocol/errors'
import { errorFacts } from './operations.ts'

/**
 * What never reached the server or never came back. `NETWORK`: no connection. `TIMEOUT`: no answer in time.
 * `BAD_ANSWER`: something answered that isn't Parley. `CLOSED`: `close()` was called meanwhile.
 */
export type LocalErrorCode = 'NETWORK' | 'TIMEOUT' | 'BAD_ANSWER' | 'CLOSED'

interface Facts {
  readonly status?: number | undefined
  readonly errors?: readonly FieldProblem[] | undefined
  readonly retryAfter?: number | undefined
  readonly cause?: unknown
}

const locallyRetryable: readonly string[] = ['NETWORK', 'TIMEOUT'] satisfies LocalErrorCode[]

export class ParleyError extends Error {
  override readonly name = 'ParleyError'
  /** Stable; the server's codes are listed in its documentation. */
  readonly code: ErrorCode | LocalErrorCode
  /** The HTTP status, also of failures that came over the socket; undefined where no server answered. */
  readonly status: number | undefined
  /** What is wrong with which field of the input. */
  readonly errors: readonly FieldProblem[]
  /** Seconds to wait before asking again, where the server said so. */
  readonly retryAfter: number | undefined
  /** Whether the same request may succeed later. */
  readonly retryable: boolean

  constructor(code: ErrorCode | LocalErrorCode, message: string, facts: Facts = {}) {
    super(message, { cause: facts.cause })
    const known = errorFacts[code as ErrorCode]
    this.code = code
    this.status = facts.status ?? known?.status
    this.errors = facts.errors ?? []
    this.retryAfter = facts.retryAfter
    this.retryable = known?.retryable ?? locallyRetryable.includes(code)
  }
}

/** The error that a problem document or a failed acknowledgement describes; undefined when `answer` is neither. */
export function failureIn(answer: unknown, status?: number): ParleyError | undefined {
  if (typeof answer !== 'object' || answer === null || !('code' in answer) || !('message' in answer)) return undefined
  const { code, message, errors, retryAfter } = answer as {
    code: ErrorCode
    message: unknown
    errors?: FieldProblem[]
    retryAfter?: number
  }
  return new ParleyError(code, String(message), { status, errors, retryAfter })
}

/** Whatever was thrown, as a `ParleyError`. */
export const asParleyError = (error: unknown): ParleyError =>
  error instanceof ParleyError ? error : new ParleyError('NETWORK', `unable to reach the server; ${reason(error)}`, { cause: error })

const reason = (error: unknown) => (error instanceof Error ? error.message : String(error))

export const lineLost = () => new ParleyError('NETWORK', 'unable to reach the server; the connection was lost')

export const notTheirs = () => new ParleyError('NETWORK', 'unable to ask for somebody; there is no connection that is known to be theirs')

export const sessionEnded = () => new ParleyError('UNAUTHENTICATED', 'unable to stay connected; the session ended')

export const clientClosed = () => new ParleyError('CLOSED', 'unable to connect; the client was closed')
