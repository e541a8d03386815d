import "../demo-wallet/demo-wallet.css";
import { announce } from "../demo-wallet/announce.ts";

announce();
