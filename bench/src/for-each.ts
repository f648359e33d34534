const atOnce = 20

/** Does it for each, some at a time; the answers come in the order of what was given. */
export async function forEach<T, R>(all: readonly T[], act: (one: T, index: number) => Promise<R>): Promise<R[]> {
  const answers: R[] = []
  for (let first = 0; first < all.length; first += atOnce) {
    answers.push(...(await Promise.all(all.slice(first, first + atOnce).map((one, index) => act(one, first + index)))))
  }
  return answers
}
