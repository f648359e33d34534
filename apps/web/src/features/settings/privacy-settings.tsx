import { NativeSelect } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { showFailure } from '../../app/failure.ts'
import { parley } from '../../app/parley.ts'
import { useMe } from '../auth/session.ts'
import { useChatList } from '../chats/chat-list.ts'
import styles from './settings.module.css'

const visibilities = ['everyone', 'contacts', 'nobody'] as const
type Visibility = (typeof visibilities)[number]

/** Who sees that I am there, and when I was. */
export function PrivacySettings() {
  const { t } = useTranslation()
  const me = useMe()
  const { privacy } = useChatList().settings ?? me.settings
  const save = useMutation({
    mutationFn: (changes: { online?: Visibility; lastSeen?: Visibility }) => parley.users.updateSettings({ privacy: changes }),
    onError: showFailure,
  })
  // What was picked stands there while it is being saved.
  const shown = save.isPending ? { ...privacy, ...save.variables } : privacy
  const choices = visibilities.map((value) => ({ value, label: t(`settings.${value}`) }))
  return (
    <section className={styles.card} aria-labelledby="privacy">
      <div>
        <h2 id="privacy" className={styles.heading}>
          {t('settings.privacy')}
        </h2>
        <p className={styles.hint}>{t('settings.privacyHint')}</p>
      </div>
      <NativeSelect
        label={t('settings.online')}
        data={choices}
        value={shown.online}
        onChange={(event) => save.mutate({ online: event.currentTarget.value as Visibility })}
      />
      <NativeSelect
        label={t('settings.lastSeen')}
        data={choices}
        value={shown.lastSeen}
        onChange={(event) => save.mutate({ lastSeen: event.currentTarget.value as Visibility })}
      />
    </section>
  )
}
