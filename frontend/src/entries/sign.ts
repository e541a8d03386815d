import "../islands/tx-step.ts";
import "../islands/wallet-connect.ts";
