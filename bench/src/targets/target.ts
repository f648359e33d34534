/** What the bench can put under load: Parley, and what it is compared with. */

export const competitorNames = ['socketio', 'ws', 'ejabberd', 'prosody'] as const
export type CompetitorName = (typeof competitorNames)[number]
export const parleyNames = ['parley-embedded', 'parley-postgres', 'parley-cluster'] as const
export type ParleyName = (typeof parleyNames)[number]
/** The same with the server of another checkout, to be compared with this one. */
export type BeforeName = `${ParleyName}-before`
export type TargetName = ParleyName | BeforeName | CompetitorName

/** What a connection tells of what it hears. Messages are known by the number in their text; `at` is of performance.now(). */
export interface Listener {
  /** `position` is the message's place in its chat; -1 where the server has none. */
  delivered(number: number, at: number, position: number): void
  acknowledged(number: number, at: number): void
  failed(error: Error): void
}

/** For connections that are only to be there. */
export const silent: Listener = { delivered: () => undefined, acknowledged: () => undefined, failed: () => undefined }

/** One member, connected. */
export interface Connection {
  /** Writes the message with this number into the chat. */
  send(number: number): void
  close(): void
}

export interface Chat {
  /** How many people are in it. */
  readonly size: number
  /** How many connections are to hear each message. */
  readonly recipients: number
  /** Connects the member with this index, as far as they can send and hear. */
  connect(member: number, listener: Listener): Promise<Connection>
}

/** Seconds of CPU since the start, of all processes. */
export interface CpuTime {
  readonly server: number
  /** 0 where the database is part of the server, or there is none. */
  readonly database: number
  /** Of what carries news between servers; 0 where there is none. */
  readonly redis: number
}

export interface Target {
  readonly name: TargetName
  cpu(): CpuTime
  /** What the server's processes hold, in bytes; the database's not. */
  memory(): number
  openGroup(size: number): Promise<Chat>
  /** So many chats of two. */
  openPairs(count: number): Promise<Chat[]>
  /** So many people, each in `chatsEach` groups of `groupSize`; returns what connects the one with an index. */
  openCrowd(people: number, chatsEach: number, groupSize: number): Promise<(person: number) => Promise<Connection>>
  /** How many messages it has stored; null where it stores none. */
  stored(): Promise<number | null>
  /** Ends the server and starts it again, so that it holds nothing in memory. Connections are lost, people and chats stay. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** Every text is as long as this, and begins with what its number follows. */
export const textLength = 100
export const numberMark = 'bench-'
export const textOf = (number: number): string => `${numberMark}${number} `.padEnd(textLength, 'x')
