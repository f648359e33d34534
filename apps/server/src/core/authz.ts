/**
 * The authorisation table. Each module's `x.authz.ts` exports `rows`: one per operation of its contract, saying what
 * each role may do, and one per event, saying who receives it. `npm run check` fails while one is missing;
 * `testing/authorisation.test.ts` tries every row, over REST and over sockets alike.
 */
import type { Event, Operation, RequestOf } from '@parley/protocol/define'

/** Roles are meant towards the world's group; `former` was removed from it, `author` wrote its message as a plain member. */
export const signedInRoles = ['stranger', 'former', 'member', 'author', 'admin', 'owner'] as const
/**
 * Of `blocked` the world's group is the private chat with the bystander, who wrote its message and then blocked them; they
 * may do there what a plain member may in a group, where a row says nothing else.
 */
const blockedRole = 'blocked'
/** `anonymous` has no session, `revoked` had one. */
export const signedOutRoles = ['anonymous', 'revoked'] as const
export type SignedInRole = (typeof signedInRoles)[number]
export type Role = SignedInRole | typeof blockedRole | (typeof signedOutRoles)[number]

/** yes: it happens. no: 403. absent: 404, as if there were nothing. login: 401. rule: 422, whoever asks. */
export type Verdict = 'yes' | 'no' | 'absent' | 'login' | 'rule'

/** What a row's input may speak of. The subject is whoever acts in the row's role. */
export interface World {
  readonly subject: {
    readonly id: string
    readonly username: string
    readonly password: string
    readonly sessionId: string
    readonly refreshToken: string
  }
  /** A plain member who is not the subject. */
  readonly bystander: { readonly id: string }
  /** Somebody in no chat at all. */
  readonly outsider: { readonly id: string }
  readonly group: { readonly id: string }
  /** Written by the `author` where that's the subject, else by the bystander. */
  readonly message: { readonly id: string; readonly seq: number }
  /** Different on every reading. */
  readonly unique: string
}

/** Whoever has a session, towards a chat. */
export const chatRoles = [...signedInRoles, blockedRole] as const

export interface OperationRow {
  readonly kind: 'operation'
  readonly definition: Operation
  readonly input: (world: World) => unknown
  readonly verdicts: Readonly<Record<Role, Verdict>>
}

export interface EventRow {
  readonly kind: 'event'
  readonly definition: Event
  /** What makes it happen, and in which role; null where only who asked for it receives it. */
  readonly cause: { readonly definition: Operation; readonly input: (world: World) => unknown; readonly by: SignedInRole } | null
  /** Who receives it. */
  readonly recipients: readonly SignedInRole[]
}

export type AuthorisationRow = OperationRow | EventRow

/** An operation whose outcome depends on who asks. */
export function row<D extends Operation>(
  definition: D,
  input: (world: World) => RequestOf<D>,
  verdicts: Record<SignedInRole, Verdict> & { [blockedRole]?: Verdict },
): OperationRow {
  return { kind: 'operation', definition, input, verdicts: { blocked: verdicts.member, ...verdicts, anonymous: 'login', revoked: 'login' } }
}

/** An operation that anybody with a session may use: what it touches is their own. */
export function everyUser<D extends Operation>(
  definition: D,
  input: (world: World) => RequestOf<D>,
  verdict: Verdict = 'yes',
): OperationRow {
  const verdicts = Object.fromEntries(signedInRoles.map((role) => [role, verdict])) as Record<SignedInRole, Verdict>
  return row(definition, input, verdicts)
}

/** An operation that needs no session. */
export function everybody<D extends Operation>(
  definition: D,
  input: (world: World) => RequestOf<D>,
  verdict: Verdict = 'yes',
): OperationRow {
  return {
    ...everyUser(definition, input, verdict),
    verdicts: { ...everyUser(definition, input, verdict).verdicts, anonymous: verdict, revoked: verdict },
  }
}

/** An event and exactly the roles that receive it when somebody in the role `by` does what causes it. */
export function audience<D extends Operation>(
  definition: Event,
  cause: { definition: D; input: (world: World) => RequestOf<D>; by: SignedInRole },
  recipients: readonly SignedInRole[],
): EventRow {
  return { kind: 'event', definition, cause, recipients }
}

/** An event that only ever goes to sockets that asked for it by an act of their own. */
export function ownSocket(definition: Event): EventRow {
  return { kind: 'event', definition, cause: null, recipients: [] }
}
