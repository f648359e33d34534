/** Which tests prove which rule of docs/SPEC.md: those that quote its id in their name, as in "… survives a kill (D1, O1)". */
interface TestFile {
  readonly path: string
  readonly text: string
}

interface Proof {
  readonly name: string
  readonly path: string
}

const begin = '<!-- proofs: written by `npm run gen` -->'
const end = '<!-- end of proofs -->'

/** `- **D1** An acknowledged message…` */
const ruleIds = (specification: string): string[] =>
  [...specification.matchAll(/^- \*\*([A-Z]\d+)\*\* /gm)].map((match) => match[1] as string)

export function findProofs(tests: readonly TestFile[], ids: readonly string[]): Map<string, Proof[]> {
  const proofs = new Map<string, Proof[]>(ids.map((id) => [id, []]))
  for (const { path, text } of tests) {
    for (const [, , name, quoted] of text.matchAll(
      /(['"`])((?:(?!\1)[^\n\\]|\\.)*\(([A-Z]\d+(?:, [A-Z]\d+)*)\)(?:(?!\1)[^\n\\]|\\.)*)\1/g,
    )) {
      for (const id of (quoted as string).split(', ')) proofs.get(id)?.push({ name: name as string, path })
    }
  }
  return proofs
}

/** The specification with its list of proofs renewed; all else stays as it was written. */
export function withProofs(specification: string, prove: (ids: readonly string[]) => Map<string, Proof[]>): string {
  const [before, after] = [specification.indexOf(begin), specification.indexOf(end)]
  if (before === -1 || after < before) throw new Error(`unable to list the proofs; docs/SPEC.md lacks ${begin} or ${end}`)
  const lines = [...prove(ruleIds(specification))].flatMap(([id, proofs]) => [
    `- **${id}**${proofs.length === 0 ? ': not proved yet' : ''}`,
    ...proofs
      .toSorted((a, b) => (a.path + a.name < b.path + b.name ? -1 : 1))
      .map(({ name, path }) => `  - ${name.replaceAll(/\\(.)/g, '$1')} · [${path}](../${path})`),
  ])
  return `${specification.slice(0, before + begin.length)}\n\n${lines.join('\n')}\n\n${specification.slice(after)}`
}
