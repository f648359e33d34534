export interface Sms {
  /** E.164 */
  readonly to: string
  readonly text: string
  readonly code?: string
}

/** Sends text messages. Resolves when it's accepted for delivery. */
export interface SmsSender {
  send(sms: Sms): Promise<void>
}
