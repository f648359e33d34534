/** One operation over REST: its path filled, its input where it belongs, its answer or its problem read. */
import type { Input, OperationRow } from './method.ts'
import { asParleyError, failureIn, ParleyError } from './parley-error.ts'

export interface HttpOptions {
  /** Where the server is, without a slash at the end. */
  readonly url: string
  readonly fetch: typeof fetch
  readonly credentials: 'omit' | 'include'
  /** Milliseconds to wait for an answer. */
  readonly timeoutMs: number
}

export type Http = (operation: OperationRow, input: Input, headers?: Readonly<Record<string, string>>) => Promise<unknown>

/** Path parameters are members of the input; what is left is the query of GET and DELETE, the JSON body of others. */
function requestFor(operation: OperationRow, input: Input): { path: string; body?: string } {
  const left = new Map(Object.entries(input).filter(([, value]) => value !== undefined))
  const path = (operation.path ?? '').replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = left.get(name)
    left.delete(name)
    return encodeURIComponent(String(value))
  })
  if (operation.method !== 'GET' && operation.method !== 'DELETE') return { path, body: JSON.stringify(Object.fromEntries(left)) }
  const query = new URLSearchParams([...left].map(([name, value]) => [name, String(value)]))
  return { path: left.size > 0 ? `${path}?${query}` : path }
}

/** Over REST, things repeat their id as `_id` for clients of other backends; without it they're the same as over the socket. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text, (key, value: unknown) => (key === '_id' ? undefined : value))
  } catch {
    return undefined
  }
}

/** What a proxy or another server says in Parley's place. */
function foreign(url: string, response: Response): ParleyError {
  const { status } = response
  if (status < 500)
    return new ParleyError('BAD_ANSWER', `unable to read the answer of ${url}; it is not Parley's (status ${status})`, { status })
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN)
  return new ParleyError('UNAVAILABLE', `unable to reach Parley at ${url}; status ${status}`, {
    status,
    retryAfter: Number.isFinite(retryAfter) ? retryAfter : undefined,
  })
}

/** The members of a successful answer without `success`; throws what anything else means. */
function payloadOf(url: string, response: Response, text: string, operation: OperationRow): unknown {
  if (response.ok && operation.produces === 'text/plain') return text
  const answer = parsed(text)
  if (!response.ok) throw failureIn(answer, response.status) ?? foreign(url, response)
  if (typeof answer !== 'object' || answer === null || !('success' in answer)) throw foreign(url, response)
  const { success: _, ...payload } = answer
  return payload
}

export function createHttp({ url, fetch, credentials, timeoutMs }: HttpOptions): Http {
  return async (operation, input, headers = {}) => {
    const { path, body } = requestFor(operation, input)
    let response: Response
    let text: string
    try {
      response = await fetch(`${url}${path}`, {
        method: operation.method ?? 'GET',
        credentials,
        headers: { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body }),
        signal: AbortSignal.timeout(timeoutMs),
      })
      text = await response.text()
    } catch (error) {
      if (error instanceof Error && error.name === 'TimeoutError') {
        throw new ParleyError('TIMEOUT', `unable to get an answer from ${url}; none came within ${timeoutMs} ms`, { cause: error })
      }
      throw asParleyError(error)
    }
    return payloadOf(url, response, text, operation)
  }
}
