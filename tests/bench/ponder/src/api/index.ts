import { Hono } from "hono";

// Ponder wants one; the benchmark reads the database.
export default new Hono();
