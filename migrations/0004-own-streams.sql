-- What only one person sees of chats and of others, the stream of it, and the processes of one installation.

-- The small row that gives the numbers of a person's own stream; locked in order of user_id, after the heads of chats.
create table user_heads (
  user_id              uuid primary key references users on delete cascade,
  last_seq             bigint not null default 0
) with (fillfactor = 50);

-- The stream itself, without content: of each thing only the last number that touched it, so it never grows beyond what there is.
create table user_log (
  user_id              uuid not null references users on delete cascade,
  kind                 text not null,
  target_id            uuid not null,
  seq                  bigint not null,
  changed_at           timestamptz not null default now(),
  primary key (user_id, kind, target_id)
);
create unique index user_log_seq on user_log (user_id, seq);

-- How somebody wants a chat of theirs to be shown to them, and what they have begun to write there.
create table chat_preferences (
  chat_id              uuid not null references chats on delete cascade,
  user_id              uuid not null references users on delete cascade,
  muted_until          timestamptz,
  pinned_at            timestamptz,
  archived_at          timestamptz,
  draft                jsonb,
  primary key (user_id, chat_id)
);

create table message_reactions (
  message_id           uuid not null references messages on delete cascade,
  user_id              uuid not null references users,
  emoji                text not null,
  created_at           timestamptz not null default now(),
  primary key (message_id, user_id, emoji)
);

-- What somebody keeps at hand, and what they took away from their own eyes.
create table message_stars (
  user_id              uuid not null references users on delete cascade,
  message_id           uuid not null references messages on delete cascade,
  starred_at           timestamptz not null default now(),
  primary key (user_id, message_id)
);
create table hidden_messages (
  user_id              uuid not null references users on delete cascade,
  message_id           uuid not null references messages on delete cascade,
  hidden_at            timestamptz not null default now(),
  primary key (user_id, message_id)
);

create table user_blocks (
  blocker_id           uuid not null references users on delete cascade,
  blocked_id           uuid not null references users on delete cascade,
  created_at           timestamptz not null default now(),
  primary key (blocker_id, blocked_id)
);
create index user_blocks_blocked on user_blocks (blocked_id);

-- Who may see when somebody was last there, and that they are there.
alter table users add column privacy jsonb not null default '{}';

-- A version of who may read or write, which a block changes without taking a number of the stream.
alter table chat_heads add column access bigint not null default 0;

-- Positions that moved are told to devices that were away.
alter table chat_positions add column moved_at timestamptz not null default now();

-- The processes of one installation: each is trusted to write to its sockets until its lease runs out.
create table nodes (
  id                   uuid primary key,
  lease_until          timestamptz not null,
  started_at           timestamptz not null default now()
);

-- What every process must have done before somebody is told that it is so, and which have.
create table announcements (
  id                   uuid primary key,
  topic                text not null,
  message              jsonb not null,
  created_at           timestamptz not null default now()
);
create table announcement_receipts (
  announcement_id      uuid not null references announcements on delete cascade,
  node_id              uuid not null,
  primary key (announcement_id, node_id)
);
