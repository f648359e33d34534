type Apply = (message: unknown) => void | Promise<void>

/** What a process does about each topic. */
export class Topics {
  readonly #applies = new Map<string, Apply[]>()

  on(topic: string, apply: Apply): void {
    this.#applies.set(topic, [...(this.#applies.get(topic) ?? []), apply])
  }

  /** A topic that nobody here knows is done with: it comes from a newer version of the server. */
  async apply(topic: string, message: unknown): Promise<void> {
    for (const apply of this.#applies.get(topic) ?? []) await apply(message)
  }
}
