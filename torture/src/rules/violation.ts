/** What a checker counts; each kind is a column of its table. */
export const violationKinds = ['lost', 'doubled', 'reordered', 'gaps', 'leaks', 'refused', 'backward', 'stale', 'broken'] as const
export type ViolationKind = (typeof violationKinds)[number]

export interface Violation {
  /** The rule's id in docs/SPEC.md. */
  readonly rule: string
  readonly kind: ViolationKind
  readonly what: string
  /** The log's entries and the messages that show it. */
  readonly evidence: unknown
}

export type Accuse = (violation: Violation) => void
