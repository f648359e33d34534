-- Chats, and the stream of each: one sequence over its messages and over every change to them and to the chat.

create table chats (
  id                   uuid primary key,
  type                 text not null check (type in ('private', 'group')),
  -- Both ids of a private chat, the lower first: one chat per pair.
  pair_key             text unique,
  name                 text,
  description          text,
  created_by           uuid not null references users,
  created_at           timestamptz not null default now()
);

-- The small row that everything which takes a number of the stream locks, in order of chat_id.
-- members_seq is the number of the last change to who may read or write: who checked against it needs no second look.
create table chat_heads (
  chat_id              uuid primary key references chats on delete cascade,
  last_seq             bigint not null default 0,
  members_seq          bigint not null default 0,
  active_at            timestamptz not null default now()
) with (fillfactor = 50);

-- Membership is a list of windows: from_seq is the first number seen, to_seq the last, open while null.
create table chat_windows (
  chat_id              uuid not null references chats on delete cascade,
  user_id              uuid not null references users,
  from_seq             bigint not null,
  to_seq               bigint,
  role                 text not null check (role in ('owner', 'admin', 'member')),
  joined_at            timestamptz not null default now(),
  primary key (chat_id, user_id, from_seq)
);
create unique index chat_windows_open on chat_windows (user_id, chat_id) where to_seq is null;

-- A message's own row is its entry in the log. rev is the last number that touched it.
create table messages (
  id                   uuid primary key,
  chat_id              uuid not null references chats on delete cascade,
  seq                  bigint not null,
  rev                  bigint not null,
  sender_id            uuid not null references users,
  client_id            uuid not null,
  -- What was sent under client_id, so that the same id with other content is told apart from a retry; gone with the content.
  request_hash         text,
  content              jsonb,
  reply_to             uuid,
  mentions             jsonb not null default '[]',
  edited_at            timestamptz,
  deleted_at           timestamptz,
  created_at           timestamptz not null,
  unique (chat_id, seq),
  unique (sender_id, client_id)
);

-- Every other change: what changed, never what it says. Readers join the target's current state.
create table chat_log (
  chat_id              uuid not null references chats on delete cascade,
  seq                  bigint not null,
  kind                 text not null,
  target_id            uuid not null,
  actor_id             uuid not null,
  created_at           timestamptz not null default now(),
  primary key (chat_id, seq)
);

-- One row per commit and chat, for what must follow a message but not delay it.
create table stream_outbox (
  id                   bigint generated always as identity primary key,
  chat_id              uuid not null,
  from_seq             bigint not null,
  to_seq               bigint not null,
  created_at           timestamptz not null default now()
);
