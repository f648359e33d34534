import { newId } from '../../core/ids.ts'
import type { Cluster } from './cluster.ts'
import { Topics } from './topics.ts'

/** A process that is alone: nobody else has to know, and nothing can take its right to write. */
export class SingleCluster implements Cluster {
  readonly nodeId = newId()
  readonly writable = true
  readonly #topics = new Topics()

  on(topic: string, apply: (message: unknown) => void | Promise<void>): void {
    this.#topics.on(topic, apply)
  }

  everywhere(topic: string, message: unknown): Promise<void> {
    return this.#topics.apply(topic, message)
  }

  liveNodes(): readonly string[] {
    return [this.nodeId]
  }

  onNodeCame(): void {}
  onNodeGone(): void {}
  beforeRegaining(): void {}
  onRegained(): void {}
  async start(): Promise<void> {}
  async close(): Promise<void> {}
}
