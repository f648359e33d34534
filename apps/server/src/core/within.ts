import { AppError } from './errors.ts'

/** Rejects with UNAVAILABLE when the promise hasn't settled after so many milliseconds. */
export async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    late.reject(new AppError('UNAVAILABLE', { retryAfter: 2, cause: new Error(`no answer within ${milliseconds} ms`) }))
  }, milliseconds)
  try {
    return await Promise.race([promise, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
