/**
 * Every error code that can leave the server, with its HTTP status and the sentence a person reads when the code
 * that raised it has nothing more precise to say. `retryable` tells a client that the same request may succeed later.
 * The shape on the wire is RFC 9457 (`application/problem+json`) plus the members of `Problem`.
 */
import { z } from 'zod'

interface ErrorFacts {
  readonly status: number
  readonly title: string
  readonly message: string
  readonly retryable?: true
}

export const errorCodes = {
  VALIDATION_FAILED: { status: 400, title: 'Malformed request', message: 'The request is malformed; see the listed fields.' },
  MALFORMED_JSON: { status: 400, title: 'Malformed JSON', message: 'The body is not valid JSON; send a JSON object.' },
  UNAUTHENTICATED: { status: 401, title: 'Not authenticated', message: 'Please log in; the request carries no valid session.' },
  INVALID_CREDENTIALS: { status: 401, title: 'Wrong credentials', message: 'The login or the password is wrong.' },
  INVALID_REFRESH_TOKEN: {
    status: 401,
    title: 'Invalid refresh token',
    message: 'The refresh token is invalid or used; please log in again.',
  },
  FORBIDDEN: { status: 403, title: 'Not allowed', message: 'You may not do this.' },
  CSRF_REJECTED: { status: 403, title: 'Foreign origin', message: 'The request came from a page that may not use your session.' },
  WRONG_PASSWORD: { status: 403, title: 'Wrong password', message: 'The current password is wrong.' },
  NOT_REACHABLE: { status: 403, title: 'Not reachable', message: 'This person can’t be reached.' },
  NOT_FOUND: { status: 404, title: 'Not found', message: 'There is nothing here.' },
  USER_NOT_FOUND: { status: 404, title: 'No such user', message: 'There is no such user.' },
  CHAT_NOT_FOUND: { status: 404, title: 'No such chat', message: 'There is no such chat, or you are not in it.' },
  MESSAGE_NOT_FOUND: { status: 404, title: 'No such message', message: 'There is no such message, or you may not see it.' },
  MEMBER_NOT_FOUND: { status: 404, title: 'No such member', message: 'This person is not a member of the chat.' },
  SESSION_NOT_FOUND: { status: 404, title: 'No such session', message: 'There is no such session of yours.' },
  EMAIL_TAKEN: { status: 409, title: 'E-mail taken', message: 'There is an account with this e-mail address already.' },
  USERNAME_TAKEN: { status: 409, title: 'Username taken', message: 'This username is taken; please choose another.' },
  IDEMPOTENCY_CONFLICT: { status: 409, title: 'Client id used', message: 'This client id was used for another message; make a new one.' },
  PAYLOAD_TOO_LARGE: { status: 413, title: 'Too large', message: 'The request is too large.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'Wrong content type', message: 'Send the body as application/json.' },
  UNKNOWN_COMMAND: { status: 400, title: 'Unknown command', message: 'There is no such command; see /asyncapi.json.' },
  RULE_BROKEN: { status: 422, title: 'Against a rule', message: 'The request is well-formed but breaks a rule.' },
  REPLY_NOT_FOUND: {
    status: 422,
    title: 'No such message to reply to',
    message: 'The message replied to is not in this chat, or you may not see it.',
  },
  EDIT_WINDOW_CLOSED: { status: 403, title: 'Too late to edit', message: 'The message is too old to be edited.' },
  MESSAGE_DELETED: { status: 410, title: 'Deleted', message: 'The message has been deleted.' },
  RATE_LIMITED: { status: 429, title: 'Too many requests', message: 'Too many requests; please wait.', retryable: true },
  INTERNAL: { status: 500, title: 'Internal error', message: 'Something went wrong on our side; it has been logged.', retryable: true },
  OVERLOADED: { status: 503, title: 'Overloaded', message: 'The server is too busy to take this now; please try again.', retryable: true },
  UNAVAILABLE: {
    status: 503,
    title: 'Unavailable',
    message: 'A part of the service is away; please try again in a moment.',
    retryable: true,
  },
} as const satisfies Record<string, ErrorFacts>

export type ErrorCode = keyof typeof errorCodes

/** What any endpoint may answer, whatever its definition lists. */
export const universalErrors = [
  'VALIDATION_FAILED',
  'MALFORMED_JSON',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'CSRF_REJECTED',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'RATE_LIMITED',
  'INTERNAL',
  'OVERLOADED',
  'UNAVAILABLE',
] as const satisfies readonly ErrorCode[]

const codeNames = Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]

export const FieldProblem = z.object({ field: z.string(), message: z.string() })
export type FieldProblem = z.infer<typeof FieldProblem>

/** A failed socket command's acknowledgement; REST adds the members of RFC 9457. `retryAfter` in seconds. */
export const Failure = z.object({
  success: z.literal(false),
  message: z.string(),
  error: z.string(),
  code: z.enum(codeNames),
  errors: z.array(FieldProblem).optional(),
  retryAfter: z.number().optional(),
})
export type Failure = z.infer<typeof Failure>

/** The body of every failed REST request (RFC 9457). */
export const Problem = Failure.extend({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string(),
}).meta({ id: 'Problem' })
export type Problem = z.infer<typeof Problem>
