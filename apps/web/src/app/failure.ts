import { ParleyError } from '@parley/client'
import i18next from 'i18next'

/** The sentence that a person reads about a failure. What never reached the server is no sentence of the server's. */
export const sentenceOf = (error: unknown): string =>
  error instanceof ParleyError && error.status !== undefined ? error.message : i18next.t('errors.unreachable')

/** Tells of a failure that has no place of its own on the screen. */
export async function showFailure(error: unknown) {
  const { notifications } = await import('@mantine/notifications')
  notifications.show({ color: 'red', title: i18next.t('errors.title'), message: sentenceOf(error), withBorder: true })
}
