/**
 * The cluster port: which processes serve one installation, whether this one may still be believed, and what all of them
 * must have done before somebody is told that it is so (P2).
 */
export interface Cluster {
  /** This process, until it ends. */
  readonly nodeId: string
  /** Whether this process may write to its sockets: what it knows is no older than what was confirmed to people. Ask just before. */
  readonly writable: boolean
  /**
   * Has every process do what it does about `topic`, this one first; resolves once each has, or has lost the right to write.
   * `message` must survive JSON. UNAVAILABLE where it's not known in time; it goes on being told all the same.
   */
  everywhere(topic: string, message: unknown): Promise<void>
  /**
   * What this process does about a topic. It counts as done when `apply` resolves, and is tried again where that rejects;
   * it may be asked for more than once.
   */
  on(topic: string, apply: (message: unknown) => void | Promise<void>): void
  /** Another process was found to be there, or not to be there any more. */
  onNodeCame(listener: (nodeId: string) => void): void
  onNodeGone(listener: (nodeId: string) => void): void
  /** Runs where the right to write was lost, before it is had again: for dropping what others have confirmed in the meantime. */
  beforeRegaining(prepare: () => void | Promise<void>): void
  /** Called at the moment when it is had again. */
  onRegained(listener: () => void): void
  /** The processes that may write as far as is known, this one included, in order. */
  liveNodes(): readonly string[]
  start(): Promise<void>
  close(): Promise<void>
}
