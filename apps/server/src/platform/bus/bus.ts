/**
 * The bus port: how the processes of one installation tell each other what was committed. It may lose messages
 * (delivery.md: nodes poll for what they missed), never reorders those of one publisher, and delivers to the
 * publishing process as well.
 */
export interface Bus {
  /** Whether other processes may be on it: where not, nothing needs to be told that this process knows already. */
  readonly shared: boolean
  /** While it is down nothing is published and nothing heard. */
  readonly state: BusState
  /** Called whenever the state has changed; returns what ends that. */
  onState(listener: (state: BusState) => void): () => void
  /** `message` must survive JSON. Resolves when it's handed over; rejects, soon, when it can't be. */
  publish(topic: string, message: unknown): Promise<void>
  /** Returns what ends the subscription. While the bus is down it begins when that is over. */
  subscribe(topic: string, listener: (message: unknown) => void): Promise<() => Promise<void>>
  ping(): Promise<void>
  close(): Promise<void>
}

export type BusState = 'up' | 'down'
