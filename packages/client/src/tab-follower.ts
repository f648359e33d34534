/** A tab that is connected through another one. It hears either everything that the leader hears, in order, or knows that it doesn't. */
import type { Input } from './method.ts'
import { lineLost, ParleyError } from './parley-error.ts'
import {
  type FollowerMessage,
  fromTabFailure,
  type LeaderMessage,
  type LineState,
  leaderPatienceMs,
  type Passed,
  type Wish,
} from './tab-messages.ts'
import { newTempId } from './temp-id.ts'

interface TabFollowerParts {
  readonly post: (message: FollowerMessage) => void
  readonly wish: () => Wish
  /** Milliseconds to wait for the answer to a command. */
  readonly timeoutMs: number
  /** Whether the connection belongs to the person that this tab's requests speak for. Rejects where that can't be known now. */
  readonly isOurs: (line: LineState) => Promise<boolean>
  readonly onPassed: (passed: Passed) => void
  /** It isn't ours: the leader must ask the server again who we are. */
  readonly onForeign: () => void
  /** An attempt of the leader to connect, that somebody here waits for, failed. */
  readonly onNotOpen: (error: ParleyError) => void
  /** The leader has the lock, but says nothing any more. */
  readonly onSilence: () => void
}

interface Question {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: ParleyError) => void
}

/** What is heard of one leader without a gap. */
interface Attendance {
  readonly term: string
  number: number
  line: LineState
  /** Whether the connection is known to be ours: before that, nothing of it is told. */
  ours: boolean
}

/** Milliseconds between two greetings, by which a frozen leader and a lost last message are noticed. */
const calmMs = 10_000
const anxiousMs = 1000
/** Counted in turns of our own timer, so that a tab that slept itself doesn't take its own sleep for the leader's. */
const unansweredTurns = leaderPatienceMs / anxiousMs

export class TabFollower {
  readonly #parts: TabFollowerParts
  readonly #questions = new Map<string, Question>()
  #attendance: Attendance | undefined
  /** Of the greeting that wasn't answered yet. */
  #greeting: string | undefined
  #unanswered = 0
  /** Who the leader was told not to be. */
  #foreign: string | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(parts: TabFollowerParts) {
    this.#parts = parts
    this.greet()
  }

  /** Asks the leader how things are, and tells it how much we want the connection. */
  greet(): void {
    this.#greeting ??= newTempId()
    this.#parts.post({ kind: 'hello', from: this.#greeting, wish: this.#parts.wish() })
    this.#wait()
  }

  receive(message: LeaderMessage): void {
    this.#unanswered = 0
    if (message.kind === 'leading') this.#startOver()
    else if (message.kind === 'welcome') this.#welcomed(message)
    else if (message.kind === 'passed') this.#passed(message)
    else if (message.kind === 'not_open') this.#parts.onNotOpen(fromTabFailure(message.failure))
    else this.#answered(message)
  }

  command(name: string, input: Input, userId: string): Promise<unknown> {
    const { term } = this.#attendance ?? {}
    if (term === undefined) return Promise.reject(lineLost())
    const { timeoutMs } = this.#parts
    const from = newTempId()
    const late = () =>
      this.#settle(from)?.reject(new ParleyError('TIMEOUT', `unable to get an answer to ${name}; none came within ${timeoutMs} ms`))
    const timer = setTimeout(late, timeoutMs)
    const answer = new Promise<unknown>((resolve, reject) => this.#questions.set(from, { resolve, reject }))
    this.#parts.post({ kind: 'command', from, term, sentAt: Date.now(), userId, name, input })
    // Whether the leader is awake shows long before the answer would be late.
    if (this.#greeting === undefined) this.greet()
    return answer.finally(() => clearTimeout(timer))
  }

  /** Forgets what was heard, and asks; whoever waits for an answer gets `error`. */
  restart(error: ParleyError): void {
    this.#attendance = undefined
    this.#failAll(error)
    this.greet()
  }

  end(error: ParleyError): void {
    this.#attendance = undefined
    clearTimeout(this.#timer)
    this.#failAll(error)
  }

  /** Another leader, or something was missed: whatever is known now may be wrong. */
  #startOver() {
    const wasOnline = this.#attendance?.ours === true
    this.#attendance = undefined
    this.#failAll(lineLost())
    if (wasOnline) this.#parts.onPassed({ kind: 'state', line: { state: 'connecting', opened: undefined } })
    this.greet()
  }

  #welcomed({ to, term, number, line }: LeaderMessage & { kind: 'welcome' }) {
    if (to !== this.#greeting) return
    this.#greeting = undefined
    const attended = this.#attendance
    if (attended === undefined) {
      this.#attendance = { term, number, line, ours: false }
      this.#lineIs(this.#attendance, line)
    } else if (attended.term !== term || attended.number !== number) {
      this.#startOver()
    }
    this.#wait()
  }

  #passed({ term, number, passed }: LeaderMessage & { kind: 'passed' }) {
    const attended = this.#attendance
    if (attended === undefined) return
    if (term !== attended.term || number !== attended.number + 1) return this.#startOver()
    attended.number = number
    if (passed.kind === 'state') this.#lineIs(attended, passed.line)
    else if (attended.ours) this.#parts.onPassed(passed)
  }

  #lineIs(attended: Attendance, line: LineState) {
    attended.line = line
    attended.ours = false
    if (line.state === 'online') void this.#check(attended)
    else this.#parts.onPassed({ kind: 'state', line })
    this.#wait()
  }

  async #check(attended: Attendance) {
    const { line } = attended
    // What can't be known now is asked again at the next turn.
    const ours = await this.#parts.isOurs(line).catch(() => undefined)
    if (ours === undefined || attended !== this.#attendance || attended.line !== line || attended.ours) return
    if (!ours) return this.#foundForeign(line)
    this.#foreign = undefined
    attended.ours = true
    this.#parts.onPassed({ kind: 'state', line })
    this.#wait()
  }

  /** Said once of each person: saying it again would help no more. */
  #foundForeign({ opened }: LineState) {
    if (this.#foreign === opened?.user.id) return
    this.#foreign = opened?.user.id
    this.#parts.onForeign()
  }

  #answered(message: LeaderMessage & { kind: 'answer' | 'failure' }) {
    const question = this.#settle(message.to)
    if (message.kind === 'answer') question?.resolve(message.answer)
    else question?.reject(fromTabFailure(message.failure))
  }

  #settle(id: string): Question | undefined {
    const question = this.#questions.get(id)
    this.#questions.delete(id)
    return question
  }

  #failAll(error: ParleyError) {
    for (const id of [...this.#questions.keys()]) this.#settle(id)?.reject(error)
  }

  #turn() {
    if (this.#greeting !== undefined) this.#unanswered += 1
    if (this.#unanswered >= unansweredTurns) return this.#parts.onSilence()
    const attended = this.#attendance
    if (attended?.line.state === 'online' && !attended.ours) void this.#check(attended)
    this.greet()
  }

  #wait() {
    const attended = this.#attendance
    const calm = this.#greeting === undefined && (attended?.ours === true || attended?.line.state === 'offline')
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#turn(), calm ? calmMs : anxiousMs)
  }
}
