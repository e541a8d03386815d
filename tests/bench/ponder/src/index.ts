import { ponder } from "ponder:registry";
import { balance, transfer } from "ponder:schema";

const ZERO = "0x0000000000000000000000000000000000000000";

ponder.on("Rights:TransferSingle", async ({ event, context }) => {
  const { from: sender, to: recipient, id: token, value: amount } = event.args;
  await context.db
    .insert(transfer)
    .values({ id: event.id, sender, recipient, token, amount, block: event.block.number });
  await context.db
    .insert(balance)
    .values({ owner: recipient, token, amount })
    .onConflictDoUpdate((row) => ({ amount: row.amount + amount }));
  if (sender !== ZERO) {
    await context.db.update(balance, { owner: sender, token }).set((row) => ({ amount: row.amount - amount }));
  }
});
