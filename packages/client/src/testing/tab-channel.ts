/** A BroadcastChannel whose mail can be held back and lost, as happens to tabs that a browser froze. Put in place of the global one. */
import type { TabMessage } from '../tab-messages.ts'

const RealChannel = globalThis.BroadcastChannel

export class TabChannel extends EventTarget {
  /** In the order in which the tabs opened them. */
  static readonly opened: TabChannel[] = []

  onmessage: ((event: MessageEvent<TabMessage>) => void) | null = null
  /** Says which messages don't arrive here. */
  loses: (message: TabMessage) => boolean = () => false
  readonly #real: BroadcastChannel
  /** While frozen, what would have happened. */
  #later: (() => void)[] | undefined

  constructor(name: string) {
    super()
    this.#real = new RealChannel(name)
    this.#real.onmessage = (event: MessageEvent<TabMessage>) => this.#do(() => this.#deliver(event))
    TabChannel.opened.push(this)
  }

  postMessage(message: TabMessage): void {
    this.#do(() => this.#real.postMessage(message))
  }

  close(): void {
    this.#real.close()
  }

  freeze(): void {
    this.#later ??= []
  }

  thaw(): void {
    const later = this.#later ?? []
    this.#later = undefined
    for (const act of later) act()
  }

  #do(act: () => void) {
    if (this.#later === undefined) act()
    else this.#later.push(act)
  }

  #deliver(event: MessageEvent<TabMessage>) {
    if (!this.loses(event.data)) this.onmessage?.(event)
  }
}
