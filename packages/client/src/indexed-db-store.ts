/** Keeps things in the browser's IndexedDB, for all tabs of the page's origin. */
import type { Store } from './store.ts'

const objects = 'kept'

const done = <Result>(request: IDBRequest<Result>): Promise<Result> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

/** All keys that begin with `prefix`. */
const startingWith = (prefix: string) => IDBKeyRange.bound(prefix, `${prefix}\uffff`)

/** `name` is the database's. Where the browser refuses it (private windows, no space left), the methods reject. */
export function indexedDbStore(name = 'parley'): Store {
  let opened: Promise<IDBDatabase> | undefined

  function open(): Promise<IDBDatabase> {
    const request = indexedDB.open(name, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(objects)
    const database = done(request).then((result) => {
      // The browser may take it away, as when somebody clears the page's data: then it is opened anew.
      result.onclose = () => {
        opened = undefined
      }
      result.onversionchange = () => {
        opened = undefined
        result.close()
      }
      return result
    })
    database.catch(() => {
      opened = undefined
    })
    return database
  }

  async function transact<Result>(mode: IDBTransactionMode, use: (store: IDBObjectStore) => Promise<Result> | Result): Promise<Result> {
    opened ??= open()
    const transaction = (await opened).transaction(objects, mode, { durability: 'strict' })
    const committed = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve()
      transaction.onabort = () => reject(transaction.error)
    })
    const [result] = await Promise.all([use(transaction.objectStore(objects)), committed])
    return result
  }

  return {
    read: (prefix) =>
      transact('readonly', async (store) => {
        const range = startingWith(prefix)
        const [keys, values] = await Promise.all([done(store.getAllKeys(range)), done(store.getAll(range))])
        return new Map(keys.map((key, index) => [String(key), values[index] as unknown]))
      }),
    write: (changes) =>
      transact('readwrite', (store) => {
        for (const [key, value] of changes) {
          if (value === undefined) store.delete(key)
          else store.put(value, key)
        }
      }),
    clear: (prefix) => transact('readwrite', (store) => void store.delete(startingWith(prefix))),
  }
}
