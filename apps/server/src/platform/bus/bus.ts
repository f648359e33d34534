/**
 * The bus port: how the processes of one installation tell each other what was committed. It may lose messages
 * (delivery.md: nodes poll for what they missed), never reorders those of one publisher, and delivers to the
 * publishing process as well.
 */
export interface Bus {
  /** `message` must survive JSON. Resolves when it's handed over; rejects when it can't be. */
  publish(topic: string, message: unknown): Promise<void>
  /** Returns what ends the subscription. */
  subscribe(topic: string, listener: (message: unknown) => void): Promise<() => Promise<void>>
  ping(): Promise<void>
  close(): Promise<void>
}
