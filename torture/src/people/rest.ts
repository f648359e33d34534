/** One REST request as the contract says it, without any retry that could hide an answer. */
import type { Operation, OutputOf, RequestOf } from '@parley/protocol/define'
import { type ErrorCode, errorCodes, Problem } from '@parley/protocol/errors'

/** The server refused. */
export class Refused extends Error {
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

/** A retryable error says that the same request may succeed later. */
export function isRetryable(code: ErrorCode): boolean {
  return 'retryable' in errorCodes[code]
}

/** How long a server may take to answer, in milliseconds. */
const answerLimit = 15_000

/** @throws Refused; any other error means that nobody knows what became of it */
export async function request<D extends Operation>(
  url: string,
  token: string | null,
  { name, rest }: D,
  input: RequestOf<D>,
): Promise<OutputOf<D>> {
  if (rest === undefined) throw new Error(`unable to ask ${name} over REST; it has no path`)
  const members = { ...(input as Record<string, unknown>) }
  const path = rest.path.replace(/:(\w+)/g, (_, key: string) => {
    const value = String(members[key])
    delete members[key]
    return encodeURIComponent(value)
  })
  const query = rest.method === 'GET' ? `?${new URLSearchParams(Object.entries(members).map(([key, value]) => [key, String(value)]))}` : ''
  const response = await fetch(`${url}${path}${query}`, {
    method: rest.method,
    signal: AbortSignal.timeout(answerLimit),
    headers: { 'content-type': 'application/json', ...(token !== null && { authorization: `Bearer ${token}` }) },
    ...(rest.method !== 'GET' && { body: JSON.stringify(members) }),
  })
  const body: unknown = await response.json()
  if (response.ok) return body as OutputOf<D>
  const problem = Problem.parse(body)
  throw new Refused(problem.code, `${name} answered ${response.status} ${problem.code}: ${problem.message}`)
}
