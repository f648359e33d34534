/** Requests as somebody: with the session's token or cookie, and once more when that had run out. */
import type { Http } from './http.ts'
import type { Call, Input, OperationRow } from './method.ts'
import { operationTable } from './operations.ts'
import { notTheirs, ParleyError } from './parley-error.ts'
import type { Session } from './session.ts'
import { subjectOf } from './tokens.ts'

const isCode = (error: unknown, code: ParleyError['code']) => error instanceof ParleyError && error.code === code

/** Anybody may ask whether they are logged in; the answer depends on who does. */
const identifies = (operation: OperationRow) => operation.access === 'user' || operation === operationTable.auth.checkSession

const isNobody = (operation: OperationRow, answer: unknown) =>
  operation === operationTable.auth.checkSession && (answer as { user: unknown }).user === null

export function createRest(http: Http, session: Session): Call {
  /** Only servers with CSRF=token ask for it, and only of cookie clients. */
  let csrfToken: string | undefined

  const send = (operation: OperationRow, input: Input, token: string | undefined) =>
    http(operation, input, {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(csrfToken !== undefined && { 'x-csrf-token': csrfToken }),
    })

  async function withCsrf(operation: OperationRow, input: Input, token: string | undefined) {
    try {
      return await send(operation, input, token)
    } catch (error) {
      if (!isCode(error, 'CSRF_REJECTED')) throw error
      const answer = (await http(operationTable.auth.csrfToken, {})) as { csrfToken: string }
      if (answer.csrfToken === csrfToken) throw error
      csrfToken = answer.csrfToken
      return send(operation, input, token)
    }
  }

  /** Another token of the same person, for what was asked with one that was refused. */
  async function successor(refused: string | undefined) {
    const another = await session.replace(refused)
    const owner = subjectOf(refused)
    return owner === undefined || subjectOf(another) === owner ? another : undefined
  }

  return async (operation, input, userId) => {
    if (!identifies(operation)) return withCsrf(operation, input, undefined)
    const token = await session.accessToken()
    // Whose a cookie is can't be seen.
    if (userId !== undefined && subjectOf(token) !== userId) throw notTheirs()
    try {
      const answer = await withCsrf(operation, input, token)
      // That nobody is logged in is no failure there, but says the same of the token as one.
      const another = isNobody(operation, answer) ? await session.replace(token) : undefined
      if (another !== undefined) return await withCsrf(operation, input, another)
      if (!isNobody(operation, answer)) session.confirm()
      return answer
    } catch (error) {
      if (!isCode(error, 'UNAUTHENTICATED')) throw error
      const another = await successor(token)
      if (another === undefined) throw error
      return withCsrf(operation, input, another)
    }
  }
}
