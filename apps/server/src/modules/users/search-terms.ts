/** Longer than any name as it's typed; folding can make some letters longer. */
const maxLetters = 50

/** One spelling for what looks and reads the same: compatible forms, case, runs of white space. */
export function fold(text: string): string {
  return [...text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()].slice(0, maxLetters).join('')
}

/** What a person is found by: the beginnings of these. `Anne-Marie Lovelace` is found under anne, marie and lovelace. */
export function searchTermsOf(person: { readonly username: string; readonly name: string }): string[] {
  const name = fold(person.name)
  const fromEachWord = [...name.matchAll(/[\p{L}\p{M}\p{N}]+/gu)].map((word) => name.slice(word.index))
  return [...new Set([fold(person.username), name, ...fromEachWord])]
}
