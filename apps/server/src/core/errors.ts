import { type ErrorCode, errorCodes, type FieldProblem } from '@parley/protocol/errors'

interface Details {
  /** A sentence for people, more precise than the code's own. */
  readonly message?: string
  readonly fields?: readonly FieldProblem[]
  /** Seconds. */
  readonly retryAfter?: number
  readonly cause?: unknown
}

/** The only error that leaves the server as it is; everything else becomes INTERNAL and is logged. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly fields: readonly FieldProblem[] | undefined
  readonly retryAfter: number | undefined

  constructor(code: ErrorCode, details: Details = {}) {
    super(details.message ?? errorCodes[code].message, { cause: details.cause })
    this.name = 'AppError'
    this.code = code
    this.fields = details.fields
    this.retryAfter = details.retryAfter
  }

  get status(): number {
    return errorCodes[this.code].status
  }
}

/** Narrows a value, or leaves with the error given. */
export function ensure<T>(value: T | null | undefined | false, code: ErrorCode, details?: Details): asserts value is T {
  if (value === null || value === undefined || value === false) throw new AppError(code, details)
}
