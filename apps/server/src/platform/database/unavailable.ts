/** Tells an outage, which passes, from an error that asking again doesn't cure. */
import { AppError } from '../../core/errors.ts'

/** Appendix A of PostgreSQL's manual: no connection, no room for one, a limit of time reached, or a standby that can't write. */
const sqlStates = /^(08...|53...|57P0[1-5]|57014|55P03|25P0[34]|25006)$/
const systemErrors = /^(ECONN.*|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENETDOWN|ENOTFOUND|EAI_AGAIN|ENOENT|EADDRNOTAVAIL|EMFILE)$/
/** What the driver says without any code. */
const driverSentences =
  /connection terminated|timeout exceeded|timeout expired|query read timeout|not queryable|connection error|connection ended/i

export function unavailable(cause: unknown): AppError {
  return new AppError('UNAVAILABLE', { retryAfter: 2, cause })
}

/** UNAVAILABLE where waiting may help, the error itself otherwise. */
export function toDatabaseError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof AppError) return error
  const { code } = error as { code?: unknown }
  if (typeof code === 'string') return sqlStates.test(code) || systemErrors.test(code) ? unavailable(error) : error
  return driverSentences.test(error.message) ? unavailable(error) : error
}
