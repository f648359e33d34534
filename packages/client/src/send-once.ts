/** Whatever becomes of the answers, a message is sent once, and only as who was logged in when it was said. */
import { withRetries } from './backoff.ts'
import type { MessagesOperations, Operations } from './operations.ts'
import { newTempId } from './temp-id.ts'

interface SendOnceParts {
  readonly messages: MessagesOperations
  /** What is asked for as this very person, or not at all. */
  readonly requestsAs: (userId: string) => Operations
  /** Who is logged in; undefined where only the server can tell. */
  readonly sender: () => Promise<string | undefined>
  readonly byCookie: boolean
}

export const sendingOnce = ({ messages, requestsAs, sender, byCookie }: SendOnceParts): MessagesOperations => ({
  ...messages,
  async sendMessage(input) {
    const once = { ...input, tempId: input.tempId ?? newTempId() }
    const userId = await sender()
    const theirs = userId === undefined ? messages : requestsAs(userId).messages
    // Whose a cookie is by now, only the socket knows, which needn't be there the first time.
    return withRetries((tried) => (byCookie && tried === 0 ? messages : theirs).sendMessage(once))
  },
})
