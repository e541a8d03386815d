import { onchainTable, primaryKey } from "ponder";

export const transfer = onchainTable("transfer", (t) => ({
  id: t.text().primaryKey(),
  sender: t.hex().notNull(),
  recipient: t.hex().notNull(),
  token: t.bigint().notNull(),
  amount: t.bigint().notNull(),
  block: t.bigint().notNull(),
}));

export const balance = onchainTable(
  "balance",
  (t) => ({ owner: t.hex().notNull(), token: t.bigint().notNull(), amount: t.bigint().notNull() }),
  (table) => ({ key: primaryKey({ columns: [table.owner, table.token] }) }),
);
