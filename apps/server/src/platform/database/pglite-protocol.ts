/** What the main thread and the thread of PGlite say to each other. */

type Values = readonly (string | null)[]

export type Request = { readonly id: number } & (
  | { readonly kind: 'query'; readonly text: string; readonly values: Values }
  | { readonly kind: 'statement'; readonly name: string; readonly text: string; readonly values: Values }
  | { readonly kind: 'close' }
)

export interface Rows {
  readonly command: string
  readonly count: number
  readonly rows: unknown[]
  /** The rows of all statements of a script. */
  readonly all: Record<string, unknown>[]
}

export interface SqlFailure {
  readonly message: string
  readonly code: string
  readonly detail: string | undefined
  readonly constraint: string | undefined
  readonly table: string | undefined
  readonly column: string | undefined
}

export type Answer = { readonly id: number } & (
  | { readonly ok: true; readonly result: Rows }
  | { readonly ok: false; readonly error: SqlFailure }
)
