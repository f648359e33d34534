import { useTranslation } from 'react-i18next'
import { usePageTitle } from '../../app/page-title.ts'
import { Screen } from '../../app/screen.tsx'
import { BlockedPeople } from './blocked-people.tsx'
import { PrivacySettings } from './privacy-settings.tsx'
import styles from './settings.module.css'

/** How others see me, and whom I keep away. */
export function SettingsScreen() {
  const { t } = useTranslation()
  usePageTitle(t('settings.title'))
  return (
    <Screen title={t('settings.title')}>
      <div className={styles.sections}>
        <PrivacySettings />
        <BlockedPeople />
      </div>
    </Screen>
  )
}
