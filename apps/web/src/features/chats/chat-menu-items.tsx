import { Menu } from '@mantine/core'
import type { Chat } from '@parley/client'
import { Archive, ArchiveRestore, Bell, BellOff, Pin, PinOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { showFailure } from '../../app/failure.ts'
import { parley } from '../../app/parley.ts'
import { fullTime } from '../../i18n/dates.ts'
import { isForGood, isMuted, muteEnd, muteSpans } from './mute.ts'

/** How I want a chat to be shown to me: pinned, archived, quiet. */
export function ChatMenuItems({ chat }: { chat: Chat }) {
  const { t } = useTranslation()
  const { pinnedAt, archivedAt, mutedUntil } = chat.mySettings
  const change = (changes: { pinned?: boolean; archived?: boolean; mutedUntil?: string | null }) => {
    parley.chats.updateChatSettings({ chatId: chat.id, ...changes }).catch(showFailure)
  }
  return (
    <>
      <Menu.Item
        leftSection={pinnedAt === null ? <Pin size={16} aria-hidden /> : <PinOff size={16} aria-hidden />}
        onClick={() => change({ pinned: pinnedAt === null })}
      >
        {t(pinnedAt === null ? 'chatMenu.pin' : 'chatMenu.unpin')}
      </Menu.Item>
      <Menu.Item
        leftSection={archivedAt === null ? <Archive size={16} aria-hidden /> : <ArchiveRestore size={16} aria-hidden />}
        onClick={() => change({ archived: archivedAt === null })}
      >
        {t(archivedAt === null ? 'chatMenu.archive' : 'chatMenu.unarchive')}
      </Menu.Item>
      <Menu.Divider />
      {isMuted(chat.mySettings, new Date()) && mutedUntil !== null ? (
        <>
          <Menu.Label>
            {isForGood(mutedUntil) ? t('chatMenu.mutedForGood') : t('chatMenu.mutedUntil', { time: fullTime(mutedUntil) })}
          </Menu.Label>
          <Menu.Item leftSection={<Bell size={16} aria-hidden />} onClick={() => change({ mutedUntil: null })}>
            {t('chatMenu.unmute')}
          </Menu.Item>
        </>
      ) : (
        <>
          <Menu.Label>{t('chatMenu.mute')}</Menu.Label>
          {muteSpans.map(({ label, hours }) => (
            <Menu.Item
              key={label}
              leftSection={<BellOff size={16} aria-hidden />}
              onClick={() => change({ mutedUntil: muteEnd(hours, new Date()) })}
            >
              {t(label)}
            </Menu.Item>
          ))}
        </>
      )}
    </>
  )
}
