interface ErrorFacts {
  readonly status: number
  readonly title: string
  readonly message: string
  readonly retryable?: true
}

interface Operation {
  readonly name: string
  readonly errors: readonly string[]
}

/** docs/generated/errors.md: every code, by status. */
export function errorTable(
  codes: Readonly<Record<string, ErrorFacts>>,
  universal: readonly string[],
  operations: readonly Operation[],
): string {
  const places = (code: string) => {
    if (universal.includes(code)) return 'anywhere'
    const names = operations.filter(({ errors }) => errors.includes(code)).map(({ name }) => `\`${name}\``)
    return names.length > 0 ? names.join(', ') : 'the transports themselves'
  }
  const rows = Object.entries(codes)
    .sort(([, a], [, b]) => a.status - b.status)
    .map(
      ([code, { status, message, retryable }]) =>
        `| <a id="${code}"></a>\`${code}\` | ${status} | ${message} | ${places(code)} | ${retryable ? 'yes' : ''} |`,
    )
  return `# Error codes

A failed REST request answers \`application/problem+json\` (RFC 9457) with \`code\`; a failed socket command answers its
acknowledgement with \`{ success: false, message, error, code }\`. Codes are stable; sentences may be worded better.
*Again* says that the same request may succeed later.

| Code | Status | What it says | Where | Again |
|---|---|---|---|---|
${rows.join('\n')}
`
}
