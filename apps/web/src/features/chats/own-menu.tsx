import { type MantineColorScheme, Menu, UnstyledButton, useMantineColorScheme } from '@mantine/core'
import { Check, LogOut, Monitor, Moon, Sun } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { showFailure } from '../../app/failure.ts'
import { logout, useMe } from '../auth/session.ts'
import { Avatar } from '../users/avatar.tsx'
import styles from './own-menu.module.css'

const schemes = [
  { value: 'light', icon: Sun, label: 'menu.light' },
  { value: 'dark', icon: Moon, label: 'menu.dark' },
  { value: 'auto', icon: Monitor, label: 'menu.system' },
] as const

/** Behind my picture: who I am, how it looks, and the way out. */
export function OwnMenu() {
  const { t } = useTranslation()
  const me = useMe()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Menu position="bottom-start" width={230} shadow="md" withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <UnstyledButton className={styles.target} aria-label={t('menu.open')}>
          <Avatar id={me.id} name={me.name} src={me.avatar} size={36} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={styles.me}>
          <span className={styles.name}>
            <bdi>{me.name}</bdi>
          </span>
          <span className={styles.username}>@{me.username}</span>
        </div>
        <Menu.Divider />
        <Menu.Label>{t('menu.theme')}</Menu.Label>
        <Menu.RadioGroup value={colorScheme} onChange={(chosen) => setColorScheme(chosen as MantineColorScheme)}>
          {schemes.map(({ value, icon: Icon, label }) => (
            <Menu.RadioItem
              key={value}
              value={value}
              checkIcon={<Check size={16} aria-hidden />}
              rightSection={<Icon size={16} aria-hidden />}
            >
              {t(label)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<LogOut size={16} aria-hidden />} onClick={() => logout().catch(showFailure)}>
          {t('menu.logout')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
